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
from django.utils.translation import gettext_noop as _noop
from django.utils.translation import ngettext

from pmo.core import format as fmt
from reporting.health.rules import Rule, RuleSet


class Row(Protocol):
    """The columns of a roll-up row that reasons are told from."""

    budget: Decimal
    forecast: Decimal
    actual: Decimal
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
    risk_colour: str
    benefit_colour: str
    risks_open: int
    risks_red: int
    top_risk: int | None
    emv_threat: Decimal
    contingency: Decimal
    contingency_left: Decimal
    values_without_rate: int
    benefit_target: Decimal
    benefit_forecast: Decimal
    benefits: int
    benefits_targeted: int
    benefits_forecasted: int
    benefits_compared: int
    ev_projects: int
    ev_planned: Decimal
    ev_earned: Decimal
    ev_actual: Decimal


@dataclass(frozen=True)
class Reason:
    """Why a dimension has its colour. The rows behind it: reverse `url_name` with the node's code, add `query`."""

    dimension: str
    colour: str
    text: str
    url_name: str
    query: Mapping[str, str] = field(default_factory=dict)


def reasons(row: Row, rules: RuleSet) -> list[Reason]:
    """Return the reasons of cost, schedule, risk, benefit and reporting, in this order."""
    return [
        Reason("cost", row.cost_colour, cost_words(row, rules), "node-money"),
        Reason("schedule", row.schedule_colour, schedule_words(row, rules), "node-schedule"),
        Reason("risk", row.risk_colour, risk_words(row, rules), "node-raid"),
        Reason("benefit", row.benefit_colour, benefit_words(row, rules), "node-benefits"),
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
        return _("No forecast of what is still to come") if row.actual else _("No forecast and nothing spent")
    if not row.compared == row.budgeted == row.forecasted:
        return _("Budget and forecast are not of the same projects")
    words = _("Forecast %(forecast)s on %(budget)s: %(change)s") % {
        "forecast": fmt.money(row.forecast, settings.REPORTING_CURRENCY),
        "budget": fmt.money(row.budget, settings.REPORTING_CURRENCY),
        "change": fmt.pct((row.forecast - row.budget) / row.budget),
    }
    return "; ".join(filter(None, (words + _tolerance(rules.rule("cost_overrun_ratio")), _efficiency(row, "CPI"))))


def schedule_words(row: Row, rules: RuleSet) -> str:
    """Return late critical milestones and the finish against its baseline, whichever is known; else what is missing."""
    parts = [_late_words(row.late_critical)] if row.late_critical else []
    parts += filter(None, (_finish_words(row, rules), _efficiency(row, "SPI")))
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


BANDS = (_noop("green"), _noop("yellow"), _noop("amber"), _noop("red"))


def risk_words(row: Row, rules: RuleSet) -> str:
    """Return `2 threats above appetite; expected value £3.0m on £0.7m contingency`, or that no risk is recorded."""
    if row.top_risk is None:
        return _("No risk is recorded")
    parts = []
    if row.risks_red:
        found = ngettext("%(n)s threat above appetite", "%(n)s threats above appetite", int(row.risks_red))
        parts.append(found % {"n": row.risks_red})
    elif row.top_risk:
        parts.append(_("Highest threat after responses is %(band)s") % {"band": _(BANDS[row.top_risk])})
    else:
        parts.append(
            ngettext("%(n)s open risk, none of weight", "%(n)s open risks, none of weight", int(row.risks_open))
            % {"n": row.risks_open}
        )
    if row.emv_threat and row.contingency and not row.values_without_rate:
        words = _("expected value %(emv)s on %(left)s contingency left")
        parts.append(words % {"emv": _money(row.emv_threat), "left": _money(row.contingency_left)})
    return "; ".join(parts)


def benefit_words(row: Row, rules: RuleSet) -> str:
    """Return `Forecast £6.1m of £7.4m: 82%, floor 95%`, or what is missing to say so."""
    if not row.benefits:
        return _("No benefit is recorded")
    if row.values_without_rate:
        return _("An amount has no exchange rate")
    if not row.benefits_targeted or row.benefit_target <= 0:
        return _("No benefit target in money")
    if not row.benefits_compared == row.benefits_targeted == row.benefits_forecasted:
        return _("Target and forecast are not of the same projects")
    rule = rules.rule("benefit_shortfall_ratio")
    words = _("Forecast %(forecast)s of %(target)s: %(share)s") % {
        "forecast": _money(row.benefit_forecast),
        "target": _money(row.benefit_target),
        "share": fmt.pct(row.benefit_forecast / row.benefit_target).lstrip("+"),
    }
    if rule is None or rule.risk_above is None:
        return words
    return words + _(", floor %(floor)s") % {"floor": _percent(1 - rule.risk_above)}


def index_words(name: str, earned: Decimal, against: Decimal) -> str:
    """Return `CPI 0.93`, the quotient of earned value, or nothing where there is none."""
    return f"{name} {earned / against:.2f}" if against > 0 else ""


def _money(amount: Decimal) -> str:
    return fmt.money(amount, settings.REPORTING_CURRENCY)


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
    return _(", tolerance %(limit)s") % {"limit": _percent(rule.risk_above)}


def _percent(ratio: Decimal) -> str:
    return f"{ratio * 100:f}".rstrip("0").rstrip(".") + "%"


def _efficiency(row: Row, name: str) -> str:
    """Return an index of earned value once it is below 1: it says what the variance does not say yet."""
    against = row.ev_actual if name == "CPI" else row.ev_planned
    return index_words(name, row.ev_earned, against) if row.ev_earned < against else ""
