"""What people add to the shell and to a node's pages."""

from django.utils.translation import gettext_lazy as _

from pmo.core import ui

ui.add_navigation(ui.NavItem(_("People"), "user-list", "users", "people.view", 50, ("/people", "/roles")))
ui.add_tab("registry.node", ui.Tab("people", _("Roles"), "membership-node-list", "people.view", 80))
