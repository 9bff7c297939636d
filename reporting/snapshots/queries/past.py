"""Roll-up rows as they stood at a moment: the one place where the present row and its history are chosen between.

Without a moment the present rows are read. Both kinds have the same columns, but the past knows no place in the tree.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, F, Min, OuterRef, Q, Subquery
from django.utils import timezone

from portfolio.models import Node, NodeKind, StatusReport
from reporting.rollup.models import NodeRollup, NodeRollupHistory
from reporting.rollup.queries import VIEW


def held(moment: datetime, prefix: str = "") -> Q:
    """Return the condition that a history row stood at `moment`."""
    begun = Q(**{f"{prefix}recorded_from__lte": moment})
    open_ended, later = Q(**{f"{prefix}recorded_to__isnull": True}), Q(**{f"{prefix}recorded_to__gt": moment})
    return begun & (open_ended | later)


def rollups(user: Any, moment: datetime | None = None) -> Any:
    """Return the queryset of the roll-up rows `user` may see: the present ones, or as they stood at `moment`."""
    if moment is None:
        return NodeRollup.objects.restrict(user, VIEW)
    return NodeRollupHistory.objects.restrict(user, VIEW).filter(held(moment))


def rollups_of(user: Any, nodes: Iterable[int], moment: datetime | None = None) -> dict[int, Any]:
    """Return the rows of some nodes by node id; a node that had none is left out."""
    return {row.node_id: row for row in rollups(user, moment).filter(node__in=list(nodes)).select_related("node")}


def project_rollups(user: Any, node: Node | None, moment: datetime | None = None) -> Any:
    """Return the queryset of the rows of all projects at or below a node of today's tree, or wherever one may read."""
    rows = rollups(user, moment).filter(node__kind=NodeKind.PROJECT).select_related("node")
    return rows if node is None else rows.filter(node__ancestors__contains=[node.pk])


def column_at(column: str, moment: datetime, node: str = "node_id") -> Subquery:
    """Return the expression of a status column of a node as it stood at `moment`; NULL before its first roll-up."""
    rows = NodeRollupHistory.objects.filter(node=OuterRef(node), recorded_from__lte=moment)
    return Subquery(rows.order_by("-recorded_from").values(column)[:1], output_field=CharField())


def status_moves(user: Any, node: Node | None, since: datetime, until: datetime | None) -> list[Any]:
    """Return the rows of the projects whose status is another than at `since`, with `before`; most money first.

    A project that was not rolled up yet at `since` is new, not changed, and left out.
    """
    rows = project_rollups(user, node, until).annotate(before=column_at("status", since)).filter(before__isnull=False)
    return list(rows.exclude(before=F("status")).order_by("-value", "node__name", "pk"))


def first_day(user: Any, nodes: Iterable[int] | None = None) -> date | None:
    """Return the day of the first roll-up row that is kept of some nodes, or of all `user` may see; None without."""
    rows = NodeRollupHistory.objects.restrict(user, VIEW)
    if nodes is not None:
        rows = rows.filter(node__in=list(nodes))
    found = rows.aggregate(first=Min("recorded_from"))["first"]
    return None if found is None else timezone.localdate(found)


def last_report_day(user: Any, node: Node | None, before: datetime) -> date | None:
    """Return the day on which the last report came in at or below a node, of those before an instant."""
    rows = StatusReport.objects.restrict(user, "status.view").filter(state="submitted", submitted_at__lt=before)
    if node is not None:
        rows = rows.filter(node__ancestors__contains=[node.pk])
    found = rows.order_by("-submitted_at").values_list("submitted_at", flat=True).first()
    return None if found is None else timezone.localdate(found)
