"""Which role may do what. One table, read by the guard, the pages and the access matrix test."""

from typing import Any

from django.db import models

from pmo.core import access
from portfolio.people.models import Membership, Role

READ = frozenset({"node.view", "cost.view", "schedule.view", "status.view", "calendar.view", "health.view"})
WRITE_PLAN = frozenset({"cost.edit", "schedule.edit"})
REPORT = frozenset({"status.report"})

ROLE_ACTIONS: dict[str, frozenset[str]] = {
    Role.PMO_HEAD: READ
    | WRITE_PLAN
    | REPORT
    | {"node.edit", "node.create_root", "assurance.edit", "baseline.approve", "import.run", "audit.view", "people.view"}
    | {"membership.grant", "calendar.edit"},
    Role.PMO_ANALYST: READ
    | WRITE_PLAN
    | REPORT
    | {"node.edit", "assurance.edit", "import.run", "audit.view", "people.view"},
    Role.PROJECT_MANAGER: READ | WRITE_PLAN | REPORT | {"audit.view"},
    Role.SPONSOR: READ | {"audit.view"},
    Role.EXECUTIVE: READ | {"audit.view"},
    Role.FINANCE: READ | {"cost.edit", "baseline.approve", "calendar.edit", "audit.view"},
    Role.AUDITOR: READ | {"audit.view", "people.view"},
    Role.ADMINISTRATOR: frozenset(
        {"node.view", "people.view", "people.manage", "membership.grant", "node.create_root"}
    ),
}


class RolePolicy:
    """Roles on nodes, inherited downwards."""

    def granted_nodes(self, user: Any, action: str) -> models.QuerySet[Any]:
        roles = [role for role, actions in ROLE_ACTIONS.items() if action in actions]
        return Membership._default_manager.filter(user_id=user.pk, role__in=roles).order_by().values("node_id")

    def held_actions(self, user: Any) -> frozenset[str]:
        roles = Membership._default_manager.filter(user_id=user.pk).values_list("role", flat=True).distinct()
        return frozenset().union(*(ROLE_ACTIONS[role] for role in roles))

    def known_actions(self) -> frozenset[str]:
        return frozenset().union(*ROLE_ACTIONS.values())


access.install(RolePolicy())
