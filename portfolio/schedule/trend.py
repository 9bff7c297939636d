"""The milestone trend: how each forecast date moved from report to report, drawn against the line on which it is due.

Across: the day of the report. Up: the date then forecast. A level line keeps its date, a rising one slips; on the
diagonal the milestone is due. Pure: what was believed goes in, samples, words and an SVG come out. Only classes and
presentation attributes are used, so the drawing passes the content security policy, follows the theme and prints.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.core import format as fmt

MOST_REPORTS, MOST_LINES = 24, 8
WIDTH, HEIGHT = 900.0, 320.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 170.0, 14.0, 30.0
NAME_STEP = 15.0  # pixels between two names, so that none lies on another
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Belief:
    """What was believed of a milestone from one day on: its forecast, and its actual date once it is achieved."""

    since: date
    forecast: date | None
    actual: date | None = None


@dataclass(frozen=True)
class Point:
    """A milestone in one report: the date forecast, or the day on which it was achieved."""

    report: date
    expected: date
    achieved: bool = False


@dataclass(frozen=True)
class Line:
    """One milestone over the reports; a report in which it had no date has no point."""

    name: str
    is_critical: bool
    points: Sequence[Point]

    @property
    def moved(self) -> int:
        """Return by how many days the last date lies after the first; early is negative."""
        return (self.points[-1].expected - self.points[0].expected).days if self.points else 0

    @property
    def moves(self) -> int:
        """Return in how many reports the date was another than in the one before."""
        days = [point.expected for point in self.points]
        return sum(day != earlier for earlier, day in pairwise(days))


def reports(first: date, today: date) -> list[date]:
    """Return the ends of the months from `first` on, the latest ones, and today as the last report."""
    days: list[date] = []
    month = first.replace(day=1)
    while True:
        following = (month + 31 * DAY).replace(day=1)
        if following - DAY >= today:
            return [*days[-MOST_REPORTS + 1 :], today]
        days.append(following - DAY)
        month = following


def line(name: str, is_critical: bool, beliefs: Sequence[Belief], days: Sequence[date]) -> Line:
    """Return a milestone's points in the reports of `days`. It ends with the first report that knew it achieved."""
    points: list[Point] = []
    for day in days:
        known = [belief for belief in beliefs if belief.since <= day]
        if not known:
            continue
        last = known[-1]
        if last.actual is not None:
            points.append(Point(day, last.actual, achieved=True))
            break
        if last.forecast is not None:
            points.append(Point(day, last.forecast))
    return Line(name, is_critical, points)


def drawn(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that are drawn: with two reports at least, critical ones first, then what moved most."""
    known = [one for one in lines if len(one.points) > 1]
    return sorted(known, key=lambda one: (not one.is_critical, -abs(one.moved)))[:MOST_LINES]


def finding(lines: Sequence[Line]) -> str:
    """Return what the trend says, as a sentence with its number."""
    known = [one for one in lines if len(one.points) > 1]
    if not known:
        return _("No trend yet: it needs two reports")
    worst = max(known, key=lambda one: one.moved)
    if worst.moved > 0:
        days = ngettext("%(count)s day", "%(count)s days", worst.moved) % {"count": worst.moved}
        steps = ngettext("%(count)s step", "%(count)s steps", worst.moves) % {"count": worst.moves}
        words = _("%(name)s moved %(days)s later in %(steps)s")
        return words % {"name": worst.name, "days": days, "steps": steps}
    first = min(one.points[0].report for one in known)
    if all(not one.moves for one in known):
        return _("No forecast has moved since %(day)s") % {"day": fmt.day(first)}
    return _("No milestone is later than it was on %(day)s") % {"day": fmt.day(first)}


def table(lines: Sequence[Line], days: Sequence[date]) -> list[list[str]]:
    """Return a row for each milestone: its name, and its date in each report."""
    rows = []
    for one in lines:
        by_day = {point.report: point for point in one.points}
        rows.append([one.name, *(_cell(by_day.get(day)) for day in days)])
    return rows


def _cell(point: Point | None) -> str:
    if point is None:
        return fmt.DASH
    return _("%(day)s, achieved") % {"day": fmt.day(point.expected)} if point.achieved else fmt.day(point.expected)


@dataclass(frozen=True)
class Scale:
    """From days to pixels on one axis."""

    first: date
    last: date
    start: float
    end: float

    def at(self, day: date) -> float:
        """Return where a day lies; days outside lie on the edge."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return self.start + (self.end - self.start) * min(max(share, 0.0), 1.0)

    def ticks(self, most: int) -> list[date]:
        """Return firsts of months, evenly spaced and not more than `most`."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if months / step <= most or step == 1200)
        found, month = [], self.first.replace(day=1)
        while month <= self.last:
            if month >= self.first and (month.year * 12 + month.month - 1) % step == 0:
                found.append(month)
            month = (month + 31 * DAY).replace(day=1)
        return found


def drawing(lines: Sequence[Line], today: date, label: str) -> SafeString:
    """Return the trend as SVG: due line, today, and each milestone with its name at its end. Empty without lines."""
    if not lines:
        return SafeString("")
    across, up = _scales(lines, today)
    return format_html(
        '<svg class="mt" viewBox="0 0 900 320" role="img" aria-label="{}">{}{}{}{}{}</svg>',
        label,
        _grid(across, up),
        _due_line(across, up),
        _today(across, today),
        format_html_join("", "{}", ((_path(one, across, up),) for one in lines)),
        _names(lines, across, up),
    )


def _scales(lines: Sequence[Line], today: date) -> tuple[Scale, Scale]:
    first = min(point.report for one in lines for point in one.points)
    dates = [point.expected for one in lines for point in one.points]
    ahead = max(min(max(dates), today + (today - first)), today + (today - first) / 8)
    across = Scale(first, ahead, LEFT, WIDTH - RIGHT)
    low, high = min(*dates, first), max(*dates, today)
    return across, Scale(low - DAY, high + (high - low) / 20, HEIGHT - BOTTOM, TOP)


def _grid(across: Scale, up: Scale) -> SafeString:
    heights = [(up.at(day), _month(day)) for day in up.ticks(6)]
    ends = _px(across.start), _px(across.end)
    rows = format_html_join(
        "", '<line class="mt-g" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>', ((*ends, _px(y)) for y, _text in heights)
    )
    labels = [_text(LEFT - 8, y + 4, words, "end") for y, words in heights]
    labels += [_text(across.at(day), HEIGHT - 8, _month(day), "middle") for day in across.ticks(8)]
    return rows + format_html_join("", "{}", ((label,) for label in labels))


def _text(x: float, y: float, words: str, anchor: str = "start", kind: str = "mt-t") -> SafeString:
    return format_html('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>', kind, _px(x), _px(y), anchor, words)


def _due_line(across: Scale, up: Scale) -> SafeString:
    start, end = max(across.first, up.first), min(across.last, up.last)
    if end <= start:
        return SafeString("")
    ends = [_px(scale.at(day)) for day in (start, end) for scale in (across, up)]
    line = format_html('<line class="mt-due" x1="{}" y1="{}" x2="{}" y2="{}"/>', *ends)
    return line + _text(across.at(end) - 4, up.at(end) + 16, _("due"), "end")


def _today(across: Scale, today: date) -> SafeString:
    x = across.at(today)
    line = format_html(
        '<line class="mt-now" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>', _px(x), _px(TOP), _px(HEIGHT - BOTTOM)
    )
    return line + _text(x - 4, TOP + 8, _("today"), "end")


def _places(one: Line, across: Scale, up: Scale) -> list[tuple[float, float]]:
    """Return the line's points in pixels. An achieved one meets the due line, but never before its last report."""
    points = [(across.at(point.report), up.at(point.expected)) for point in one.points]
    if one.points[-1].achieved:
        before = points[-2][0] if len(points) > 1 else points[-1][0]
        points[-1] = (max(across.at(one.points[-1].expected), before), points[-1][1])
    return points


def _path(one: Line, across: Scale, up: Scale) -> SafeString:
    points = _places(one, across, up)
    kind = "mt-l mt-l--crit" if one.is_critical else "mt-l"
    path = format_html('<polyline class="{}" points="{}"/>', kind, _pairs(points))
    dots = format_html_join("", '<circle class="mt-d" cx="{}" cy="{}" r="2"/>', ((_px(x), _px(y)) for x, y in points))
    if not one.points[-1].achieved:
        return path + dots
    x, y = points[-1]
    return path + dots + format_html('<circle class="mt-done" cx="{}" cy="{}" r="4.5"/>', _px(x), _px(y))


def _names(lines: Sequence[Line], across: Scale, up: Scale) -> SafeString:
    """Write each name beside the end of its line; names that would lie on another give way downwards."""
    ends = sorted(((_places(one, across, up)[-1], one) for one in lines), key=lambda end: end[0][1])
    lowest, found = TOP + 4, SafeString("")
    for (x, y), one in ends:
        at = max(y + 4, lowest)
        lowest = at + NAME_STEP
        found += _text(x + 9, at, _short(one.name), kind="mt-n mt-n--crit" if one.is_critical else "mt-n")
    return found


def _short(name: str) -> str:
    return name if len(name) <= 26 else f"{name[:25].rstrip()}…"


def _month(day: date) -> str:
    return fmt.day(day).split(" ", 1)[1]


def _pairs(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_px(x)},{_px(y)}" for x, y in points)


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
