"""Writes of dated whole-life estimates. A new figure is a new row; the earlier ones are the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pmo.core import access, bulk, saving
from pmo.core.events import declare_verbs, emit
from portfolio.finance.models import Currency, WholeLifeEstimate
from portfolio.registry.models import Node

declare_verbs(
    {
        "estimate.created": _("Whole-life estimate added"),
        "estimate.edited": _("Whole-life estimate edited"),
        "estimate.deleted": _("Whole-life estimate deleted"),
    }
)


@dataclass(frozen=True)
class EstimateLine:
    """What a node will cost over its life as estimated on `as_of`; no amount means that no figure was given."""

    node: Node
    as_of: date
    amount: Decimal | None
    currency: Currency
    source: str = ""
    note: str = ""


@transaction.atomic
def estimates_put(lines: Sequence[EstimateLine], *, actor: Any, reason: str = "") -> Sequence[WholeLifeEstimate]:
    """Make every line true by node and date, in a few queries; equal rows stay untouched. Returns the rows in order.

    Raises NotPermitted when one node is outside the actor's scope, ValidationError naming the line.
    """
    bulk.require_all(actor, "cost.edit", (line.node for line in lines))
    wanted = [WholeLifeEstimate(**vars(line)) for line in lines]
    existing = WholeLifeEstimate.objects.select_related("node", "currency").filter(
        node__in={line.node.pk for line in lines}, as_of__in={line.as_of for line in lines}
    )
    values = ["amount", "currency", "source", "note"]
    outcome = bulk.upsert(wanted, existing, key=lambda row: (row.node_id, row.as_of), values=values)
    emit("estimate.created", outcome.created, actor=actor, reason=reason)
    emit("estimate.edited", outcome.edited, actor=actor, reason=reason)
    return outcome.rows


@transaction.atomic
def estimate_create(*, actor: Any, node: Node, reason: str = "", **values: Any) -> WholeLifeEstimate:
    """Add one dated estimate to `node`."""
    access.require(actor, "cost.edit", node)
    row = WholeLifeEstimate(node=node, **values)
    return saving.create(row, actor=actor, action="cost.edit", verb="estimate.created", reason=reason)


def estimate_update(
    row: WholeLifeEstimate,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int | None = None,
    reason: str = "",
) -> WholeLifeEstimate:
    """Correct one estimate. A new figure on a new date is a new estimate."""
    access.require(actor, "cost.edit", row)
    if "node" in values and values["node"] != row.node:
        raise ValidationError({"node": _("An estimate stays with its project.")})
    return saving.update(
        row,
        values,
        actor=actor,
        action="cost.edit",
        verb="estimate.edited",
        expected_version=expected_version,
        reason=reason,
    )


def estimate_delete(row: WholeLifeEstimate, *, actor: Any, reason: str = "") -> None:
    """Delete one estimate; history keeps it."""
    saving.delete(row, actor=actor, action="cost.edit", verb="estimate.deleted", reason=reason)
