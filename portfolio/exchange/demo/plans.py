"""All that is decided beforehand beside the stories: registers, benefits, measured progress and draws. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from portfolio.exchange.demo import above, gains, packages, registers, reserving
from portfolio.exchange.demo.gains import Benefit
from portfolio.exchange.demo.lives import Register
from portfolio.exchange.demo.reserving import Draw
from portfolio.exchange.demo.story import Story


@dataclass(frozen=True)
class Plans:
    """What registers will hold, what projects will bring, who measures progress, and what is drawn from reserves."""

    registers: Sequence[Register]
    gains: Mapping[str, Sequence[Benefit]]
    gains_above: Mapping[str, Benefit]
    measured: frozenset[str]
    draws: Mapping[str, Sequence[Draw]]

    @classmethod
    def draw(cls, stories: Sequence[Story], since: date, today: date) -> Self:
        """Draw all plans; equal stories give equal plans."""
        kept = registers.draw_all(stories, today)
        return cls(
            registers=[*kept, *above.draw_above(since, today)],
            gains=gains.draw_all(stories, today),
            gains_above=gains.above(today),
            measured=frozenset(packages.measured(stories)),
            draws=reserving.draws(stories, kept, today),
        )
