"""The roll-up once more, in plain loops over the live rows, written from docs/figures.md and not from the SQL."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from portfolio.models import (
    Baseline,
    CostRow,
    ExchangeRate,
    Milestone,
    MilestoneBaseline,
    Node,
    StatusReport,
    WholeLifeEstimate,
)

CENT = Decimal("0.01")
DIMENSIONS = ("schedule", "cost", "scope", "risk", "benefit")
ADDED = (
    "projects",
    "n_on",
    "n_risk",
    "n_off",
    "n_nr",
    "n_hold",
    "n_done",
    "budget",
    "forecast",
    "actual",
    "planned_to_date",
    "budgeted",
    "forecasted",
    "compared",
    "rates_missing",
    "whole_life",
    "whole_life_known",
    "whole_life_unknown",
    "late_critical",
    "reports_due",
    "reports_in",
    "value",
)


def rate(currency, day):
    if currency.code == "GBP":
        return Decimal(1)
    known = ExchangeRate.objects.filter(currency=currency, valid_from__lte=day).order_by("-valid_from").first()
    return known.rate if known else None


def cents(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


def limit(value, risk, off):
    """Colour of a value where larger is worse; the boundary belongs to the better side."""
    if value is None:
        return "nr"
    if value > off:
        return "off"
    return "risk" if value > risk else "on"


def worst(colours, order=("off", "risk", "hold", "on")):
    return next((colour for colour in order if colour in colours), "nr")


def own_money(node, today):
    """Return the node's own periods {period: [budget, forecast, actual, missing]} and its own totals."""
    current = Baseline.objects.filter(node=node, is_current=True).first()
    rows = list(CostRow.objects.filter(node=node).select_related("period", "currency"))
    ends = [row.period.end for row in rows if row.cost_version == "actual"]
    until = max(ends) if ends else None
    sums = defaultdict(Decimal)
    for line in rows:
        stale_budget = line.cost_version == "budget" and (current is None or line.baseline_id != current.pk)
        overtaken = line.cost_version == "forecast" and until is not None and line.period.start <= until
        if not stale_budget and not overtaken:
            sums[line.period, line.currency, line.cost_version] += line.amount
    periods = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0), 0])
    missing = set()
    for (period, currency, version), amount in sums.items():
        worth = rate(currency, min(period.end, today))
        entry = periods[period]
        if worth is None:
            missing.add((period, currency))
            continue
        value = cents(amount * worth)
        if version == "budget":
            entry[0] += value
        else:
            entry[1] += value
            if version == "actual":
                entry[2] += value
    for period, _ in missing:
        periods[period][3] += 1
    versions = {version for _, _, version in sums}
    return dict(periods), versions


def own(node, today):
    """Return the node's own additive facts and colours."""
    facts = defaultdict(Decimal)
    periods, versions = own_money(node, today)
    for period, (budget, forecast, actual, missing) in periods.items():
        facts["budget"] += budget
        facts["forecast"] += forecast
        facts["actual"] += actual
        facts["rates_missing"] += missing
        if period.end <= today:
            facts["planned_to_date"] += budget
    facts["budgeted"] = int("budget" in versions)
    facts["forecasted"] = int(bool(versions & {"actual", "forecast"}))
    facts["compared"] = facts["budgeted"] * facts["forecasted"]
    project = node.kind == "project"
    latest = WholeLifeEstimate.objects.filter(node=node, as_of__lte=today).order_by("-as_of").first()
    worth = rate(latest.currency, latest.as_of) if latest else None
    if latest and latest.amount is not None and worth is not None:
        facts["whole_life"], facts["whole_life_known"] = cents(latest.amount * worth), 1
    elif project or latest:
        facts["whole_life_unknown"] = 1
        facts["rates_missing"] += int(latest is not None and latest.amount is not None)
    dates, critical = own_dates(node, facts, today)
    colours = own_colours(node, facts, dates, critical, today) if project else {}
    return facts, dates, colours


def own_dates(node, facts, today):
    dates = {"baseline_start": None, "baseline_finish": None, "forecast_finish": None}
    critical = 0
    for milestone in Milestone.objects.filter(node=node):
        fixed = MilestoneBaseline.objects.filter(milestone=milestone, baseline__is_current=True).first()
        planned = fixed.date if fixed else None
        if milestone.kind == "start":
            dates["baseline_start"] = planned
        if milestone.kind == "finish":
            dates["baseline_finish"] = planned
            dates["forecast_finish"] = milestone.actual_date or milestone.forecast_date
        if planned and (milestone.is_critical or milestone.kind == "gate"):
            critical += 1
            facts["late_critical"] += int(milestone.actual_date is None and planned < today)
    return dates, critical


def own_colours(node, facts, dates, critical, today):
    cost = None
    if facts["compared"] and not facts["rates_missing"] and facts["budget"] > 0:
        cost = (facts["forecast"] - facts["budget"]) / facts["budget"]
    slip = None
    if all(dates.values()) and dates["baseline_finish"] > dates["baseline_start"]:
        days = (dates["forecast_finish"] - dates["baseline_finish"]).days
        slip = Decimal(days) / (dates["baseline_finish"] - dates["baseline_start"]).days
    late = limit(facts["late_critical"] if critical else None, 0, 1)
    c = {
        "cost_colour": limit(cost, Decimal("0.05"), Decimal("0.1")),
        "schedule_colour": worst([limit(slip, Decimal("0.05"), Decimal("0.1")), late]),
    }
    live = node.lifecycle in ("define", "deliver")
    last = StatusReport.objects.filter(node=node, state="submitted").order_by("-week_start", "-number").first()
    current = last is not None and today < last.week_start + timedelta(days=14)
    for name in DIMENSIONS:
        c[f"reported_{name}"] = (getattr(last, name) or "nr") if current else "nr"
    c["reported"] = worst([c[f"reported_{name}"] for name in DIMENSIONS])
    c["reporting_colour"] = "on" if current else "nr"
    computed = worst([c["cost_colour"], c["schedule_colour"]])
    c["computed"] = "nr" if computed == "on" and not current else computed
    if node.lifecycle in ("complete", "stopped"):
        c["status"] = "done"
    elif node.lifecycle == "on_hold":
        c["status"] = "hold"
    else:
        c["status"] = worst([c["reported"], c["cost_colour"], c["schedule_colour"]], ("off", "risk"))
        if c["status"] == "nr":
            c["status"] = c["reported"]
    facts["reports_due"], facts["reports_in"] = int(live), int(live and current)
    facts["projects"] = 1
    facts[f"n_{c['status']}"] = 1
    facts["value"] = value(facts)
    c["severity"] = 0
    if c["status"] not in ("hold", "done"):
        pairs = [(c[f"reported_{name}"], c.get(f"{name}_colour", "nr")) for name in DIMENSIONS]
        c["severity"] = sum(3 if "off" in pair else 1 if "risk" in pair else 0 for pair in pairs)
        c["severity"] += int(live and not current)
    return c


def value(facts):
    if facts["forecasted"]:
        return facts["forecast"]
    return facts["budget"] if facts["budgeted"] else facts["whole_life"]


def mean(scored):
    """Colour of (score, budget) pairs: budget-weighted, all alike where no budget is known."""
    if not scored:
        return None
    whole = sum(budget for _, budget in scored)
    if whole > 0:
        middle = sum(score * budget for score, budget in scored) / whole
    else:
        middle = Decimal(sum(score for score, _ in scored)) / len(scored)
    return limit(middle, Decimal("0.5"), Decimal("1.5"))


def container_colours(facts, below):
    cost = None
    known = not facts["rates_missing"] and facts["compared"] == facts["budgeted"] == facts["forecasted"]
    if known and facts["budget"] > 0:
        cost = (facts["forecast"] - facts["budget"]) / facts["budget"]
    ranks = {"on": 0, "risk": 1, "off": 2}

    def scored(column):
        return [
            (ranks[colours[column]], Decimal(0) if own["rates_missing"] else max(own["budget"], Decimal(0)))
            for own, colours in below
            if colours[column] in ranks
        ]

    status = mean(scored("status"))
    if status is None:
        found = [colours["status"] for _, colours in below]
        status = worst(found, ("nr", "hold", "done"))
    return {
        "cost_colour": limit(cost, Decimal("0.05"), Decimal("0.1")),
        "computed": mean(scored("computed")) or "nr",
        "status": status,
    }


def rows(today: date):
    """Return every node's expected row, and its expected rows by period."""
    nodes = list(Node.objects.all())
    owned = {node.pk: own(node, today) for node in nodes}
    expected, by_period = {}, {}
    for node in nodes:
        below = [other for other in nodes if node.pk in other.ancestors]
        facts, dates, colours = owned[node.pk]
        if node.kind != "project":
            facts = {name: sum((owned[o.pk][0][name] for o in below), Decimal(0)) for name in ADDED}
            for o in below:
                if o.kind != "project":
                    facts["value"] += value(owned[o.pk][0])
            found = {name: [d for o in below if (d := owned[o.pk][1][name])] for name in dates}
            dates = {
                "baseline_start": min(found["baseline_start"], default=None),
                "baseline_finish": max(found["baseline_finish"], default=None),
                "forecast_finish": max(found["forecast_finish"], default=None),
            }
            projects = [owned[o.pk] for o in below if o.kind == "project"]
            colours = container_colours(facts, [(own_facts, c) for own_facts, _, c in projects])
        expected[node.pk] = {name: facts[name] for name in ADDED} | dates | colours
        for other in below:
            for period, values in own_money(other, today)[0].items():
                sums = by_period.setdefault((node.pk, period.pk), [Decimal(0), Decimal(0), Decimal(0), 0])
                by_period[node.pk, period.pk] = [a + b for a, b in zip(sums, values, strict=True)]
    return expected, by_period
