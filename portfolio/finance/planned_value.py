"""The plan over time: how much of a budget was to be done by a day, and the same plan month by month.

Amounts are of one currency, as Decimal. A period counts whole once it has ended; of the running one counts the share
of its days that have passed, the day itself included. This is the house's rule: budgets are given by period, and
within a period nobody planned a shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from portfolio.finance.earned_value import ZERO
from portfolio.finance.money import CENT

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Planned:
    """The budget of one period, both days included."""

    start: date
    end: date
    amount: Decimal


def planned_value(periods: Sequence[Planned], on: date) -> Decimal:
    """Return what was to be done by the end of day `on`, each period to whole cents."""
    return sum((passed(period, on) for period in periods), ZERO)


def passed(period: Planned, on: date) -> Decimal:
    """Return the part of one period's budget that was to be done by the end of day `on`."""
    days, length = days_of(period.start, period.end, on)
    return (period.amount * days / length).quantize(CENT, ROUND_HALF_UP)


def days_of(start: date, end: date, on: date) -> tuple[int, int]:
    """Return how many days of a period have passed at the end of `on`, and how many it has."""
    length = (end - start).days + 1
    return min(max((on - start).days + 1, 0), length), length


@dataclass(frozen=True)
class Months:
    """A plan without gaps: the budget of each month from `start` on; a month begins on that day of the month."""

    start: date
    amounts: Sequence[Decimal]

    def added_up(self) -> list[Decimal]:
        """Return the planned value at the end of each month."""
        return [sum(self.amounts[: number + 1], ZERO) for number in range(len(self.amounts))]

    def elapsed(self, on: date) -> Decimal:
        """Return how many months of the plan's calendar have passed at the end of day `on`; 0 before its start."""
        if on < self.start:
            return ZERO
        number = (on.year - self.start.year) * 12 + on.month - self.start.month
        number -= on < month_after(self.start, number)
        first = month_after(self.start, number)
        days, length = days_of(first, month_after(self.start, number + 1) - DAY, on)
        return number + Decimal(days) / length

    def day(self, months: Decimal) -> date | None:
        """Return the day on which so many months have passed; None beyond the calendar."""
        if months > 12 * (date.max.year - self.start.year - 1):
            return None
        whole = int(months)
        first, following = month_after(self.start, whole), month_after(self.start, whole + 1)
        days = ((months - whole) * (following - first).days).to_integral_value(ROUND_HALF_UP)
        return first + timedelta(days=int(days) - 1)


def month_after(start: date, number: int) -> date:
    """Return the day `number` months after `start`, which lies in the first 28 days of its month."""
    years, month = divmod(start.month - 1 + number, 12)
    return start.replace(year=start.year + years, month=month + 1)


def monthly(periods: Sequence[Planned]) -> Months | None:
    """Return the plan by months; a month between two others that has no budget counts 0.

    None if one period is no month, or months begin on different days. Months before the first money are left out.
    """
    rows = sorted((period for period in periods if period.amount), key=lambda period: period.start)
    if not rows or rows[0].start.day > 28 or not all(_is_month(row, rows[0].start.day) for row in rows):
        return None
    start = rows[0].start
    amounts = [ZERO] * (_months_between(start, rows[-1].start) + 1)
    for row in rows:
        amounts[_months_between(start, row.start)] += row.amount
    return Months(start, amounts)


def _is_month(period: Planned, day: int) -> bool:
    return period.start.day == day and month_after(period.start, 1) == period.end + DAY


def _months_between(first: date, later: date) -> int:
    return (later.year - first.year) * 12 + later.month - first.month
