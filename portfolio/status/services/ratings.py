"""Writes of assurance ratings: dated rows beside the reported status, never mixed into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pmo.core import access, bulk, saving
from pmo.core.events import declare_verbs, emit
from portfolio.registry.models import Node
from portfolio.status.models import AssuranceRating

declare_verbs(
    {
        "rating.given": _("Assurance rating given"),
        "rating.corrected": _("Assurance rating corrected"),
        "rating.deleted": _("Assurance rating deleted"),
    }
)


@dataclass(frozen=True)
class RatingLine:
    """One reviewer's judgement of one project on a date."""

    node: Node
    as_of: date
    source: str
    scale: str
    value: str
    comment: str = ""


@transaction.atomic
def ratings_put(lines: Sequence[RatingLine], *, actor: Any, reason: str = "") -> Sequence[AssuranceRating]:
    """Make every line true by node, date and source, in a few queries; equal rows stay untouched.

    Raises NotPermitted when one node is outside the actor's scope, ValidationError naming the line.
    """
    bulk.require_all(actor, "assurance.edit", (line.node for line in lines))
    wanted = [AssuranceRating(**vars(line)) for line in lines]
    existing = AssuranceRating.objects.select_related("node").filter(
        node__in={line.node.pk for line in lines}, as_of__in={line.as_of for line in lines}
    )
    outcome = bulk.upsert(
        wanted, existing, key=lambda row: (row.node_id, row.as_of, row.source), values=["scale", "value", "comment"]
    )
    emit("rating.given", outcome.created, actor=actor, reason=reason)
    emit("rating.corrected", outcome.edited, actor=actor, reason=reason)
    return outcome.rows


@transaction.atomic
def rating_create(*, actor: Any, node: Node, reason: str = "", **values: Any) -> AssuranceRating:
    """Add one rating to `node`."""
    access.require(actor, "assurance.edit", node)
    row = AssuranceRating(node=node, **values)
    return saving.create(row, actor=actor, action="assurance.edit", verb="rating.given", reason=reason)


def rating_update(
    row: AssuranceRating,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int | None = None,
    reason: str = "",
) -> AssuranceRating:
    """Correct a rating; what it was stays in the history."""
    return saving.update(
        row,
        values,
        actor=actor,
        action="assurance.edit",
        verb="rating.corrected",
        expected_version=expected_version,
        reason=reason,
    )


def rating_delete(row: AssuranceRating, *, actor: Any, reason: str = "") -> None:
    """Delete a rating that was entered by mistake."""
    saving.delete(row, actor=actor, action="assurance.edit", verb="rating.deleted", reason=reason)
