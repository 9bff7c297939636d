"""How managers and reviewers judge: the colours of a weekly report and the ratings of assurance reviews. Pure."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from portfolio.exchange.demo.story import Course, Story
from portfolio.status.models import DIMENSIONS, Rag, Rating
from portfolio.status.weeks import is_better

ON, RISK, OFF = Rag.ON_TRACK.value, Rag.AT_RISK.value, Rag.OFF_TRACK.value
HONEST = 0.92  # how often a manager's schedule and cost are no better than the computed ones
MINOR = 0.04  # how often a project that goes well reports one dimension at risk for a month
HOLDS = timedelta(days=28)  # how long a reason for differing holds
NOT_YET = "Known for a few days only; we check what it means before the status changes."


def reported(story: Story, computed: Mapping[str, str], day: date) -> dict[str, str]:
    """Return what the manager says of each dimension on `day`, knowing the computed colours."""
    said = dict.fromkeys(DIMENSIONS, ON)
    if story.course is Course.OPTIMIST:
        return said
    rng = random.Random(f"{story.code} {day} said")  # noqa: S311
    ratios = {"schedule": story.slip_ratio(day), "cost": story.cost_ratio(day)}
    for name, ratio in ratios.items():
        own = colour(ratio)
        said[name] = computed[name] if is_better(own, computed.get(name, "")) and rng.random() < HONEST else own
    if is_troubled(story, day):
        said["risk"] = max(said["schedule"], said["cost"], key=(ON, RISK, OFF).index)
        said[story.trouble.where] = max(said[story.trouble.where], RISK, key=(ON, RISK, OFF).index)
    elif _is_worried(story, day):
        said[story.trouble.where] = RISK
    return said


def reasons(story: Story, said: Mapping[str, str], computed: Mapping[str, str], day: date) -> dict[str, Any]:
    """Return why the manager reports better than computed, by dimension, and until when that holds."""
    text = story.trouble.defence if story.course is Course.OPTIMIST else NOT_YET
    better = [name for name, own in said.items() if is_better(own, computed.get(name, ""))]
    return {name: {"text": text, "until": (day + HOLDS).isoformat()} for name in better}


def is_troubled(story: Story, day: date) -> bool:
    """Return whether slip or overrun are beyond what counts as on track."""
    return max(story.slip_ratio(day), story.cost_ratio(day)) > 0.05


def colour(ratio: float) -> str:
    """Return the colour of a slip or an overrun, by the thresholds that reporting.health starts with."""
    return OFF if ratio > 0.10 else RISK if ratio > 0.05 else ON


def rating(story: Story, day: date) -> str:
    """Return the delivery confidence that a reviewer gives on `day`, on the five-point scale."""
    rng = random.Random(f"{story.code} {day} review")  # noqa: S311
    worst = max(story.slip_ratio(day), story.cost_ratio(day))
    if worst > 0.10:
        return rng.choice((Rating.RED, Rating.AMBER_RED)).value
    if worst > 0.05:
        return rng.choice((Rating.AMBER_RED, Rating.AMBER, Rating.AMBER)).value
    return rng.choice((Rating.GREEN, Rating.AMBER_GREEN, Rating.AMBER_GREEN, Rating.AMBER)).value


def _is_worried(story: Story, day: date) -> bool:
    if story.course is Course.CONCERNED:
        rng = random.Random(f"{story.code} worry")  # noqa: S311
        return day >= story.enters + timedelta(days=rng.randint(20, 90))
    rng = random.Random(f"{story.code} {day:%Y-%m}")  # noqa: S311
    return rng.random() < MINOR
