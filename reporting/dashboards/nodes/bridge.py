"""The budget bridge: from the original budget over approved changes to the budget now, and on to the forecast (pure).

Original budget = budget now − all approved changes. Budget now + all gaps = forecast at completion. Money is in the
reporting currency, to the cent: the steps add up exactly, what is not named goes into one step called Other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

NAMED = 4  # steps by name on either side; the rest is one step
ZERO = Decimal(0)


@dataclass(frozen=True)
class Step:
    """One step: what moved by how much. `code` is of the node behind it, `note` says by which baseline."""

    name: str
    amount: Decimal
    code: str = ""
    note: str = ""


@dataclass(frozen=True)
class Moves:
    """The largest steps of one side, what all of them add up to, and how many they are; `unknown` lack a rate."""

    steps: Sequence[Step] = ()
    total: Decimal = ZERO
    count: int = 0
    unknown: int = 0

    @property
    def named(self) -> Sequence[Step]:
        """Return the steps that stand by name: one alone is never hidden behind Other."""
        return self.steps if self.count <= NAMED + 1 == len(self.steps) else self.steps[:NAMED]

    @property
    def others(self) -> int:
        """Return how many steps stand together as Other."""
        return self.count - len(self.named)

    @property
    def other(self) -> Decimal:
        """Return what the steps without a name add up to."""
        return self.total - sum((step.amount for step in self.named), ZERO)


@dataclass(frozen=True)
class Bridge:
    """The two sides of a node's bridge and the levels between them."""

    changes: Moves
    gaps: Moves
    budget: Decimal
    forecast: Decimal

    @property
    def original(self) -> Decimal:
        """Return the budget of the first approved baselines."""
        return self.budget - self.changes.total

    @property
    def variance(self) -> Decimal:
        """Return the forecast less the budget now."""
        return self.forecast - self.budget
