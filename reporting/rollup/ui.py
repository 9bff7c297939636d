"""What the roll-up lends to pages below it: computed health beside the weekly report."""

from urllib.parse import urlencode

from django.urls import reverse

from pmo.core import ui
from portfolio.models import Node
from reporting.rollup.beside import health_now


def report_health(node: Node) -> dict[str, dict[str, str]]:
    """Return colour, reason and the address of the rows behind it by dimension, as the weekly report shows them."""
    found = {}
    for dimension, reason in health_now(node).items():
        query = f"?{urlencode(reason.query)}" if reason.query else ""
        found[dimension] = {
            "colour": reason.colour,
            "reason": reason.text,
            "url": reverse(reason.url_name, args=[node.code]) + query,
        }
    return found


ui.provide("status.report.health", "rollup", report_health)
