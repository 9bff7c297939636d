"""How far the methods of earned value carry the forecast: a range of estimates, never a percentile (pure).

For the projects whose progress is measured and that have a forecast, each method gives an estimate at completion:
EAC1 = BAC / CPI, EAC2 = AC + BAC − EV, EAC3 = AC + (BAC − EV) / (CPI × SPI). Summed by project, each sum takes the
place of these projects' own forecast: range = forecast of the node − their forecast + the lowest and the highest sum.
Sources: the house's domain reference, 3; PMI Practice Standard for EVM. Money in the reporting currency, in cents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from portfolio.finance.money import CurvePoint

ZERO = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Estimates:
    """What the measured projects of a node add up to: how many, their own forecast, and the sum of each method."""

    projects: int = 0
    forecast: Decimal = ZERO
    eac1: Decimal = ZERO
    eac2: Decimal = ZERO
    eac3: Decimal = ZERO


@dataclass(frozen=True)
class Band:
    """The forecast at completion of a node by the lowest and by the highest method; `projects` were measured."""

    low: Decimal
    high: Decimal
    projects: int


def band(forecast: Decimal | None, measured: Estimates) -> Band | None:
    """Return the range of a node's forecast; None without a forecast or without measured progress."""
    if forecast is None or not measured.projects:
        return None
    others = forecast - measured.forecast
    sums = (measured.eac1, measured.eac2, measured.eac3)
    return Band(others + min(sums), others + max(sums), measured.projects)


def spread(points: Sequence[CurvePoint], found: Band | None) -> list[tuple[Decimal, Decimal] | None]:
    """Return the range at the end of each period: it opens from the last actual as what is to come is spent.

    At each period the range lies around the forecast by the part of what is still to come that is spent by then. Before
    the forecast begins, and where nothing is to come, there is none.
    """
    known = [point.forecast for point in points if point.forecast is not None]
    if found is None or not known:
        return [None] * len(points)
    start = known[0] if any(point.actual is not None for point in points) else ZERO
    end = known[-1]
    to_come = end - start
    if not to_come:
        return [None] * len(points)
    return [
        None
        if point.forecast is None
        else (
            _at(point.forecast, found.low - end, (point.forecast - start) / to_come),
            _at(point.forecast, found.high - end, (point.forecast - start) / to_come),
        )
        for point in points
    ]


def _at(forecast: Decimal, off: Decimal, part: Decimal) -> Decimal:
    return (forecast + off * part).quantize(CENT, ROUND_HALF_UP)
