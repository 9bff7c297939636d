"""Risks, actions, reserves, benefits and strategy once more, in plain loops over the live rows (docs/figures.md)."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from portfolio.models import Action, Benefit, Escalation, Issue, Objective, Reserve, Risk, RiskMatrix

CENT = Decimal("0.01")
BANDS = (5, 10, 15)
ADDED = (
    "risks_open",
    "risks_red",
    "emv_threat",
    "emv_opportunity",
    "issues_open",
    "issues_overdue",
    "escalations",
    "actions_open",
    "actions_overdue",
    "values_without_rate",
    "contingency",
    "contingency_left",
    "management_reserve",
    "management_reserve_left",
    "benefit_target",
    "benefit_forecast",
    "benefit_actual",
    "benefit_target_to_date",
    "benefits",
    "benefits_targeted",
    "benefits_forecasted",
    "benefits_compared",
    "reviews_overdue",
    "orphans",
)


def cents(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


def bands_of(node):
    """Return where yellow, amber and red start: by the nearest matrix up the tree."""
    for pk in reversed(node.ancestors):
        matrix = RiskMatrix.objects.filter(node_id=pk).first()
        if matrix:
            return matrix.yellow_from, matrix.amber_from, matrix.red_from
    return BANDS


def risks(node, today, rate, facts):
    """Add the node's risks to `facts`; return its highest band, None without a register."""
    bands, money, top = bands_of(node), defaultdict(Decimal), None
    for risk in Risk.objects.filter(node=node).select_related("currency"):
        top = top or 0
        if risk.state != "open":
            continue
        facts["risks_open"] += 1
        score = risk.current_probability * risk.current_impact
        after = risk.residual_probability * risk.residual_impact if risk.residual_impact else score
        if risk.kind == "threat":
            facts["risks_red"] += int(score >= bands[2])
            top = max(top, sum(after >= limit for limit in bands))
        if risk.probability_percent is not None and risk.impact_amount is not None:
            money[risk.kind, risk.currency] += risk.probability_percent * risk.impact_amount / 100
    for currency in {currency for _kind, currency in money}:
        worth = rate(currency, today)
        facts["values_without_rate"] += int(worth is None)
        for kind in ("threat", "opportunity"):
            facts[f"emv_{kind}"] += cents(money[kind, currency] * worth) if worth is not None else 0
    return top


def doings(node, today, facts):
    for issue in Issue.objects.filter(node=node, state="open"):
        facts["issues_open"] += 1
        facts["issues_overdue"] += int(issue.due is not None and issue.due < today)
    for action in Action.objects.filter(node=node, done_on=None):
        facts["actions_open"] += 1
        facts["actions_overdue"] += int(action.due < today)
    facts["escalations"] += Escalation.objects.filter(node=node, state="asked").count()


def reserves(node, today, rate, facts):
    sums = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for reserve in Reserve.objects.filter(node=node).select_related("currency"):
        entry = sums[reserve.kind, reserve.currency]
        entry[0] += reserve.amount
        entry[1] += reserve.amount - sum(draw.amount for draw in reserve.draws.all())
    names = {"contingency": "contingency", "management": "management_reserve"}
    for (kind, currency), (amount, left) in sums.items():
        worth = rate(currency, today)
        facts["values_without_rate"] += int(worth is None)
        facts[names[kind]] += cents(amount * worth) if worth is not None else 0
        facts[f"{names[kind]}_left"] += cents(left * worth) if worth is not None else 0


def benefits(node, today, rate, facts):
    """Add the benefits that stand at the node; the worlds of these tests claim none by shares."""
    has = set()
    for benefit in Benefit.objects.filter(node=node).select_related("currency"):
        if benefit.closed_on is None:
            facts["benefits"] += 1
            facts["reviews_overdue"] += int(benefit.review_on is not None and benefit.review_on < today)
        if benefit.nature != "measured":
            has |= values(benefit, today, rate, facts)
    facts["benefits_targeted"] = int("target" in has)
    facts["benefits_forecasted"] = int("forecast" in has)
    facts["benefits_compared"] = int(has == {"target", "forecast"})


def values(benefit, today, rate, facts):
    rows = [
        row
        for row in benefit.values.select_related("period", "baseline")
        if row.baseline is None or row.baseline.is_current
    ]
    until = max((row.period.end for row in rows if row.value_version == "actual"), default=None)
    sign, has, missing = -1 if benefit.kind == "disbenefit" else 1, set(), set()
    for row in rows:
        if row.value_version == "forecast" and until is not None and row.period.start <= until:
            continue
        has.add("target" if row.value_version == "target" else "forecast")
        worth = rate(benefit.currency, min(row.period.end, today))
        if worth is None:
            missing.add(row.period)
            continue
        value = sign * cents(row.amount * worth)
        if row.value_version == "target":
            facts["benefit_target"] += value
            facts["benefit_target_to_date"] += value if row.period.end <= today else 0
        else:
            facts["benefit_forecast"] += value
            facts["benefit_actual"] += value if row.value_version == "actual" else 0
    facts["values_without_rate"] += len(missing)
    return has


def strategy(node, facts):
    """Add whether the project is an orphan; return the node's weighted contribution, None where it is unknown."""
    above = list(Objective.objects.filter(node__in=node.ancestors[:-1], closed_on=None))
    given = {row.objective_id: row.strength for row in node.contributions.filter(strength__gt=0)}
    mine = [objective for objective in above if objective.pk in given]
    live = node.kind == "project" and node.lifecycle not in ("complete", "stopped")
    facts["orphans"] = int(bool(above) and live and not mine)
    weight = sum(objective.weight for objective in above)
    if not weight or node.kind not in ("project", "programme"):
        return None
    return cents(sum((objective.weight * given[objective.pk] for objective in mine), Decimal(0)) / weight)
