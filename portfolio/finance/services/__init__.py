"""Writes of money: cost rows, whole-life estimates, and the calendar and rates they are counted in.

Every service guards, writes and emits in one transaction. They raise ValidationError for what a person can correct,
NotPermitted outside the actor's scope and StaleWrite on conflict.
"""

from portfolio.finance.services.calendar import (
    currency_create,
    currency_delete,
    currency_ensure,
    currency_update,
    period_create,
    period_delete,
    period_ensure,
    period_update,
    periods_generate,
    rate_create,
    rate_delete,
    rate_put,
    rate_update,
)
from portfolio.finance.services.costs import (
    CostLine,
    baseline_copy_rows,
    cost_row_create,
    cost_row_delete,
    cost_row_update,
    cost_rows_edit_amounts,
    cost_rows_set,
)
from portfolio.finance.services.estimates import (
    EstimateLine,
    estimate_create,
    estimate_delete,
    estimate_update,
    estimates_put,
)

__all__ = [
    "CostLine",
    "EstimateLine",
    "baseline_copy_rows",
    "cost_row_create",
    "cost_row_delete",
    "cost_row_update",
    "cost_rows_edit_amounts",
    "cost_rows_set",
    "currency_create",
    "currency_delete",
    "currency_ensure",
    "currency_update",
    "estimate_create",
    "estimate_delete",
    "estimate_update",
    "estimates_put",
    "period_create",
    "period_delete",
    "period_ensure",
    "period_update",
    "periods_generate",
    "rate_create",
    "rate_delete",
    "rate_put",
    "rate_update",
]
