"""Several approved baselines beside the forecast, how often the plan was approved anew, and the trend on its page."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.models import Milestone
from portfolio.registry.services import baseline_approve, baseline_open
from portfolio.schedule import services
from portfolio.schedule.services import BaselineDateLine, MilestoneLine
from portfolio.schedule.slips import rebaselined

SCHEDULE = "/nodes/A/schedule/"


@pytest.fixture
def as_(client):
    """Return a function that signs a person in and gives the client."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def text(response):
    return " ".join(response.content.decode().split())


def approve(house, dates):
    """Approve a baseline with the dates of the current one and `dates` by milestone; None takes one out."""
    draft = baseline_open(house.project, actor=house.head, action="schedule.edit")
    lines = [BaselineDateLine(row, draft, day) for row, day in dates.items()]
    services.baseline_dates_set(lines, actor=house.head)
    return baseline_approve(draft, actor=house.head, reason="Approved")


@pytest.fixture
def approved(house):
    """Go-live: 1 March, 1 April, 1 May in baselines 1, 2 and 3, forecast 11 May. The gate came with baseline 2."""
    lines = [
        MilestoneLine(house.project, "Go-live", "finish", date(2027, 5, 11)),
        MilestoneLine(house.project, "Gate 4", "gate", date(2027, 2, 8)),
    ]
    live, gate = services.milestones_put(lines, actor=house.head)
    approve(house, {live: date(2027, 3, 1)})
    approve(house, {live: date(2027, 4, 1), gate: date(2027, 2, 1)})
    approve(house, {live: date(2027, 5, 1)})
    return house


def test_every_approved_baseline_stands_beside_the_forecast(approved, as_):
    baseline_open(approved.project, actor=approved.head, action="schedule.edit")  # a draft does not show
    response = as_(approved.executive).get(SCHEDULE)
    panel = response.context["panel"]
    assert [version.number for version in panel["held"]] == [3, 2, 1]
    found = {row.name: (row.dates, row.standing.slip, row.first_slip) for row in panel["rows"]}
    assert found == {
        "Go-live": ([date(2027, 5, 1), date(2027, 4, 1), date(2027, 3, 1)], 10, 71),
        "Gate 4": ([date(2027, 2, 1), date(2027, 2, 1), None], 7, 7),
    }
    page = text(response)
    assert "re-baselined twice" in page
    for words in ("Baseline 3, current", "Slip, first", "+71", "1 Mar 2027"):
        assert words in page


def test_baseline_without_dates_is_counted_and_not_shown(approved, as_):
    approve(approved, dict.fromkeys(Milestone.objects.all()))
    panel = as_(approved.executive).get(SCHEDULE).context["panel"]
    assert [version.number for version in panel["held"]] == [3, 2, 1]
    assert panel["rebaselined"] == "re-baselined 3 times"


def test_overview_says_how_often_the_plan_was_approved_anew(approved, as_):
    page = text(as_(approved.executive).get("/nodes/A/"))
    assert "against baseline 3, calendar days" in page
    assert "re-baselined twice" in page
    assert "Slip, first" not in page


def test_one_baseline_is_no_rebaseline(house, as_):
    (row,) = services.milestones_put([MilestoneLine(house.project, "Gate", "gate", date(2027, 1, 1))], actor=house.head)
    approve(house, {row: date(2027, 1, 1)})
    page = text(as_(house.executive).get(SCHEDULE))
    assert "re-baselined" not in page
    assert "Slip, first" not in page


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, ""), (1, ""), (2, "re-baselined once"), (3, "re-baselined twice"), (4, "re-baselined 3 times")],
)
def test_words_of_rebaselining(count, words):
    assert rebaselined(count) == words


def test_editor_of_a_forecast_spans_the_whole_row(approved, as_):
    row = Milestone.objects.get(name="Go-live")
    page = as_(approved.head).get(f"{SCHEDULE}?edit={row.pk}").content.decode()
    table = page.split('<table class="gh-tbl gh-stk gh-wide"')[1].split("</table>")[0]
    assert table.split("<tbody")[0].count('role="columnheader"') == 9
    assert 'colspan="9"' in table


def backdate(row, *steps):
    """Make the row's history: from each instant on a forecast, or an actual date."""
    events = Milestone.pgh_event_model.objects
    events.filter(pgh_obj=row).delete()
    for since, values in steps:
        Milestone.objects.filter(pk=row.pk).update(**values)
        last = events.filter(pgh_obj=row).latest("pgh_id")
        events.filter(pk=last.pk).update(pgh_created_at=datetime(*since, 23, 30, tzinfo=UTC))


def test_trend_is_read_from_the_history_of_the_dates(house, as_):
    lines = [MilestoneLine(house.project, name, "milestone") for name in ("Go-live", "Rehearsal")]
    live, rehearsal = services.milestones_put(lines, actor=house.head)
    (foreign,) = services.milestones_put([MilestoneLine(house.other, "Canary", "gate")], actor=house.head)
    backdate(foreign, ((2026, 1, 5), {"forecast_date": date(2027, 1, 1)}))
    backdate(
        live,
        ((2026, 8, 10), {"forecast_date": date(2027, 3, 1)}),
        ((2026, 9, 30), {"forecast_date": date(2027, 4, 1)}),  # 1 October in London
        ((2026, 11, 19), {"forecast_date": date(2027, 4, 11)}),
    )
    backdate(
        rehearsal,
        ((2026, 8, 10), {"forecast_date": date(2026, 10, 1)}),
        ((2026, 10, 12), {"actual_date": date(2026, 10, 9)}),
    )
    response = as_(house.executive).get(SCHEDULE)
    fig = response.context["fig"]
    assert fig["title"] == "Go-live moved 41 days later in 2 steps"
    assert [header["label"] for header in fig["headers"]] == [
        "Milestone", "31 Aug 2026", "30 Sep 2026", "31 Oct 2026", "20 Nov 2026",
    ]  # fmt: skip
    assert sorted(fig["rows"]) == [
        ["Go-live", "1 Mar 2027", "1 Mar 2027", "1 Apr 2027", "11 Apr 2027"],
        ["Rehearsal", "1 Oct 2026", "1 Oct 2026", "9 Oct 2026, achieved", "–"],
    ]
    page = response.content.decode()
    assert page.count("<polyline") == 2
    assert "Canary" not in page


def test_trend_of_one_report_says_when_it_begins(house, as_):
    (row,) = services.milestones_put([MilestoneLine(house.project, "Gate", "gate", date(2027, 1, 1))], actor=house.head)
    backdate(row, ((2026, 11, 10), {"forecast_date": date(2027, 2, 1)}))
    page = text(as_(house.executive).get(SCHEDULE))
    assert "No trend yet: it needs two reports" in page
    assert "The trend begins with the second month in which a forecast is known." in page


def test_versions_and_trend_ask_the_same_queries_for_two_milestones_and_five(approved, as_, django_assert_num_queries):
    client = as_(approved.executive)
    client.get(SCHEDULE)
    with CaptureQueriesContext(connection) as one:
        client.get(SCHEDULE)
    lines = [MilestoneLine(approved.project, f"M{n}", "milestone", date(2027, 6, n)) for n in (1, 2, 3)]
    rows = services.milestones_put(lines, actor=approved.head)
    approve(approved, {row: row.forecast_date for row in rows})
    with django_assert_num_queries(len(one)):
        client.get(SCHEDULE)
