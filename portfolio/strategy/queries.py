"""Named reads of objectives and contributions. Every one of them reads through the person's rights, or says why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, Sum, Value, When

from portfolio.registry.models import Node, NodeKind
from portfolio.strategy.alignment import part_of, weighted_contribution
from portfolio.strategy.models import LIVE, Contribution, Objective

VIEW = "strategy.view"
OPEN = Q(closed_on=None)


@dataclass(frozen=True)
class Served:
    """An objective with what the live projects and programmes below give it; `given` is None for a closed one."""

    objective: Objective
    projects: int
    programmes: int
    given: Decimal | None


@dataclass(frozen=True)
class Given:
    """A contribution. `counts` while its objective is open and above; `visible` if the reader may open the objective.

    `part` is what it adds to the weighted contribution, None where there is no weight.
    """

    row: Contribution
    counts: bool
    visible: bool
    part: Decimal | None


@dataclass(frozen=True)
class Contributions:
    """What one project or programme contributes: `offered` open objectives stand above it."""

    rows: Sequence[Given]
    offered: int
    alignment: Decimal | None

    @property
    def served(self) -> int:
        """Return how many open objectives it contributes to."""
        return sum(given.counts and given.row.strength > 0 for given in self.rows)


def above(node: Node) -> Any:
    """Return the open objectives that stand above `node`: those it may contribute to."""
    return Objective.objects.filter(OPEN, node__in=node.ancestors[:-1])


def choices(user: Any, node: Node | None) -> Any:
    """Return the objectives that `user` may see and that `node` may contribute to; without a node all that are open."""
    rows = Objective.objects.restrict(user, VIEW).filter(OPEN)
    return (rows.filter(node__in=node.ancestors[:-1]) if node else rows).order_by("code", "pk")


def contributions(user: Any, node: Node) -> Contributions:
    """Return what `node` contributes; the caller has read the node for this person.

    Objectives above the person's own nodes show their names, never their weights; the sum is the node's own figure.
    """
    every = Objective.objects.unrestricted("the weights above a node make its own figure; names of what is above show")
    weights = dict(every.filter(OPEN, node__in=node.ancestors[:-1]).values_list("pk", "weight"))
    rows = list(
        Contribution.objects.restrict(user, VIEW)
        .filter(node=node)
        .select_related("objective")
        .order_by("objective__code", "pk")
    )
    visible = set(
        Objective.objects.restrict(user, VIEW)
        .filter(pk__in=[row.objective_id for row in rows])
        .values_list("pk", flat=True)
    )
    total = sum(weights.values(), Decimal(0))
    strengths = {row.objective_id: row.strength for row in rows}
    given = [
        Given(
            row,
            row.objective_id in weights,
            row.objective_id in visible,
            part_of(row.strength, weights[row.objective_id], total) if row.objective_id in weights else None,
        )
        for row in rows
    ]
    return Contributions(given, len(weights), weighted_contribution(strengths, weights))


def objectives(user: Any, node: Node) -> Sequence[Served]:
    """Return the objectives of `node`, open ones first, each with what the live work below gives it: one query."""
    live = Q(
        contributions__strength__gt=0,
        contributions__node__lifecycle__in=LIVE,
        contributions__node__ancestors__contains=[node.pk],
    )
    rows = list(
        Objective.objects.restrict(user, VIEW)
        .filter(node=node)
        .select_related("owner")
        .annotate(
            projects=Count("contributions", filter=live & Q(contributions__node__kind=NodeKind.PROJECT)),
            programmes=Count("contributions", filter=live & Q(contributions__node__kind=NodeKind.PROGRAMME)),
            strength=Sum("contributions__strength", filter=live, default=Decimal(0)),
        )
        .order_by(F("closed_on").desc(nulls_first=True), "code", "pk")
    )
    total = sum((row.weight for row in rows if row.closed_on is None), Decimal(0))
    return [
        Served(row, row.projects, row.programmes, None if row.closed_on else part_of(row.strength, row.weight, total))
        for row in rows
    ]


def live_projects(user: Any, node: Node) -> Any:
    """Return the live projects below `node` that `user` may see, each with `orphan`."""
    rows = Node.objects.restrict(user, VIEW).filter(
        ancestors__contains=[node.pk], kind=NodeKind.PROJECT, lifecycle__in=LIVE
    )
    return with_orphan(rows, user).order_by("name", "pk")


def with_orphan(rows: Any, user: Any) -> Any:
    """Add `orphan` to nodes: a live project with an open objective above and no contribution to one.

    It is said only of nodes on which `user` may see the strategy. The roll-up says the same (facts.py).
    """
    seen = Node.objects.restrict(user, VIEW).filter(pk=OuterRef("pk"))
    standing = Objective.objects.filter(OPEN).order_by().values("node")
    serving = Contribution.objects.filter(
        node=OuterRef("pk"),
        strength__gt=0,
        objective__closed_on=None,
        node__ancestors__contains=[F("objective__node_id")],
    ).exclude(objective__node=F("node"))
    orphan = (
        Q(kind=NodeKind.PROJECT, lifecycle__in=LIVE, ancestors__overlap=ArraySubquery(standing))
        & Q(Exists(seen))
        & ~Q(Exists(serving))
    )
    return rows.annotate(orphan=Case(When(orphan, then=Value(True)), default=False, output_field=BooleanField()))


def nodes_judged_by(objectives_changed: Iterable[Objective]) -> set[int]:
    """Return the nodes whose figures a change of these objectives touches: all that lie below where they stand."""
    places = list({objective.node_id for objective in objectives_changed})
    rows = Node.objects.unrestricted("whose figures a change touches").filter(ancestors__overlap=places)
    return set(rows.order_by().values_list("pk", flat=True)) if places else set()
