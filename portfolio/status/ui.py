"""What reporting adds to the shell and to other pages."""

from django.utils.translation import gettext_lazy as _

from pmo.core import ui
from portfolio.status import pages


def is_project(node: object) -> bool:
    """Return whether the node is a project."""
    return bool(getattr(node, "is_project", False))


ui.add_navigation(ui.NavItem(_("Status"), "status-list", "clipboard-check", "status.view", 40, ("/status", "/reports")))
ui.add_tab("registry.node", ui.Tab("status", _("Status"), "node-status", "status.view", 15, applies=is_project))
ui.add_action(
    "registry.node",
    ui.Action(_("Update status"), "report-edit", "status.report", 90, primary=True, applies=is_project),
)
ui.add_panel(
    "registry.node",
    ui.Panel(
        "status",
        "portfolio/status/panel.html",
        lambda request, node: pages.status_panel(request.user, node) if node.is_project else None,
        "status.view",
        10,
    ),
)
ui.add_panel("home", ui.Panel("reports-due", "portfolio/status/due_panel.html", pages.due_panel, "status.report", 10))
