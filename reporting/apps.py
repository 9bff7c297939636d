"""The reporting app: computed health, the roll-up of the tree and the executive's pages."""

from typing import Any

from django.db.models.signals import post_migrate

from pmo.core.apps import AreaAppConfig


class ReportingConfig(AreaAppConfig):
    default = True
    name = "reporting"
    areas = ("health", "rollup", "dashboards")

    def ready(self) -> None:
        super().ready()
        post_migrate.connect(install_rules, sender=self, dispatch_uid="reporting.install_rules")


def install_rules(**_: Any) -> None:
    """Give a new house its first version of the health rules."""
    from pmo.core.access import SYSTEM  # app ready
    from reporting.health.services import rules_install_defaults  # app ready

    rules_install_defaults(actor=SYSTEM)
