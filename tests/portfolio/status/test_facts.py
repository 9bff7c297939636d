"""Weekly reports as they enter the roll-up. The business date is Thursday 19 November 2026, week 47."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.reporting import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def node():
    return world.project("X", world.portfolio())


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_current_report_gives_the_five_colours(node):
    world.report(node, schedule="risk", cost="on", scope="off", risk="hold", benefit="")
    row = world.rolled(node)
    assert (row.reported_schedule, row.reported_cost, row.reported_scope) == ("risk", "on", "off")
    assert (row.reported_risk, row.reported_benefit, row.reported) == ("hold", "nr", "off")
    assert (row.report_week, row.reports_due, row.reports_in, row.missed_cycles) == (world.MONDAY, 1, 1, 0)


@pytest.mark.parametrize(
    ("days", "colour", "missed", "recheck"),
    [(13, "on", 0, 14), (14, "nr", 1, 21), (20, "nr", 1, 21), (21, "nr", 2, 28), (70, "nr", 9, 77)],
)
def test_report_is_current_for_two_weeks_from_its_monday(node, days, colour, missed, recheck):
    world.report(node)
    row = world.rolled(node, at(world.MONDAY + timedelta(days=days)))
    assert (row.reported, row.reported_cost, row.reporting_colour) == (colour, colour, colour)
    assert (row.missed_cycles, row.reports_in) == (missed, int(missed == 0))
    assert row.recheck_on == world.MONDAY + timedelta(days=recheck)
    assert row.report_week == world.MONDAY


def test_never_reported_is_grey_and_due(node):
    row = world.rolled(node)
    assert (row.missed_cycles, row.reporting_colour, row.reports_due, row.reports_in) == (None, "nr", 1, 0)


def test_draft_is_no_report(node):
    world.report(node, state="draft")
    assert world.rolled(node).report_week is None


def test_correction_takes_the_place_of_the_first_version(node):
    world.report(node, colour="on")
    world.report(node, number=2, colour="off")
    assert world.rolled(node).reported == "off"


def test_latest_week_counts_whatever_was_filed_last(node):
    world.report(node, colour="risk")
    world.report(node, world.MONDAY - timedelta(weeks=1), colour="off")
    assert world.rolled(node).reported == "risk"


@pytest.mark.parametrize("lifecycle", ["proposed", "on_hold", "complete", "stopped"])
def test_no_report_is_due_outside_of_define_and_deliver(lifecycle):
    node = world.project("X", world.portfolio(), lifecycle=lifecycle)
    world.report(node, world.MONDAY - timedelta(weeks=9))
    row = world.rolled(node)
    assert (row.reports_due, row.missed_cycles, row.reporting_colour, row.recheck_on) == (0, None, "nr", None)


@pytest.mark.parametrize(
    ("colours", "reported"),
    [
        ({"schedule": "on"}, "on"),
        ({"schedule": "hold"}, "hold"),
        ({"schedule": "hold", "cost": "risk"}, "risk"),
        ({"schedule": "off", "cost": "risk"}, "off"),
        (dict.fromkeys(("schedule", "cost", "scope", "risk", "benefit"), ""), "nr"),
    ],
)
def test_reported_is_the_worst_of_five_and_on_hold_is_worse_than_on_track(node, colours, reported):
    world.report(node, **colours)
    assert world.rolled(node).reported == reported
