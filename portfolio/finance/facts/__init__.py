"""Money's contributions to the roll-up: cost, whole-life estimates, measured progress and reserves."""

from portfolio.finance.facts.earned import EARNED
from portfolio.finance.facts.money import MONEY, PERIODS, SUMS, WHOLE_LIFE
from portfolio.finance.facts.reserves import RESERVES

__all__ = ["EARNED", "MONEY", "PERIODS", "RESERVES", "SUMS", "WHOLE_LIFE"]
