"""Reads behind the executive's pages: roll-up rows, their history, and names and words of what they show.

Figures come from roll-up rows alone, all through `restrict`. The number of queries does not grow with the rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Aggregate,
    CharField,
    Count,
    DateField,
    DecimalField,
    ExpressionWrapper,
    F,
    FloatField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
)
from django.db.models.expressions import RawSQL
from django.urls import reverse

from portfolio.models import AssuranceRating, Node, NodeKind, StatusReport
from reporting.rollup.models import NodePeriodRollup, NodeRollup, NodeRollupHistory
from reporting.rollup.queries import VIEW, projects_for, rollup_for

SHOWN = 8  # rows of the attention list: what fits above the fold

# The history row that held at each instant, found by one step into the index each: a portfolio's row changes often.
HELD_AT = """
    SELECT held.id FROM unnest(%s::bigint[]) AS node(id) CROSS JOIN unnest(%s::timestamptz[]) AS moment(at)
    CROSS JOIN LATERAL (
        SELECT id FROM reporting_noderolluphistory
        WHERE node_id = node.id AND recorded_from <= moment.at ORDER BY recorded_from DESC LIMIT 1
    ) held
"""


class Median(Aggregate):
    """The middle value: half of the rows lie below it."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Subject:
    """What a page is about: the roll-up rows of nodes that do not contain each other, as `user` may see them.

    `everything`: these are the topmost nodes of the person, so that nothing else is to be seen.
    """

    user: Any
    rows: Sequence[NodeRollup]
    everything: bool = False

    @property
    def ids(self) -> list[int]:
        """Return the nodes' ids."""
        return [row.node_id for row in self.rows]

    def projects(self) -> Any:
        """Return the queryset of the rows of all projects at or below the subject."""
        rows = projects_for(self.user)
        return rows if self.everything else rows.filter(node__ancestors__overlap=self.ids)

    def register(self, **parameters: str) -> str:
        """Return the address of the register with the subject's projects, narrowed by `parameters`."""
        query = {} if self.everything else {"within": self.rows[0].node.code}
        return f"{reverse('node-list')}?{urlencode(query | {'kind': 'project'} | parameters, safe=',')}"


def home_subject(user: Any) -> Subject | None:
    """Return the topmost nodes whose figures `user` may see; None where there are none."""
    rows = sorted(rollup_for(user), key=lambda row: row.node.name.casefold())
    return Subject(user, rows, everything=True) if rows else None


def node_subject(user: Any, node: Node) -> Subject | None:
    """Return one node; None where `user` may not see its figures or nothing is rolled up yet."""
    rows = list(NodeRollup.objects.restrict(user, VIEW).filter(node=node).select_related("node"))
    return Subject(user, rows) if rows else None


def attention(subject: Subject) -> list[NodeRollup]:
    """Return the projects that need attention most: by severity times money at stake, then by name."""
    urgency = ExpressionWrapper(F("severity") * F("value"), DecimalField(max_digits=40, decimal_places=2))
    rows = subject.projects().filter(severity__gt=0).select_related("node__parent", "node__owner")
    return list(rows.annotate(urgency=urgency).order_by("-urgency", "node__name", "pk")[:SHOWN])


def spread(subject: Subject) -> dict[str, Any]:
    """Return how many projects need attention, how many have a known slip, how many are late, and the median slip."""
    return subject.projects().aggregate(
        needy=Count("pk", filter=Q(severity__gt=0)),
        slips=Count("slip_days"),
        late=Count("pk", filter=Q(slip_days__gt=0)),
        median=Median("slip_days"),
    )


def held_at(user: Any, ids: Sequence[int], instants: Sequence[datetime]) -> dict[datetime, list[NodeRollupHistory]]:
    """Return, for each instant, the rows as they stood; a node that had none yet is left out."""
    rows = NodeRollupHistory.objects.restrict(user, VIEW)
    # Numbers and instants are parameters; the text is a constant.
    found = list(rows.filter(pk__in=RawSQL(HELD_AT, [list(ids), list(instants)])))  # noqa: S611
    return {at: [row for row in found if _holds(row, at)] for at in instants}


def _holds(row: NodeRollupHistory, at: datetime) -> bool:
    return row.recorded_from <= at and (row.recorded_to is None or row.recorded_to > at)


def asked_for(user: Any, rows: Iterable[NodeRollup]) -> dict[int, StatusReport]:
    """Return each project's latest submitted report, for the help it asks for."""
    reports = StatusReport.objects.restrict(user, "status.view").filter(
        state="submitted", node__in=[row.node_id for row in rows]
    )
    latest = reports.order_by("node_id", "-week_start", "-number").distinct("node_id")
    return {report.node_id: report for report in latest.only("node_id", "week_start", "help_needed")}


def periods(subject: Subject) -> list[dict[str, Any]]:
    """Return budget, forecast, actual and missing rates of each fiscal period, oldest first."""
    rows = NodePeriodRollup.objects.restrict(subject.user, VIEW).filter(node__in=subject.ids)
    named: Any = rows.values(label=F("period__label"), start=F("period__start"), end=F("period__end"))
    sums = {name: Sum(name) for name in ("budget", "forecast", "actual", "rates_missing")}
    return list(named.annotate(**sums).order_by("end", "start"))


def children(subject: Subject) -> list[NodeRollup]:
    """Return what the subject consists of, projects left out; for several nodes, these themselves."""
    if len(subject.rows) > 1:
        return list(subject.rows)
    rows = NodeRollup.objects.restrict(subject.user, VIEW).filter(parent__in=subject.ids)
    return list(rows.exclude(node__kind=NodeKind.PROJECT).select_related("node").order_by("node__name", "pk"))


def status_at(instant: datetime, node: str = "node_id") -> Subquery:
    """Return the expression of a node's status as it stood at `instant`; NULL before it was first rolled up."""
    rows = NodeRollupHistory.objects.filter(node=OuterRef(node), recorded_from__lte=instant)
    return Subquery(rows.order_by("-recorded_from").values("status")[:1], output_field=CharField())


def changed_since(subject: Subject, instant: datetime) -> list[Any]:
    """Return the projects whose status is another than at `instant`, with `before`; most money at stake first."""
    rows = subject.projects().annotate(before=status_at(instant)).filter(before__isnull=False)
    return list(rows.exclude(before=F("status")).order_by("-value", "node__name", "pk"))


def latest_rating(field: str, node: str = "pk") -> Subquery:
    """Return the expression of one field of a node's latest assurance rating."""
    rows = AssuranceRating.objects.filter(node=OuterRef(node)).order_by("-as_of", "source")
    kind = DateField() if field == "as_of" else CharField()
    return Subquery(rows.values(field)[:1], output_field=kind)


def confidence(subject: Subject) -> list[dict[str, Any]]:
    """Return projects counted by latest rating and by presence in the latest edition, with their whole-life cost.

    `in_latest` is None for what never stood in an edition, `rating` None for what nobody has rated.
    """
    nodes = Node.objects.restrict(subject.user, "status.view").filter(kind=NodeKind.PROJECT)
    if not subject.everything:
        nodes = nodes.filter(ancestors__overlap=subject.ids)
    rated: Any = nodes.annotate(rating=latest_rating("value"), rating_day=latest_rating("as_of"))
    return list(
        rated.values("rating", in_latest=F("edition_presence__in_latest"))
        .annotate(
            projects=Count("pk"),
            whole_life=Sum("rollup__whole_life"),
            rates_missing=Sum("rollup__rates_missing"),
            year=Max("edition_presence__last_edition__year"),
            rated_on=Max("rating_day"),
        )
        .order_by()
    )


def status_since(user: Any, row: NodeRollup) -> datetime | None:
    """Return since when a project has had its status, as far back as its history goes."""
    rows = NodeRollupHistory.objects.restrict(user, VIEW).filter(node=row.node_id)
    other = rows.exclude(status=row.status).order_by("-recorded_from").values_list("recorded_to", flat=True).first()
    return other or rows.order_by("recorded_from").values_list("recorded_from", flat=True).first()
