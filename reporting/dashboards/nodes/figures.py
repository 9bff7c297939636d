"""The charts of a portfolio's page as figures: title, source line, chart, and the table of the same numbers.

Every table ends with what it adds up to: the figure of the node itself.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.core import format as fmt
from portfolio.benefits.charts import realisation_curve
from portfolio.benefits.findings import benefits_finding
from portfolio.benefits.realisation import Line, Realisation
from portfolio.models import Node
from portfolio.strategy.alignment import part_of
from portfolio.strategy.findings import orphans_finding
from reporting.dashboards import charts
from reporting.dashboards.nodes import findings
from reporting.dashboards.nodes.bridge import Bridge, Moves
from reporting.dashboards.nodes.drawing import roadmap_svg, slip_words
from reporting.dashboards.nodes.roadmap import Lane, Roadmap
from reporting.dashboards.nodes.strip import drill
from reporting.dashboards.queries import Subject
from reporting.dashboards.totals import Totals


def head(label: Any, *, numeric: bool = False) -> dict[str, Any]:
    """Return the head of one column."""
    return {"label": label, "numeric": numeric}


def _exact(amount: Decimal | None, *, signed: bool = False) -> str:
    if amount is None:
        return fmt.DASH
    sign = "+" if signed and amount > 0 else ""
    return sign + fmt.money_exact(amount, settings.REPORTING_CURRENCY)


def _named(url_name: str, code: str, name: str, note: str = "") -> str:
    link = format_html('<a class="gh-name" href="{}">{}</a>', reverse(url_name, args=[code]), name)
    return format_html("{} <small>{}</small>", link, note) if note else link


# --- The budget bridge -----------------------------------------------------------------------


def bridge_figure(found: Bridge | None, subject: Subject, empty: str) -> dict[str, Any]:
    """Return the bridge; None where there is none, of which `empty` says why."""
    figure = {"id": "bridge", "phone_table": True, "stacked": True, "empty": empty}
    if found is None:
        return figure | {"title": _("No bridge from the budget to the forecast")}
    currency = settings.REPORTING_CURRENCY
    note = _("From the original %(amount)s (= 0) · solid adds, hollow takes away · %(currency)s nominal")
    rows, running = _bridge_rows(found, subject), found.original
    return figure | {
        "title": findings.bridge_title(found),
        "note": note % {"amount": fmt.money(found.original, currency), "currency": currency},
        "figure": charts.bridge(found, currency),
        "headers": [
            head(_("Step")),
            head(_("Where from")),
            head(_("Amount"), numeric=True),
            head(_("Running"), numeric=True),
        ],
        "rows": [[_("Original budget"), "", _exact(running), _exact(running)], *rows],
    }


def _bridge_rows(found: Bridge, subject: Subject) -> list[list[Any]]:
    changes = _side(found.changes, found.original, subject.behind("changes"), "node-money-baselines")
    gaps = _side(found.gaps, found.budget, subject.behind("money"), "node-money")
    level = [_("Budget now"), "", _exact(found.budget), _exact(found.budget)]
    end = [_("Forecast at completion"), "", _exact(found.forecast), _exact(found.forecast)]
    return [*changes, level, *gaps, end]


def _side(moves: Moves, running: Decimal, all_url: str, url_name: str) -> list[list[Any]]:
    """Return the rows of one side, each with the way to what it is made of and with the level it leads to."""
    rows = []
    for step in moves.named:
        running += step.amount
        url = reverse(url_name, args=[step.code]) if step.code else all_url
        words = " · ".join(filter(None, (step.code, step.note))) or _("the rows")
        rows.append([step.name, drill(url, words), _exact(step.amount, signed=True), _exact(running)])
    if moves.others:
        running += moves.other
        words = ngettext("%(n)s other", "%(n)s others", moves.others) % {"n": fmt.count(moves.others)}
        rows.append([_("Other"), drill(all_url, words), _exact(moves.other, signed=True), _exact(running)])
    return rows


# --- The roadmap -----------------------------------------------------------------------------


def roadmap_figure(found: Roadmap, register_url: str) -> dict[str, Any]:
    """Return the roadmap; the table holds every date, and on phones it stands in the drawing's place."""
    title = findings.roadmap_title(found)
    figure: dict[str, Any] = {
        "id": "roadmap",
        "title": title,
        "phone_table": True,
        "stacked": True,
        "empty": _("No project below yet. Projects show here with their start, gates and finish."),
    }
    if not found.lanes:
        return figure
    counted = found.grouped or bool(found.rest)
    columns = [head(_("Projects"), numeric=True)] if counted else []
    late = sum((lane.slip or 0) > 0 for lane in found.lanes)
    total = [_projects(found.projects), *([fmt.count(found.projects)] if counted else []), "", ""]
    return figure | {
        "note": _roadmap_note(found),
        "drawing": roadmap_svg(found, _("%(title)s. The table holds the same dates.") % {"title": title}),
        "headers": [
            head(_("Part") if found.grouped else _("Project")),
            *columns,
            head(_("Baseline finish")),
            head(_("Forecast finish")),
            head(_("Slip"), numeric=True),
            head(_("Next gate")),
        ],
        "rows": [*(_lane_row(lane, found.grouped, counted) for lane in found.lanes), *_rest(found, register_url)],
        "total": [*total, _("%(n)s late") % {"n": fmt.count(late)}, ""],
    }


def _projects(count: int) -> str:
    return ngettext("%(n)s project", "%(n)s projects", count) % {"n": fmt.count(count)}


def _roadmap_note(found: Roadmap) -> str:
    key = _("thin grey bar: approved baseline · dark: done · blue: forecast · diamond: gate, filled when passed")
    if found.grouped:
        said = _("%(n)s by part, more than a roadmap holds one by one") % {"n": _projects(found.projects)}
    elif found.rest:
        words = _("the %(shown)s of %(n)s with the most money at stake")
        said = words % {"shown": fmt.count(len(found.lanes)), "n": _projects(found.projects)}
    else:
        return f"{_projects(found.projects)} · {key}, {_('red edge when late')}"
    return f"{said} · {key}"


def _lane_row(lane: Lane, grouped: bool, counted: bool) -> list[Any]:
    gate = lane.next_gate
    page = "node-detail" if grouped else "node-schedule"
    return [
        _named(page, lane.code, lane.name, lane.code) if lane.code else lane.name,
        *([fmt.count(lane.projects)] if counted else []),
        fmt.day(lane.baseline_finish),
        fmt.day(lane.finish),
        slip_words(lane),
        f"{gate.name} · {fmt.day(gate.day)}" if gate else fmt.DASH,
    ]


def _rest(found: Roadmap, register_url: str) -> list[list[Any]]:
    if not found.rest:
        return []
    name = format_html('<a class="gh-name" href="{}">{}</a>', register_url, _("All others, in the register"))
    return [[name, fmt.count(found.rest), fmt.DASH, fmt.DASH, fmt.DASH, fmt.DASH]]


# --- Benefits --------------------------------------------------------------------------------


def realisation(total: Totals, periods: Sequence[dict[str, Any]]) -> Realisation:
    """Return the benefits of a node by fiscal year, from its roll-up rows, as the benefits' own pages hold them."""
    last = max((row["end"] for row in periods if row["benefit_actual"]), default=None)
    begun = [row for row in periods if last is not None and row["end"] <= last]
    return Realisation(
        currency=settings.REPORTING_CURRENCY,
        lines={},
        years=[(year, _year(total, list(rows), last)) for year, rows in groupby(periods, key=lambda row: row["year"])],
        total=Line(total.known_benefit_target, _known(total, total.benefit_actual), total.known_benefit_forecast),
        last_actual=last,
        target_then=sum((row["benefit_target"] for row in begun), Decimal(0)) if total.benefits_targeted else None,
        target_now=None,
        missing=[_("an amount")] if total.values_without_rate else [],
    )


def _known(total: Totals, amount: Decimal) -> Decimal | None:
    return None if total.values_without_rate else amount


def _year(total: Totals, rows: Sequence[dict[str, Any]], last: date | None) -> Line:
    """Return one fiscal year: realised only once it has begun, so that what is to come is a gap and not 0."""
    if any(row["values_without_rate"] for row in rows):
        return Line(lacks_rate=True)
    sums = {
        name: sum((row[f"benefit_{name}"] for row in rows), Decimal(0)) for name in ("target", "forecast", "actual")
    }
    begun = last is not None and min(row["start"] for row in rows) <= last
    return Line(
        target=sums["target"] if total.benefits_targeted else None,
        forecast=sums["forecast"] if total.benefits_forecasted else None,
        actual=sums["actual"] if begun else None,
    )


def benefits_figure(total: Totals, found: Realisation, url: str) -> dict[str, Any]:
    """Return target, forecast and realised benefits by fiscal year; its table ends with the node's own sums."""
    words = ngettext("%(n)s benefit", "%(n)s benefits", total.benefits) % {"n": fmt.count(total.benefits)}
    last = _("bars: realised to %(day)s") % {"day": fmt.day(found.last_actual)} if found.last_actual else ""
    note = _("By fiscal year, dis-benefits taken off, %(benefits)s")
    return {
        "id": "benefits",
        "title": _title_of_benefits(total, found),
        "note": " · ".join(filter(None, (note % {"benefits": words}, last))) if found.years else "",
        "figure": realisation_curve(found) if found.years else None,
        "stacked": True,
        "headers": [
            head(_("Fiscal year")),
            *(head(label, numeric=True) for label in (_("Target"), _("Forecast"), _("Realised"))),
        ],
        "rows": [[year, _exact(line.target), _exact(line.forecast), _exact(line.actual)] for year, line in found.years],
        "total": [
            _("All years"),
            drill(url, _exact(found.total.target)),
            drill(url, _exact(found.total.forecast)),
            _exact(found.total.actual),
        ],
        "empty": _("No benefit below has a value in any fiscal year. Profiles and values are added on each project."),
    }


def _title_of_benefits(total: Totals, found: Realisation) -> str:
    if total.values_without_rate:
        return _("Benefits in all are unknown: an amount has no exchange rate")
    return benefits_finding(found, total.benefits, 0)


# --- Alignment -------------------------------------------------------------------------------


def alignment_figure(subject: Subject, live: int, objectives: Iterable[Any]) -> dict[str, Any]:
    """Return what each objective is given by the live work below, and how many of `live` projects serve none."""
    rows, node, orphans = list(objectives), subject.rows[0].node, subject.rows[0].orphans
    weights = sum((row.weight for row in rows), Decimal(0))
    parts = [(row, part_of(row.strength, row.weight, weights)) for row in rows]
    known = [(f"{row.code} {row.name}", part) for row, part in parts if part is not None]
    note = _("Weighted contribution of live projects and programmes; serving every objective fully gives 100%")
    if not rows:
        note = ""
    if orphans:
        words = ngettext(
            "%(n)s live project serves no objective", "%(n)s live projects serve no objective", orphans
        ) % {"n": fmt.count(orphans)}
        url = subject.register(orphan="yes", cols="name,parent,owner,orphan")
        note = format_html("{} · {}", note, drill(url, words)) if note else drill(url, words)
    return {
        "id": "alignment",
        "title": orphans_finding(live, orphans, bool(rows) or bool(orphans)),
        "note": note,
        "figure": charts.alignment(known) if known else None,
        "stacked": True,
        "headers": [
            head(_("Objective")),
            *(head(label, numeric=True) for label in (_("Weight"), _("Contributing"), _("Weighted contribution"))),
        ],
        "rows": [_objective_row(node, row, part) for row, part in parts],
        "total": [_("All objectives"), _percent(weights), "", _percent(sum((part for _n, part in known), Decimal(0)))],
        "empty": format_html(
            '{} <a class="gh-link" href="{}">{}</a>',
            _("No objective stands here or above where you may look; projects cannot contribute to one."),
            reverse("node-strategy", args=[node.code]),
            _("Strategy"),
        ),
    }


def _objective_row(node: Node, row: Any, part: Decimal | None) -> list[Any]:
    query = urlencode({"objective": row.pk, "counted": 1})
    serving = row.projects + row.programmes
    url = f"{reverse('contribution-node-list', args=[node.code])}?{query}" if serving else ""
    return [
        format_html('<a class="gh-name" href="{}">{}</a>', reverse("objective-detail", args=[row.pk]), row),
        _percent(row.weight),
        drill(url, fmt.count(serving)),
        fmt.DASH if part is None else _percent(part),
    ]


def _percent(value: Decimal) -> str:
    return f"{value:.2f}%"
