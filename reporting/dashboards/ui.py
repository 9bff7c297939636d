"""What the dashboards add to other pages: the overview of portfolios, a node's status, columns and filters."""

from django.utils.translation import gettext_lazy as _

from pmo.core import ui
from reporting.dashboards import filters, pages, tables
from reporting.rollup.queries import VIEW

ui.add_navigation(ui.NavItem(_("Home"), "home", "home", "node.view", 10, ("/",)))
ui.add_panel(
    "registry.node",
    ui.Panel(
        "dashboard",
        "reporting/dashboards/node.html",
        lambda request, node: pages.node_panel(request.user, node),
        VIEW,
        10,
        wide=True,
    ),
)
ui.provide("registry.node.head", "health", lambda request, node: pages.node_head(request.user, node))
ui.provide("columns:node", "reporting", tables.columns)
ui.provide("filters:node", "reporting", filters.filters)
ui.provide("totals:node", "reporting", tables.totals_words)
