"""Reporting weeks: Mondays, when a report goes stale, and which colour is better. Dates worked on a calendar."""

from datetime import date, timedelta

import pytest

from portfolio.status.weeks import due_on, is_better, is_current, monday, unchanged_since, worst


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 16), date(2026, 11, 16)),
        (date(2026, 11, 22), date(2026, 11, 16)),
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2027, 1, 1), date(2026, 12, 28)),
    ],
)
def test_week_begins_on_monday(day, expected):
    assert monday(day) == expected


@pytest.mark.parametrize(
    ("today", "current"), [(date(2026, 11, 16), True), (date(2026, 11, 29), True), (date(2026, 11, 30), False)]
)
def test_report_counts_until_the_next_week_has_ended(today, current):
    assert is_current(date(2026, 11, 16), today) is current


def test_missing_report_is_never_current():
    assert is_current(None, date(2026, 11, 16)) is False


@pytest.mark.parametrize(
    ("reported", "computed", "expected"),
    [("on", "risk", True), ("risk", "off", True), ("off", "off", False), ("off", "on", False), ("on", "nr", False)],
)
def test_only_a_better_report_asks_for_a_reason(reported, computed, expected):
    assert is_better(reported, computed) is expected


@pytest.mark.parametrize(
    ("colours", "expected"),
    [
        (["on", "risk", "off"], "off"),
        (["on", "hold"], "on"),
        (["hold", "hold"], "hold"),
        (["", ""], ""),
        (["on", "", "risk"], "risk"),
    ],
)
def test_worst_of_what_is_reported(colours, expected):
    assert worst(dict(enumerate(colours))) == expected


def test_report_is_in_time_until_sunday():
    assert due_on(date(2026, 11, 16)) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("colours", "since"),
    [
        (["risk", "risk", "on", "risk"], date(2026, 11, 9)),
        (["off", "risk", "risk", "risk"], date(2026, 11, 16)),
        (["on", "on", "on", "on"], date(2026, 10, 26)),
        ([], None),
    ],
)
def test_colour_holds_since_the_first_week_of_its_unbroken_run(colours, since):
    weeks = [(date(2026, 11, 16) - timedelta(weeks=n), {"cost": colour}) for n, colour in enumerate(colours)]
    assert unchanged_since(weeks, "cost") == since
