"""The instants at which trends are sampled (pure)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _

from pmo.core import format as fmt
from reporting.dashboards.findings import Point
from reporting.dashboards.totals import Totals

MONTHS = 17  # and the month that runs: eighteen bars
WEEKS = 12
ENOUGH_MONTHS = 3  # with fewer month ends known, weeks are shown instead


def month_ends(now: datetime, count: int = MONTHS) -> list[datetime]:
    """Return the last `count` month ends before `now`, each the local midnight with which the next month begins."""
    first = timezone.localtime(now).date().replace(day=1)
    found = [first]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return [timezone.make_aware(datetime.combine(day, time.min)) for day in reversed(found)]


def week_ends(now: datetime, count: int = WEEKS) -> list[datetime]:
    """Return `count` instants a week apart, the last one `now`."""
    return [now - timedelta(weeks=back) for back in range(count - 1, -1, -1)]


def last_day(at: datetime) -> date:
    """Return the last day that lies wholly before the instant, such as 31 October for the start of November."""
    return timezone.localtime(at - timedelta(microseconds=1)).date()


def trend_points(now: datetime, held: Mapping[datetime, Sequence[Any]]) -> list[Point]:
    """Return the points of the trend from the first one known: by month, or by week while there are few months."""
    months = [*month_ends(now), now]
    if sum(bool(held.get(at)) for at in months) > ENOUGH_MONTHS:
        return _from_first([_month_point(at, now, held) for at in months])
    return _from_first([_week_point(at, held) for at in week_ends(now)])


def _from_first(points: Sequence[Point]) -> list[Point]:
    first = next((i for i, point in enumerate(points) if point.totals), len(points))
    return list(points[first:])


def _month_point(at: datetime, now: datetime, held: Mapping[datetime, Sequence[Any]]) -> Point:
    day = last_day(at)
    other_year = day.year != timezone.localtime(now).year
    label = dateformat.format(day, "M y" if day.month == 1 or at == now else "M")
    when = _("in %(month)s") % {"month": dateformat.format(day, "F Y" if other_year else "F")}
    return Point(label if not other_year or day.month == 1 else dateformat.format(day, "M y"), when, _totals(held, at))


def _week_point(at: datetime, held: Mapping[datetime, Sequence[Any]]) -> Point:
    day = timezone.localtime(at).date()
    return Point(dateformat.format(day, "j M"), _("on %(day)s") % {"day": fmt.day(day)}, _totals(held, at))


def _totals(held: Mapping[datetime, Sequence[Any]], at: datetime) -> Totals | None:
    rows = held.get(at)
    return Totals.of(rows) if rows else None
