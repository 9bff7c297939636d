"""The per-project ORM loop of G3: what one would write without thinking of SQL. It reads, adds up in Python, writes."""

from decimal import Decimal

from django.conf import settings

from pmo.core import clock
from portfolio.models import Benefit, BenefitValue, CostRow, ExchangeRate, Milestone, Node, Risk, StatusReport
from reporting.models import NodePeriodRollup, NodeRollup

CENT = Decimal("0.01")


def roll_up(ids):
    """Compute and write the rows of some projects, one project at a time."""
    rates = list(ExchangeRate.objects.select_related("currency").order_by("valid_from"))
    for node in Node.objects.filter(pk__in=ids):
        values, months = _figures(node, rates)
        NodeRollup.objects.filter(pk=node.pk).update(**values)
        for period, sums in months.items():
            NodePeriodRollup.objects.filter(node=node, period_id=period).update(**sums)


def _rate(rates, currency, day):
    if currency.code == settings.REPORTING_CURRENCY:
        return Decimal(1)
    return next(r.rate for r in reversed(rates) if r.currency_id == currency.pk and r.valid_from <= day)


def _figures(node, rates):
    today = clock.today()
    money = _money(node, rates, today)
    dates = list(Milestone.objects.filter(node=node).prefetch_related("baseline_dates__baseline"))
    planned = {row.pk: next((d.date for d in row.baseline_dates.all() if d.baseline.is_current), None) for row in dates}
    late = [r for r in dates if r.actual_date is None and planned[r.pk] and planned[r.pk] < today]
    finish = next((row for row in dates if row.kind == "finish"), None)
    risks = list(Risk.objects.filter(node=node, state="open").select_related("currency"))
    report = StatusReport.objects.filter(node=node, state="submitted").order_by("-week_start", "-number").first()
    values = {name: sum((m[name] for m in money.values()), Decimal(0)) for name in ("budget", "forecast", "actual")}
    return values | {
        "late_critical": sum(row.is_critical or row.kind == "gate" for row in late),
        "baseline_finish": finish and planned[finish.pk],
        "forecast_finish": finish and (finish.actual_date or finish.forecast_date),
        "report_week": report and report.week_start,
        "risks_open": len(risks),
        "emv_threat": _expected(risks, "threat", rates, today),
        "emv_opportunity": _expected(risks, "opportunity", rates, today),
        **_benefits(node, rates, today),
    }, money


def _money(node, rates, today):
    rows = CostRow.objects.filter(node=node).select_related("period", "currency", "baseline")
    rows = [row for row in rows if row.baseline is None or row.baseline.is_current]
    until = max((row.period.end for row in rows if row.cost_version == "actual"), default=None)
    months = {}
    for row in rows:
        sums = months.setdefault(row.period_id, dict.fromkeys(("budget", "forecast", "actual"), Decimal(0)))
        amount = row.amount * _rate(rates, row.currency, min(row.period.end, today))
        if row.cost_version != "forecast":
            sums[row.cost_version] += amount
        if row.cost_version == "actual" or (
            row.cost_version == "forecast" and (until is None or row.period.start > until)
        ):
            sums["forecast"] += amount
    return {period: {name: value.quantize(CENT) for name, value in sums.items()} for period, sums in months.items()}


def _expected(risks, kind, rates, today):
    return sum(
        (
            r.probability_percent * r.impact_amount / 100 * _rate(rates, r.currency, today)
            for r in risks
            if r.kind == kind
        ),
        Decimal(0),
    ).quantize(CENT)


def _benefits(node, rates, today):
    sums = dict.fromkeys(("benefit_target", "benefit_forecast", "benefit_actual"), Decimal(0))
    for benefit in Benefit.objects.filter(node=node).select_related("currency"):
        sign = -1 if benefit.kind == "disbenefit" else 1
        for row in BenefitValue.objects.filter(benefit=benefit).select_related("period"):
            amount = sign * row.amount * _rate(rates, benefit.currency, min(row.period.end, today))
            sums[f"benefit_{row.value_version}"] += amount
            if row.value_version == "actual":
                sums["benefit_forecast"] += amount
    return {name: value.quantize(CENT) for name, value in sums.items()}
