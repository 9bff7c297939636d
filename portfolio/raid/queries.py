"""Named reads of risks, issues, assumptions, dependencies and escalations, each through the person's rights.

"Below" a node means the node itself and everything under it. Money is in the reporting currency where a name says so,
else in the currency of the risk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import JSONObject, Round

from pmo.core import clock
from portfolio.raid.matrix import Cells
from portfolio.raid.models import (
    Assumption,
    AssumptionState,
    Dependency,
    DependencyState,
    Escalation,
    EscalationState,
    Issue,
    IssueState,
    Risk,
    RiskKind,
    RiskMatrix,
    RiskResponse,
    RiskState,
)
from portfolio.raid.scoring import DEFAULT, RED, Grid
from portfolio.registry.models import Node

LOOK_BACK = timedelta(days=30)
WHOLE = models.IntegerField()
MONEY = models.DecimalField(max_digits=40, decimal_places=10)


def below(model: Any, user: Any, node: Node) -> Any:
    """Return the rows of `model` that belong to `node` or lie below it, as far as `user` may see them."""
    return model.objects.restrict(user, "raid.view").filter(node__ancestors__contains=[node.pk])


def threats(user: Any, node: Node) -> Any:
    """Return the open threats below `node`."""
    return below(Risk, user, node).filter(state=RiskState.OPEN, kind=RiskKind.THREAT)


# --- The matrix that holds -------------------------------------------------------------------


def own_matrix(node: Node) -> RiskMatrix | None:
    """Return the node's own matrix; the caller has read the node."""
    return RiskMatrix.objects.unrestricted("the matrix of a node that was read").filter(node=node).first()


def grid_of(node: Node) -> Grid:
    """Return the matrix that holds for `node`: the nearest up the tree, else the default. Who sees a node sees it."""
    return grids_of([node])[node.pk]


def grids_of(nodes: Sequence[Node]) -> dict[int, Grid]:
    """Return the matrix that holds for each of `nodes`, by node id: one query for any number."""
    rows = RiskMatrix.objects.unrestricted("the matrix above holds for everything below it")
    held = {row.node_id: row for row in rows.filter(node__in={pk for node in nodes for pk in node.ancestors})}
    nearest = {node.pk: next((held[pk] for pk in reversed(node.ancestors) if pk in held), None) for node in nodes}
    return {pk: _grid(row) for pk, row in nearest.items()}


def _grid(row: RiskMatrix | None) -> Grid:
    if row is None:
        return DEFAULT
    return Grid(row.probability_labels, row.impact_labels, row.yellow_from, row.amber_from, row.red_from)


# --- Scores ----------------------------------------------------------------------------------


def with_scores(rows: Any) -> Any:
    """Add to risks their `score` now, `residual_score` and `band_rank`: the place of the band of the score now.

    Asks once for all matrices; each then costs one look into the set of the nodes below it.
    """
    if "band_rank" in rows.query.annotations:
        return rows
    scored = rows.annotate(
        score=models.ExpressionWrapper(F("current_probability") * F("current_impact"), output_field=WHOLE),
        residual_score=models.ExpressionWrapper(F("residual_probability") * F("residual_impact"), output_field=WHOLE),
    )
    held = RiskMatrix.objects.unrestricted("the matrix above holds for everything below it").select_related("node")
    nearest_first = sorted(held, key=lambda row: -len(row.node.ancestors))
    whens = [When(node__in=_ids_below(row.node), then=_rank(_grid(row))) for row in nearest_first]
    return scored.annotate(band_rank=Case(*whens, default=_rank(DEFAULT), output_field=WHOLE))


def _ids_below(node: Node) -> Any:
    return Node.objects.filter(ancestors__contains=[node.pk]).order_by().values("pk")


def _rank(grid: Grid) -> Case:
    whens = [When(score__gte=start, then=rank) for rank, start in reversed(list(enumerate(grid.starts)))]
    return Case(*whens, default=0, output_field=WHOLE)


def with_change(rows: Any) -> Any:
    """Add to risks of `with_scores` the `score_before`, 30 days ago; None for what was not open then."""
    held = _history(clock.now() - LOOK_BACK).filter(state=RiskState.OPEN)
    product = models.ExpressionWrapper(F("current_probability") * F("current_impact"), output_field=WHOLE)
    return rows.annotate(score_before=Subquery(held.annotate(product=product).values("product")[:1]))


def _history(until: datetime) -> Any:
    """Return, for the outer risk, the one state that held at an instant."""
    events = Risk.pgh_event_model._default_manager  # type: ignore[attr-defined]
    last = events.filter(pgh_obj=OuterRef("pgh_obj"), pgh_created_at__lte=until).order_by("-pgh_created_at", "-pgh_id")
    # What is asked of the state afterwards must not bring up an earlier one.
    return events.filter(pgh_obj=OuterRef("pk"), pgh_id=Subquery(last.values("pgh_id")[:1]))


# --- Money -----------------------------------------------------------------------------------


def with_emv(rows: Any) -> Any:
    """Add to risks `emv` (probability x impact, unsigned, own currency) and `emv_reporting` (None without a rate)."""
    if "emv" in rows.query.annotations:
        return rows
    # Rates belong to the area of money, which is no neighbour to import from; the currency of a risk leads to them.
    currency: Any = Risk._meta.get_field("currency").related_model
    rates = currency._meta.get_field("rates").related_model._default_manager
    known = rates.filter(currency=OuterRef("currency"), valid_from__lte=clock.today())
    rate = Case(
        When(currency__code=settings.REPORTING_CURRENCY, then=Value(Decimal(1))),
        default=Subquery(known.order_by("-valid_from").values("rate")[:1]),
        output_field=MONEY,
    )
    value = models.ExpressionWrapper(
        F("probability_percent") * F("impact_amount") / Value(Decimal(100)), output_field=MONEY
    )
    return rows.annotate(emv=value, emv_rate=rate).annotate(
        emv_reporting=models.ExpressionWrapper(F("emv") * F("emv_rate"), output_field=MONEY)
    )


@dataclass(frozen=True)
class Exposure:
    """Expected monetary values in the reporting currency, unsigned; None where no risk has one.

    `missing` counts the sums that have no exchange rate and are left out.
    """

    threat: Decimal | None
    opportunity: Decimal | None
    missing: int


def exposure(user: Any, node: Node) -> Exposure:
    """Return the expected value of the open risks below `node`, as the roll-up adds it up: one query."""
    rows = with_emv(below(Risk, user, node).filter(state=RiskState.OPEN)).exclude(emv=None)
    summed = rows.order_by().values("node", "currency", "kind", "emv_rate").annotate(total=Sum("emv"))
    found = summed.annotate(converted=Round(F("total") * F("emv_rate"), 2, output_field=MONEY))
    totals: dict[str, Decimal | None] = {}
    missing = set()
    for row in found:
        if row["converted"] is None:
            missing.add((row["node"], row["currency"]))
        else:
            totals[row["kind"]] = (totals.get(row["kind"]) or Decimal(0)) + row["converted"]
    return Exposure(totals.get(RiskKind.THREAT), totals.get(RiskKind.OPPORTUNITY), len(missing))


# --- What pages show -------------------------------------------------------------------------


def matrix_counts(user: Any, node: Node, kind: str = RiskKind.THREAT) -> Cells:
    """Return how many open risks of `kind` below `node` stand in each cell now and stood there 30 days ago.

    Two queries. Risks that were deleted since count at neither time.
    """
    then = clock.now() - LOOK_BACK
    rows = below(Risk, user, node)
    counted = rows.filter(state=RiskState.OPEN, kind=kind).order_by()
    cell = ("current_probability", "current_impact")
    now = {found[:2]: found[2] for found in counted.values_list(*cell).annotate(Count("pk"))}
    events = Risk.pgh_event_model._default_manager  # type: ignore[attr-defined]
    changed = rows.filter(Exists(events.filter(pgh_obj=OuterRef("pk"), pgh_created_at__gt=then)))
    state = JSONObject(state="state", kind="kind", probability=cell[0], impact=cell[1])
    held = _history(then).annotate(found=state).values("found")[:1]
    moves = []
    for found in changed.annotate(held=Subquery(held)).values_list("state", "kind", *cell, "held"):
        old = found[4] or {}
        was = (old["probability"], old["impact"]) if (old.get("state"), old.get("kind")) == ("open", kind) else None
        moves.append((was, found[2:4] if found[:2] == ("open", kind) else None))
    return Cells(now, moves)


def top_risks(user: Any, node: Node, limit: int = 3, *, above_appetite: bool = False) -> list[Any]:
    """Return the open threats below `node` with the highest score, each with its change, EMV and first response.

    With `above_appetite` only those in the red band of their own matrix.
    """
    rows = with_emv(with_change(with_scores(threats(user, node))))
    if above_appetite:
        rows = rows.filter(band_rank=RED.rank)
    order = ("-score", F("emv_reporting").desc(nulls_last=True), "pk")
    found = list(rows.select_related("node", "owner", "currency").order_by(*order)[:limit])
    answers = RiskResponse.objects.restrict(user, "raid.view").filter(risk__in=found).order_by("-action__due", "-pk")
    first = {row.risk_id: row.get_strategy_display() for row in answers.select_related("action")}
    for row in found:
        row.strategy = first.get(row.pk, "")
        row.change = None if row.score_before is None else row.score - row.score_before
    return found


@dataclass(frozen=True)
class Counts:
    """The threats of a node: open ones, those above appetite, and where most of these lie (name and number)."""

    is_open: int
    red: int
    worst: str = ""
    worst_red: int = 0


def threat_counts(user: Any, node: Node) -> Counts:
    """Return how many open threats lie below `node` and how many of them are above appetite: one query."""
    rows = with_scores(threats(user, node)).order_by()
    red = Count("pk", filter=Q(band_rank=RED.rank))
    found = list(rows.values_list("node", "node__name").annotate(all=Count("pk"), red=red))
    worst = max(found, key=lambda row: row[3], default=(None, "", 0, 0))
    named = worst[0] not in (None, node.pk)
    return Counts(
        sum(row[2] for row in found), sum(row[3] for row in found), worst[1] if named else "", worst[3] if named else 0
    )


def issues_open(user: Any, node: Node) -> Any:
    """Return the open issues below `node`, the gravest first, then the one due first."""
    rows = below(Issue, user, node).filter(state=IssueState.OPEN).select_related("node", "owner")
    return rows.order_by("-severity", F("due").asc(nulls_last=True), "pk")


def assumptions_open(user: Any, node: Node) -> Any:
    """Return the assumptions below `node` that nobody has confirmed yet, the first due first."""
    rows = below(Assumption, user, node).filter(state=AssumptionState.OPEN).select_related("node", "owner")
    return rows.order_by(F("confirm_by").asc(nulls_last=True), "pk")


def touching(rows: Any, node: Node) -> Any:
    """Narrow dependencies to those that `node`, or something below it, needs or provides."""
    inside = Q(node__ancestors__contains=[node.pk]) | Q(provider__ancestors__contains=[node.pk])
    return rows.filter(inside)


def dependencies_open(user: Any, node: Node) -> Any:
    """Return what is needed by or from `node` and everything below it and is not met yet, the first needed first."""
    rows = touching(Dependency.objects.restrict(user, "raid.view"), node).exclude(state=DependencyState.MET)
    return rows.select_related("node", "provider", "owner").order_by("needed_by", "pk")


def too_late() -> Q:
    """Return the condition of open dependencies that come too late: needed before today, promised later, or broken."""
    late = Q(needed_by__lt=clock.today()) | Q(promised_for__gt=F("needed_by"))
    return late | Q(state=DependencyState.BROKEN)


def late_of(rows: Any, late: Q) -> tuple[int, int]:
    """Return how many of `rows` there are, and how many of them are `late`: one query."""
    found = rows.order_by().aggregate(all=Count("pk"), late=Count("pk", filter=late))
    return found["all"], found["late"]


def escalations_here(user: Any, node: Node) -> Any:
    """Return what waits for an answer at `node` itself, the longest waiting first."""
    rows = Escalation.objects.restrict(user, "raid.view").filter(to_node=node, state=EscalationState.ASKED)
    return rows.select_related("node", "to_node", "risk", "issue", "asked_by").order_by("asked_at", "pk")


def escalations_asked(user: Any, node: Node) -> Any:
    """Return what `node` itself has handed up and has not taken back: waiting or accepted."""
    rows = Escalation.objects.restrict(user, "raid.view").filter(node=node, state__in=OPEN_ESCALATIONS)
    return rows.select_related("node", "to_node", "risk", "issue", "answered_by").order_by("-asked_at", "pk")


OPEN_ESCALATIONS = (EscalationState.ASKED, EscalationState.ACCEPTED)


def with_escalation(rows: Any) -> Any:
    """Add to risks or issues the `escalation_state` and the code of the node to which they are escalated now."""
    if "escalation_state" in rows.query.annotations:
        return rows
    field = "risk" if rows.model is Risk else "issue"
    current = Escalation.objects.filter(**{field: OuterRef("pk")}, state__in=OPEN_ESCALATIONS)
    return rows.annotate(
        escalation_state=Subquery(current.values("state")[:1]),
        escalated_to=Subquery(current.values("to_node__code")[:1]),
    )


def escalations_of(thing: Risk | Issue) -> Sequence[Escalation]:
    """Return the escalations of a risk or an issue that was read, the newest first."""
    return list(thing.escalations.select_related("to_node", "asked_by", "answered_by"))


def responses(user: Any, risk: Risk) -> Any:
    """Return the responses to a risk with their actions, the next due first."""
    rows = RiskResponse.objects.restrict(user, "raid.view").filter(risk=risk)
    return rows.select_related("action", "action__owner").order_by("action__due", "pk")


def categories(user: Any) -> list[str]:
    """Return the risk categories in use where `user` may look, for suggestions."""
    rows = Risk.objects.restrict(user, "raid.view").exclude(category="").order_by("category")
    return list(rows.values_list("category", flat=True).distinct()[:200])


def review_overdue(today: date) -> Q:
    """Return the condition of open risks whose review day has passed."""
    return Q(state=RiskState.OPEN, review_on__lt=today)
