"""Money: the financial calendar and cost rows, what is held in reserve, and measured progress."""

from portfolio.finance.models.money import (
    CostRow,
    CostType,
    CostVersion,
    Currency,
    ExchangeRate,
    FiscalPeriod,
    WholeLifeEstimate,
)
from portfolio.finance.models.progress import PackageMilestone, ProgressReading, ProgressTechnique, WorkPackage
from portfolio.finance.models.reserves import Reserve, ReserveDraw, ReserveKind

__all__ = [
    "CostRow",
    "CostType",
    "CostVersion",
    "Currency",
    "ExchangeRate",
    "FiscalPeriod",
    "PackageMilestone",
    "ProgressReading",
    "ProgressTechnique",
    "Reserve",
    "ReserveDraw",
    "ReserveKind",
    "WholeLifeEstimate",
    "WorkPackage",
]
