"""Sums of roll-up rows that do not contain each other, and what may be said of them (pure).

Money is in the reporting currency, in whole units. A figure that is not known is None, never 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Self

STATUSES = ("on", "risk", "off", "nr", "hold", "done")


@dataclass(frozen=True)
class Totals:
    """The additive columns of roll-up rows, added up."""

    projects: int = 0
    n_on: int = 0
    n_risk: int = 0
    n_off: int = 0
    n_nr: int = 0
    n_hold: int = 0
    n_done: int = 0
    budget: Decimal = Decimal(0)
    forecast: Decimal = Decimal(0)
    actual: Decimal = Decimal(0)
    planned_to_date: Decimal = Decimal(0)
    budgeted: int = 0
    forecasted: int = 0
    compared: int = 0
    rates_missing: int = 0
    whole_life: Decimal = Decimal(0)
    whole_life_known: int = 0
    whole_life_unknown: int = 0
    reports_due: int = 0
    reports_in: int = 0

    @classmethod
    def of(cls, rows: Iterable[Any]) -> Self:
        """Return the sum of `rows`: roll-up rows, rows of their history, or other totals."""
        found = list(rows)
        return cls(**{name: sum((getattr(row, name) for row in found), cls.zero(name)) for name in NAMES})

    @classmethod
    def zero(cls, name: str) -> Any:
        """Return what an empty sum of the column is."""
        return getattr(cls, name)

    def minus(self, other: "Totals") -> "Totals":
        """Return what is left when `other` is taken away."""
        return Totals(**{name: getattr(self, name) - getattr(other, name) for name in NAMES})

    @property
    def counts(self) -> dict[str, int]:
        """Return the projects by status."""
        return {status: getattr(self, f"n_{status}") for status in STATUSES}

    @property
    def known_budget(self) -> Decimal | None:
        """Return the budget; None where nothing has one or an exchange rate is missing."""
        return self.budget if self.budgeted and not self.rates_missing else None

    @property
    def known_forecast(self) -> Decimal | None:
        """Return the forecast at completion; None where nothing has one or an exchange rate is missing."""
        return self.forecast if self.forecasted and not self.rates_missing else None

    @property
    def known_actual(self) -> Decimal | None:
        """Return what was spent; None where no money is recorded or an exchange rate is missing."""
        return self.actual if self.forecasted and not self.rates_missing else None

    @property
    def known_planned(self) -> Decimal | None:
        """Return what was to be spent to date; None where nothing has a budget or an exchange rate is missing."""
        return self.planned_to_date if self.budgeted and not self.rates_missing else None

    @property
    def spend_gap(self) -> Decimal | None:
        """Return spent less planned to date; None where either is unknown."""
        return None if self.known_actual is None or self.known_planned is None else self.actual - self.planned_to_date

    @property
    def known_whole_life(self) -> Decimal | None:
        """Return the whole-life cost of those with a figure; None where nobody has one or a rate is missing."""
        return self.whole_life if self.whole_life_known and not self.rates_missing else None

    @property
    def variance(self) -> Decimal | None:
        """Return forecast less budget; None unless each node with a budget has a forecast and the other way round."""
        if self.rates_missing or not self.compared or not self.compared == self.budgeted == self.forecasted:
            return None
        return self.forecast - self.budget

    @property
    def variance_ratio(self) -> Decimal | None:
        """Return the variance as a fraction of the budget; None without a budget above zero."""
        return None if self.variance is None or self.budget <= 0 else self.variance / self.budget

    @property
    def reports_missing(self) -> int:
        """Return how many reports are due and not in."""
        return self.reports_due - self.reports_in


NAMES = tuple(field.name for field in fields(Totals))
