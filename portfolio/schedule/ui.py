"""What the schedule adds to the pages of other areas."""

from django.utils.translation import gettext_lazy as _

from pmo.core import ui
from portfolio.registry.models import NodeKind
from portfolio.schedule import report_rows, services, views

HOLDERS = frozenset({NodeKind.PROJECT, NodeKind.PROGRAMME})

ui.provide("registry.baseline.opened", "milestone dates", services.baseline_copy_rows)
ui.add_tab(
    "registry.node",
    ui.Tab("schedule", _("Schedule"), "node-schedule", "schedule.view", 20, applies=lambda node: node.kind in HOLDERS),
)
ui.add_panel(
    "registry.node",
    ui.Panel("milestones", "portfolio/schedule/milestones_panel.html", views.milestones_panel, "schedule.view", 30),
)
ui.provide("status.report.milestones", "schedule", report_rows.rows)
ui.provide("status.report.milestones.apply", "schedule", report_rows.apply)
