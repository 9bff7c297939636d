"""Changes to the tree: create, edit, move, and the baselines that freeze a node's plan.

Raises ValidationError for what a person can correct, NotPermitted outside the actor's scope, StaleWrite on conflict.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from pmo.core import access, bulk, clock, saving, ui
from pmo.core.errors import DomainError, NotPermitted
from pmo.core.events import Event, declare_verbs, emit
from portfolio.people import services as people
from portfolio.people.models import Role
from portfolio.registry.models import ALLOWED_PARENTS, Baseline, BaselineState, Node, NodeKind
from portfolio.registry.triggers import MAX_DEPTH

declare_verbs(
    {
        "node.created": _("Created"),
        "node.edited": _("Edited"),
        "node.moved": _("Moved in the tree"),
        "baseline.opened": _("Baseline opened"),
        "baseline.approved": _("Baseline approved"),
    }
)

TREE_LOCK = 4_201  # advisory lock: one move at a time, so that two moves cannot make a circle together


@transaction.atomic
def node_create(*, actor: Any, reason: str = "", **values: Any) -> Node:
    """Create a node below `parent`, or a portfolio on top (which needs `node.create_root`)."""
    node = Node(**values)
    _check_place(node, node.parent)
    if node.parent is None:
        if "node.create_root" not in access.held_actions(actor):
            raise NotPermitted("Only a PMO head or an administrator opens a portfolio.")
        return _open_root(node, actor, reason)
    access.require(actor, "node.edit", node.parent)
    saving.create(node, actor=actor, action="node.edit", verb="node.created", reason=reason)
    node.refresh_from_db(fields=["ancestors"])
    return node


def _open_root(node: Node, actor: Any, reason: str) -> Node:
    saving.write(node, force_insert=True)
    changes = {"code": (None, node.code), "name": (None, node.name)}
    emit("node.created", node, actor=actor, changes=changes, reason=reason)
    if not getattr(actor, "is_system", False):
        # Whoever opens a portfolio holds a role on it, or they could not even see it.
        role = Role.PMO_HEAD if "node.edit" in access.held_actions(actor) else Role.ADMINISTRATOR
        people.membership_grant(actor=access.SYSTEM, user=actor, role=role, node=node, reason=reason)
    node.refresh_from_db(fields=["ancestors"])
    return node


def node_update(
    node: Node, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None, reason: str = ""
) -> Node:
    """Edit a node's own fields. The place in the tree changes by `node_move`, the code and the kind never."""
    if {"code", "kind", "parent"} & set(values):
        raise DomainError("Code and kind are permanent; the place changes by a move.")
    return saving.update(
        node,
        values,
        actor=actor,
        action="node.edit",
        verb="node.edited",
        expected_version=expected_version,
        reason=reason,
    )


@transaction.atomic
def node_move(node: Node, parent: Node, *, actor: Any, reason: str = "") -> Node:
    """Move a node with all below it under another parent. Both chains are told; history stays as it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])
    node = Node.objects.select_for_update(no_key=True).get(pk=node.pk)
    parent = Node.objects.get(pk=parent.pk)
    for place in (node, parent):
        access.require(actor, "node.edit", place)
    if node.parent_id == parent.pk:
        return node
    if node.pk in parent.ancestors:
        raise ValidationError({"parent": _("A node cannot lie below itself.")})
    _check_place(node, parent)
    _check_depth(node, parent)
    old = node.parent
    node.parent, node.version = parent, node.version + 1
    saving.write(node, update_fields=["parent", "version"])
    node.refresh_from_db(fields=["ancestors"])
    changes = {"parent": (saving.plain(old), saving.plain(parent))}
    also = tuple(place.pk for place in (old, parent) if place)
    emit("node.moved", [Event(node, changes, also)], actor=actor, reason=reason)
    return node


def _check_place(node: Node, parent: Node | None) -> None:
    if node.kind in ALLOWED_PARENTS and (parent.kind if parent else None) not in ALLOWED_PARENTS[node.kind]:
        kind = NodeKind(node.kind).label
        where = (
            _("at the top") if parent is None else _("in a %(kind)s") % {"kind": NodeKind(parent.kind).label.lower()}
        )
        raise ValidationError(
            {"parent": _("A %(kind)s cannot stand %(where)s.") % {"kind": kind.lower(), "where": where}}
        )


def _check_depth(node: Node, parent: Node) -> None:
    below = Node.objects.unrestricted("depth of a move").filter(ancestors__contains=[node.pk])
    deepest = max(len(ancestors) for ancestors in below.values_list("ancestors", flat=True))
    if len(parent.ancestors) + deepest - len(node.ancestors) + 1 > MAX_DEPTH:
        raise ValidationError(
            {"parent": _("The tree would be more than %(depth)s levels deep.") % {"depth": MAX_DEPTH}}
        )


@transaction.atomic
def baseline_open(node: Node, *, actor: Any, action: str = "cost.edit", reason: str = "") -> Baseline:
    """Return the node's draft baseline, opened with the next number if there is none.

    Areas that registered at "registry.baseline.opened" copy the rows of the current baseline into the new draft;
    each says how many, and the count stands in the event under the area's key.
    """
    access.require(actor, action, node)
    Node.objects.select_for_update(of=("self",), no_key=True).get(pk=node.pk)
    draft = Baseline.objects.filter(node=node, state=BaselineState.DRAFT).first()
    if draft:
        return draft
    last = Baseline.objects.filter(node=node).order_by("-number").first()
    draft = Baseline(node=node, number=last.number + 1 if last else 1, reason=reason)
    saving.write(draft, force_insert=True)
    current = Baseline.objects.filter(node=node, is_current=True).first()
    changes: dict[str, tuple[Any, Any]] = {"number": (None, draft.number)}
    for key, copy_rows in ui.providers("registry.baseline.opened").items() if current else ():
        changes[key] = (None, copy_rows(current, draft))
    emit("baseline.opened", draft, actor=actor, changes=changes, reason=reason)
    return draft


def drafts_lock(baselines: Iterable[Baseline]) -> None:
    """Hold the given baselines as drafts until the transaction ends, so that none is approved under a write.

    Raises ValidationError when one is approved already: it is frozen, and a change opens the next draft.
    """
    wanted = {baseline.pk for baseline in baselines}
    if not wanted:
        return
    drafts = (
        Baseline.objects.filter(pk__in=wanted, state=BaselineState.DRAFT)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    if len(drafts.values_list("pk", flat=True)) != len(wanted):
        raise ValidationError(_("An approved baseline is frozen. Open the next one to change the plan."))


@transaction.atomic
def baseline_approve(baseline: Baseline, *, actor: Any, reason: str = "") -> Baseline:
    """Freeze a draft baseline and make it the current one. Earlier ones stay."""
    access.require(actor, "baseline.approve", baseline)
    if not reason.strip():
        raise DomainError(_("Say why this becomes the baseline."))
    baseline = Baseline.objects.select_for_update(of=("self",), no_key=True).get(pk=baseline.pk)
    if baseline.state != BaselineState.DRAFT:
        raise DomainError("This baseline is approved already.")
    Baseline.objects.filter(node_id=baseline.node_id, is_current=True).update(is_current=False)
    baseline.state, baseline.is_current, baseline.approved_at = BaselineState.APPROVED, True, clock.now()
    baseline.approved_by_id, baseline.reason = actor.pk, reason or baseline.reason
    saving.write(baseline)
    emit("baseline.approved", baseline, actor=actor, changes={"state": ("draft", "approved")}, reason=reason)
    return baseline


@transaction.atomic
def nodes_put(wanted: Sequence[Node], *, fields: Sequence[str], actor: Any, reason: str = "") -> Sequence[Node]:
    """Make every node true by its code, in a few queries: create the new ones, write `fields` to the others.

    Returns the nodes in order. Portfolios are opened one by one. Raises NotPermitted when one parent or one node is
    outside the actor's scope, ValidationError naming the line.
    """
    for index, node in enumerate(wanted):
        if node.parent is None:
            raise bulk.line_error(index, _("It lies in nothing."))
        _check_place(node, node.parent)
    existing = Node.objects.filter(code__in=[node.code for node in wanted])
    bulk.require_all(actor, "node.edit", (node.parent for node in wanted if node.parent))
    bulk.require_all(actor, "node.edit", existing)
    outcome = bulk.upsert(wanted, existing, key=lambda node: node.code, values=fields)
    for event in outcome.created:
        event.obj.ancestors = [*event.obj.parent.ancestors, event.obj.pk]  # as the database's trigger wrote it
    emit("node.created", outcome.created, actor=actor, reason=reason)
    emit("node.edited", outcome.edited, actor=actor, reason=reason)
    return outcome.rows


@transaction.atomic
def baselines_open(
    nodes: Sequence[Node], *, actor: Any, action: str = "cost.edit", reason: str = ""
) -> Sequence[Baseline]:
    """Open the next baseline of many nodes, with the rows of their current one; like `baseline_open`.

    Returns the drafts in order. Raises ValidationError when one node has a draft: its author finishes it first.
    """
    bulk.require_all(actor, action, nodes)
    keys = [node.pk for node in nodes]
    list(Node.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",), no_key=True))
    there = Baseline.objects.filter(node__in=keys)
    if drafts := list(there.filter(state=BaselineState.DRAFT).select_related("node")):
        raise ValidationError(_("%(code)s has a draft baseline. Approve it first.") % {"code": drafts[0].node.code})
    last = dict(there.order_by().values_list("node").annotate(Max("number")))
    current = {baseline.node_id: baseline for baseline in there.filter(is_current=True)}
    opened = [Baseline(node=node, number=last.get(node.pk, 0) + 1, reason=reason) for node in nodes]
    for index, draft in enumerate(opened):
        bulk.check(draft, index)
    Baseline.objects.bulk_create(opened)
    events = []
    for draft in opened:
        changes: dict[str, tuple[Any, Any]] = {"number": (None, draft.number)}
        for key, copy_rows in ui.providers("registry.baseline.opened").items() if draft.node_id in current else ():
            changes[key] = (None, copy_rows(current[draft.node_id], draft))
        events.append(Event(draft, changes))
    emit("baseline.opened", events, actor=actor, reason=reason)
    return opened


@transaction.atomic
def baselines_approve(drafts: Sequence[Baseline], *, actor: Any, reason: str = "") -> None:
    """Freeze many drafts and make each the current baseline of its node. Raises ValidationError for an approved one."""
    bulk.require_all(actor, "baseline.approve", drafts)
    drafts_lock(drafts)
    Baseline.objects.filter(node__in=[draft.node_id for draft in drafts], is_current=True).update(is_current=False)
    for draft in drafts:
        draft.state, draft.is_current, draft.approved_at = BaselineState.APPROVED, True, clock.now()
        draft.approved_by_id, draft.reason = actor.pk, reason or draft.reason
    fields = ["state", "is_current", "approved_at", "approved_by", "reason"]
    Baseline.objects.bulk_update(drafts, fields, batch_size=500)
    events = [Event(draft, {"state": ("draft", "approved")}) for draft in drafts]
    emit("baseline.approved", events, actor=actor, reason=reason)
