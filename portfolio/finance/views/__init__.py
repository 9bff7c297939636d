"""The pages of money: cost, reserves, measured progress, approved versions, and the financial calendar."""

from portfolio.finance.views.calendar import CURRENCIES, PERIODS, RATES, period_generate
from portfolio.finance.views.money import (
    COSTS,
    ESTIMATES,
    money_panel,
    node_money,
    node_money_baseline,
    node_money_curve,
    node_money_edit,
)
from portfolio.finance.views.progress import (
    PACKAGE_MILESTONES,
    PACKAGES,
    READINGS,
    earned_panel,
    node_earned_value,
    node_progress,
)
from portfolio.finance.views.reserves import DRAWS, RESERVES
from portfolio.finance.views.versions import node_money_baselines

__all__ = [
    "COSTS",
    "CURRENCIES",
    "DRAWS",
    "ESTIMATES",
    "PACKAGES",
    "PACKAGE_MILESTONES",
    "PERIODS",
    "RATES",
    "READINGS",
    "RESERVES",
    "earned_panel",
    "money_panel",
    "node_earned_value",
    "node_money",
    "node_money_baseline",
    "node_money_baselines",
    "node_money_curve",
    "node_money_edit",
    "node_progress",
    "period_generate",
]
