"""Reads of weekly reports: the latest of a project, its history, and who still owes this week's."""

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, DateField, Exists, F, OuterRef, Q, Subquery, Value, When

from pmo.core import clock
from portfolio.registry.models import Lifecycle, Node, NodeKind
from portfolio.status.models import DIMENSIONS, AssuranceRating, ReportState, StatusReport
from portfolio.status.weeks import CYCLE, is_current, monday, unchanged_since, worst

WEEKS_LOOKED_BACK = 104


def submitted(user: Any, node: Node) -> Any:
    """Return the node's submitted reports, newest first, as far as `user` may see them."""
    rows = StatusReport.objects.restrict(user, "status.view").filter(node=node, state=ReportState.SUBMITTED)
    return rows.select_related("author").order_by("-week_start", "-number")


def latest(user: Any, node: Node) -> StatusReport | None:
    """Return the node's last report."""
    return submitted(user, node).first()


def since(user: Any, node: Node) -> dict[str, date | None]:
    """Return by dimension the first week since when the last report's colour has been reported without a break."""
    rows = submitted(user, node).values_list("week_start", *DIMENSIONS)[:WEEKS_LOOKED_BACK]
    weeks: dict[date, dict[str, str]] = {}
    for week, *found in rows:
        weeks.setdefault(week, dict(zip(DIMENSIONS, found, strict=True)))
    return {name: unchanged_since(list(weeks.items()), name) for name in DIMENSIONS}


def colours(report: StatusReport | None) -> dict[str, str]:
    """Return the reported colour of each dimension; `nr` for all once the report is stale."""
    if report is None or not is_current(report.week_start, clock.today()):
        return dict.fromkeys(DIMENSIONS, "nr")
    return {name: getattr(report, name) or "nr" for name in DIMENSIONS}


def overall(report: StatusReport | None) -> str:
    """Return the worst of the reported colours; `nr` when stale or missing."""
    return worst(colours(report)) or "nr"


def with_report_state(nodes: Any) -> Any:
    """Narrow nodes to live projects and add `last_week` and `report_state` (late, due, draft, submitted)."""
    week = monday(clock.today())
    reports = StatusReport.objects.filter(node=OuterRef("pk"))
    last = reports.filter(state=ReportState.SUBMITTED).order_by("-week_start").values("week_start")[:1]
    return (
        nodes.filter(kind=NodeKind.PROJECT, lifecycle__in=Lifecycle.live())
        .annotate(last_week=Subquery(last, output_field=DateField()))
        .annotate(
            report_state=Case(
                When(last_week__gte=week, then=Value("submitted")),
                When(Exists(reports.filter(state=ReportState.DRAFT)), then=Value("draft")),
                When(Q(last_week__isnull=True) | Q(last_week__lt=week - CYCLE), then=Value("late")),
                default=Value("due"),
                output_field=CharField(),
            )
        )
    )


def queue(user: Any) -> Any:
    """Return the live projects whose report of this week is still owed by `user`, longest silent first."""
    rows = with_report_state(Node.objects.restrict(user, "status.report")).exclude(report_state="submitted")
    return rows.select_related("parent", "owner").order_by(F("last_week").asc(nulls_first=True), "name", "pk")


def ratings(user: Any, node: Node) -> Any:
    """Return the assurance ratings of a node, newest first."""
    return AssuranceRating.objects.restrict(user, "status.view").filter(node=node).order_by("-as_of", "source")


def queue_counts(user: Any) -> dict[str, int]:
    """Return how many live projects `user` sees in each state of this week's report, and how many they manage."""
    rows = with_report_state(Node.objects.restrict(user, "status.view")).order_by()
    states = {state: Count("pk", filter=Q(report_state=state)) for state in ("late", "due", "draft", "submitted")}
    return rows.aggregate(all=Count("pk"), mine=Count("pk", filter=Q(owner=user.pk)), **states)
