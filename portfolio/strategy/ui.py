"""What strategy adds to the pages of other areas."""

from django.utils.translation import gettext_lazy as _

from pmo.core import ui
from portfolio.strategy import register, views

ui.add_tab("registry.node", ui.Tab("strategy", _("Strategy"), "node-strategy", "strategy.view", 55))
ui.add_panel(
    "registry.node",
    ui.Panel("strategy", "portfolio/strategy/strategy_panel.html", views.strategy_panel, "strategy.view", 55),
)
ui.provide("columns:node", "strategy", register.columns)
ui.provide("filters:node", "strategy", register.filters)
