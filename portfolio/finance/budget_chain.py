"""The chain of one line of a budget: ordered, received, invoiced, and what it will have cost.

Money of one currency, as Decimal. Cash paid plays no part in cost. Formulas: the house's domain reference, "Budget
chain", after general public accounting (accrual = delivered and not yet invoiced).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portfolio.finance.earned_value import ZERO, less


@dataclass(frozen=True)
class PurchaseOrder:
    """One order as it stands. Closing it releases what is not delivered."""

    value: Decimal
    received: Decimal = ZERO
    invoiced: Decimal = ZERO
    paid: Decimal = ZERO
    closed: bool = False

    @property
    def commitment(self) -> Decimal:
        """Return the open commitment: contracted and not yet delivered."""
        return ZERO if self.closed else max(self.value - self.received, ZERO)

    @property
    def accrual(self) -> Decimal:
        """Return what is delivered and not yet invoiced; negative where invoices run ahead of delivery."""
        return self.received - self.invoiced

    @property
    def invoiced_beyond(self) -> Decimal:
        """Return how much was invoiced above the order: more than nothing needs an approval."""
        return max(self.invoiced - self.value, ZERO)


@dataclass(frozen=True)
class BudgetLine:
    """The orders of one line, its actual cost without an order, and the forecast that nobody has ordered yet."""

    orders: Sequence[PurchaseOrder]
    other_actuals: Decimal = ZERO
    uncommitted: Decimal = ZERO
    budget: Decimal | None = None

    @property
    def commitment(self) -> Decimal:
        """Return the open commitment of all orders."""
        return sum((order.commitment for order in self.orders), ZERO)

    @property
    def accrual(self) -> Decimal:
        """Return the accrual of all orders."""
        return sum((order.accrual for order in self.orders), ZERO)

    @property
    def actual(self) -> Decimal:
        """Return the actual cost: invoiced + accrual + other actuals."""
        return sum((order.invoiced for order in self.orders), ZERO) + self.accrual + self.other_actuals

    @property
    def eac(self) -> Decimal:
        """Return the estimate at completion: actual cost + open commitment + uncommitted forecast."""
        return self.actual + self.commitment + self.uncommitted

    @property
    def headroom(self) -> Decimal | None:
        """Return budget − estimate at completion; None without a budget."""
        return less(self.budget, self.eac)
