"""The scales of the demo's risks: matrices, cells of a band, and what a class means in percent and money. Pure."""

import random
from decimal import Decimal

from portfolio.raid.scoring import DEFAULT, Grid

GREEN, YELLOW, AMBER, RED = "green", "yellow", "amber", "red"
Cell = tuple[int, int]  # classes of probability and impact
PERCENT = (5, 20, 40, 65, 90)  # probability by class
SHARE = (0.003, 0.01, 0.025, 0.05, 0.11)  # impact by class, as a share of the project's budget
PROXIMITY = {GREEN: "far", YELLOW: "medium", AMBER: "near", RED: "imminent"}

# The area that moves trams over water takes fewer risks than the rest of the house.
STRICT_AREA = "TP"
STRICT = Grid(
    ("Hardly ever", "Once in ten years", "Once a year", "Once a month", "Every week"),
    ("A delay", "A night lost", "A line closed for a day", "A line closed for a week", "People hurt"),
    yellow_from=4,
    amber_from=8,
    red_from=12,
)


def grid_of(area: str) -> Grid:
    """Return the matrix that holds in an area."""
    return STRICT if area == STRICT_AREA else DEFAULT


def cell(rng: random.Random, grid: Grid, band: str, near: Cell | None = None) -> Cell:
    """Return a cell of the matrix that lies in `band`, without the far corners; the nearest ones to `near`."""
    fitting = [
        (probability, impact)
        for probability in range(1, len(grid.probability) + 1)
        for impact in range(1, len(grid.impact) + 1)
        if grid.band(probability * impact).key == band and abs(probability - impact) < 4
    ]
    if near is not None:
        least = min(_distance(near, found) for found in fitting)
        fitting = [found for found in fitting if _distance(near, found) == least]
    return rng.choice(fitting)


def _distance(one: Cell, other: Cell) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def percent(cell: Cell) -> Decimal:
    """Return the probability of a cell, in %."""
    return Decimal(PERCENT[cell[0] - 1])


def amount(cell: Cell, budget: int, weight: float) -> Decimal | None:
    """Return the impact of a cell in money, in whole thousands; None without a budget."""
    return Decimal(max(1, round(budget * SHARE[cell[1] - 1] * weight / 1000)) * 1000) if budget else None


def emv(cell: Cell, budget: int, weight: float) -> Decimal:
    """Return probability × impact; 0 without a budget."""
    return percent(cell) * (amount(cell, budget, weight) or Decimal(0)) / 100
