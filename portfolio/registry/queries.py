"""Named reads of the tree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pmo.core.access import ScopedQuerySet
from portfolio.registry.models import ALLOWED_PARENTS, Baseline, BaselineState, Node


def visible_tree(user: Any) -> ScopedQuerySet:
    """Return the nodes that `user` may see."""
    return Node.objects.restrict(user, "node.view")


def topmost(user: Any) -> list[Node]:
    """Return the nodes that `user` may see and whose parent they may not: where their view of the tree begins."""
    visible = visible_tree(user)
    return list(visible.exclude(parent__in=visible.values("pk")).order_by("name"))


def breadcrumbs(node: Node) -> Sequence[Node]:
    """Return the nodes above `node`, root first. Names only: those above a person's own nodes show no figures."""
    above = Node.objects.unrestricted("names of ancestors").in_bulk(node.ancestors[:-1])
    return [above[pk] for pk in node.ancestors[:-1]]


def possible_parents(user: Any, kind: str) -> ScopedQuerySet:
    """Return the nodes below which `user` may place a node of `kind`."""
    kinds = [parent for parent in ALLOWED_PARENTS.get(kind, ()) if parent]
    return Node.objects.restrict(user, "node.edit").filter(kind__in=kinds).order_by("name")


def below(node: Node) -> Any:
    """Return the nodes below `node`, itself left out."""
    return Node.objects.filter(ancestors__contains=[node.pk]).exclude(pk=node.pk)


@dataclass(frozen=True)
class Baselines:
    """The baselines of a node as a page needs them: the current one, the open draft and how many were approved."""

    current: Baseline | None
    draft: Baseline | None
    approved: int


def baselines(user: Any, node: Node, action: str) -> Baselines:
    """Return the node's baselines as far as `user` may do `action` on it: one query."""
    rows = list(Baseline.objects.restrict(user, action).filter(node=node).select_related("approved_by"))
    return Baselines(
        current=next((row for row in rows if row.is_current), None),
        draft=next((row for row in rows if row.state == BaselineState.DRAFT), None),
        approved=sum(row.state == BaselineState.APPROVED for row in rows),
    )


def codes_taken(codes: Iterable[str]) -> set[str]:
    """Return which of `codes` stand anywhere in the tree: they are unique, also where a person may not look."""
    rows = Node.objects.unrestricted("codes are unique in the whole tree").filter(code__in=list(codes))
    return set(rows.values_list("code", flat=True))
