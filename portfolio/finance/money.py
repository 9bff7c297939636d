"""What a node's cost rows add up to: by category, by fiscal period and in all, in the reporting currency.

Actual cost is what was spent. To go is the forecast of the periods that begin after the last period with an actual.
Forecast (estimate at completion) = actual + to go. Variance = forecast − budget. These are the roll-up's definitions
(facts.py). An amount converts at the rate of its period's last day, or of today if that is earlier, to whole cents. An
amount that no rate covers makes its line and the total unknown (None), and so does a budget that nobody has given.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")
VERSIONS = ("budget", "actual", "forecast")


@dataclass(frozen=True)
class Amount:
    """Money of one version (budget, forecast or actual) in one period, category and currency, as it is stored."""

    version: str
    category: str
    start: date
    end: date
    period: str
    fiscal_year: str
    currency: str
    amount: Decimal


@dataclass(frozen=True)
class Rates:
    """Dated exchange rates into the reporting currency; `dated` lists (valid from, rate) by code, oldest first."""

    reporting: str
    dated: Mapping[str, Sequence[tuple[date, Decimal]]] = field(default_factory=dict)

    def convert(self, amount: Decimal, currency: str, on: date) -> Decimal | None:
        """Return `amount` at the last rate valid on `on`; None where no rate covers that day."""
        if currency == self.reporting:
            return amount
        valid = [rate for valid_from, rate in self.dated.get(currency, ()) if valid_from <= on]
        return (amount * valid[-1]).quantize(CENT, ROUND_HALF_UP) if valid else None


@dataclass(frozen=True)
class MoneyLine:
    """One line of a money table; None is unknown."""

    label: str
    budget: Decimal | None
    actual: Decimal | None
    to_go: Decimal | None

    @property
    def forecast(self) -> Decimal | None:
        """Return the estimate at completion."""
        return None if self.actual is None or self.to_go is None else self.actual + self.to_go

    @property
    def variance(self) -> Decimal | None:
        """Return how much the forecast lies above the budget."""
        return None if self.forecast is None or self.budget is None else self.forecast - self.budget


@dataclass(frozen=True)
class CurvePoint:
    """Spend added up to the end of one period: as planned, as spent, and as expected from the last actual on."""

    label: str
    end: date
    plan: Decimal | None
    actual: Decimal | None
    forecast: Decimal | None


@dataclass(frozen=True)
class MoneyTable:
    """A node's money. `last_actual` is the last day of the last period with an actual."""

    currency: str
    categories: Sequence[MoneyLine]
    periods: Sequence[MoneyLine]
    years: Sequence[MoneyLine]
    total: MoneyLine
    curve: Sequence[CurvePoint]
    last_actual: date | None
    missing: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.categories)


def tabulate(amounts: Iterable[Amount], rates: Rates, today: date) -> MoneyTable:
    """Return the money table of `amounts`: the current budget, all actuals and the whole forecast of one node."""
    rows = sorted(amounts, key=lambda row: (row.start, row.end))
    last_actual = max((row.end for row in rows if row.version == "actual"), default=None)
    has_budget, has_forecast = (
        any(row.version == "budget" for row in rows),
        any(row.version != "budget" for row in rows),
    )
    counted = [row for row in rows if row.version != "forecast" or last_actual is None or row.start > last_actual]
    worth = [(row, rates.convert(row.amount, row.currency, min(row.end, today))) for row in counted]

    def line(label: str, chosen: Iterable[tuple[Amount, Decimal | None]]) -> MoneyLine:
        found = list(chosen)
        sums = {version: added(value for row, value in found if row.version == version) for version in VERSIONS}
        return MoneyLine(
            label,
            sums["budget"] if has_budget else None,
            sums["actual"],
            sums["forecast"] if has_forecast else None,
        )

    def lines(name: Callable[[Amount], str]) -> list[MoneyLine]:
        names = list(dict.fromkeys(name(row) for row in rows))
        return [line(label, (pair for pair in worth if name(pair[0]) == label)) for label in names]

    periods = lines(lambda row: row.period)
    ends = {row.period: row.end for row in rows}
    return MoneyTable(
        currency=rates.reporting,
        categories=sorted(lines(lambda row: row.category), key=lambda found: found.label.casefold()),
        periods=periods,
        years=lines(lambda row: row.fiscal_year),
        total=line("", worth),
        curve=curve(periods, ends, last_actual),
        last_actual=last_actual,
        missing=sorted({row.currency for row, value in worth if value is None}),
    )


def added(values: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum; None as soon as one part is unknown."""
    total = ZERO
    for value in values:
        if value is None:
            return None
        total += value
    return total


def curve(periods: Sequence[MoneyLine], ends: Mapping[str, date], last_actual: date | None) -> list[CurvePoint]:
    """Return the spend added up period by period. The forecast starts where the actuals end."""
    plan: Decimal | None = ZERO
    spent: Decimal | None = ZERO
    expected: Decimal | None = ZERO
    points = []
    for line in periods:
        end = ends[line.label]
        plan, spent, expected = (
            added((plan, line.budget)),
            added((spent, line.actual)),
            added((expected, line.forecast)),
        )
        past = last_actual is not None and end <= last_actual
        joins = last_actual is None or end >= last_actual
        points.append(CurvePoint(line.label, end, plan, spent if past else None, expected if joins else None))
    return points
