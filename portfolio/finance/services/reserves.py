"""Writes of reserves and of what is drawn from them. A draw never exceeds what is left."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pmo.core import access, clock
from pmo.core import format as fmt
from pmo.core.plain import Plain
from portfolio.finance.models import Reserve, ReserveDraw
from portfolio.registry.models import Node


def _check_reserve(row: Reserve) -> None:
    drawn = _drawn(row)
    if row.amount is not None and row.amount < drawn:
        words = gettext("%(drawn)s is drawn from it already.")
        raise ValidationError({"amount": words % {"drawn": fmt.money_exact(drawn, row.currency.code)}})
    if drawn and row.currency_id != Reserve.objects.values_list("currency", flat=True).get(pk=row.pk):
        raise ValidationError({"currency": gettext("Money was drawn in the other currency.")})


def _check_draw(row: ReserveDraw) -> None:
    if row.drawn_on is not None and row.drawn_on > clock.today():
        raise ValidationError({"drawn_on": gettext("This day has not come yet.")})
    left = row.reserve.amount - _drawn(row.reserve, but=row)
    if row.amount is not None and row.amount > left:
        words = gettext("Only %(left)s is left in %(reserve)s.")
        left_text = fmt.money_exact(left, row.reserve.currency.code)
        raise ValidationError({"amount": words % {"left": left_text, "reserve": row.reserve}})


def _drawn(reserve: Reserve, but: ReserveDraw | None = None) -> Decimal:
    draws = ReserveDraw.objects.filter(reserve=reserve.pk)
    if but is not None and but.pk is not None:
        draws = draws.exclude(pk=but.pk)
    return draws.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


RESERVES = Plain(
    Reserve,
    noun="reserve",
    action="cost.edit",
    verbs=(_("Reserve set aside"), _("Reserve edited"), _("Reserve deleted")),
    check=_check_reserve,
)
DRAWS = Plain(
    ReserveDraw,
    noun="reservedraw",
    action="cost.edit",
    verbs=(_("Reserve drawn"), _("Draw on a reserve edited"), _("Draw on a reserve deleted")),
    parent="reserve",
    check=_check_draw,
)


@transaction.atomic
def reservedraw_create(
    *, actor: Any, reserve: Reserve, reserve__node: Node | None = None, reason: str = "", **values: Any
) -> ReserveDraw:
    """Draw from a reserve, held until the draw is written. `reserve__node` is the node whose page asked, if one did.

    Raises ValidationError with the sum left when the draw exceeds it.
    """
    if reserve__node is not None and reserve.node_id != reserve__node.pk:
        raise ValidationError({"reserve": gettext("This reserve does not exist.")})
    return DRAWS.create(actor=actor, reason=reason, reserve=_hold(reserve, actor), **values)


@transaction.atomic
def reservedraw_update(
    row: ReserveDraw, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None, reason: str = ""
) -> ReserveDraw:
    """Correct one draw; it stays with its reserve, which is held. Raises ValidationError with the sum left."""
    _hold(row.reserve, actor)
    return DRAWS.update(row, values, actor=actor, expected_version=expected_version, reason=reason)


def _hold(reserve: Reserve, actor: Any) -> Reserve:
    access.require(actor, "cost.edit", reserve)
    return Reserve.objects.select_for_update(of=("self",), no_key=True).select_related("currency").get(pk=reserve.pk)
