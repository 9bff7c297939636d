"""The executive's pages as one context each: the home, and the overview of a portfolio or programme."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from pmo.core import format as fmt
from pmo.core.templatetags.gatehouse import rag, rag_label
from portfolio.finance.findings import spend_finding
from portfolio.models import Node
from reporting.dashboards import charts, panels, queries, strip
from reporting.dashboards.queries import Subject
from reporting.dashboards.totals import Totals

CHARTS = ("trend", "cost")


def dashboard(subject: Subject) -> dict[str, Any]:
    """Return everything a page shows of its subject."""
    spread, rated, trend = queries.spread(subject), queries.confidence(subject), panels.trend(subject)
    money = panels.spend(subject)
    numbers = strip.Numbers(
        Totals.of(subject.rows), trend.before, trend.before_day, spread, panels.editions(rated), subject.register
    )
    return {
        "total": numbers.total,
        "attention": panels.attention_list(subject, spread["needy"]),
        "figures": strip.figures(numbers),
        "charts": [
            panels.trend_figure(trend, chart_url(subject, "trend")),
            panels.cost_figure(money, chart_url(subject, "cost"), spend_finding(money)),
        ],
        "parts": panels.parts_table(subject),
        "changes": panels.changes(subject),
        "confidence": panels.confidence(subject, rated),
        "foot": panels.foot(subject),
    }


def chart_url(subject: Subject, key: str) -> str:
    """Return the address of a chart's data."""
    address = reverse("chart", args=[key])
    return address if subject.everything else f"{address}?{urlencode({'node': subject.rows[0].node.code})}"


def chart(subject: Subject, key: str) -> dict[str, Any]:
    """Return a chart's data: the same figures as its table on the page."""
    if key == "trend":
        return charts.trend(panels.trend(subject).points)
    money = panels.spend(subject)
    return charts.cost(money.curve, money.currency)


def node_panel(user: Any, node: Node) -> dict[str, Any] | None:
    """Return the dashboard of a portfolio or programme; None for a project and before anything is rolled up."""
    subject = None if node.is_project else queries.node_subject(user, node)
    return None if subject is None else dashboard(subject)


def node_head(user: Any, node: Node) -> str:
    """Return a node's status in one line; for a project also since when, and where reported and computed differ."""
    subject = queries.node_subject(user, node)
    if subject is None:
        return ""
    row = subject.rows[0]
    parts: list[str] = [rag(row.status)]
    if not node.is_project:
        words = _("%(n)s of %(all)s projects off track, %(nr)s not reported")
        parts.append(words % {"n": fmt.count(row.n_off), "all": fmt.count(row.projects), "nr": fmt.count(row.n_nr)})
    elif since := queries.status_since(user, row):
        parts.append(_("since %(day)s") % {"day": fmt.day(since)})
    if node.is_project and "nr" not in (row.reported, row.computed) and row.reported != row.computed:
        words = _("reported %(reported)s, computed %(computed)s")
        parts.append(words % {"reported": rag_label(row.reported).lower(), "computed": rag_label(row.computed).lower()})
    parts.append(f"{node.get_kind_display()}, {node.get_lifecycle_display().lower()}")
    return format_html(" · ".join(["{}"] * len(parts)), *parts)
