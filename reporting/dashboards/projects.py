"""What the roll-up adds to a project's own page."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy

from pmo.core import clock
from portfolio.models import Node
from portfolio.status.queries import latest
from portfolio.status.services.reports import valid_reasons
from reporting.dashboards.watermelon import watermelon
from reporting.rollup.queries import health_of

PLAIN = gettext_lazy(
    "A difference is a question, not a fault: rows lag behind what people know, and reports behind rows."
)


def watermelon_panel(user: Any, node: Node) -> dict[str, Any] | None:
    """Return the question that a project's page asks where it is reported better than computed; None elsewhere."""
    health = health_of(node, user) if node.is_project else None
    if health is None or watermelon(health.row, health.reasons) is None:
        return None
    report = latest(user, node)
    said = valid_reasons(report.reasons, clock.today()) if report else {}
    found = watermelon(health.row, health.reasons, said)
    if found is None:
        return None
    return {"node": node, "flag": found, "cites": [_cite(node, cite) for cite in found.cites], "plain": PLAIN}


def _cite(node: Node, cite: Any) -> dict[str, Any]:
    query = f"?{urlencode(cite.reason.query)}" if cite.reason.query else ""
    return {
        "label": cite.label,
        "reported": cite.reported,
        "computed": cite.reason.colour,
        "text": cite.reason.text,
        "url": reverse(cite.reason.url_name, args=[node.code]) + query,
        "said": cite.said,
        "until": date.fromisoformat(cite.until) if cite.until else None,
    }
