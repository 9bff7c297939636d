"""Reads of roll-up rows for pages: all restricted to what the reader may see, none sums live tables."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min

from pmo.core import access, clock
from portfolio.models import Node, NodeKind
from reporting.health.queries import rules_in_force
from reporting.health.reasons import Reason, reasons
from reporting.rollup.models import DirtyNode, NodePeriodRollup, NodeRollup, NodeRollupHistory

VIEW = "health.view"


@dataclass(frozen=True)
class Freshness:
    """The figures hold what was saved up to `as_of`; `pending` nodes were changed since and wait to be rolled up."""

    as_of: datetime
    pending: int


@dataclass(frozen=True)
class Health:
    """A node's roll-up row with the reason of each colour."""

    row: NodeRollup
    reasons: list[Reason]

    def reason(self, dimension: str) -> Reason | None:
        """Return the reason of one dimension, if it is judged for this node."""
        return next((reason for reason in self.reasons if reason.dimension == dimension), None)


def rollup_for(user: Any) -> list[NodeRollup]:
    """Return the rows of the topmost nodes `user` may see, by code; usually one."""
    rows = NodeRollup.objects.restrict(user, VIEW).select_related("node").order_by("node__code")
    if getattr(user, "is_system", False):
        return list(rows.filter(node__parent=None))
    granted = set(access.policy().granted_nodes(user, VIEW).values_list("node_id", flat=True))
    return [row for row in rows.filter(node_id__in=granted) if not granted & set(row.node.ancestors[:-1])]


def projects_for(user: Any) -> Any:
    """Return the queryset of the rows of all projects `user` may see, with their nodes."""
    return NodeRollup.objects.restrict(user, VIEW).filter(node__kind=NodeKind.PROJECT).select_related("node")


def children_of(node: Node, user: Any) -> Any:
    """Return the queryset of the rows directly below `node`, with their nodes, by code."""
    return NodeRollup.objects.restrict(user, VIEW).filter(parent=node).select_related("node").order_by("node__code")


def periods_of(node: Node, user: Any) -> Any:
    """Return the queryset of the node's rows by fiscal period, oldest first."""
    rows = NodePeriodRollup.objects.restrict(user, VIEW).filter(node=node)
    return rows.select_related("period").order_by("period__start", "period__end")


def history_of(node: Node, user: Any, since: datetime | None = None) -> Any:
    """Return the queryset of what the node's row held, oldest first; with `since`, what held then or later."""
    rows = NodeRollupHistory.objects.restrict(user, VIEW).filter(node=node).order_by("recorded_from", "pk")
    return rows.exclude(recorded_to__lte=since) if since else rows


def health_of(node: Node, user: Any) -> Health | None:
    """Return the node's computed health with reasons; None if `user` may not see it or nothing is rolled up yet."""
    row = NodeRollup.objects.restrict(user, VIEW).filter(node=node).select_related("node").first()
    return None if row is None else Health(row, reasons(row, rules_in_force(clock.today())))


def freshness() -> Freshness:
    """Return up to when changes are in the figures, and how many nodes wait."""
    waiting = DirtyNode.objects.unrestricted("how many nodes wait says nothing about any of them")
    found = waiting.aggregate(pending=Count("node_id", distinct=True), oldest=Min("marked_at"))
    return Freshness(found["oldest"] or clock.now(), found["pending"])
