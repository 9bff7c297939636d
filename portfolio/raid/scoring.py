"""Scores, bands and expected monetary values of risks: pure arithmetic, no rows.

A score is probability class x impact class. Money is a Decimal in the currency of the risk. Whatever lacks one of its
parts is None, never 0. Sources: design/domain.md 6; PMBOK 6, 11.4.2.5; the numeric scales of PMBOK 3 to 5.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

HUNDRED = Decimal(100)
OPPORTUNITY = "opportunity"
NUMERIC_PROBABILITY = tuple(map(Decimal, ("0.1", "0.3", "0.5", "0.7", "0.9")))
NUMERIC_IMPACT = tuple(map(Decimal, ("0.05", "0.1", "0.2", "0.4", "0.8")))


@dataclass(frozen=True)
class Band:
    """A range of scores: its key, its place from 0 (lowest) to 3, its word, and the shape that stands beside it."""

    key: str
    rank: int
    label: Any
    shape: str


BANDS = (
    Band("green", 0, _("Green"), "on"),
    Band("yellow", 1, _("Yellow"), "yellow"),
    Band("amber", 2, _("Amber"), "risk"),
    Band("red", 3, _("Red"), "off"),
)
RED = BANDS[3]


@dataclass(frozen=True)
class Grid:
    """A risk matrix: the words of its classes, lowest first, and the scores from which each band starts."""

    probability: Sequence[Any]
    impact: Sequence[Any]
    yellow_from: int
    amber_from: int
    red_from: int

    @property
    def starts(self) -> tuple[int, int, int, int]:
        """Return the first score of each band."""
        return 1, self.yellow_from, self.amber_from, self.red_from

    def band(self, value: int) -> Band:
        """Return the band in which a score lies."""
        return BANDS[max(rank for rank, start in enumerate(self.starts) if rank == 0 or value >= start)]


# Where no portfolio above has a matrix of its own.
DEFAULT = Grid(
    (_("Rare"), _("Unlikely"), _("Possible"), _("Likely"), _("Almost certain")),
    (_("Minor"), _("Moderate"), _("Major"), _("Severe"), _("Critical")),
    yellow_from=5,
    amber_from=10,
    red_from=15,
)


def score(probability: int | None, impact: int | None) -> int | None:
    """Return probability class x impact class; None while one of them is not assessed."""
    return None if probability is None or impact is None else probability * impact


def band(grid: Grid, value: int | None) -> Band | None:
    """Return the band of a score; None without one."""
    return None if value is None else grid.band(value)


def emv(percent: Decimal | None, amount: Decimal | None, kind: str) -> Decimal | None:
    """Return probability (in %) x impact: a threat's adds to exposure, an opportunity's takes away."""
    if percent is None or amount is None:
        return None
    value = percent * amount / HUNDRED
    return -value if kind == OPPORTUNITY else value


def expected_value(branches: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Return the expected value of a decision: its branches as (probability, net value).

    Raises ValueError unless the probabilities add up to 1.
    """
    found = list(branches)
    if sum(probability for probability, _value in found) != 1:
        raise ValueError("The probabilities of a decision's branches add up to 1.")
    return sum((probability * value for probability, value in found), Decimal(0))


def numeric_score(probability: int | None, impact: int | None) -> Decimal | None:
    """Return the probability-impact product on the scales of PMBOK 3 to 5 (.005 to .72); None beyond five classes."""
    if not (probability and impact) or max(probability, impact) > len(NUMERIC_PROBABILITY):
        return None
    return NUMERIC_PROBABILITY[probability - 1] * NUMERIC_IMPACT[impact - 1]


def shown(value: Decimal) -> Decimal:
    """Return a product as printed tables show it: two decimals, half up (.045 is .05). For display only."""
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
