"""Earned value, work packages and their evidence, as people use them. Figures worked by hand."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from portfolio.finance import services
from portfolio.models import ProgressReading, WorkPackage
from tests.factories import (
    MilestoneFactory,
    PackageMilestoneFactory,
    ReadingFactory,
    ReserveDrawFactory,
    ReserveFactory,
    WorkPackageFactory,
)
from tests.portfolio.finance.pages import approve, text

EARNED, MONEY, COMPARE = "/nodes/A/earned-value/", "/nodes/A/money/", "/nodes/A/money/baselines/"
MONTHS = ("Apr 2026", "May 2026", "Jun 2026", "Jul 2026")


@pytest.fixture
def measured(house):
    """Budget 1.2m over four months, 600k spent to May, 650k to go; on 15 June 750k is planned and 40% read."""
    approve(house, dict.fromkeys(MONTHS, "300000"))
    lines = [
        house.line("Apr 2026", "280000", cost_version="actual"),
        house.line("May 2026", "320000", cost_version="actual"),
    ]
    lines += [house.line("Jun 2026", "300000"), house.line("Jul 2026", "350000")]
    services.cost_rows_set(lines, actor=house.finance)
    package = WorkPackageFactory(node=house.project, name="Cut-over")
    for day, percent in ((date(2026, 4, 30), 20), (date(2026, 5, 31), 35), (date(2026, 6, 12), 40)):
        ReadingFactory(package=package, as_of=day, percent=percent)
    return house


def test_page_says_what_the_work_is_worth_against_plan_and_cost(measured, as_):
    page = text(as_(measured.executive).get(EARNED))
    for words in (
        "Work worth £480k is done for £600k: £120k over cost and £270k behind plan",
        "63% of £1.2m",
        "40% of £1.2m",
        "80p of work for each £1 spent",
        "64% of the work planned by now",
        "£1.3m to £2.0m, five ways to tell",
        "By its own performance it will cost £1.5m",
        "each £1 still to be spent must yield £1.20 of work (TCPI 1.20).",
        "The work is 0.9 months late; at this pace it takes 6.3 months, planned were 4",
        "Work counts to today, cost to 31 May 2026",
    ):
        assert words in page, words


def test_estimates_and_time_are_listed_with_their_formula(measured, as_):
    """EAC: 1,500; 1,320; 600 + 720/0.512 = 2,006; 600 + 720/0.768 = 1,538; 1,250 thousand.

    Days: 0.6 × 31 = 18.6 of May, 0.25 × 31 = 7.75 of October, 0.9 × 31 = 27.9 of August.
    """
    context = as_(measured.executive).get(EARNED).context
    assert [(row["amount"], row["variance"]) for row in context["estimates"]] == [
        ("£1.5m", "+£0.3m"),
        ("£1.3m", "+£0.1m"),
        ("£2.0m", "+£0.8m"),
        ("£1.5m", "+£0.3m"),
        ("£1.3m", "+£50k"),
    ]
    assert [row["value"] for row in context["time"]] == [
        "19 May 2026, 1.6 months",
        "2.5 months",
        "0.9 months late",
        "0.64",
        "31 Jul 2026, 4.0 months",
        "8 Oct 2026, 6.3 months",
        "28 Aug 2026, 4.9 months",
        "1.60",
    ]


def test_curve_and_its_table_hold_the_same_points(measured, as_):
    fig = as_(measured.executive).get(EARNED).context["fig"]
    assert fig["rows"] == [
        ["Apr 2026", "£300,000.00", "£240,000.00", "£280,000.00"],
        ["May 2026", "£600,000.00", "£420,000.00", "£600,000.00"],
        ["Today, 15 Jun 2026", "£750,000.00", "£480,000.00", "–"],
        ["Jun 2026", "£900,000.00", "–", "–"],
        ["Jul 2026", "£1,200,000.00", "–", "–"],
    ]
    assert {trace["name"]: trace["y"] for trace in fig["figure"]["data"]} == {
        "Planned": [0.3, 0.6, 0.75, 0.9, 1.2],
        "Earned": [0.24, 0.42, 0.48],
        "Cost": [0.28, 0.6],
    }


def test_each_package_says_technique_evidence_and_worth(house, as_):
    approve(house, dict.fromkeys(MONTHS, "250"))
    base = WorkPackageFactory(node=house.project, name="A", weight=40)
    ReadingFactory(package=base, as_of=date(2026, 6, 1), percent=50)
    stages = WorkPackageFactory(node=house.project, name="B", weight=20, technique="milestones")
    for number, done in enumerate((date(2026, 5, 1), None)):
        milestone = MilestoneFactory(node=house.project, name=f"M{number}", actual_date=done)
        PackageMilestoneFactory(package=stages, milestone=milestone, weight=50)
    WorkPackageFactory(node=house.project, name="C", weight=20, technique="apportioned", apportioned_to=base)
    WorkPackageFactory(node=house.project, name="D", weight=10, technique="effort")
    WorkPackageFactory(node=house.project, name="E", weight=10, technique="0/100", started_on=date(2026, 5, 1))
    lines = as_(house.executive).get(EARNED).context["lines"]
    assert [(line.technique, line.evidence, line.weight, line.done, line.worth) for line in lines] == [
        ("Physical % complete", "read 1 Jun 2026", "40%", "50%", "£200"),
        ("Weighted milestones", "1 of 2 milestones", "20%", "50%", "£100"),
        ("Apportioned to another package", "as A", "20%", "50%", "£100"),
        ("Level of effort", "as planned", "10%", "63%", "£62.50"),
        ("0/100", "started 1 May 2026", "10%", "0%", "£0"),
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weight": Decimal(85)}, "the shares add up to 85%, not to 100%"),
        ({"technique": "milestones"}, "Cut-over, its milestones add up to 0%, not to 100%"),
        ({"started_on": date(2026, 4, 1)}, "Cut-over, it has begun and nobody has read its progress"),
    ],
)  # fmt: skip
def test_unknown_earned_value_says_why(measured, as_, change, words):
    ProgressReading.objects.all().delete()
    WorkPackage.objects.update(**change)
    client = as_(measured.executive)
    page = text(client.get(EARNED))
    assert f"Earned value is unknown: {words}" in page
    assert "What it will cost cannot be told from the work yet" in page
    assert words in text(client.get("/nodes/A/"))


def test_without_an_approved_budget_nothing_can_be_earned(house, as_):
    WorkPackageFactory(node=house.project)
    assert "Earned value is unknown: no approved budget to earn" in text(as_(house.executive).get(EARNED))


def test_missing_rate_makes_earned_value_unknown(measured, as_):
    euro = services.currency_ensure("EUR", "Euro", actor=measured.finance)
    services.cost_rows_set([measured.line("Jun 2026", "5", currency=euro)], actor=measured.finance)
    assert "Earned value is unknown: no exchange rate for EUR" in text(as_(measured.executive).get(EARNED))


def test_empty_page_leads_to_declaring_packages_those_who_may(house, as_):
    assert "/nodes/A/work-packages/new/" in as_(house.manager).get(EARNED).content.decode()
    page = as_(house.executive).get(EARNED).content.decode()
    assert "Progress is not measured yet" in page
    assert "/nodes/A/work-packages/new/" not in page


def test_earned_value_belongs_to_projects(house, as_):
    client = as_(house.finance)
    assert client.get("/nodes/P/earned-value/").status_code == 404
    response = client.post("/nodes/P/work-packages/new/", {"name": "X", "weight": "1", "technique": "effort"})
    assert response.status_code == 422
    assert "Work packages belong to a project." in text(response)


def test_overview_has_the_panel_only_where_progress_is_measured(measured, as_):
    client = as_(measured.executive)
    assert "Work worth £480k is done for £600k" in text(client.get("/nodes/A/"))
    assert EARNED not in client.get("/nodes/B/").content.decode()


def test_progress_of_all_packages_is_recorded_at_once(measured, as_):
    second = WorkPackageFactory(node=measured.project, name="Second", weight=0)
    first = WorkPackage.objects.get(name="Cut-over")
    WorkPackageFactory(node=measured.project, name="Office", weight=0, technique="effort")
    client = as_(measured.manager)
    page = text(client.get("/nodes/A/progress/"))
    assert "Last 40% on 12 Jun 2026" in page
    assert "Office" not in page
    data = {"as_of": "2026-06-15", f"percent-{first.pk}": "45.5", f"percent-{second.pk}": "", "reason": "Walk"}
    assert client.post("/nodes/A/progress/", data)["Location"] == EARNED
    assert list(ProgressReading.objects.filter(as_of=date(2026, 6, 15)).values_list("package", "percent")) == [
        (first.pk, Decimal("45.5"))
    ]
    entry = AuditEntry.objects.get(verb="reading.created")
    assert (entry.actor, entry.reason, entry.node) == (measured.manager, "Walk", measured.project)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"as_of": "2026-06-16"}, "This day has not come yet."),
        ({"as_of": "2026-06-12"}, "There is a reading of this date."),
        ({"percent": "101"}, "less than or equal to 100"),
        ({"percent": "half"}, "Enter a number."),
        ({"as_of": ""}, "This field is required."),
    ],
)
def test_progress_that_cannot_be_is_sent_back(measured, as_, values, words):
    package = WorkPackage.objects.get()
    data = {"as_of": values.get("as_of", "2026-06-15"), f"percent-{package.pk}": values.get("percent", "50")}
    response = as_(measured.manager).post("/nodes/A/progress/", data)
    assert response.status_code == 422
    assert words in text(response)
    assert ProgressReading.objects.count() == 3


def test_nothing_of_a_project_outside_the_scope_is_shown_or_written(measured, as_):
    foreign = WorkPackageFactory(node=measured.other, name="Canary")
    reading = ReadingFactory(package=foreign, note="Canary")
    reserve = ReserveFactory(node=measured.other, name="Canary")
    draw = ReserveDrawFactory(reserve=reserve, purpose="Canary")
    client = as_(measured.manager)
    rows = {"work-packages": foreign, "progress-readings": reading, "reserves": reserve, "reserve-draws": draw}
    for path, row in rows.items():
        for page in ("", "edit/", "history/", "delete/"):
            assert client.get(f"/{path}/{row.pk}/{page}").status_code == 404, path
        assert client.post(f"/{path}/{row.pk}/delete/").status_code == 404
        assert b"Canary" not in client.get(f"/{path}/").content
        assert client.get(f"/nodes/B/{path}/").status_code == 404
    for url in ("/nodes/B/earned-value/", "/nodes/B/progress/", "/nodes/B/money/baselines/"):
        assert client.get(url).status_code == 404, url
    mine = WorkPackage.objects.get(name="Cut-over")
    day, follow = "2026-06-15", {"technique": "apportioned", "apportioned_to": foreign.pk}
    for url, data in (
        ("/nodes/A/progress-readings/new/", {"package": foreign.pk, "as_of": day, "percent": "5"}),
        ("/nodes/A/reserve-draws/new/", {"reserve": reserve.pk, "drawn_on": day, "amount": "5", "purpose": "x"}),
        ("/nodes/A/work-packages/new/", {"name": "X", "weight": 1} | follow),
        (f"/work-packages/{mine.pk}/edit/", {"version": 1} | follow),
    ):
        response = client.post(url, data)
        assert response.status_code == 422, url
        assert "Select a valid choice" in text(response)
    client.post("/nodes/A/progress/", {"as_of": "2026-06-15", f"percent-{foreign.pk}": "99"})
    assert (foreign.readings.count(), reserve.draws.count()) == (1, 1)


def test_forms_offer_only_what_fits(measured, as_):
    other = WorkPackageFactory(node=measured.project, name="Halves", technique="50/50")
    client = as_(measured.manager)
    form = client.get("/nodes/A/progress-readings/new/").context["form"]
    assert [row.name for row in form.fields["package"].queryset] == ["Cut-over"]
    assert form["package"].value() == WorkPackage.objects.get(name="Cut-over").pk
    assert list(client.get("/nodes/A/earning-milestones/new/").context["form"].fields["package"].queryset) == []
    form = client.get(f"/work-packages/{other.pk}/edit/").context["form"]
    assert [row.name for row in form.fields["apportioned_to"].queryset] == ["Cut-over"]


@pytest.mark.parametrize("url", [EARNED, MONEY, COMPARE, "/nodes/A/", "/nodes/A/progress/"])
def test_pages_take_as_many_queries_for_three_rows_as_for_one(measured, as_, url, django_assert_num_queries):
    def more(number):
        package = WorkPackageFactory(node=measured.project, name=f"More {number}", weight=0)
        ReadingFactory(package=package, as_of=date(2026, 6, 1), percent=5)
        stages = WorkPackageFactory(node=measured.project, name=f"Stages {number}", weight=0, technique="milestones")
        PackageMilestoneFactory(package=stages, milestone=MilestoneFactory(node=measured.project), weight=100)
        reserve = ReserveFactory(node=measured.project)
        ReserveDrawFactory(reserve=reserve)

    client = as_(measured.finance)
    approve(measured, {"Apr 2026": "1"})
    more(1)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        assert client.get(url).status_code == 200
    more(2)
    more(3)
    with django_assert_num_queries(len(one)):
        client.get(url)
