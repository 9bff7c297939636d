"""Named reads of money. Every one of them reads through the person's rights."""

from portfolio.finance.queries.money import (
    EstimateStep,
    amounts,
    categories,
    default_currency,
    editable_rows,
    estimates,
    money_table,
    next_fiscal_year,
    period_of,
    rates,
)
from portfolio.finance.queries.progress import as_package, has_packages, performance, work_packages
from portfolio.finance.queries.reserves import Held, reserves, with_left
from portfolio.finance.queries.versions import BudgetVersion, approved, budget_versions, by_baseline

__all__ = [
    "BudgetVersion",
    "EstimateStep",
    "Held",
    "amounts",
    "approved",
    "as_package",
    "budget_versions",
    "by_baseline",
    "categories",
    "default_currency",
    "editable_rows",
    "estimates",
    "has_packages",
    "money_table",
    "next_fiscal_year",
    "performance",
    "period_of",
    "rates",
    "reserves",
    "with_left",
    "work_packages",
]
