"""What editions add to a project's page: a badge once the newest file leaves it out."""

from pmo.core import ui
from portfolio.exchange import queries

ui.provide("registry.node.badges", "edition", queries.edition_mark)
