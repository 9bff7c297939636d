"""Earned schedule: how far the work has come in time, where schedule variance in money falls silent at the end.

Times are in periods of the plan, as Decimal; None is unknown. Sources: W. Lipke, "Schedule is different" (2003);
ISO 21508; forms of the forecast after OR-AS, PM Knowledge Center.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portfolio.finance.earned_value import ZERO, ratio


@dataclass(frozen=True)
class EarnedSchedule:
    """The period by which the work done was to be done (`es`), the time used (`at`) and the planned length (`pd`)."""

    es: Decimal
    at: Decimal
    pd: int

    @property
    def sv(self) -> Decimal:
        """Return SV(t) = ES − AT in periods; negative is late, and stays so at the end."""
        return self.es - self.at

    @property
    def spi(self) -> Decimal | None:
        """Return SPI(t) = ES / AT."""
        return ratio(self.es, self.at)

    @property
    def ieac(self) -> Decimal | None:
        """Return the forecast length PD / SPI(t): the pace so far goes on."""
        return ratio(Decimal(self.pd), self.spi)

    @property
    def tspi(self) -> Decimal | None:
        """Return TSPI = (PD − ES) / (PD − AT): the pace the rest needs; None when the planned time is used up."""
        return ratio(self.pd - self.es, self.pd - self.at)

    @property
    def unreachable(self) -> bool:
        """Return whether the planned time is used up with work left: no pace can end in time."""
        return self.at >= self.pd and self.es < self.pd

    def ieac_at(self, pace: Decimal) -> Decimal | None:
        """Return the forecast length AT + (PD − ES) / `pace`; a pace of 1 is that of the plan."""
        rest = ratio(self.pd - self.es, pace)
        return None if rest is None else self.at + rest


def planned_duration(planned: Sequence[Decimal]) -> int:
    """Return PD: the first period by whose end the plan reaches its budget; a flat tail adds nothing."""
    return next(number for number, value in enumerate(planned, start=1) if value >= planned[-1])


def earned_schedule(planned: Sequence[Decimal], ev: Decimal, at: Decimal) -> EarnedSchedule | None:
    """Return the earned schedule of `ev` after `at` periods.

    `planned` is the planned value added up to the end of each period. ES = C + (EV − PV_C) / (PV_{C+1} − PV_C) with C
    the last period whose planned value is earned; all earned is PD. None without a plan of more than nothing.
    """
    if not planned or planned[-1] <= ZERO:
        return None
    length = planned_duration(planned)
    if ev >= planned[-1]:
        return EarnedSchedule(Decimal(length), at, length)
    curve = [ZERO, *planned]
    whole = next(number for number, value in enumerate(curve[1:]) if value > ev)
    below, above = curve[whole], curve[whole + 1]
    return EarnedSchedule(whole + (ev - below) / (above - below), at, length)
