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

from pmo.core import clock
from portfolio.models import AssuranceRating, Node, NodeKind, StatusReport
from reporting.dashboards import watermelon
from reporting.rollup.models import NodePeriodRollup, NodeRollupHistory
from reporting.rollup.queries import VIEW, rollup_for
from reporting.snapshots.as_of import AsOf
from reporting.snapshots.queries import column_at, project_rollups, rollups, rollups_of

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

    `everything`: these are the topmost nodes of the person, so that nothing else is to be seen. `past`: the rows are
    of this day, and so is everything that is read from here.
    """

    user: Any
    rows: Sequence[Any]
    everything: bool = False
    past: AsOf | None = None

    @property
    def moment(self) -> datetime | None:
        """Return the instant as of which the rows stood; None for now."""
        return self.past.at if self.past else None

    @property
    def ids(self) -> list[int]:
        """Return the nodes' ids."""
        return [row.node_id for row in self.rows]

    def projects(self) -> Any:
        """Return the queryset of the rows of all projects at or below the subject."""
        rows = project_rollups(self.user, None, self.moment)
        return rows if self.everything else rows.filter(node__ancestors__overlap=self.ids)

    def register(self, **parameters: str) -> str:
        """Return the address of the register with the subject's projects, narrowed by `parameters`."""
        query = {} if self.everything else {"within": self.rows[0].node.code}
        day = self.past.parameters if self.past else {}
        return f"{reverse('node-list')}?{urlencode(query | {'kind': 'project'} | parameters | day, safe=',')}"

    def behind(self, of: str) -> str:
        """Return the address of the rows behind a figure of now; empty of a past day, of which they are not kept."""
        if self.past:
            return ""
        node = {} if self.everything else {"node": self.rows[0].node.code}
        return f"{reverse('figures')}?{urlencode({'of': of} | node)}"


def home_subject(user: Any, past: AsOf | None = None) -> Subject | None:
    """Return the topmost nodes whose figures `user` may see, as they stood on a past day; None where there are none."""
    found: list[Any] = rollup_for(user)
    if past:
        found = list(rollups_of(user, [row.node_id for row in found], past.at).values())
    rows = sorted(found, key=lambda row: row.node.name.casefold())
    return Subject(user, rows, everything=True, past=past) if rows else None


def node_subject(user: Any, node: Node, past: AsOf | None = None) -> Subject | None:
    """Return one node; None where `user` may not see its figures or nothing was rolled up by then."""
    rows = list(rollups_of(user, [node.pk], past.at if past else None).values())
    return Subject(user, rows, past=past) if rows else None


def attention(subject: Subject) -> list[Any]:
    """Return the projects that need attention most: by severity times money at stake, then by name."""
    urgency = ExpressionWrapper(F("severity") * F("value"), DecimalField(max_digits=40, decimal_places=2))
    rows = subject.projects().filter(severity__gt=0).select_related("node__parent", "node__owner")
    return list(rows.annotate(urgency=urgency).order_by("-urgency", "node__name", "pk")[:SHOWN])


def spread(subject: Subject) -> dict[str, Any]:
    """Return how many projects need attention, how many are reported better than computed, and how slips spread."""
    return subject.projects().aggregate(
        needy=Count("pk", filter=Q(severity__gt=0)),
        watermelons=Count("pk", filter=watermelon.condition()),
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


def asked_for(user: Any, rows: Iterable[Any]) -> dict[int, StatusReport]:
    """Return each project's latest submitted report, for the help it asks for."""
    reports = StatusReport.objects.restrict(user, "status.view").filter(
        state="submitted", submitted_at__lte=clock.now(), node__in=[row.node_id for row in rows]
    )
    latest = reports.order_by("node_id", "-week_start", "-number").distinct("node_id")
    return {report.node_id: report for report in latest.only("node_id", "week_start", "help_needed")}


PERIOD_SUMS = ("budget", "forecast", "actual", "rates_missing")
BENEFIT_SUMS = ("benefit_target", "benefit_forecast", "benefit_actual", "values_without_rate")


def periods(subject: Subject) -> list[dict[str, Any]]:
    """Return money and benefits of each fiscal period, with how many amounts lack a rate, oldest first."""
    rows = NodePeriodRollup.objects.restrict(subject.user, VIEW).filter(node__in=subject.ids)
    named: Any = rows.values(
        label=F("period__label"), year=F("period__fiscal_year"), start=F("period__start"), end=F("period__end")
    )
    sums = {name: Sum(name) for name in (*PERIOD_SUMS, *BENEFIT_SUMS)}
    return list(named.annotate(**sums).order_by("end", "start"))


def children(subject: Subject) -> list[Any]:
    """Return what the subject consists of, projects left out; for several nodes, these themselves."""
    if len(subject.rows) > 1:
        return list(subject.rows)
    rows = rollups(subject.user, subject.moment).filter(node__parent__in=subject.ids)
    return list(rows.exclude(node__kind=NodeKind.PROJECT).select_related("node").order_by("node__name", "pk"))


def status_at(instant: datetime, node: str = "node_id") -> Subquery:
    """Return the expression of a node's status as it stood at `instant`; NULL before it was first rolled up."""
    return column_at("status", instant, node)


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


def status_since(user: Any, row: Any) -> datetime | None:
    """Return since when a project has had its status, as far back as its history goes."""
    rows = NodeRollupHistory.objects.restrict(user, VIEW).filter(node=row.node_id, recorded_from__lte=clock.now())
    other = rows.exclude(status=row.status).order_by("-recorded_from").values_list("recorded_to", flat=True).first()
    return other or rows.order_by("recorded_from").values_list("recorded_from", flat=True).first()
