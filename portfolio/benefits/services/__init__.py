"""Writes of benefits: their profiles, their values by fiscal period, and who claims them.

Every service guards, writes and emits in one transaction. They raise ValidationError for what a person can correct,
NotPermitted outside the actor's scope and StaleWrite on conflict.
"""

from portfolio.benefits.services.profiles import benefit_create, benefit_delete, benefit_update
from portfolio.benefits.services.shares import ShareLine, benefit_shares_set
from portfolio.benefits.services.values import (
    ValueLine,
    baseline_copy_values,
    benefit_value_create,
    benefit_value_delete,
    benefit_value_update,
    benefit_values_set,
)

__all__ = [
    "ShareLine",
    "ValueLine",
    "baseline_copy_values",
    "benefit_create",
    "benefit_delete",
    "benefit_shares_set",
    "benefit_update",
    "benefit_value_create",
    "benefit_value_delete",
    "benefit_value_update",
    "benefit_values_set",
]
