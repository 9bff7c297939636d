"""A project's performance on a day: plan, work done and cost put together, as the page and the roll-up tell it.

Earned value = what the packages have earned × the budget of the current baseline (management reserve lies outside).
It is known only if the packages' shares add up to 100%, each of them can be told and the budget is more than nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from portfolio.finance.earned_schedule import EarnedSchedule, earned_schedule
from portfolio.finance.earned_value import ZERO, EarnedValue, estimate, total
from portfolio.finance.money import CENT, MoneyTable
from portfolio.finance.planned_value import Months, Planned, monthly, planned_value
from portfolio.finance.progress import Package, share_of

Bounds = Mapping[str, tuple[date, date]]


@dataclass(frozen=True)
class Point:
    """Planned value, earned value and actual cost added up to the end of one day; None is unknown."""

    label: str
    day: date
    pv: Decimal | None
    ev: Decimal | None
    ac: Decimal | None


@dataclass(frozen=True)
class Performance:
    """How a project performs on `today`. `estimate` is EAC1 or what stands in for it; `months` the plan by months."""

    packages: Sequence[Package]
    table: MoneyTable
    today: date
    figures: EarnedValue
    estimate: Decimal | None
    curve: Sequence[Point]
    months: Months | None
    schedule: EarnedSchedule | None


def perform(packages: Sequence[Package], table: MoneyTable, bounds: Bounds, today: date) -> Performance:
    """Return the performance of a project with the money of `table`; `bounds` are its periods' days by label."""
    project = _Project(packages, table, bounds, today)
    figures = project.figures()
    months = monthly(project.plan) if project.plan else None
    schedule = None
    if months is not None and figures.ev is not None:
        schedule = earned_schedule(months.added_up(), figures.ev, months.elapsed(today))
    return Performance(
        packages=packages,
        table=table,
        today=today,
        figures=figures,
        estimate=_cents(estimate(figures, table.total.forecast)) if figures.ev is not None else None,
        curve=project.curve(),
        months=months,
        schedule=schedule,
    )


@dataclass(frozen=True)
class _Project:
    packages: Sequence[Package]
    table: MoneyTable
    bounds: Bounds
    today: date

    @property
    def plan(self) -> list[Planned] | None:
        if self.table.total.budget is None:
            return None
        amounts = [(self.bounds[line.label], line.budget) for line in self.table.periods]
        return [Planned(*days, amount) for days, amount in amounts if amount is not None]

    def figures(self) -> EarnedValue:
        sums = self.table.total
        planned = self.planned(self.today)
        return EarnedValue(sums.budget, planned, self.earned(planned, self.today), sums.actual, sums.to_go)

    def planned(self, on: date) -> Decimal | None:
        return None if self.plan is None else planned_value(self.plan, on)

    def earned(self, planned: Decimal | None, on: date) -> Decimal | None:
        """Return the earned value on a day, to whole cents; None where it cannot be told."""
        budget = self.table.total.budget
        if budget is None or planned is None or budget <= ZERO or self.table.missing or on > self.today:
            return None
        share = share_of(self.packages, on)
        return None if share is None else _cents(share.of(budget, planned))

    def spent(self, on: date) -> Decimal | None:
        """Return the cost added up to the end of a day; None after the last period with an actual."""
        last = self.table.last_actual
        if last is None or on > min(last, self.today):
            return None
        if on == self.today:
            return self.table.total.actual
        return total(line.actual for line in self.table.periods if self.bounds[line.label][1] <= on)

    def curve(self) -> list[Point]:
        """Return a point for the end of each period, and for today where the periods reach over it."""
        ends = {self.bounds[line.label][1]: line.label for line in self.table.periods}
        if ends and min(ends) < self.today < max(ends):
            ends.setdefault(self.today, "")
        points = []
        for day in sorted(ends):
            planned = self.planned(day)
            points.append(Point(ends[day], day, planned, self.earned(planned, day), self.spent(day)))
        return points


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(CENT, ROUND_HALF_UP)
