"""The milestone trend: samples, words, table and drawing, by hand."""

import re
from datetime import date
from itertools import pairwise

import pytest

from portfolio.schedule import trend
from portfolio.schedule.trend import Belief, Line, Point, Scale

TODAY = date(2026, 6, 15)


def day(text):
    return date.fromisoformat(f"2026-{text}")


DAYS = [day("03-31"), day("04-30"), day("05-31"), TODAY]


def a_line(*expected, critical=False, name="Go-live", first=0):
    """Return a line with these dates in reports that follow each other."""
    points = [Point(DAYS[first + place], day(text)) for place, text in enumerate(expected)]
    return Line(name, critical, points)


@pytest.mark.parametrize(
    ("first", "days"),
    [
        ("03-10", DAYS),
        ("03-31", DAYS),
        ("06-01", [TODAY]),
        ("06-15", [TODAY]),
    ],
)
def test_reports_are_the_ends_of_months_and_today(first, days):
    assert trend.reports(day(first), TODAY) == days


def test_today_at_the_end_of_a_month_is_one_report():
    assert trend.reports(day("05-02"), day("05-31")) == [day("05-31")]
    assert trend.reports(day("04-02"), day("05-31")) == [day("04-30"), day("05-31")]


def test_only_the_latest_reports_are_kept():
    days = trend.reports(date(2010, 1, 1), TODAY)
    assert (len(days), days[0], days[-1]) == (24, date(2024, 7, 31), TODAY)


def test_line_holds_what_was_believed_at_each_report():
    beliefs = [
        Belief(day("03-20"), day("09-01")),
        Belief(day("04-30"), day("10-01")),
        Belief(day("05-01"), None),
        Belief(day("06-02"), day("11-01")),
    ]
    found = trend.line("Go-live", False, beliefs, DAYS)
    assert [(point.report, point.expected) for point in found.points] == [
        (day("03-31"), day("09-01")),
        (day("04-30"), day("10-01")),
        (TODAY, day("11-01")),
    ]
    assert (found.moved, found.moves) == (61, 2)


def test_line_ends_with_the_report_that_knew_it_achieved():
    beliefs = [Belief(day("03-01"), day("05-20")), Belief(day("05-22"), day("05-20"), day("05-21"))]
    found = trend.line("Gate", True, beliefs, DAYS)
    assert [(point.expected, point.achieved) for point in found.points] == [
        (day("05-20"), False),
        (day("05-20"), False),
        (day("05-21"), True),
    ]


def test_milestone_that_came_later_or_has_no_date_has_no_point_before():
    assert trend.line("New", False, [Belief(day("05-10"), day("09-01"))], DAYS).points[0].report == day("05-31")
    assert trend.line("New", False, [Belief(day("05-10"), None)], DAYS).points == []


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "No trend yet: it needs two reports"),
        ([a_line("09-01")], "No trend yet: it needs two reports"),
        ([a_line("09-01", "09-01")], "No forecast has moved since 31 Mar 2026"),
        ([a_line("09-01", "10-01", "08-01")], "No milestone is later than it was on 31 Mar 2026"),
        ([a_line("09-01", "09-02")], "Go-live moved 1 day later in 1 step"),
        (
            [a_line("09-01", "09-11", "10-01"), a_line("09-01", "09-15", name="Gate")],
            "Go-live moved 30 days later in 2 steps",
        ),
    ],
)
def test_finding_names_what_moved_most(lines, sentence):
    assert trend.finding(lines) == sentence


def test_table_has_every_line_and_every_report():
    done = Line("Gate", True, [Point(DAYS[0], day("04-20")), Point(DAYS[1], day("04-18"), achieved=True)])
    assert trend.table([done, a_line("09-01", first=3)], DAYS) == [
        ["Gate", "20 Apr 2026", "18 Apr 2026, achieved", "–", "–"],
        ["Go-live", "–", "–", "–", "1 Sep 2026"],
    ]


def test_critical_lines_are_drawn_first_then_what_moved_most():
    lines = [a_line("09-01", f"09-{n:02}", name=f"M{n}") for n in range(2, 12)]
    lines += [a_line("09-01", "09-01", critical=True, name="Gate"), a_line("09-01", name="Once")]
    assert [line.name for line in trend.drawn(lines)] == ["Gate", *(f"M{n}" for n in range(11, 4, -1))]


def test_scale_maps_days_to_pixels_and_ticks_months():
    scale = Scale(day("01-01"), day("12-31"), 0.0, 364.0)
    assert (scale.at(day("01-01")), scale.at(day("01-11")), scale.at(date(2030, 1, 1))) == (0, 10, 364)
    assert scale.ticks(6) == [date(2026, month, 1) for month in (1, 3, 5, 7, 9, 11)]
    assert len(Scale(date(2000, 1, 1), date(2100, 1, 1), 0, 1).ticks(6)) <= 6
    assert Scale(TODAY, TODAY, 5.0, 9.0).at(TODAY) == 5


def numbers(pattern, svg):
    return [tuple(map(float, found)) for found in re.findall(pattern, svg)]


def test_drawing_puts_level_lines_level_and_slipping_lines_upwards():
    level, rising = (
        a_line("09-01", "09-01", "09-01", "09-01"),
        a_line("09-01", "09-20", "10-10", "11-01", critical=True),
    )
    svg = trend.drawing([level, rising], TODAY, "Go-live moved")
    first, second = (
        numbers(r"([\d.]+),([\d.]+)", path) for path in re.findall(r'polyline class="[^"]*" points="([^"]*)"', svg)
    )
    assert len({y for _x, y in first}) == 1
    assert all(later[0] > earlier[0] for earlier, later in pairwise(second))
    assert all(later[1] < earlier[1] for earlier, later in pairwise(second)), "up is later"
    assert first[0] == second[0]
    assert 'class="mt-l mt-l--crit"' in svg
    assert svg.startswith('<svg class="mt" viewBox="0 0 900 320" role="img" aria-label="Go-live moved">')
    now = numbers(r'mt-now" x1="([\d.]+)" x2="([\d.]+)"', svg)[0]
    assert now == (first[-1][0], first[-1][0]), "the last report stands on today's line"


def test_achieved_milestone_ends_on_the_due_line():
    done = Line("Gate", False, [Point(DAYS[0], day("05-20")), Point(DAYS[2], day("05-12"), achieved=True)])
    svg = trend.drawing([done, a_line("12-01", "12-01", "12-01", "12-01")], TODAY, "x")
    x, y = numbers(r'mt-done" cx="([\d.]+)" cy="([\d.]+)"', svg)[0]
    x1, y1, x2, y2 = numbers(r'mt-due" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"', svg)[0]
    assert abs(y1 + (y2 - y1) * (x - x1) / (x2 - x1) - y) < 0.2


def test_names_never_lie_on_each_other_and_are_escaped():
    lines = [a_line("09-01", "09-01", name=f"<b>{n}") for n in range(8)]
    svg = trend.drawing(lines, TODAY, "x")
    heights = [float(y) for y in re.findall(r'class="mt-n" x="[\d.]+" y="([\d.]+)"', svg)]
    assert len(heights) == 8
    assert all(later - earlier >= 15 for earlier, later in pairwise(heights))
    assert "<b>" not in svg
    assert "&lt;b&gt;0" in svg


def test_drawing_of_nothing_is_empty_and_of_one_day_stands():
    assert trend.drawing([], TODAY, "x") == ""
    once = Line("A", False, [Point(TODAY, TODAY)])
    assert "polyline" in trend.drawing([once], TODAY, "x")


def test_drawing_keeps_within_its_frame():
    far = Line("Far", False, [Point(DAYS[0], date(2099, 1, 1)), Point(TODAY, date(1999, 1, 1))])
    svg = trend.drawing([far, a_line("09-01", "09-01")], TODAY, "x" * 10)
    for x, y in numbers(r"([\d.]+),([\d.]+)", " ".join(re.findall(r'points="([^"]*)"', svg))):
        assert 0 <= x <= 900
        assert 0 <= y <= 320
