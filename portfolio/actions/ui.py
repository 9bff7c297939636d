"""What actions add to the pages of other areas."""

from django.utils.translation import gettext_lazy as _

from pmo.core import ui
from portfolio.actions import views

ui.add_tab("registry.node", ui.Tab("actions", _("Actions"), "action-node-list", "action.view", 60))
ui.add_panel(
    "registry.node",
    ui.Panel("actions", "portfolio/actions/panel.html", views.actions_panel, "action.view", 60, side=True),
)
