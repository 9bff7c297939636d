"""Replays the demo's history: eighteen months in steps, each at its instant, all of it through the services.

The caller rolls up after each half of a step, so that reports are written beside the health of their own day.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from pmo.core import clock
from portfolio.exchange.demo import beginnings, dates, drawing, money, people_arrive, weekly
from portfolio.exchange.demo.world import World, acting, month_of
from portfolio.people.models import Role

MONTHS, WEEKS = 18, 12  # what is told, and how much of it week by week
WEDNESDAY = 2  # reports come on Wednesdays
HOUR = time(9)
ESTIMATED_IN = (4, 10)  # whole-life estimates are reviewed in these months
RATES_IN = (1, 4, 7, 10)


@dataclass(frozen=True)
class Step:
    """An instant at which things happen, and what it is called."""

    at: datetime
    label: str
    is_weekly: bool

    @property
    def closes_at(self) -> datetime:
        """Return when the day's reports are in."""
        return self.at + timedelta(hours=5)


def steps(now: datetime) -> list[Step]:
    """Return the steps up to `now`: a Wednesday of each month, then every Wednesday of the last weeks."""
    today = timezone.localdate(now)
    last = today - timedelta(days=(today.weekday() - WEDNESDAY) % 7)
    if _instant(last) + timedelta(hours=5) > now:
        last -= timedelta(days=7)
    weeks = [last - timedelta(weeks=count) for count in reversed(range(WEEKS))]
    months = [day for day in _wednesdays(today) if day < weeks[0]]
    found = [Step(_instant(day), f"Month {number} of {MONTHS}", False) for number, day in enumerate(months, 1)]
    return found + [
        Step(_instant(day), f"Week {number} of the last {WEEKS}", True) for number, day in enumerate(weeks, 1)
    ]


def _wednesdays(today: date) -> Iterator[date]:
    """Yield the first Wednesday from the 8th of each month, from eighteen months ago."""
    month = month_of(today)
    for _ in range(MONTHS):
        month = month_of(month - timedelta(days=1))
    while month <= today:
        eighth = month + timedelta(days=7)
        yield eighth + timedelta(days=(WEDNESDAY - eighth.weekday()) % 7)
        month = month_of(month + timedelta(days=32))


def _instant(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, HOUR))


class Replay:
    """One telling of the demo, step by step: `work`, then `report`, each within `clock.at(step.at)`."""

    def __init__(self, now: datetime, seed: int = drawing.SEED) -> None:
        """Draw all stories; write nothing."""
        self.steps = steps(now)
        self.today = timezone.localdate(now)
        self.since = timezone.localdate(self.steps[0].at)
        self.stories = drawing.draw(self.today, self.since, seed)
        self.world = World()
        self.rng = random.Random(seed)  # noqa: S311
        self.last_step = self.since - timedelta(days=1)

    def set_scene(self) -> None:
        """Make people, tree, calendar and currencies, a week before the first step."""
        with clock.at(self.steps[0].at - timedelta(days=7)):
            people_arrive.set_scene(self.world, self.since, self.today)

    def work(self) -> None:
        """Let everything happen that has happened by now, but the reports."""
        day, world = clock.today(), self.world
        self._rates(day)
        waiting = [story for story in self.stories if story.code not in world.lives and story.enters <= day]
        beginnings.enter(world, waiting, day)
        dates.move(world, day, self.last_step)
        money.close_months(world, day)
        money.forecast_again(world, day)
        decided = beginnings.rebaseline(world, self.last_step, day)
        money.estimate(world, decided, day, "Second baseline")
        beginnings.change_lifecycles(world, day)
        if day.month in ESTIMATED_IN and day.month != self.last_step.month:
            live = [found for found in world.lives.values() if found.story.is_live(day) and found.story.enters < day]
            money.estimate(world, live, day, "Half-year review")
        weekly.rate(world, world.lives.values(), self.last_step, day)
        self.last_step = day

    def report(self, step: Step, computed: Mapping[int, weekly.Health]) -> None:
        """Let the managers report, knowing the computed colours; in the last two weeks nobody forgets."""
        recent = self.steps[-1].at - step.at < timedelta(days=14)
        weekly.report(self.world, computed, forgetful=not recent, freezing=step.is_weekly)

    def _rates(self, day: date) -> None:
        if day.month in RATES_IN and day.month != self.last_step.month:
            with acting(self.world.login(Role.FINANCE)):
                people_arrive.rates_put(self.world, month_of(day), self.rng)
