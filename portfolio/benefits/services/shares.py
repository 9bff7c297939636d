"""Who claims a benefit: its shares by node, written all at once. They are 100% together, or there are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import access, bulk, saving
from pmo.core.errors import StaleWrite
from pmo.core.events import Event, declare_verbs, emit
from portfolio.benefits.findings import shares_gap
from portfolio.benefits.models import Benefit, BenefitShare
from portfolio.registry.models import Node

declare_verbs({"benefit.shared": gettext_lazy("Benefit shared out")})


@dataclass(frozen=True)
class ShareLine:
    """How much of a benefit counts for one node, in %."""

    node: Node
    percent: Decimal


@transaction.atomic
def benefit_shares_set(
    benefit: Benefit,
    lines: Sequence[ShareLine],
    *,
    actor: Any,
    reason: str = "",
    seen: Mapping[int, Decimal] | None = None,
) -> None:
    """Replace the shares of a benefit that the actor may see by `lines`; without any it counts where it stands.

    Shares of nodes outside the actor's view stay as they are and count in the 100%. `seen` maps a node's id to the
    share that the actor saw. Raises NotPermitted when the benefit or one node is outside the actor's scope,
    ValidationError unless all shares are 100% together, and StaleWrite whose `current` maps nodes to shares.
    """
    access.require(actor, "benefit.edit", benefit)
    bulk.require_all(actor, "benefit.view", (line.node for line in lines))
    benefit = Benefit.objects.select_for_update(of=("self",), no_key=True).get(pk=benefit.pk)
    stored = {share.node_id: share for share in benefit.shares.select_related("node")}
    visible = set(Node.objects.restrict(actor, "benefit.view").filter(pk__in=stored).values_list("pk", flat=True))
    if seen is not None and dict(seen) != {pk: stored[pk].percent for pk in visible}:
        raise StaleWrite({stored[pk].node: stored[pk].percent for pk in visible})
    hidden = [share for pk, share in stored.items() if pk not in visible]
    wanted = [BenefitShare(benefit=benefit, node=line.node, percent=line.percent) for line in lines]
    shares = hidden + wanted
    _check(wanted, shares)
    before, after = _words(stored.values()), _words(shares)
    if before == after:
        return
    benefit.shares.filter(node__in=visible).delete()
    saving.insert_many(BenefitShare, wanted)
    touched = tuple({share.node_id for share in (*stored.values(), *shares)})
    emit("benefit.shared", [Event(benefit, {"shares": (before, after)}, touched)], actor=actor, reason=reason)


def _check(wanted: Sequence[BenefitShare], shares: Sequence[BenefitShare]) -> None:
    for index, share in enumerate(wanted):
        bulk.check(share, index)
        if share.percent <= 0:
            raise bulk.line_error(index, _("A share is more than 0%."))
    if len({share.node_id for share in shares}) != len(shares):
        raise ValidationError(_("One project claims a benefit once."))
    if words := shares_gap([share.percent for share in shares]):
        raise ValidationError(words)


def _words(shares: Any) -> str | None:
    """Return the shares for the history, or None without any: codes, as names may change."""
    found = sorted((share.node.code, f"{share.percent.normalize():f}%") for share in shares)
    return ", ".join(f"{code} {percent}" for code, percent in found) or None
