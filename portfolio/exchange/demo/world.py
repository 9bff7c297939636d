"""What the replay knows while it runs: people, places, periods, currencies, and each project as it stands."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import pghistory

from pmo.core import clock
from portfolio.exchange.demo.logins import LOGINS
from portfolio.exchange.demo.story import Story
from portfolio.finance.models import Currency, FiscalPeriod
from portfolio.people.models import User
from portfolio.registry.models import Node

Cell = tuple[date, str]  # first day of a month, and a cost category
CELL_UNIT = 10  # amounts are whole tens


@dataclass
class Told:
    """What the manager's last report knew: milestones done, days late, forecast overrun."""

    achieved: frozenset[str] = frozenset()
    days_late: int = 0
    cost_ratio: float = 0.0


@dataclass
class Live:
    """A project in the register. Amounts are in units of its currency, by month and category."""

    story: Story
    node: Node
    dates: dict[str, tuple[date, date | None]] = field(default_factory=dict)  # forecast and actual, by milestone
    forecast: dict[Cell, int] = field(default_factory=dict)
    spent: dict[Cell, int] = field(default_factory=dict)
    budget: dict[Cell, int] = field(default_factory=dict)
    turned: tuple[date, float] = (date.min, 0.0)  # month of the finish, and overrun, that the forecast holds
    told: Told = field(default_factory=Told)
    rebaselined: bool = False


@dataclass
class World:
    """The organisation as it stands."""

    people: dict[str, User] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    periods: dict[date, FiscalPeriod] = field(default_factory=dict)
    currencies: dict[str, Currency] = field(default_factory=dict)
    lives: dict[str, Live] = field(default_factory=dict)

    def login(self, role: str) -> User:
        """Return the person who signs in for `role`."""
        return self.people[LOGINS[role].key]

    def by_manager(self, lives: Iterable[Live]) -> Iterator[tuple[User, list[Live]]]:
        """Return each manager with their projects among `lives`, in the order of the managers' names."""
        ordered = sorted(lives, key=lambda live: (live.story.manager.key, live.story.code))
        for key, group in groupby(ordered, key=lambda live: live.story.manager.key):
            yield self.people[key], list(group)


@contextmanager
def acting(person: Any, at: datetime | None = None) -> Iterator[Any]:
    """Let `person` act, at the instant `at` if given; rows of history name them."""
    with clock.at(at or clock.now()), pghistory.context(actor=person.pk):
        yield person


def month_of(day: date) -> date:
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def months(first: date, last: date) -> list[date]:
    """Return the first days of the months from that of `first` to that of `last`, both included."""
    found = [month_of(first)]
    while found[-1] < month_of(last):
        found.append(month_of(found[-1] + timedelta(days=32)))
    return found
