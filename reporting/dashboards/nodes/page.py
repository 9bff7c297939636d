"""The page of one portfolio or programme as one context: what is read once, shown by part."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from pmo.core import clock
from portfolio.finance.findings import spend_finding
from portfolio.models import Node
from portfolio.raid.pages import matrix_panel
from reporting.dashboards import charts, panels, queries
from reporting.dashboards.nodes import bands, figures, findings, strip
from reporting.dashboards.nodes import queries as reads
from reporting.dashboards.nodes.bridge import Bridge
from reporting.dashboards.nodes.roadmap import Roadmap
from reporting.dashboards.queries import Subject
from reporting.dashboards.totals import Totals

SERVED = 8  # objectives on the chart: what fits its height


def links(subject: Subject) -> strip.Links:
    """Return the addresses of the rows behind the figures of a node; of a past day those of the register alone."""
    code = subject.rows[0].node.code

    def risks(**parameters: str) -> str:
        return "" if subject.past else f"{reverse('risk-node-list', args=[code])}?{urlencode(parameters)}"

    return strip.Links(subject.register, subject.behind, risks)


def six(subject: Subject, trend: panels.Trend) -> list[Any]:
    """Return the six figures of a node."""
    return strip.figures(strip.Numbers(Totals.of(subject.rows), trend.before, trend.before_day, links(subject)))


def cost_figure(subject: Subject, url: str, periods: Any) -> dict[str, Any]:
    """Return spend over time with the band of what the methods of earned value make of the forecast."""
    money, band = panels.spend(subject, periods), band_of(subject)
    figure = panels.cost_figure(money, url, spend_finding(money), bands.spread(money.curve, band))
    words = findings.band_note(band)
    if band is not None:
        words = format_html('<a class="gh-drill" href="{}">{}</a>', subject.behind("earned"), words)
    return figure | {"note": format_html("{} · {}", figure["note"], words)}


def cost_chart(subject: Subject) -> dict[str, Any]:
    """Return the data of the same chart."""
    money = panels.spend(subject)
    return charts.cost(money.curve, money.currency, bands.spread(money.curve, band_of(subject)), clock.today())


def band_of(subject: Subject) -> bands.Band | None:
    """Return the range of the subject's forecast by the methods of earned value."""
    return bands.band(Totals.of(subject.rows).known_forecast, reads.measured(subject))


def bridge(subject: Subject) -> dict[str, Any]:
    """Return the budget bridge, or why there is none."""
    total = Totals.of(subject.rows)
    if total.rates_missing:
        return figures.bridge_figure(None, subject, _("An amount has no exchange rate, so the steps do not add up."))
    if total.known_budget is None or total.known_forecast is None:
        empty = _("A bridge needs an approved budget and a forecast. Both are entered on each project’s money page.")
        return figures.bridge_figure(None, subject, empty)
    changes = reads.changes(subject)
    if changes.unknown:
        return figures.bridge_figure(None, subject, _("A superseded budget has no exchange rate for its currency."))
    gaps = reads.gaps(subject, total.forecast - total.budget)
    return figures.bridge_figure(Bridge(changes, gaps, total.budget, total.forecast), subject, "")


def roadmap(subject: Subject, parts: Any) -> dict[str, Any]:
    """Return the roadmap: one lane a project while they fit, else one a part; without parts those that matter most."""
    projects, today = Totals.of(subject.rows).projects, clock.today()
    if projects > reads.MOST_LANES and len(parts) > 1:
        rest = reads.direct_lane(subject, _("Projects directly here"))
        found = Roadmap(reads.part_lanes(parts, rest), projects, today, grouped=True)
    else:
        lanes = reads.project_lanes(subject)
        found = Roadmap(lanes, projects, today, rest=max(projects - len(lanes), 0))
    return figures.roadmap_figure(found, subject.register(cols="name,parent,baseline_finish,finish,slip", sort="-slip"))


def benefits(subject: Subject, periods: Any) -> dict[str, Any]:
    """Return the benefits curve."""
    total = Totals.of(subject.rows)
    found = figures.realisation(total, [row for row in periods if any(row[name] for name in queries.BENEFIT_SUMS)])
    return figures.benefits_figure(total, found, subject.behind("benefits"))


def alignment(subject: Subject) -> dict[str, Any]:
    """Return what the objectives are given."""
    return figures.alignment_figure(subject, reads.live_projects(subject), reads.served(subject)[:SERVED])


def matrix(subject: Subject) -> dict[str, Any]:
    """Return the risk matrix of everything below, with what stands outside it: opportunities."""
    row = subject.rows[0]
    panel = matrix_panel(subject.user, row.node)
    opportunities = max(row.risks_open - panel["open"], 0)
    url = links(subject).risks(state="open", kind="opportunity")
    return panel | {"opportunities": opportunities, "opportunities_url": url}


def node_page(subject: Subject, trend_url: str, cost_url: str) -> dict[str, Any]:
    """Return everything that the page of a portfolio or programme shows of now."""
    spread, rated, trend = queries.spread(subject), queries.confidence(subject), panels.trend(subject)
    node: Node = subject.rows[0].node
    seen = reads.may_see(subject.user, node, "raid.view", "strategy.view", "cost.view", "schedule.view")
    parts, periods = queries.children(subject), queries.periods(subject)
    return {
        "covers": ("risks", "strategy"),  # the matrix and the alignment say the same of more
        "total": Totals.of(subject.rows),
        "figures": six(subject, trend),
        "charts": [panels.trend_figure(trend, trend_url), cost_figure(subject, cost_url, periods)],
        "roadmap": roadmap(subject, parts) if seen["schedule.view"] else None,
        "bridge": bridge(subject) if seen["cost.view"] else None,
        "benefits": benefits(subject, periods),
        "matrix": matrix(subject) if seen["raid.view"] else None,
        "alignment": alignment(subject) if seen["strategy.view"] else None,
        "attention": panels.attention_list(subject, spread),
        "parts": panels.parts_table(subject, parts),
        "changes": panels.changes(subject),
        "confidence": panels.confidence(subject, rated),
        "foot": panels.foot(subject),
    }
