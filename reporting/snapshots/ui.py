"""What the past adds to other pages: what changed as a tab, the day in the head, figures on a past day."""

from django.utils.translation import gettext_lazy as _

from pmo.core import ui
from reporting.rollup.queries import VIEW
from reporting.snapshots import as_of, pages
from reporting.snapshots.queries import AUDIT

ui.add_tab("registry.node", ui.Tab("changes", _("What changed"), "node-changes", AUDIT, 85))
ui.provide("registry.as_of", "snapshots", as_of.head)
ui.add_panel(
    "registry.node.past",
    ui.Panel("past", "reporting/snapshots/node_past.html", pages.node_past, VIEW, 5, wide=True),
)
