"""The pages of reserves: what was set aside, what was drawn from it, and both on a node's money tab."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import format as fmt
from pmo.core.crud import Crud
from portfolio.finance import queries, services
from portfolio.finance.filters import DrawFilter, ReserveFilter
from portfolio.finance.forms import DrawForm, ReserveForm
from portfolio.finance.models import Reserve, ReserveDraw, ReserveKind
from portfolio.finance.tables import DrawTable, ReserveTable
from portfolio.finance.views.common import may_edit
from portfolio.registry.models import Node
from portfolio.registry.views import NODE


def reserve_page(request: HttpRequest, row: Reserve) -> dict[str, Any]:
    """Return what was drawn from a reserve and what is left."""
    draws = list(
        ReserveDraw.objects.restrict(request.user, "cost.view").filter(reserve=row).order_by("-drawn_on", "-pk")
    )
    drawn = sum((draw.amount for draw in draws), Decimal(0))
    return {
        "draws": draws,
        "drawn": drawn,
        "left": row.amount - drawn,
        "may_draw": may_edit(request, row.node) and row.amount > drawn,
        "draw_url": reverse("reservedraw-create", args=[row.node.code]),
    }


RESERVES = Crud(
    model=Reserve,
    name="reserve",
    path="reserves",
    label=gettext_lazy("Reserves"),
    table=ReserveTable,
    filterset=ReserveFilter,
    form=ReserveForm,
    view_action="cost.view",
    edit_action="cost.edit",
    create=services.RESERVES.create,
    update=services.RESERVES.update,
    delete=services.RESERVES.delete,
    parent=NODE,
    tab="money",
    detail_template="portfolio/finance/reserve_detail.html",
    detail_context=reserve_page,
    detail_fields=("name", "kind", "currency", "amount"),
    empty=gettext_lazy("Set money aside: contingency for identified risks, a management reserve for the others."),
    help=gettext_lazy("Money held back: contingency inside the budget, management reserve outside it."),
)

DRAWS = Crud(
    model=ReserveDraw,
    name="reservedraw",
    path="reserve-draws",
    label=gettext_lazy("Draws on reserves"),
    table=DrawTable,
    filterset=DrawFilter,
    form=DrawForm,
    view_action="cost.view",
    edit_action="cost.edit",
    create=services.reservedraw_create,
    update=services.reservedraw_update,
    delete=services.DRAWS.delete,
    parent=replace(NODE, field="reserve__node"),
    tab="money",
    detail_fields=("reserve", "amount", "drawn_on", "purpose"),
    empty=gettext_lazy("Nothing was drawn. A draw takes money out of a reserve, and never more than is left."),
    help=gettext_lazy("Money taken out of a reserve on a day, and what for."),
)

NOTES: dict[str, Any] = {
    ReserveKind.CONTINGENCY: gettext_lazy("inside the budget"),
    ReserveKind.MANAGEMENT: gettext_lazy("outside the budget"),
}


def reserves_of(request: HttpRequest, node: Node) -> dict[str, Any]:
    """Return a node's reserves for its money tab: by kind what was set aside, drawn and is left."""
    held, currency = queries.reserves(request.user, node), settings.REPORTING_CURRENCY
    draws = reverse("reservedraw-node-list", args=[node.code])
    return {
        "finding": _finding(held, currency),
        "kinds": [
            {"held": kind, "note": NOTES[kind.kind], "draws_url": f"{draws}?{urlencode({'kind': kind.kind})}"}
            for kind in held
        ],
        "currency": currency,
        "any_left": any(row.left > 0 for kind in held for row in kind.rows),
    }


def _finding(held: Any, currency: str) -> str:
    if not held:
        return _("No reserve is set aside")
    parts = []
    for kind in held:
        if kind.left is None:
            return _("What is left of the reserves is unknown: a rate is missing")
        parts.append(_("%(left)s of %(amount)s %(kind)s") % {
            "left": fmt.money(kind.left, currency),
            "amount": fmt.money(kind.amount, currency),
            "kind": kind.label.lower(),
        })  # fmt: skip
    return _("%(parts)s left") % {"parts": _(" and ").join(parts)}
