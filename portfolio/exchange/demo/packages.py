"""Draws measured progress: which projects measure it, by which work packages, and how much is done on a day. Pure.

Shares are fractions of the budget. One package is read so that all together have earned what the story says.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portfolio.exchange.demo.story import Course, Story
from portfolio.finance.models import ProgressTechnique

# How many projects of a course measure progress; troubled and optimistic ones show there what they cannot hide.
MEASURED: dict[Course, int] = {
    Course.STEADY: 14,
    Course.EARLY: 2,
    Course.LATE: 4,
    Course.OVERSPENT: 3,
    Course.CONCERNED: 1,
    Course.TROUBLED: 6,
    Course.OPTIMIST: 4,
    Course.RECOVERED: 4,
    Course.COMPLETE: 2,
}
GATES = ("Gate 2, investment", "Gate 4, readiness for service")  # every project has both
GATE_WEIGHTS = (40, 60)

FIRST, MAIN, STAGES, CHECKS, OFFICE = range(5)  # the places of a project's packages
# Name and technique; the weights in % are the same everywhere and add up to 100.
WORKS = (
    ("Design and consents", ProgressTechnique.FIFTY_FIFTY),
    ("Works on site", ProgressTechnique.PHYSICAL),
    ("Stages passed", ProgressTechnique.MILESTONES),
    ("Inspection of the works", ProgressTechnique.APPORTIONED),
    ("Project office", ProgressTechnique.EFFORT),
)
SYSTEMS = (
    ("Requirements", ProgressTechnique.ZERO_HUNDRED),
    ("Build and configuration", ProgressTechnique.PHYSICAL),
    ("Releases accepted", ProgressTechnique.MILESTONES),
    ("Tests of the build", ProgressTechnique.APPORTIONED),
    ("Project office", ProgressTechnique.EFFORT),
)
WEIGHTS = (6, 62, 10, 10, 12)
FIRST_BEGINS, FIRST_ENDS = 0.05, 0.12  # of the budget earned
STEADY_NOISE = 0.012
FOLLOWS_SLIP = 0.9  # SPI falls by so much of the slip ratio
# Where cost eats more than time: the highest CPI a project of the course shows once it is in trouble.
CPI_CAP: dict[Course, tuple[float, float]] = {Course.TROUBLED: (0.80, 0.88), Course.OPTIMIST: (0.84, 0.89)}


@dataclass(frozen=True)
class Standing:
    """A project on a day, as fractions of its budget: planned, spent, and what its gates have earned."""

    day: date
    planned: float
    spent: float
    gates: float


def measured(stories: Sequence[Story]) -> set[str]:
    """Return the codes of the projects that measure progress, spread evenly over each course."""
    by_course: dict[Course, list[str]] = {}
    for story in stories:
        by_course.setdefault(story.course, []).append(story.code)
    return {
        code
        for course, codes in by_course.items()
        for place, code in enumerate(codes)
        if _share(place + 1, course, len(codes)) > _share(place, course, len(codes))
    }


def _share(place: int, course: Course, size: int) -> int:
    return min(MEASURED.get(course, 0), size) * place // size


def names(story: Story) -> tuple[tuple[str, str], ...]:
    """Return the names and techniques of a project's packages."""
    return WORKS if story.area in ("FL", "ST", "TP") else SYSTEMS


def wanted(story: Story, standing: Standing) -> float:
    """Return the share of the budget that the project should have earned, by its story."""
    rng = random.Random(f"{story.code} progress")  # noqa: S311
    noise = rng.uniform(-STEADY_NOISE, STEADY_NOISE)
    cap = rng.uniform(*CPI_CAP.get(story.course, (9.0, 9.0)))
    ratio = story.slip_ratio(standing.day)
    earned = standing.planned * (1 - FOLLOWS_SLIP * ratio + noise)
    if story.course in CPI_CAP and ratio > 0.05 and standing.spent:
        earned = min(earned, cap * standing.spent)
    return min(earned, 1.0)


def first_part(story: Story, earned: float) -> float:
    """Return how much of the first package is earned once the project should have earned so much."""
    if earned >= FIRST_ENDS:
        return 1.0
    halves = names(story)[FIRST][1] == ProgressTechnique.FIFTY_FIFTY
    return 0.5 if halves and earned >= FIRST_BEGINS else 0.0


def reading(story: Story, standing: Standing, before: float) -> float:
    """Return what is read of the main package, in %, so that the whole fits; never less than `before`."""
    earned = wanted(story, standing)
    first, main, stages, checks, office = (weight / 100 for weight in WEIGHTS)
    others = first * first_part(story, earned) + stages * standing.gates + office * standing.planned
    percent = 100 * (earned - others) / (main + checks)
    return max(before, min(round(percent, 1 if percent > 5 else 2), 100.0), 0.0)
