"""How much a project serves what its portfolio is to achieve.

Weighted contribution = Σ(strength × weight) / Σ(weight), over all open objectives that stand above the project: an
objective it does not contribute to counts with strength 0. Strengths, weights and the result are in %. Without a
weight there is nothing to divide by, and the result is unknown (None). It is the weighted score of domain.md §11 with
strengths as scores. Of one objective the same formula gives its part: summed over the objectives, or over the projects,
the parts are the same total.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
PLACES = Decimal("0.01")


def weighted_contribution(strengths: Mapping[int, Decimal], weights: Mapping[int, Decimal]) -> Decimal | None:
    """Return the weighted contribution in %, to two decimals. Both map objectives; `weights` holds the open ones."""
    total = sum(weights.values(), ZERO)
    if total == 0:
        return None
    points = sum((strengths.get(key, ZERO) * weight for key, weight in weights.items()), ZERO)
    return (points / total).quantize(PLACES, ROUND_HALF_UP)


def part_of(strength: Decimal, weight: Decimal, total: Decimal) -> Decimal | None:
    """Return what contributions of `strength` in all give of one objective; `total` adds up the open weights."""
    return (strength * weight / total).quantize(PLACES, ROUND_HALF_UP) if total else None
