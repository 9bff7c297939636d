"""Lays the answers of a risk out over time: done with evidence, open, or overdue. Pure."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portfolio.exchange.demo.lives import Doing
from portfolio.exchange.demo.people import Person
from portfolio.exchange.demo.words.hazards import Answer

DONE, OPEN, OVERDUE = "done", "open", "overdue"


@dataclass(frozen=True)
class Window:
    """When actions can be given and done, and what day it is."""

    first: date
    last: date
    today: date


def doings(
    rng: random.Random, answers: Iterable[Answer], kinds: Iterable[str], owner: Person, window: Window
) -> tuple[Doing, ...]:
    """Return one action for each of `kinds`, as far as there are answers, given and done within the window."""
    return tuple(_doing(rng, answer, kind, owner, window) for answer, kind in zip(answers, kinds, strict=False))


def _doing(rng: random.Random, answer: Answer, kind: str, owner: Person, window: Window) -> Doing:
    first, last = window.first, window.last
    if kind == DONE:
        given = first + (last - first) * rng.uniform(0.0, 0.3)
        done = first + (last - first) * rng.uniform(0.4, 0.9)
        due = done + timedelta(days=rng.randint(-25, 20))
        return Doing(answer.action, given, max(given, due), done, answer.evidence, owner, answer.strategy)
    due = window.today + timedelta(days=rng.randint(-30, -4) if kind == OVERDUE else rng.randint(7, 60))
    given = max(first, min(due - timedelta(days=rng.randint(30, 60)), last))
    return Doing(answer.action, given, due, None, "", owner, answer.strategy)
