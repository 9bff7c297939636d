"""Month ends, week ends and the points between which a trend is told."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from reporting.dashboards.moments import last_day, month_ends, trend_points, week_ends
from reporting.dashboards.totals import NAMES, Totals

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def test_month_ends_are_local_midnights_across_the_clock_change():
    assert [at.astimezone(UTC) for at in month_ends(NOW, 3)] == [
        datetime(2026, 8, 31, 23, tzinfo=UTC),
        datetime(2026, 9, 30, 23, tzinfo=UTC),
        datetime(2026, 11, 1, 0, tzinfo=UTC),
    ]
    assert last_day(month_ends(NOW, 1)[0]) == date(2026, 10, 31)


def test_week_ends_close_with_now():
    assert week_ends(NOW, 2) == [datetime(2026, 11, 13, 18, tzinfo=UTC), NOW]


def row(**values):
    return SimpleNamespace(**dict.fromkeys(NAMES, 0) | values)


def test_trend_points_are_months_from_the_first_known_one():
    months = month_ends(NOW)
    held = {at: [row(n_on=1), row(n_on=2)] for at in [*months[-4:], NOW]}
    points = trend_points(NOW, held)
    assert [point.label for point in points] == ["Jul", "Aug", "Sep", "Oct", "Nov 26"]
    assert points[0].when == "in July"
    assert points[0].totals == Totals(n_on=3)


def test_trend_points_are_weeks_while_there_are_few_months():
    weeks = week_ends(NOW)
    points = trend_points(NOW, {at: [row(n_off=1)] for at in weeks[-3:]})
    assert [point.label for point in points] == ["6 Nov", "13 Nov", "20 Nov"]
    assert points[0].when == "on 6 Nov 2026"


def test_trend_points_of_no_history_are_none():
    assert trend_points(NOW, {}) == []
