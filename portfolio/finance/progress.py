"""How much of a project's work is earned on a day, by the technique that each work package declared.

A package is a share of the budget in %; what it has earned is a part of that share. Techniques: 0/100, 50/50, weighted
milestones, physical %, apportioned (as much as another package), level of effort (as much as planned). A share that
cannot be told is None. Sources: PMI Practice Standard for Earned Value Management; ISO 21508.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.finance.earned_value import ZERO

WHOLE, HALF, HUNDRED = Decimal(1), Decimal("0.5"), Decimal(100)
ZERO_HUNDRED, FIFTY_FIFTY, MILESTONES = "0/100", "50/50", "milestones"
PHYSICAL, APPORTIONED, EFFORT = "physical", "apportioned", "effort"


@dataclass(frozen=True)
class Package:
    """A work package. `weight` is in % of the budget; `readings` are (day, %); `milestones` (% of it, achieved on)."""

    key: int
    name: str
    technique: str
    weight: Decimal
    started_on: date | None = None
    finished_on: date | None = None
    follows: int | None = None
    readings: Sequence[tuple[date, Decimal]] = ()
    milestones: Sequence[tuple[Decimal, date | None]] = ()

    @property
    def milestones_weight(self) -> Decimal:
        """Return what the weights of its milestones add up to; a package in milestones needs 100."""
        return sum((weight for weight, _achieved in self.milestones), ZERO)


@dataclass(frozen=True)
class Share:
    """A part of a whole: `measured` is earned for certain, `planned` is earned as far as the plan has come."""

    measured: Decimal = ZERO
    planned: Decimal = ZERO

    def of(self, budget: Decimal, planned_value: Decimal) -> Decimal:
        """Return what the share is worth of a budget of which `planned_value` was to be done."""
        return self.measured * budget + self.planned * planned_value


def earned(package: Package, others: Mapping[int, Package], on: date) -> Share | None:
    """Return the part of one package that is earned at the end of day `on`; None where nobody can tell.

    `others` holds the project's packages by key, for those that are apportioned.
    """
    seen = {package.key}
    while package.technique == APPORTIONED:
        base = others.get(package.follows) if package.follows is not None else None
        if base is None or base.key in seen:
            return None
        seen.add(base.key)
        package = base
    if package.technique == EFFORT:
        return Share(planned=WHOLE)
    part = _measured(package, on)
    return None if part is None else Share(part)


def _measured(package: Package, on: date) -> Decimal | None:
    if package.technique == MILESTONES:
        return _milestones(package, on)
    if package.finished_on is not None and package.finished_on <= on:
        return WHOLE
    started = package.started_on is not None and package.started_on <= on
    if package.technique == FIFTY_FIFTY:
        return HALF if started else ZERO
    return _read(package, on, started) if package.technique == PHYSICAL else ZERO


def _milestones(package: Package, on: date) -> Decimal | None:
    if package.milestones_weight != HUNDRED:
        return None
    done = (weight for weight, achieved in package.milestones if achieved is not None and achieved <= on)
    return sum(done, ZERO) / HUNDRED


def _read(package: Package, on: date, started: bool) -> Decimal | None:
    """Return the latest reading. Without one, work that has not begun has earned nothing, and begun work is unknown."""
    known = [reading for reading in package.readings if reading[0] <= on]
    if known:
        return max(known)[1] / HUNDRED
    return None if started else ZERO


def share_of(packages: Sequence[Package], on: date) -> Share | None:
    """Return the part of the project that is earned: each package's part × its share of the budget, added up.

    None unless the shares add up to 100% and every package can be told.
    """
    if total_weight(packages) != HUNDRED:
        return None
    by_key = {package.key: package for package in packages}
    parts = [(package.weight / HUNDRED, earned(package, by_key, on)) for package in packages]
    measured, planned = ZERO, ZERO
    for weight, part in parts:
        if part is None:
            return None
        measured += weight * part.measured
        planned += weight * part.planned
    return Share(measured, planned)


def total_weight(packages: Sequence[Package]) -> Decimal:
    """Return what the packages' shares of the budget add up to, in %."""
    return sum((package.weight for package in packages), ZERO)


def untold(packages: Sequence[Package], on: date) -> list[Package]:
    """Return the packages of which nobody can tell how much is earned."""
    by_key = {package.key: package for package in packages}
    return [package for package in packages if earned(package, by_key, on) is None]


def loop_of(key: int, follows: Mapping[int, int | None]) -> list[int]:
    """Return the packages of the ring that `key` leads into, in order and closed by the first; empty without one."""
    path = [key]
    while (following := follows.get(path[-1])) is not None:
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)
    return []
