"""Reporting weeks and the rules that compare colours. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

CYCLE = timedelta(days=7)
RANK = {"on": 0, "risk": 1, "off": 2}


def monday(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def due_on(week_start: date) -> date:
    """Return the last day on which the report of that week is in time: its Sunday."""
    return week_start + CYCLE - timedelta(days=1)


def stale_from(week_start: date) -> date:
    """Return the first day on which a report of that week is stale: when the next week has ended without one."""
    return week_start + 2 * CYCLE


def is_current(week_start: date | None, today: date) -> bool:
    """Return whether a report of that week still counts today."""
    return week_start is not None and today < stale_from(week_start)


def is_better(reported: str, computed: str) -> bool:
    """Return whether a reported colour is better than the computed one; a missing one compares with nothing."""
    return reported in RANK and computed in RANK and RANK[reported] < RANK[computed]


def worst(colours: Mapping[str, str]) -> str:
    """Return the worst of reported colours; on hold only if nothing else is reported; empty if nothing is."""
    ranked = [colour for colour in colours.values() if colour in RANK]
    if ranked:
        return max(ranked, key=RANK.__getitem__)
    return "hold" if "hold" in colours.values() else ""


def unchanged_since(weeks: Sequence[tuple[date, Mapping[str, str]]], name: str) -> date | None:
    """Return the first week of the unbroken run that ends with the newest report's colour; `weeks` newest first."""
    since = None
    for week, colours in weeks:
        if colours[name] != weeks[0][1][name]:
            break
        since = week
    return since
