"""What the executive's pages show of a subject, put together from what was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.core import clock
from pmo.core import format as fmt
from pmo.core.templatetags.gatehouse import RATINGS, STATUS_LABELS
from portfolio.finance.money import CurvePoint, MoneyLine, MoneyTable, curve
from portfolio.models import NodeKind
from reporting.dashboards import attention, findings, moments, queries, strip
from reporting.dashboards.filters import CHANGES_DAYS
from reporting.dashboards.queries import Subject
from reporting.dashboards.totals import Totals
from reporting.health.queries import rules_in_force
from reporting.health.reasons import reasons
from reporting.rollup.queries import freshness

MAX_CHANGES = 8
WORST_RATING_FIRST = ("red", "amber_red", "amber", "amber_green", "green", "exempt", "not_rated")
OPINIONS = WORST_RATING_FIRST[:5]


@dataclass(frozen=True)
class Trend:
    """The history of the subject's own rows: points of the chart, and the totals at the last month end."""

    points: Sequence[findings.Point]
    before: Totals | None
    before_day: date


def trend(subject: Subject) -> Trend:
    """Return the projects by status at month ends (or week ends while there are few), read at once."""
    now = clock.now()
    months = moments.month_ends(now)
    instants = sorted({*months, *moments.week_ends(now)})
    held = queries.held_at(subject.user, subject.ids, instants)
    before = held[months[-1]]
    return Trend(moments.trend_points(now, held), Totals.of(before) if before else None, moments.last_day(months[-1]))


def attention_list(subject: Subject, needy: int) -> dict[str, Any]:
    """Return the attention list: its rows, its finding and how many there are in all."""
    rows, now = queries.attention(subject), clock.now()
    month_end = moments.month_ends(now, 1)[0]
    weeks = moments.week_ends(now)
    held = queries.held_at(subject.user, [row.node_id for row in rows], [month_end, *weeks]) if rows else {}
    slips: dict[Any, dict[int, int | None]] = {
        at: {row.node_id: row.slip_days for row in found} for at, found in held.items()
    }
    rules = rules_in_force(clock.today())
    items = attention.ranked(
        rows,
        reasons={row.node_id: reasons(row, rules) for row in rows},
        slips={row.node_id: [slips[at].get(row.node_id) for at in weeks] for row in rows},
        before=slips.get(month_end, {}),
        reports=queries.asked_for(subject.user, rows) if rows else {},
    )
    return {
        "title": findings.attention_title(needy, len(items), sum(item.ask.wanted for item in items)),
        "items": items,
        "scale": attention.scale(items),
        "needy": needy,
        "currency": settings.REPORTING_CURRENCY,
        "since": strip.short_day(moments.last_day(month_end)),
        "week": clock.today().isocalendar().week,
        "dimensions": [label for _key, label in attention.DIMENSIONS],
        "url": subject.register(
            severity_min="1", sort="-severity", cols="name,parent,health,severity,stake,slip,forecast,variance"
        ),
    }


def trend_figure(found: Trend, url: str) -> dict[str, Any]:
    """Return the figure of projects by status over time, with its table."""
    names = [(status, str(STATUS_LABELS[status])) for status in ("off", "risk", "on", "hold", "nr", "done")]
    rows = [
        [
            point.label,
            *(
                [fmt.DASH] * 7
                if point.totals is None
                else [*(point.totals.counts[key] for key, _n in names), point.totals.projects]
            ),
        ]
        for point in found.points
    ]
    last = found.points[-1].totals if found.points else None
    return {
        "id": "trend",
        "title": findings.trend_title(found.points),
        "note": _("Number of projects by health, n = %(n)s · %(day)s, the last bar in part")
        % {"n": fmt.count(last.projects if last else 0), "day": fmt.day(clock.today())},
        "figure_url": url,
        "headers": [
            {"label": _("End of")},
            *({"label": label, "numeric": True} for _key, label in names),
            {"label": _("Projects"), "numeric": True},
        ],
        "rows": rows,
    }


def spend(subject: Subject) -> MoneyTable:
    """Return the subject's money by fiscal period, added up from roll-up rows; unknown where a rate is missing."""
    rows = queries.periods(subject)
    last = max((row["end"] for row in rows if row["actual"]), default=None)
    lines = [_period_line(row, last) for row in rows]
    total = Totals.of(subject.rows)
    left = None if total.known_forecast is None else total.forecast - total.actual
    return MoneyTable(
        currency=settings.REPORTING_CURRENCY,
        categories=lines,
        periods=lines,
        years=(),
        total=MoneyLine("", total.budget if total.variance is not None else None, total.known_actual, left),
        curve=curve(lines, {row["label"]: row["end"] for row in rows}, last) if rows else [],
        last_actual=last,
        missing=(),
    )


def _period_line(row: Mapping[str, Any], last: date | None) -> MoneyLine:
    if row["rates_missing"]:
        return MoneyLine(row["label"], None, None, None)
    return MoneyLine(row["label"], row["budget"], row["actual"], row["forecast"] - row["actual"])


def cost_figure(table: MoneyTable, url: str, title: str) -> dict[str, Any]:
    """Return the figure of cumulative plan, actual and forecast, with its table in exact amounts."""

    def cells(point: CurvePoint) -> list[str]:
        return [point.label, *(_exact(value) for value in (point.plan, point.actual, point.forecast))]

    return {
        "id": "cost",
        "title": title,
        "note": _("Cumulative, %(currency)s nominal, capex and opex · forecast dashed · gaps: not known")
        % {"currency": table.currency},
        "figure_url": url,
        "headers": [
            {"label": _("Period")},
            *({"label": label, "numeric": True} for label in (_("Plan"), _("Actual"), _("Forecast"))),
        ],
        "rows": [cells(point) for point in table.curve],
        "empty": _("No money is planned or spent in any fiscal period."),
    }


def _exact(value: Decimal | None) -> str:
    return fmt.DASH if value is None else fmt.money_exact(value, settings.REPORTING_CURRENCY)


@dataclass(frozen=True)
class Part:
    """One line of the table of what the subject consists of."""

    name: str
    totals: Totals
    code: str = ""
    register: str = ""


def parts_table(subject: Subject) -> dict[str, Any] | None:
    """Return the portfolios and programmes directly below, adding up to the subject; None where there are none."""
    rows = queries.children(subject)
    if not rows:
        return None
    total = Totals.of(subject.rows)
    parts = [
        Part(row.node.name, Totals.of([row]), row.node.code, Subject(subject.user, [row]).register()) for row in rows
    ]
    rest = total.minus(Totals.of(rows))
    if rest != Totals():
        parts.append(Part(_("Projects and money directly here"), rest))
    named = [(part.name, part.totals) for part in parts if part.code]
    title = findings.children_title(named, total, settings.REPORTING_CURRENCY, _noun(rows))
    return {"title": title, "parts": parts, "total": total, "currency": settings.REPORTING_CURRENCY, "count": len(rows)}


def _noun(rows: Sequence[Any]) -> str:
    kinds = {row.node.kind for row in rows}
    if kinds <= {NodeKind.PORTFOLIO, NodeKind.SUB_PORTFOLIO}:
        return _("portfolios")
    return _("programmes") if kinds == {NodeKind.PROGRAMME} else _("parts")


def changes(subject: Subject) -> dict[str, Any]:
    """Return which projects got worse, got better or fell silent in the last thirty days, worst news first."""
    instant = clock.now() - timedelta(days=CHANGES_DAYS)
    rows: dict[str, list[Any]] = {move: [] for move in findings.MOVES}
    for row in queries.changed_since(subject, instant):
        if move := findings.moved(row.before, row.status):
            rows[move].append(row)
    shown = [(findings.MOVES[move], found) for move, found in _first(rows, MAX_CHANGES) if found]
    counts = {move: len(found) for move, found in rows.items()}
    since = timezone.localtime(instant).date()
    more = [(subject.register(moved=move), findings.MOVES[move], n) for move, n in counts.items() if n]
    return {"title": findings.changes_title(since, **counts), "groups": shown, "links": more}


def _first(rows: Mapping[str, list[Any]], most: int) -> list[tuple[str, list[Any]]]:
    found, left = [], most
    for move, group in rows.items():
        found.append((move, group[:left]))
        left -= len(group[:left])
    return found


def confidence(subject: Subject, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return projects by delivery confidence, those of the latest edition apart; None where nobody has rated any."""
    found = editions(rows)
    rated = [row for row in rows if row["rating"]]
    if not rated:
        return None
    lines = []
    for value in WORST_RATING_FIRST:
        same = [row for row in rated if row["rating"] == value]
        latest = sum(row["projects"] for row in same if row["in_latest"] or not found)
        other = sum(row["projects"] for row in same) - latest
        if same:
            narrow = {"edition": "latest"} if found else {}
            lines.append(
                {
                    "value": value,
                    "latest": latest,
                    "other": other,
                    "url": subject.register(rating=value, cols=strip.WHOLE_LIFE, **narrow),
                    "other_url": subject.register(rating=value, cols=strip.WHOLE_LIFE, edition="absent"),
                }
            )
    counts = [(str(RATINGS[line["value"]][1]), line["latest"]) for line in lines if line["value"] in OPINIONS]
    return {
        "title": findings.confidence_title(counts, sum(count for _word, count in counts)),
        "lines": lines,
        "editions": found,
        "as_of": max(row["rated_on"] for row in rated),
        "latest_url": subject.register(edition="latest", cols=strip.WHOLE_LIFE),
        "absent_url": subject.register(edition="absent", cols=strip.WHOLE_LIFE),
        "unrated": sum(row["projects"] for row in rows if not row["rating"]),
        "unrated_url": subject.register(rating="none"),
    }


def editions(rows: Sequence[Mapping[str, Any]]) -> strip.Editions:
    """Return how many projects stand in the latest edition and how many do not any more."""
    present = [row for row in rows if row["in_latest"]]
    if not any(row["year"] for row in rows):
        return strip.Editions()
    known = not any(row["rates_missing"] for row in present)
    return strip.Editions(
        year=max((row["year"] for row in present), default=max(row["year"] for row in rows if row["year"])),
        present=sum(row["projects"] for row in present),
        absent=sum(row["projects"] for row in rows if row["in_latest"] is False),
        present_whole_life=sum((row["whole_life"] or Decimal(0) for row in present), Decimal(0)) if known else None,
    )


def foot(subject: Subject) -> dict[str, Any]:
    """Return when the figures were rolled up and how many changes wait."""
    return {"fresh": freshness(), "projects": Totals.of(subject.rows).projects, "currency": settings.REPORTING_CURRENCY}
