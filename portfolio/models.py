"""Index of the app's models: what other apps import."""

from portfolio.exchange.models import Edition, EditionPresence, ImportRun
from portfolio.finance.models import (
    CostRow,
    CostType,
    CostVersion,
    Currency,
    ExchangeRate,
    FiscalPeriod,
    WholeLifeEstimate,
)
from portfolio.people.models import Membership, Role, User
from portfolio.registry.models import Baseline, BaselineState, DeliveryMethod, Lifecycle, Node, NodeKind
from portfolio.schedule.models import Milestone, MilestoneBaseline, MilestoneKind
from portfolio.status.models import (
    AssuranceRating,
    AssuranceSource,
    Rag,
    Rating,
    RatingScale,
    ReportState,
    StatusReport,
)

__all__ = [
    "AssuranceRating",
    "AssuranceSource",
    "Baseline",
    "BaselineState",
    "CostRow",
    "CostType",
    "CostVersion",
    "Currency",
    "DeliveryMethod",
    "Edition",
    "EditionPresence",
    "ExchangeRate",
    "FiscalPeriod",
    "ImportRun",
    "Lifecycle",
    "Membership",
    "Milestone",
    "MilestoneBaseline",
    "MilestoneKind",
    "Node",
    "NodeKind",
    "Rag",
    "Rating",
    "RatingScale",
    "ReportState",
    "Role",
    "StatusReport",
    "User",
    "WholeLifeEstimate",
]
