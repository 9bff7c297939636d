"""Draws how a project turns: when it slips or costs more, when it is re-baselined, falls silent or ends. Pure."""

import random
from datetime import date, timedelta
from typing import Any

from portfolio.exchange.demo.story import Course, Story, Turn

# The slip today as a fraction of the duration, and the overrun today as a fraction of the budget: from, to.
# Thresholds are 5% and 10% (reporting.health.defaults); the ranges keep a distance from them.
SLIPS: dict[Course, tuple[float, float]] = {
    Course.STEADY: (-0.015, 0.012),
    Course.EARLY: (-0.08, -0.02),
    Course.LATE: (0.058, 0.090),
    Course.OVERSPENT: (0.0, 0.02),
    Course.CONCERNED: (0.0, 0.012),
    Course.TROUBLED: (0.13, 0.25),
    Course.OPTIMIST: (0.06, 0.16),
    Course.RECOVERED: (0.0, 0.012),
    Course.SILENT: (0.0, 0.012),
    Course.HELD: (0.04, 0.12),
    Course.COMPLETE: (-0.02, 0.09),
    Course.STOPPED: (0.08, 0.2),
    Course.PROPOSED: (0.0, 0.0),
}
OVERRUNS: dict[Course, tuple[float, float]] = {
    Course.STEADY: (-0.015, 0.03),
    Course.EARLY: (-0.05, -0.01),
    Course.LATE: (-0.01, 0.035),
    Course.OVERSPENT: (0.062, 0.088),
    Course.CONCERNED: (0.0, 0.02),
    Course.TROUBLED: (0.02, 0.22),
    Course.OPTIMIST: (0.0, 0.08),
    Course.RECOVERED: (0.0, 0.02),
    Course.SILENT: (-0.01, 0.02),
    Course.HELD: (0.0, 0.05),
    Course.COMPLETE: (-0.04, 0.07),
    Course.STOPPED: (0.1, 0.3),
    Course.PROPOSED: (0.0, 0.0),
}
STILL = 75  # days: the least time between a project's first day and its first turn


def draw(rng: random.Random, story: Story, today: date, *, rebaselined: bool) -> dict[str, Any]:
    """Return the slips, overruns and the day of the second baseline of a project."""
    course, duration = story.course, (story.finish - story.start).days
    since = max(story.enters, story.start)
    first, last = since + timedelta(days=STILL), min(today - timedelta(days=8), story.finish - timedelta(days=20))
    slip, overrun = rng.uniform(*SLIPS[course]), rng.uniform(*OVERRUNS[course])
    if (last - first).days < 40 or (course is Course.STEADY and not rebaselined and rng.random() < 0.5):
        return {}
    if rebaselined or course is Course.RECOVERED:
        return _in_two_acts(rng, duration, (slip, overrun), (first, last), rebaselined)
    calm = course in (Course.STEADY, Course.EARLY, Course.CONCERNED, Course.SILENT)
    days = _days(rng, first, last, rng.randint(1, 2) if calm else rng.randint(2, 4))
    return {
        "slips": _growing(rng, days, slip * duration, whole=True),
        "overruns": _growing(rng, days[rng.randint(0, len(days) - 1) :], overrun, whole=False),
    }


def _in_two_acts(
    rng: random.Random, duration: int, end: tuple[float, float], window: tuple[date, date], rebaselined: bool
) -> dict[str, Any]:
    """Return a first act that goes wrong, and a second that ends at `end` against the new baseline (or the old one)."""
    first, last = window
    middle = first + (last - first) * rng.uniform(0.5, 0.7)
    worst_slip, worst_overrun = rng.uniform(0.09, 0.17), rng.uniform(0.03, 0.13)
    before, after = _days(rng, first, middle, 3), _days(rng, middle + timedelta(days=25), last, 2)
    slips = _growing(rng, before, worst_slip * duration, whole=True)
    overruns = _growing(rng, before[1:], worst_overrun, whole=False)
    base_slip, base_overrun = (worst_slip, worst_overrun) if rebaselined else (0.0, 0.0)
    final_slip = (base_slip + end[0] * (1 + base_slip)) * duration
    final_overrun = base_overrun + end[1] * (1 + base_overrun)
    return {
        "slips": (*slips, *_growing(rng, after, final_slip, whole=True, start=worst_slip * duration)),
        "overruns": (*overruns, *_growing(rng, after, final_overrun, whole=False, start=worst_overrun)),
        "rebaselined_on": middle + timedelta(days=12) if rebaselined else None,
    }


def _days(rng: random.Random, first: date, last: date, count: int) -> list[date]:
    length = max((last - first).days, count)
    return [first + timedelta(days=day) for day in sorted(rng.sample(range(length + 1), count))]


def _growing(rng: random.Random, days: list[date], end: float, *, whole: bool, start: float = 0.0) -> tuple[Turn, ...]:
    """Return one turn for each day, from `start` towards `end` in uneven steps, the last at `end`."""
    weights = [rng.uniform(0.4, 1.6) for _ in days]
    found, done = [], 0.0
    for day, weight in zip(days, weights, strict=True):
        done += weight
        value = start + (end - start) * done / sum(weights)
        found.append(Turn(day, float(round(value)) if whole else round(value, 4)))
    return tuple(found)


def ends(rng: random.Random, course: Course, today: date, finish: date) -> dict[Course, date]:
    """Return the day from which a project is silent, on hold, complete or stopped, for the courses that are."""
    ago = {Course.SILENT: (20, 55), Course.HELD: (30, 110), Course.STOPPED: (50, 120)}
    if course is Course.COMPLETE:
        handed_over = finish + (today - finish) * 0.7
        return {course: min(handed_over, today - timedelta(days=14))}
    return {course: today - timedelta(days=rng.randint(*ago[course]))} if course in ago else {}
