"""What happens to one project of the demo, decided beforehand: dates, money and how its manager tells it. Pure."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from portfolio.exchange.demo.people import Person
from portfolio.exchange.demo.troubles import Trouble


class Course(enum.Enum):
    """How a project goes, seen from today."""

    STEADY = "as planned"
    EARLY = "better than planned"
    LATE = "at risk by time"
    OVERSPENT = "at risk by cost"
    CONCERNED = "at risk by its manager's word only"
    TROUBLED = "off track"
    OPTIMIST = "reported better than computed"
    RECOVERED = "was off track"
    SILENT = "no reports any more"
    HELD = "on hold"
    COMPLETE = "complete"
    STOPPED = "stopped"
    PROPOSED = "not begun"


@dataclass(frozen=True)
class Turn:
    """From `on` until the next turn a value holds: days late, or a fraction over budget."""

    on: date
    value: float


def value_on(turns: Sequence[Turn], day: date) -> float:
    """Return the value that holds on `day`; 0 before the first turn."""
    return next((turn.value for turn in reversed(turns) if turn.on <= day), 0.0)


@dataclass(frozen=True)
class Planned:
    """A milestone with its date in the first baseline."""

    name: str
    kind: str
    is_critical: bool
    date: date


@dataclass(frozen=True)
class Story:
    """One project. `slips` are days against the first baseline, `overruns` fractions of the first budget.

    `budget` is in units of `currency`; `shares` divide it by category and cost type and add up to 1.
    `quiet_from` is the day after which no report comes; `held_from` and `ended_on` change the lifecycle.
    """

    code: str
    name: str
    purpose: str
    parent: str
    area: str
    unit: str
    method: str
    tags: tuple[str, ...]
    manager: Person
    sponsor: Person
    course: Course
    enters: date
    start: date
    finish: date
    milestones: tuple[Planned, ...]
    currency: str
    budget: int
    shares: tuple[tuple[str, str, float], ...]
    trouble: Trouble
    slips: tuple[Turn, ...] = ()
    overruns: tuple[Turn, ...] = ()
    rebaselined_on: date | None = None
    quiet_from: date | None = None
    held_from: date | None = None
    ended_on: date | None = None
    rated_on: tuple[date, ...] = field(default=())

    def days_late(self, day: date) -> int:
        """Return how many days late the finish is believed to be on `day`, against the first baseline."""
        return round(value_on(self.slips, day))

    def baseline_days(self, day: date) -> int:
        """Return by how many days the baseline in force on `day` is later than the first one."""
        rebaselined = self.rebaselined_on is not None and day >= self.rebaselined_on
        return self.days_late(self.rebaselined_on) if rebaselined and self.rebaselined_on else 0

    def slip(self, day: date) -> int:
        """Return the slip in days against the baseline in force on `day`."""
        return self.days_late(day) - self.baseline_days(day)

    def slip_ratio(self, day: date) -> float:
        """Return the slip as a fraction of the duration in the baseline in force on `day`."""
        return self.slip(day) / ((self.finish - self.start).days + self.baseline_days(day))

    def cost_ratio(self, day: date) -> float:
        """Return the forecast overrun as a fraction of the budget in force on `day`."""
        base = 0.0
        if self.rebaselined_on is not None and day >= self.rebaselined_on:
            base = value_on(self.overruns, self.rebaselined_on)
        return (value_on(self.overruns, day) - base) / (1 + base)

    def is_live(self, day: date) -> bool:
        """Return whether the project is under way on `day`, so that a report is due."""
        if self.course is Course.PROPOSED or day < self.enters:
            return False
        return not any(end is not None and day >= end for end in (self.held_from, self.ended_on))

    def reports_on(self, day: date) -> bool:
        """Return whether the manager reports on `day`."""
        return self.is_live(day) and (self.quiet_from is None or day < self.quiet_from)
