"""What the pages of risks show, put together from what was read. The matrix serves other pages too."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from pmo.core import clock
from pmo.core import format as fmt
from portfolio.raid import findings, queries
from portfolio.raid.models import DependencyState, EscalationState, Risk, RiskKind, RiskState
from portfolio.raid.scoring import BANDS, RED, Grid, numeric_score, score, shown
from portfolio.raid.tables import band_html, emv_words, late_html, percent, promised_late
from portfolio.registry.models import Node

SHOWN = 8
HIGHEST = 5


def matrix_panel(user: Any, node: Node) -> dict[str, Any]:
    """Return what `portfolio/raid/matrix.html` shows: the open threats below `node` by probability and impact.

    Each risk is judged by the matrix nearest to it; the cells have the words and bands of the node's own.
    """
    grid, cells = queries.grid_of(node), queries.matrix_counts(user, node)
    counts, value = queries.threat_counts(user, node), queries.exposure(user, node)
    rows = queries.top_risks(user, node, SHOWN if counts.red else HIGHEST, above_appetite=bool(counts.red))
    return {
        "node": node,
        "finding": findings.threats(counts.is_open, counts.red, counts.worst, counts.worst_red),
        "open": counts.is_open,
        "red": counts.red,
        "more": max(counts.red - SHOWN, 0),
        "columns": grid.impact,
        "rows": cells.rows(grid),
        "outside": cells.outside(grid),
        "since": (clock.now() - queries.LOOK_BACK).date(),
        "starts": _starts(grid),
        "exposure": findings.exposure(value.threat, value.opportunity, value.missing, settings.REPORTING_CURRENCY),
        "top": [risk_line(row) for row in rows],
    }


def _starts(grid: Grid) -> str:
    words = _("%(band)s from %(score)s")
    ranges = zip(BANDS[1:], grid.starts[1:], strict=True)
    return ", ".join(words % {"band": str(found.label).lower(), "score": start} for found, start in ranges)


def risk_line(row: Any) -> dict[str, Any]:
    """Return one risk of `queries.top_risks` as lists show it: score, change since 30 days ago, EMV, what is done."""
    late = row.review_on is not None and row.review_on < clock.today()
    words = _("review overdue since %(day)s") if late else _("review %(day)s")
    review = words % {"day": fmt.day(row.review_on)} if row.review_on else ""
    said = [row.strategy, row.owner and row.owner.name, review]
    return {
        "row": row,
        "band": band_html(BANDS[row.band_rank]),
        "change": change_words(row.change),
        "emv": emv_words(row),
        "said": " · ".join(filter(None, said)) or _("no response, no owner"),
    }


def change_words(change: int | None) -> str:
    """Return how a score moved in 30 days: `↑ 4`, `↓ 5`, `0`, or that the risk was not open then."""
    if change is None:
        return _("new")
    return f"{'↑' if change > 0 else '↓'} {abs(change)}" if change else "0"


def risks_panel(user: Any, node: Node) -> dict[str, Any] | None:
    """Return the three highest threats of a node for its overview; nothing where no risk is recorded."""
    counts = queries.threat_counts(user, node)
    if not counts.is_open and not queries.below(Risk, user, node).exists():
        return None
    return {
        "node": node,
        "finding": findings.threats(counts.is_open, counts.red),
        "open": counts.is_open,
        "top": [risk_line(row) for row in queries.top_risks(user, node)],
    }


def raid_page(user: Any, node: Node) -> dict[str, Any]:
    """Return what the risks tab of a node shows beside its matrix."""
    issues, assumptions = queries.issues_open(user, node), queries.assumptions_open(user, node)
    needed = queries.dependencies_open(user, node)
    here, asked = list(queries.escalations_here(user, node)), list(queries.escalations_asked(user, node))
    waiting = sum(row.state == EscalationState.ASKED for row in asked)
    return {
        "issues": _panel(
            findings.issues(*queries.late_of(issues, Q(due__lt=clock.today()))),
            [{"row": row, "day": _day(row.due)} for row in issues[:SHOWN]],
        ),
        "assumptions": _panel(
            findings.assumptions(*queries.late_of(assumptions, Q(confirm_by__lt=clock.today()))),
            [{"row": row, "day": _day(row.confirm_by)} for row in assumptions[:SHOWN]],
        ),
        "dependencies": _panel(
            findings.dependencies(*queries.late_of(needed, queries.too_late())),
            [dependency_line(node, row) for row in needed[:SHOWN]],
        ),
        "here": _panel(findings.waiting_here(len(here)), here),
        "asked": _panel(findings.asked_above(waiting, len(asked) - waiting), asked),
    }


def _panel(finding: str, rows: Sequence[Any]) -> dict[str, Any]:
    return {"finding": finding, "rows": rows}


def _day(day: Any) -> Any:
    return late_html(day) if day and day < clock.today() else fmt.day(day)


def dependency_line(node: Node, row: Any) -> dict[str, Any]:
    """Return one open dependency as seen from `node`: which way it goes, and whether it comes too late."""
    inside = node.pk in row.node.ancestors, node.pk in row.provider.ancestors
    late = promised_late(row)
    return {
        "row": row,
        "way": _("Within") if all(inside) else _("Needed") if inside[0] else _("Provided"),
        "other": row.node if inside[1] and not inside[0] else row.provider,
        "late": row.needed_by < clock.today() or (late or 0) > 0 or row.state == DependencyState.BROKEN,
        "slip": fmt.slip(late),
    }


def scores(risk: Risk) -> list[dict[str, Any]]:
    """Return how a risk is assessed now, after the responses and before controls, in the words of its matrix."""
    grid = queries.grid_of(risk.node)
    found: list[dict[str, Any]] = []
    for when, label in (("current", _("Now")), ("residual", _("After responses")), ("inherent", _("Before controls"))):
        p, i = getattr(risk, f"{when}_probability"), getattr(risk, f"{when}_impact")
        value = score(p, i)
        if value is None:
            found.append({"label": label, "words": _("Not assessed"), "score": None})
            continue
        words = f"{_class(grid.probability, p)} × {_class(grid.impact, i)}"
        found.append({"label": label, "words": words, "score": value, "band": band_html(grid.band(value))})
    return found


def appetite(risk: Risk) -> dict[str, Any]:
    """Return how a risk stands to appetite, how its score moved in 30 days, and what its money is made of."""
    row = queries.with_change(Risk.objects.filter(pk=risk.pk)).get()
    now = risk.current_probability * risk.current_impact
    if risk.state != RiskState.OPEN:
        finding = _("Score %(score)s when it was open")
    elif risk.kind == RiskKind.THREAT and queries.grid_of(risk.node).band(now).rank == RED.rank:
        finding = _("Above appetite: score %(score)s")
    else:
        finding = _("Score %(score)s")
    change = None if row.score_before is None else now - row.score_before
    return {"finding": finding % {"score": now}, "change": change_words(change), "money": _money(risk)}


def _money(risk: Risk) -> str:
    """Return the expected monetary value with what it is made of, or which part is missing."""
    parts = []
    if risk.probability_percent is not None:
        parts.append(f"{percent(risk.probability_percent)}%")
    if risk.impact_amount is not None and risk.currency is not None:
        parts.append(fmt.money_exact(risk.impact_amount, risk.currency.code))
    if len(parts) == 2:
        return f"{emv_words(risk)} = {' × '.join(parts)}"
    return f"{emv_words(risk)} ({parts[0]})" if parts else emv_words(risk)


def _class(words: Sequence[Any], number: int) -> str:
    return str(words[number - 1]) if number <= len(words) else str(number)


def numeric(risk: Risk) -> str:
    """Return the probability-impact product on the scale of PMBOK 3 to 5; empty unless the matrix has five classes."""
    grid = queries.grid_of(risk.node)
    if (len(grid.probability), len(grid.impact)) != (5, 5):
        return ""
    value = numeric_score(risk.current_probability, risk.current_impact)
    return "" if value is None else str(shown(value))
