"""What risks add to the pages of other areas."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pmo.core import ui
from pmo.core.tables import Column
from portfolio.raid import views
from portfolio.raid.models import RiskResponse


def origins(user: Any, actions: Iterable[Any]) -> dict[int, tuple[str, str]]:
    """Return the risk that raised each of `actions`, as (title, address), by the id of the action: one query."""
    rows = RiskResponse.objects.restrict(user, "raid.view").filter(action__in=[action.pk for action in actions])
    found = rows.values_list("action_id", "risk_id", "risk__title")
    return {action: (title, reverse("risk-detail", args=[risk])) for action, risk, title in found}


def columns(user: Any) -> list[Column]:
    """Return the column that tells which risk an action answers."""
    answered = RiskResponse.objects.restrict(user, "raid.view").filter(action=OuterRef("pk")).values("risk__title")[:1]

    def annotate(rows: Any) -> Any:
        return rows.annotate(risk_title=Subquery(answered))

    return [Column("risk", _("Answers risk"), path="risk_title", annotate=annotate)]


ui.add_tab("registry.node", ui.Tab("raid", _("Risks"), "node-raid", "raid.view", 40))
ui.add_action("registry.node", ui.Action(_("Log risk"), "risk-create", "raid.edit", 50, icon="alert-triangle"))
ui.add_panel(
    "registry.node",
    ui.Panel("risks", "portfolio/raid/panel.html", views.node.overview_panel, "raid.view", 20, side=True),
)
ui.provide("action.origin", "raid", origins)
ui.provide("columns:action", "raid", columns)
