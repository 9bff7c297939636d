"""The benefits tab, profiles, the grid of values and the form of shares, as people use them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio.benefits import services
from portfolio.models import Benefit, Currency
from tests.contracts.pages import page_of
from tests.factories import BenefitFactory, BenefitShareFactory, NodeFactory
from tests.portfolio.benefits.worlds import text_of

D = Decimal
TAB, GRID = "/nodes/A/benefits/", "/nodes/A/benefits/edit/"


@pytest.fixture
def worked(house):
    """Target 4.0m, realised 1.0m to May, forecast 3.2m after it; a dis-benefit of 0.2m, not targeted at all.

    Saving: 1.0m of 1.5m in Apr and May, 2.2m of 2.5m in Jul. Forecast 3.2m; less 0.2m is 3.0m in all, of 4.0m.
    """
    saving = house.benefit(review_on=date(2026, 6, 1))
    loss = house.benefit(name="Longer queues", kind="disbenefit", nature="non_cashable")
    house.approved(saving, Apr_2026="500000", May_2026="1000000", Jul_2026="2500000")
    house.set(saving, "actual", Apr_2026="400000", May_2026="600000")
    house.set(saving, "forecast", May_2026="999", Jul_2026="2200000")
    house.set(loss, "forecast", Jul_2026="200000")
    return house


def test_tab_states_the_finding_and_its_figures(worked, as_):
    response = as_(worked.executive).get(TAB)
    lines = [
        (line["held"].benefit.name, *(figure.text for figure in line["figures"]))
        for line in response.context["panel"]["lines"]
    ]
    assert lines == [
        ("Longer queues", "–", "−£0.2m", "–", "–"),
        ("Paperless claims", "£4.0m", "£3.2m", "£1.0m", "−£0.8m"),
    ]
    page = text_of(response)
    assert "Benefits are forecast at £3.0m, £1.0m short of the target of £4.0m" in page
    assert "realised to 31 May 2026" in page
    assert "£1.0m is realised to 31 May 2026, £0.5m behind the target to that day" in page
    assert "1 review is overdue" in page
    assert "Baseline 1 is current" in page
    total = [figure.text for figure in response.context["panel"]["total"]]
    assert total == ["£4.0m", "£3.0m", "£1.0m", "−£1.0m"]


def test_every_figure_of_a_benefit_opens_the_rows_that_add_up_to_it(worked, as_):
    client = as_(worked.executive)
    panel = client.get(TAB).context["panel"]
    for line in panel["lines"]:
        row = line["held"].line
        for figure, amount in zip(line["figures"], (row.target, row.forecast, row.actual), strict=False):
            assert bool(figure.url) is (amount is not None)
            if figure.url:
                rows = client.get(figure.url).context["table"]["rows"]
                assert sum(found.obj.amount for found in rows) == abs(amount), figure
    assert [figure.url for figure in panel["total"]] == [""] * 4


def test_curve_and_table_have_the_same_points_and_sum_to_the_total(worked, as_):
    services.benefit_values_set(
        [worked.line(Benefit.objects.get(kind="benefit"), "Mar 2026", "50000", value_version="actual")],
        actor=worked.head,
    )
    client = as_(worked.executive)
    response = client.get(TAB)
    fig = response.context["fig"]
    assert fig["rows"] == [
        ["2025/26", "£0.00", "£50,000.00", "£50,000.00"],
        ["2026/27", "£4,000,000.00", "£3,000,000.00", "£1,000,000.00"],
    ]
    data = {trace["name"]: trace for trace in client.get(fig["figure_url"]).json()["data"]}
    assert {name: trace["y"] for name, trace in data.items()} == {
        "Target": [0.0, 4.0],
        "Forecast": [0.05, 3.0],
        "Realised": [0.05, 1.0],
    }
    total = response.context["panel"]["held"].found.total
    assert (total.target, total.forecast, total.actual) == (D(4_000_000), D(3_050_000), D(1_050_000))
    assert "as of 15 Jun 2026" in fig["note"]
    assert "2 benefits in money" in fig["note"]


def test_draft_target_does_not_count(worked, as_):
    worked.set(Benefit.objects.get(kind="disbenefit"), "target", Jul_2026="777")
    total = as_(worked.executive).get(TAB).context["panel"]["held"].found.total
    assert total.target == D(4_000_000)


def test_measured_benefit_stands_apart_in_its_own_unit(house, as_):
    made = house.benefit(
        name="Faster payment", nature="measured", currency=None, measure="Days from claim to payment",
        baseline_value=12, target_value=D("4.5"), target_date=date(2027, 3, 31),
    )  # fmt: skip
    house.set(made, "actual", Apr_2026="11", May_2026="10")
    house.set(made, "forecast", Jul_2026="8", Sep_2026="6")
    response = as_(house.executive).get(TAB)
    page = text_of(response)
    assert "One benefit is measured in its own unit" in page
    cells = page_of(response).table()[1]
    assert [" ".join(cell.split()) for cell in cells[0][1:]] == ["12", "4.50by 31 Mar 2027", "10May 2026", "6Sep 2026"]
    assert "1 benefit, measured and not in money" in page
    assert not response.context["panel"]["lines"]


def test_share_of_a_benefit_is_said_and_opens_no_rows(worked, as_):
    saving = Benefit.objects.get(kind="benefit")
    with transaction.atomic():
        BenefitShareFactory(benefit=saving, node=worked.project, percent=75)
        BenefitShareFactory(benefit=saving, node=worked.other, percent=25)
    client = as_(worked.executive)
    line = client.get(TAB).context["panel"]["lines"][1]
    assert (line["note"], line["figures"][0].text, line["figures"][0].url) == ("75% of it counts here", "£3.0m", "")
    other = text_of(client.get("/nodes/B/benefits/"))
    assert "25% of it counts here" in other
    assert "stands on Name of A" in other


def test_benefit_claimed_wholly_elsewhere_counts_nothing_where_it_stands(worked, as_):
    saving = Benefit.objects.get(kind="benefit")
    BenefitShareFactory(benefit=saving, node=worked.other, percent=100)
    line = as_(worked.executive).get(TAB).context["panel"]["lines"][1]
    assert [figure.text for figure in line["figures"]] == ["–"] * 4
    assert line["note"] == "counts for those who claim it"


def test_missing_rate_is_a_word(house, as_):
    made = house.benefit(currency=Currency.objects.create(code="USD", name="Dollar"))
    house.set(made, "forecast", Jul_2026="5")
    page = text_of(as_(house.executive).get(TAB))
    assert "The total is unknown: no exchange rate for USD" in page
    assert "Unknown" in page


def test_empty_tab_says_what_to_do(house, as_):
    page = text_of(as_(house.manager).get(TAB))
    assert "No benefit is profiled yet" in page
    assert "Add the first benefit" in page
    page = text_of(as_(house.executive).get(TAB))
    assert "Add the first benefit" not in page


def test_portfolio_lists_the_open_benefits_below_it(worked, as_):
    worked.benefit(name="Closed", closed_on=date(2026, 6, 1), node=worked.other)
    late = worked.benefit(name="Later", review_on=date(2026, 5, 1), node=worked.other)
    response = as_(worked.executive).get("/nodes/P/benefits/")
    assert [
        (
            line["benefit"].name,
            line["benefit"].target,
            line["benefit"].forecast,
            line["benefit"].actual,
            line["overdue"],
        )
        for line in response.context["below"]["rows"]
    ] == [
        ("Later", None, None, None, True),
        ("Paperless claims", 4_000_000, 3_200_000, 1_000_000, True),
        ("Longer queues", None, -200_000, None, False),
    ]
    page = page_of(response)
    assert "3 open benefits below, 2 reviews overdue" in "".join(page.text)
    links = {attrs.get("href") for attrs in page.of("a")}
    assert {reverse("benefit-detail", args=[late.pk]), "/nodes/P/benefit-profiles/?state=open"} <= links


def test_list_of_benefits_tells_what_each_brings(worked, as_):
    measured = worked.benefit(name="Days", nature="measured", currency=None, target_value=3)
    worked.set(measured, "actual", Apr_2026="9", May_2026="7")
    worked.set(measured, "forecast", Jul_2026="5")
    table = as_(worked.executive).get("/benefit-profiles/?sort=name").context["table"]
    assert [(row.obj.name, row.obj.target, row.obj.forecast, row.obj.actual) for row in table["rows"]] == [
        ("Days", 3, 5, 7),
        ("Longer queues", None, -200_000, None),
        ("Paperless claims", 4_000_000, 3_200_000, 1_000_000),
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("below=A", {"Paperless claims", "Longer queues"}),
        ("below=P", {"Paperless claims", "Longer queues", "Closed"}),
        ("below=OUT", set()),
        ("state=open", {"Paperless claims", "Longer queues"}),
        ("state=closed", {"Closed"}),
        ("review=overdue", {"Paperless claims"}),
        ("kind=disbenefit", {"Longer queues"}),
    ],
)
def test_filters_of_benefits(worked, as_, query, names):
    worked.benefit(name="Closed", closed_on=date(2026, 6, 1), review_on=date(2026, 5, 1), node=worked.other)
    BenefitFactory(name="Foreign", node=NodeFactory(code="OUT", kind="portfolio"))
    table = as_(worked.executive).get(f"/benefit-profiles/?{query}").context["table"]
    assert {row.obj.name for row in table["rows"]} == names


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ("figure=target", [500_000, 1_000_000, 2_500_000]),
        ("figure=actual", [400_000, 600_000]),
        ("figure=forecast", [400_000, 600_000, 2_200_000, 200_000]),
        ("value_version=forecast", [999, 2_200_000, 200_000]),
        ("value_version=target&fiscal_year=2026/27", [500_000, 1_000_000, 2_500_000]),
        ("q=queues", [200_000]),
    ],
)
def test_filters_of_values(worked, as_, query, amounts):
    table = as_(worked.executive).get(f"/benefit-values/?{query}").context["table"]
    assert sorted(row.obj.amount for row in table["rows"]) == sorted(amounts)


def test_filter_of_one_benefit_is_taken_from_links_and_lists_no_choices(worked, as_):
    saving = Benefit.objects.get(kind="benefit")
    response = as_(worked.executive).get(f"/benefit-values/?benefit={saving.pk}&figure=actual")
    assert {row.obj.benefit for row in response.context["table"]["rows"]} == {saving}
    assert "Longer queues" not in text_of(response)
    fields = [attrs for attrs in page_of(response).of("input") if attrs.get("name") == "benefit"]
    assert {(attrs["type"], attrs["value"]) for attrs in fields} == {("hidden", str(saving.pk))}
    assert "Benefit Paperless claims" in text_of(response), "the chip names the benefit"


def test_overview_says_forecast_target_and_next_review(worked, as_):
    Benefit.objects.filter(kind="benefit").update(review_on=date(2026, 9, 1))
    page = text_of(as_(worked.executive).get("/nodes/A/"))
    assert "Benefits are forecast at £3.0m, £1.0m short of the target of £4.0m" in page
    assert "Next review 1 Sep 2026" in page
    page = text_of(as_(worked.executive).get("/nodes/P/"))
    assert "No benefit is profiled yet" not in page


def test_nothing_of_a_project_outside_the_scope_is_shown(worked, as_):
    foreign = worked.benefit(name="Canary", node=worked.other)
    worked.set(foreign, "forecast", Jul_2026="5")
    value = foreign.values.get()
    client = as_(worked.manager)
    for url in (
        "/nodes/B/benefits/",
        "/nodes/B/benefits/realisation.json",
        "/nodes/B/benefits/edit/",
        "/nodes/B/benefit-profiles/",
        "/nodes/B/benefit-profiles/new/",
        "/nodes/B/benefit-values/export.csv",
        f"/benefit-profiles/{foreign.pk}/",
        f"/benefit-profiles/{foreign.pk}/shares/",
        f"/benefit-values/{value.pk}/",
        f"/benefit-values/{value.pk}/history/",
    ):
        assert client.get(url).status_code == 404, url
    for url in ("/benefit-profiles/", "/benefit-values/", "/benefit-values/export.csv", "/nodes/A/benefit-values/new/"):
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code == 200
        assert b"Canary" not in body, url
    grid = {f"amount-{foreign.pk}-{value.period_id}": "9", f"seen-{foreign.pk}-{value.period_id}": "5"}
    assert client.post(GRID, grid).status_code == 404
    value.refresh_from_db()
    assert value.amount == D(5)


def test_tab_asks_as_many_queries_for_three_benefits_as_for_one(house, as_):
    client = as_(house.executive)

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(TAB).status_code == 200
        return len(found)

    def add(number):
        made = house.benefit(name=f"Benefit {number}", review_on=date(2026, 5, number))
        measured = house.benefit(name=f"Measured {number}", nature="measured", currency=None)
        for one in (made, measured):
            house.set(one, "forecast", Jul_2026="5")
        with transaction.atomic():
            BenefitShareFactory(benefit=made, node=house.project, percent=50)
            BenefitShareFactory(benefit=made, node=house.other, percent=50)

    add(1)
    asked()
    one = asked()
    add(2)
    add(3)
    assert asked() == one
    assert one < 25
