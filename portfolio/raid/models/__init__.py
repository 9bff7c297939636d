"""Risks, issues, assumptions and dependencies, and how they are escalated."""

from portfolio.raid.models.escalations import Escalation, EscalationState
from portfolio.raid.models.others import (
    Assumption,
    AssumptionState,
    Dependency,
    DependencyState,
    Issue,
    IssueState,
    Severity,
)
from portfolio.raid.models.risks import (
    Proximity,
    ResponseStrategy,
    Risk,
    RiskKind,
    RiskMatrix,
    RiskResponse,
    RiskState,
)

__all__ = [
    "Assumption",
    "AssumptionState",
    "Dependency",
    "DependencyState",
    "Escalation",
    "EscalationState",
    "Issue",
    "IssueState",
    "Proximity",
    "ResponseStrategy",
    "Risk",
    "RiskKind",
    "RiskMatrix",
    "RiskResponse",
    "RiskState",
    "Severity",
]
