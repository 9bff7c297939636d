"""What the register adds to the shell."""

from django.utils.translation import gettext_lazy as _

from pmo.core import ui

ui.add_navigation(ui.NavItem(_("Portfolios"), "portfolios", "sitemap", "node.view", 20, ("/portfolios", "/nodes")))
ui.add_navigation(ui.NavItem(_("Register"), "node-list", "list-details", "node.view", 30, ("/register", "/import")))
ui.add_tab("registry.node", ui.Tab("overview", _("Overview"), "node-detail", "node.view", 10))
