"""The reason of each computed colour, in one line with its numbers, and where the rows behind it stand (pure).

A reason is told from a roll-up row alone, so a row of the past explains itself as it stood.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.core import format as fmt
from reporting.health.rules import Rule, RuleSet


class Row(Protocol):
    """The columns of a roll-up row that reasons are told from."""

    budget: Decimal
    forecast: Decimal
    budgeted: int
    forecasted: int
    compared: int
    rates_missing: int
    late_critical: int
    reports_due: int
    baseline_start: date | None
    baseline_finish: date | None
    forecast_finish: date | None
    slip_days: int | None
    missed_cycles: int | None
    report_week: date | None
    cost_colour: str
    schedule_colour: str
    reporting_colour: str


@dataclass(frozen=True)
class Reason:
    """Why a dimension has its colour. The rows behind it: reverse `url_name` with the node's code, add `query`."""

    dimension: str
    colour: str
    text: str
    url_name: str
    query: Mapping[str, str] = field(default_factory=dict)


def reasons(row: Row, rules: RuleSet) -> list[Reason]:
    """Return the reasons of cost, schedule and reporting, in this order."""
    return [
        Reason("cost", row.cost_colour, cost_words(row, rules), "node-money"),
        Reason("schedule", row.schedule_colour, schedule_words(row, rules), "node-schedule"),
        Reason("reporting", row.reporting_colour, reporting_words(row), "node-status"),
    ]


def cost_words(row: Row, rules: RuleSet) -> str:
    """Return `Forecast £21.4m on £18.6m: +15.1%, tolerance 5%`, or what is missing to say so."""
    if row.rates_missing:
        return ngettext(
            "%(n)s amount has no exchange rate", "%(n)s amounts have no exchange rate", row.rates_missing
        ) % {"n": row.rates_missing}
    if not row.budgeted or row.budget <= 0:
        return _("No approved budget")
    if not row.forecasted:
        return _("No forecast and nothing spent")
    if not row.compared == row.budgeted == row.forecasted:
        return _("Budget and forecast are not of the same projects")
    words = _("Forecast %(forecast)s on %(budget)s: %(change)s") % {
        "forecast": fmt.money(row.forecast, settings.REPORTING_CURRENCY),
        "budget": fmt.money(row.budget, settings.REPORTING_CURRENCY),
        "change": fmt.pct((row.forecast - row.budget) / row.budget),
    }
    return words + _tolerance(rules.rule("cost_overrun_ratio"))


def schedule_words(row: Row, rules: RuleSet) -> str:
    """Return late critical milestones and the finish against its baseline, whichever is known; else what is missing."""
    parts = [_late_words(row.late_critical)] if row.late_critical else []
    finish = _finish_words(row, rules)
    if finish:
        parts.append(finish)
    if parts:
        return "; ".join(parts)
    if row.schedule_colour == "on":
        return _("No critical milestone is late")
    if row.forecast_finish is None:
        return _("No forecast of the finish")
    return _("No baseline of start and finish")


def reporting_words(row: Row) -> str:
    """Return `Report of week 47 is in`, `No report since week 44, 2 missed`, or that none is due or was ever made."""
    if row.report_week is None:
        return _("Never reported") if row.reports_due else _("No report is due")
    week = row.report_week.isocalendar().week
    if row.missed_cycles == 0:
        return _("Report of week %(week)s is in") % {"week": week}
    if row.missed_cycles is None:
        return _("Last report of week %(week)s; none is due") % {"week": week}
    return _("No report since week %(week)s, %(missed)s missed") % {"week": week, "missed": row.missed_cycles}


def _late_words(late: int) -> str:
    words = ngettext("%(n)s critical milestone is late", "%(n)s critical milestones are late", late)
    return words % {"n": late}


def _finish_words(row: Row, rules: RuleSet) -> str:
    if row.slip_days is None:
        return ""
    values: dict[str, Any] = {
        "finish": fmt.day(row.forecast_finish),
        "baseline": fmt.day(row.baseline_finish),
        "slip": fmt.slip_words(row.slip_days) if row.slip_days else _("on the day"),
    }
    words = _("Finish %(finish)s, baseline %(baseline)s: %(slip)s") % values
    days = (row.baseline_finish - row.baseline_start).days if row.baseline_finish and row.baseline_start else 0
    if days <= 0 or row.slip_days <= 0:
        return words
    ratio = fmt.pct(Decimal(row.slip_days) / days).lstrip("+")
    words += _(", %(ratio)s of %(days)s d") % {"ratio": ratio, "days": days}
    return words + _tolerance(rules.rule("slip_ratio"))


def _tolerance(rule: Rule | None) -> str:
    if rule is None or rule.risk_above is None:
        return ""
    return _(", tolerance %(limit)s") % {"limit": f"{rule.risk_above * 100:f}".rstrip("0").rstrip(".") + "%"}
