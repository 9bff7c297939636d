"""Earned value of one project, or of several added up: variances, indices, estimates at completion.

Money in, money out, all of one currency, as Decimal at full precision; ratios are fractions (0.93). Whatever misses a
part, or whose denominator is zero or less, is None: unknown, never 0 and never 1.
Sources: PMI Practice Standard for Earned Value Management; ISO 21508; EIA-748.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO, ONE = Decimal(0), Decimal(1)
CPI_WEIGHT, SPI_WEIGHT = Decimal("0.8"), Decimal("0.2")  # EAC4: cost counts four times as much as schedule


def ratio(over: Decimal | None, under: Decimal | None) -> Decimal | None:
    """Return `over` / `under`; None where one is unknown or there is nothing to divide by."""
    if over is None or under is None or under <= ZERO:
        return None
    return over / under


def less(first: Decimal | None, second: Decimal | None) -> Decimal | None:
    """Return `first` − `second`; None where one is unknown."""
    return None if first is None or second is None else first - second


@dataclass(frozen=True)
class EarnedValue:
    """Budget at completion, planned value, earned value and actual cost on one day; `to_go` is the bottom-up ETC."""

    bac: Decimal | None
    pv: Decimal | None
    ev: Decimal | None
    ac: Decimal | None
    to_go: Decimal | None = None

    @property
    def cv(self) -> Decimal | None:
        """Return the cost variance EV − AC; negative is over cost."""
        return less(self.ev, self.ac)

    @property
    def sv(self) -> Decimal | None:
        """Return the schedule variance EV − PV, in money; negative is behind. It ends at 0 however late the work is."""
        return less(self.ev, self.pv)

    @property
    def cv_ratio(self) -> Decimal | None:
        """Return CV% = CV / EV."""
        return ratio(self.cv, self.ev)

    @property
    def sv_ratio(self) -> Decimal | None:
        """Return SV% = SV / PV."""
        return ratio(self.sv, self.pv)

    @property
    def cpi(self) -> Decimal | None:
        """Return the cost performance index EV / AC."""
        return ratio(self.ev, self.ac)

    @property
    def spi(self) -> Decimal | None:
        """Return the schedule performance index EV / PV."""
        return ratio(self.ev, self.pv)

    @property
    def left(self) -> Decimal | None:
        """Return the work still to be earned, BAC − EV."""
        return less(self.bac, self.ev)

    @property
    def eac1(self) -> Decimal | None:
        """Return BAC / CPI: the cost performance so far goes on."""
        known = self.bac is not None and self.ac is not None and self.cpi is not None
        return ratio(self.bac * self.ac, self.ev) if known else None  # type: ignore[operator]

    @property
    def eac2(self) -> Decimal | None:
        """Return AC + BAC − EV: the rest costs what it was budgeted."""
        return None if self.ac is None or self.left is None else self.ac + self.left

    @property
    def eac3(self) -> Decimal | None:
        """Return AC + (BAC − EV) / (CPI × SPI): cost and schedule performance both go on."""
        return self._after(None if self.cpi is None or self.spi is None else self.cpi * self.spi)

    @property
    def eac4(self) -> Decimal | None:
        """Return AC + (BAC − EV) / (0.8 CPI + 0.2 SPI)."""
        known = self.cpi is not None and self.spi is not None
        return self._after(CPI_WEIGHT * self.cpi + SPI_WEIGHT * self.spi if known else None)  # type: ignore[operator]

    @property
    def eac5(self) -> Decimal | None:
        """Return AC + the bottom-up estimate to complete."""
        return None if self.ac is None or self.to_go is None else self.ac + self.to_go

    @property
    def etc(self) -> Decimal | None:
        """Return the estimate to complete, EAC1 − AC."""
        return less(self.eac1, self.ac)

    @property
    def vac(self) -> Decimal | None:
        """Return the variance at completion, BAC − EAC1."""
        return less(self.bac, self.eac1)

    @property
    def tcpi_bac(self) -> Decimal | None:
        """Return TCPI(BAC) = (BAC − EV) / (BAC − AC): the performance the rest needs to end on budget."""
        return self.tcpi(self.bac)

    @property
    def unreachable(self) -> bool:
        """Return whether the budget is spent with work left: no performance can end on it, so TCPI(BAC) is None."""
        known = self.bac is not None and self.ac is not None and self.ev is not None
        return bool(known and self.ac >= self.bac and self.ev < self.bac)  # type: ignore[operator]

    @property
    def span(self) -> tuple[Decimal, Decimal] | None:
        """Return the lowest and the highest of the estimates that are known."""
        known = [eac for eac in (self.eac1, self.eac2, self.eac3, self.eac4, self.eac5) if eac is not None]
        return (min(known), max(known)) if known else None

    def tcpi(self, target: Decimal | None) -> Decimal | None:
        """Return the performance that the rest needs to end at `target`: (BAC − EV) / (target − AC)."""
        return ratio(self.left, less(target, self.ac))

    def _after(self, performance: Decimal | None) -> Decimal | None:
        rest = ratio(self.left, performance)
        return None if rest is None or self.ac is None else self.ac + rest


def together(parts: Iterable[EarnedValue]) -> EarnedValue:
    """Return several projects as one: sums first, so that every ratio divides after; unknown as soon as a part is."""
    rows = list(parts)
    return EarnedValue(*(total(getattr(row, name) for row in rows) for name in ("bac", "pv", "ev", "ac", "to_go")))


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum; None as soon as one part is unknown."""
    known = list(values)
    return None if None in known else sum((value for value in known if value is not None), ZERO)


def estimate(figures: EarnedValue, forecast: Decimal | None) -> Decimal | None:
    """Return what a project will cost by its own performance: EAC1.

    Where nothing is earned or spent yet there is no performance: then its `forecast`, and without one EAC2.
    """
    known = figures.eac1
    if known is None:
        known = figures.eac2 if forecast is None else forecast
    return known
