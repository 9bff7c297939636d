"""Writes of risks, issues, assumptions, dependencies, escalations and risk matrices."""

from portfolio.raid.services.escalations import escalation_answer, escalation_ask, escalation_withdraw
from portfolio.raid.services.many import ResponseLine, risk_responses_add, risks_put
from portfolio.raid.services.matrices import matrix_remove, matrix_set
from portfolio.raid.services.others import (
    ASSUMPTIONS,
    dependency_create,
    dependency_delete,
    dependency_update,
    issue_create,
    issue_delete,
    issue_resolve,
    issue_update,
)
from portfolio.raid.services.risks import (
    STRATEGIES,
    risk_close,
    risk_create,
    risk_delete,
    risk_occurred,
    risk_response_add,
    risk_response_change,
    risk_response_remove,
    risk_update,
)

__all__ = [
    "ASSUMPTIONS",
    "STRATEGIES",
    "ResponseLine",
    "dependency_create",
    "dependency_delete",
    "dependency_update",
    "escalation_answer",
    "escalation_ask",
    "escalation_withdraw",
    "issue_create",
    "issue_delete",
    "issue_resolve",
    "issue_update",
    "matrix_remove",
    "matrix_set",
    "risk_close",
    "risk_create",
    "risk_delete",
    "risk_occurred",
    "risk_response_add",
    "risk_response_change",
    "risk_response_remove",
    "risk_responses_add",
    "risk_update",
    "risks_put",
]
