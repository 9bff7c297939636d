"""What the tests of the demo read from its rows."""

from datetime import timedelta
from decimal import Decimal

from django.apps import apps
from django.db import connection

from pmo.core import clock
from portfolio.exchange.demo import clearing
from portfolio.models import NodeKind, Risk
from reporting.rollup.models import NodeRollup

# What is left after `demo clear`: an empty portfolio, its administrator, the rules, and how they came about.
LEFT = {
    "governance.AuditEntry",
    "portfolio.Membership",
    "portfolio.MembershipEvent",
    "portfolio.Node",
    "portfolio.NodeEvent",
    "portfolio.User",
    "portfolio.UserEvent",
    "reporting.HealthRule",
    "reporting.HealthRuleSet",
    "reporting.NodeRollup",
    "reporting.NodeRollupHistory",
}


def projects():
    """Return the roll-up rows of all projects."""
    return NodeRollup.objects.filter(node__kind=NodeKind.PROJECT)


def codes(rows):
    """Return the codes of the nodes of rows."""
    return set(rows.values_list("node__code", flat=True))


def codes_of(stories, *courses):
    """Return the codes of the projects that take one of these courses."""
    return {story.code for story in stories if story.course in courses}


def filled_tables():
    """Return the tables of the house, history and audit log included, that hold a row."""
    labels = (*clearing.OURS, "pghistory", "sessions")
    models = [model for label in labels for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    tables = connection.introspection.table_names()
    return {model._meta.label for model in models if model._meta.db_table in tables and model._base_manager.exists()}


def changes_within_a_month():
    """Return by how much the score of each open risk changed that stands elsewhere than 30 days ago."""
    before = Risk.pgh_event_model.objects.filter(pgh_created_at__lte=clock.now() - timedelta(days=30), state="open")
    last = before.order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id").distinct("pgh_obj_id")
    then = {event.pgh_obj_id: event.current_probability * event.current_impact for event in last}
    now = {risk.pk: risk.current_probability * risk.current_impact for risk in Risk.objects.filter(state="open")}
    return [score - then[pk] for pk, score in now.items() if pk in then and score != then[pk]]


def indices() -> dict[str, tuple[Decimal, Decimal]]:
    """Return CPI and SPI of each project whose progress is measured, by its code."""
    measured = projects().filter(ev_projects=1).select_related("node")
    return {row.node.code: (row.ev_earned / row.ev_actual, row.ev_earned / row.ev_planned) for row in measured}
