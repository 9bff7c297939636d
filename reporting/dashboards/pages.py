"""The executive's pages as one context each: the home, and the overview of a portfolio or programme."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import clock
from pmo.core import format as fmt
from pmo.core.templatetags.gatehouse import rag, rag_label
from portfolio.finance.findings import spend_finding
from portfolio.models import Node
from reporting.dashboards import charts, panels, queries, strip
from reporting.dashboards.nodes import page as nodes
from reporting.dashboards.queries import Subject
from reporting.dashboards.totals import Totals
from reporting.snapshots.as_of import AsOf

LEFT_OUT = gettext_lazy(
    "Left out: money by period, delivery confidence and editions, of which only today’s rows are kept. Names, managers"
    " and places are today’s."
)
LEFT_OUT_OF_NODE = gettext_lazy(
    "Left out: money and benefits by period, budget bridge, roadmap, risk matrix, alignment, delivery confidence and"
    " editions, of which only today’s rows are kept. Names, managers and places are today’s."
)
CHARTS = ("trend", "cost")
PAST_CHARTS = ("trend",)  # of the others only today's rows are kept


def at_its_time(show: Callable[..., Any]) -> Callable[..., Any]:
    """Return `show` so that the clock stands at its subject's past day, and month ends and rules are those of then."""

    @wraps(show)
    def shown(subject: Subject, *args: Any) -> Any:
        with clock.at(subject.moment or clock.now()):
            return show(subject, *args)

    return shown


@at_its_time
def dashboard(subject: Subject) -> dict[str, Any]:
    """Return everything a page shows of its subject; of a past day what was kept of it."""
    if subject.past:
        return past_dashboard(subject)
    spread, rated, trend = queries.spread(subject), queries.confidence(subject), panels.trend(subject)
    money = panels.spend(subject)
    numbers = strip.Numbers(
        Totals.of(subject.rows),
        trend.before,
        trend.before_day,
        spread,
        panels.editions(rated),
        subject.register,
        subject.behind,
    )
    return {
        "total": numbers.total,
        "attention": panels.attention_list(subject, spread),
        "figures": strip.figures(numbers),
        "charts": [
            panels.trend_figure(trend, chart_url(subject, "trend")),
            panels.cost_figure(money, chart_url(subject, "cost"), spend_finding(money)),
        ],
        "parts": panels.parts_table(subject, queries.children(subject)),
        "changes": panels.changes(subject),
        "confidence": panels.confidence(subject, rated),
        "foot": panels.foot(subject),
    }


def past_dashboard(subject: Subject) -> dict[str, Any]:
    """Return what is kept of a past day: all but money by period, ratings and editions, whose past is not."""
    spread, trend = queries.spread(subject), panels.trend(subject)
    total = Totals.of(subject.rows)
    numbers = strip.Numbers(total, trend.before, trend.before_day, spread, strip.Editions(), subject.register)
    return {
        "total": total,
        "attention": panels.attention_list(subject, spread),
        "figures": strip.figures(numbers),
        "charts": [panels.trend_figure(trend, chart_url(subject, "trend"))],
        "parts": panels.parts_table(subject, queries.children(subject)),
        "changes": panels.changes(subject),
        "confidence": None,
        "foot": panels.foot(subject),
        "left_out": LEFT_OUT,
    }


def chart_url(subject: Subject, key: str) -> str:
    """Return the address of a chart's data."""
    node = {} if subject.everything else {"node": subject.rows[0].node.code}
    query = urlencode(node | (subject.past.parameters if subject.past else {}))
    return f"{reverse('chart', args=[key])}{'?' if query else ''}{query}"


@at_its_time
def chart(subject: Subject, key: str) -> dict[str, Any]:
    """Return a chart's data: the same figures as its table on the page."""
    if key == "trend":
        return charts.trend(panels.trend(subject).points)
    if not subject.everything:
        return nodes.cost_chart(subject)
    money = panels.spend(subject)
    return charts.cost(money.curve, money.currency, today=clock.today())


def node_panel(user: Any, node: Node, past: AsOf | None = None) -> dict[str, Any] | None:
    """Return the dashboard of a portfolio or programme; None for a project and before anything is rolled up."""
    subject = None if node.is_project else queries.node_subject(user, node, past)
    return None if subject is None else node_dashboard(subject)


@at_its_time
def node_dashboard(subject: Subject) -> dict[str, Any]:
    """Return everything the page of a portfolio or programme shows; of a past day what was kept of it."""
    if subject.past:
        return past_dashboard(subject) | {
            "figures": nodes.six(subject, panels.trend(subject)),
            "left_out": LEFT_OUT_OF_NODE,
        }
    return nodes.node_page(subject, chart_url(subject, "trend"), chart_url(subject, "cost"))


def node_head(user: Any, node: Node, past: AsOf | None = None) -> str:
    """Return a node's status in one line; for a project also since when, and where reported and computed differ."""
    subject = queries.node_subject(user, node, past)
    return "" if subject is None else head_of(subject, node)


@at_its_time
def head_of(subject: Subject, node: Node) -> str:
    """Return the line of a node that was rolled up."""
    user, row = subject.user, subject.rows[0]
    parts: list[str] = [rag(row.status)]
    if not node.is_project:
        words = _("%(n)s of %(all)s projects off track, %(nr)s not reported")
        parts.append(words % {"n": fmt.count(row.n_off), "all": fmt.count(row.projects), "nr": fmt.count(row.n_nr)})
    elif since := queries.status_since(user, row):
        parts.append(_("since %(day)s") % {"day": fmt.day(since)})
    if node.is_project and "nr" not in (row.reported, row.computed) and row.reported != row.computed:
        words = _("reported %(reported)s, computed %(computed)s")
        parts.append(words % {"reported": rag_label(row.reported).lower(), "computed": rag_label(row.computed).lower()})
    stage = "" if subject.past else f", {node.get_lifecycle_display().lower()}"
    parts.append(f"{node.get_kind_display()}{stage}")
    return format_html(" · ".join(["{}"] * len(parts)), *parts)
