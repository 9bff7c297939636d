"""Index of the app's models."""

from reporting.health.models import Dimension, HealthRule, HealthRuleSet
from reporting.rollup.models import DirtyNode, NodePeriodRollup, NodeRollup, NodeRollupHistory

__all__ = [
    "Dimension",
    "DirtyNode",
    "HealthRule",
    "HealthRuleSet",
    "NodePeriodRollup",
    "NodeRollup",
    "NodeRollupHistory",
]
