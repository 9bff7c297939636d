"""What money adds to the shell and to the pages of other areas."""

from django.utils.translation import gettext_lazy as _

from pmo.core import ui
from portfolio.finance import services, views
from portfolio.registry.models import NodeKind

HOLDERS = frozenset({NodeKind.PROJECT, NodeKind.PROGRAMME})

ui.provide("registry.baseline.opened", "cost rows", services.baseline_copy_rows)
ui.add_navigation(ui.NavItem(_("Calendar"), "period-list", "calendar", "calendar.edit", 70, ("/calendar",)))
ui.add_tab(
    "registry.node",
    ui.Tab("money", _("Money"), "node-money", "cost.view", 30, applies=lambda node: node.kind in HOLDERS),
)
ui.add_panel(
    "registry.node", ui.Panel("money", "portfolio/finance/money_panel.html", views.money_panel, "cost.view", 40)
)
