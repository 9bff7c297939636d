"""The approved versions of a budget: what each adds up to, and what changed from one to another.

Amounts are in the reporting currency; each sum of one baseline, period and currency converts once, at the rate of its
period's last day, or of today if that is earlier. None is unknown: a rate is missing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.finance.earned_value import less
from portfolio.finance.money import Amount, Rates, added


@dataclass(frozen=True)
class Step:
    """One line of a comparison: before, after, and the change between them."""

    label: str
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """Return how much more the later version holds."""
        return less(self.after, self.before)


def worth(amounts: Iterable[Amount], rates: Rates, today: date) -> Decimal | None:
    """Return what the amounts of one baseline add up to."""
    return added(rates.convert(row.amount, row.currency, min(row.end, today)) for row in amounts)


def compare(
    before: Sequence[Amount], after: Sequence[Amount], rates: Rates, today: date, name: Callable[[Amount], str]
) -> list[Step]:
    """Return one step for each name in either version, in the order of the days; a name in one alone was 0 before."""
    labels = dict.fromkeys(name(row) for row in sorted([*before, *after], key=lambda row: (row.start, row.end)))

    def part(rows: Sequence[Amount], label: str) -> Decimal | None:
        return worth([row for row in rows if name(row) == label], rates, today)

    return [Step(label, part(before, label), part(after, label)) for label in labels]


def total(steps: Iterable[Step]) -> Step:
    """Return the steps added up."""
    rows = list(steps)
    return Step("", added(row.before for row in rows), added(row.after for row in rows))


def changes(budgets: Sequence[Decimal | None]) -> list[Decimal | None]:
    """Return the change of each budget against the one before it; None for the first and where one is unknown."""
    return [None if not place else less(budget, budgets[place - 1]) for place, budget in enumerate(budgets)]
