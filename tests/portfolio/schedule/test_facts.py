"""Milestones as they enter the roll-up. The business date is 19 November 2026."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.reporting import world

pytestmark = pytest.mark.django_db
YESTERDAY = world.TODAY - timedelta(days=1)


@pytest.fixture
def node():
    return world.project("X", world.portfolio())


def gate(node, planned, **values):
    made = world.milestone(node, "Gate", "gate", **values)
    world.baseline(node, dates={made: planned})


def test_slip_is_forecast_finish_against_the_current_baseline(node):
    world.planned(node, date(2025, 11, 21), date(2027, 4, 30), forecast=date(2027, 7, 2))
    row = world.rolled(node)
    assert (row.baseline_start, row.baseline_finish) == (date(2025, 11, 21), date(2027, 4, 30))
    assert (row.forecast_finish, row.slip_days) == (date(2027, 7, 2), 63)


def test_actual_finish_takes_the_place_of_the_forecast(node):
    finish = world.milestone(node, "F", "finish", forecast_date=date(2026, 5, 1), actual_date=date(2026, 4, 1))
    world.baseline(node, dates={finish: date(2026, 4, 11)})
    row = world.rolled(node)
    assert (row.forecast_finish, row.slip_days) == (date(2026, 4, 1), -10)


def test_dates_of_an_earlier_baseline_do_not_count(node):
    finish = world.milestone(node, "F", "finish", forecast_date=date(2027, 5, 1))
    world.baseline(node, dates={finish: date(2027, 1, 1)})
    world.baseline(node, dates={finish: date(2027, 4, 1)})
    assert world.rolled(node).slip_days == 30


def test_finish_without_a_baseline_has_no_slip(node):
    world.milestone(node, "F", "finish", forecast_date=date(2027, 5, 1))
    row = world.rolled(node)
    assert (row.forecast_finish, row.slip_days, row.schedule_colour) == (date(2027, 5, 1), None, "nr")


@pytest.mark.parametrize(
    ("planned", "values", "late"),
    [
        (YESTERDAY, {}, 1),
        (world.TODAY, {}, 0),
        (YESTERDAY, {"actual_date": world.TODAY}, 0),
        (YESTERDAY, {"forecast_date": date(2027, 1, 1)}, 1),
        (date(2027, 1, 1), {"forecast_date": date(2027, 6, 1)}, 0),
    ],
)
def test_gate_is_late_when_its_baseline_date_has_passed_and_it_is_not_done(node, planned, values, late):
    gate(node, planned, **values)
    assert world.rolled(node).late_critical == late


@pytest.mark.parametrize(("is_critical", "late"), [(True, 1), (False, 0)])
def test_milestone_is_late_for_the_rollup_only_if_critical(node, is_critical, late):
    made = world.milestone(node, "Handover", is_critical=is_critical)
    world.baseline(node, dates={made: YESTERDAY})
    assert world.rolled(node).late_critical == late


def test_gate_turns_late_on_the_day_after_with_nobody_touching_it(node):
    gate(node, world.TODAY)
    row = world.rolled(node)
    assert (row.late_critical, row.schedule_colour, row.recheck_on) == (0, "on", date(2026, 11, 20))
    row = world.rolled(node, datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert (row.late_critical, row.schedule_colour, row.recheck_on) == (1, "risk", None)


def test_business_date_is_the_calendar_day_of_the_organisation(node):
    gate(node, date(2026, 7, 1))
    # 23:30 UTC on 1 July is 2 July in London.
    assert world.rolled(node, datetime(2026, 7, 1, 22, 30, tzinfo=UTC)).late_critical == 0
    assert world.rolled(node, datetime(2026, 7, 1, 23, 30, tzinfo=UTC)).late_critical == 1


def test_container_spans_the_dates_below_it(node):
    other = world.project("Y", node.parent)
    world.planned(node, date(2026, 1, 1), date(2026, 12, 31), forecast=date(2027, 1, 31))
    world.planned(other, date(2025, 6, 1), date(2026, 6, 30), forecast=date(2027, 3, 1))
    row = world.rolled(node.parent)
    assert (row.baseline_start, row.baseline_finish) == (date(2025, 6, 1), date(2026, 12, 31))
    assert (row.forecast_finish, row.slip_days, row.schedule_colour) == (date(2027, 3, 1), 60, "nr")
