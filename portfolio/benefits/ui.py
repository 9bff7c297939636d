"""What benefits add to the pages of other areas."""

from django.utils.translation import gettext_lazy as _

from pmo.core import ui
from portfolio.benefits import services, views

ui.provide("registry.baseline.opened", "benefit targets", services.baseline_copy_values)
ui.add_tab("registry.node", ui.Tab("benefits", _("Benefits"), "node-benefits", "benefit.view", 50))
ui.add_panel(
    "registry.node",
    ui.Panel("benefits", "portfolio/benefits/benefits_panel.html", views.benefits_panel, "benefit.view", 50, side=True),
)
