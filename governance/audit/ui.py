"""What the audit log adds to other pages: the history tab, a timeline panel, and the history of every row."""

from django.utils.translation import gettext_lazy as _

from governance.audit import queries
from pmo.core import ui

ui.add_tab("registry.node", ui.Tab("history", _("History"), "node-timeline", "audit.view", 90))
ui.add_navigation(ui.NavItem(_("Audit"), "audit-list", "history", "audit.view", 60, ("/audit",)))
ui.provide("history", "audit", queries.timeline_of_object)
ui.add_panel(
    "registry.node",
    ui.Panel(
        "timeline",
        "governance/audit/panel_timeline.html",
        lambda request, node: {
            "entries": queries.brief(queries.timeline_of_node(request.user, node, limit=8)),
            "node": node,
        },
        "audit.view",
        90,
        side=True,
    ),
)
