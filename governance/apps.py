"""The governance app: what was decided and done, by whom, and the proof of it."""

from pmo.core.apps import AreaAppConfig


class GovernanceConfig(AreaAppConfig):
    default = True
    name = "governance"
    areas = ("audit",)
