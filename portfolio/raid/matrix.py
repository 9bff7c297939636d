"""The risk matrix as a page shows it: counts by cell, and how each cell moved. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.raid.scoring import Band, Grid

Place = tuple[int, int]  # probability class, impact class


@dataclass(frozen=True)
class Cell:
    """One cell: how many risks stand in it, and how many stood there before."""

    probability: int
    impact: int
    probability_label: Any
    impact_label: Any
    band: Band
    count: int
    before: int

    @property
    def change(self) -> int:
        """Return how many more there are than before."""
        return self.count - self.before


@dataclass(frozen=True)
class Row:
    """One row of the matrix: a probability class and its cells from the lowest impact to the highest."""

    label: Any
    cells: Sequence[Cell]


class Cells:
    """Counts by place `now` and `before`.

    `moves` are the risks that changed since: their place before and their place now, None where they did not count.
    """

    def __init__(self, now: Mapping[Place, int], moves: Iterable[tuple[Place | None, Place | None]] = ()) -> None:
        self.now = Counter(dict(now))
        self.before = Counter(dict(now))
        for was, place in moves:
            if place is not None:
                self.before[place] -= 1
            if was is not None:
                self.before[was] += 1

    @property
    def total(self) -> int:
        """Return how many risks there are now."""
        return sum(self.now.values())

    def outside(self, grid: Grid) -> int:
        """Return how many risks lie beyond the classes of `grid`, having been scored on a larger matrix."""
        rows, columns = len(grid.probability), len(grid.impact)
        return sum(number for (p, i), number in self.now.items() if p > rows or i > columns)

    def rows(self, grid: Grid) -> list[Row]:
        """Return the matrix from the most probable row down."""
        columns = range(1, len(grid.impact) + 1)
        numbered = list(enumerate(grid.probability, start=1))
        return [Row(label, [self._cell(grid, p, i) for i in columns]) for p, label in reversed(numbered)]

    def _cell(self, grid: Grid, probability: int, impact: int) -> Cell:
        words = grid.probability[probability - 1], grid.impact[impact - 1]
        place = (probability, impact)
        return Cell(probability, impact, *words, grid.band(probability * impact), self.now[place], self.before[place])
