"""Money's contributions to the roll-up: cost, whole-life estimates, measured progress and reserves."""

from portfolio.finance.facts.money import MONEY, PERIODS, SUMS, WHOLE_LIFE

__all__ = ["MONEY", "PERIODS", "SUMS", "WHOLE_LIFE"]
