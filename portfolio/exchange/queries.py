"""What the database holds of the projects that an edition names."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from pmo.core.tables import follow
from portfolio.exchange.models import Edition, EditionPresence
from portfolio.exchange.plan import Held
from portfolio.exchange.presets import Preset
from portfolio.finance.models import CostRow, CostVersion, WholeLifeEstimate
from portfolio.registry.models import Baseline, BaselineState, Node
from portfolio.schedule.models import Milestone, MilestoneBaseline, MilestoneKind
from portfolio.status.models import AssuranceRating

ENDS = (MilestoneKind.START, MilestoneKind.FINISH)


def latest_edition(portfolio: Node) -> Edition | None:
    """Return the newest imported edition of a portfolio."""
    return Edition.objects.filter(portfolio=portfolio).order_by("-as_of").first()


def edition_mark(node: Any) -> str:
    """Return `Not in the latest edition` for a project that the newest file left out; empty for every other node."""
    presence = follow(node, "edition_presence")
    return "" if presence is None or presence.in_latest else _("Not in the latest edition")


def held(portfolio: Node, preset: Preset, user: Any) -> dict[str, Held]:
    """Return the nodes below `portfolio` by code with what an edition touches; the number of queries is constant."""
    nodes = Node.objects.restrict(user, "import.run").filter(ancestors__contains=[portfolio.pk])
    found = {node.pk: Held(node=node) for node in nodes}
    for presence in EditionPresence.objects.filter(node__in=found):
        found[presence.node_id].presence = presence
    for milestone in Milestone.objects.filter(node__in=found, kind__in=ENDS):
        found[milestone.node_id].milestones[milestone.kind] = milestone
    for row in _current(MilestoneBaseline.objects.filter(milestone__node__in=found, milestone__kind__in=ENDS)):
        found[row.milestone.node_id].baseline_dates[row.milestone.kind] = row.date
    for baseline in Baseline.objects.filter(node__in=found, state=BaselineState.DRAFT):
        found[baseline.node_id].has_draft = True
    for estimate in WholeLifeEstimate.objects.filter(node__in=found).select_related("currency").order_by("as_of"):
        found[estimate.node_id].estimates[estimate.as_of] = estimate
    for rating in AssuranceRating.objects.filter(node__in=found).order_by("as_of"):
        found[rating.node_id].ratings.setdefault(rating.as_of, []).append(rating)
    for cost in annual_rows(found, preset):
        found[cost.node_id].annual[cost.cost_version] = cost
    return {one.node.code: one for one in found.values()}


def annual_rows(nodes: Iterable[int], preset: Preset) -> Any:
    """Return the forecasts, and the budgets of current baselines, in the cells that the edition's figures fill."""
    current = Q(cost_version=CostVersion.BUDGET, baseline__is_current=True) | Q(cost_version=CostVersion.FORECAST)
    return _cells(preset).filter(current, node__in=nodes)


def budget_rows(baselines: Iterable[Baseline], preset: Preset) -> Any:
    """Return the budgets in these baselines in the cells that the edition's figures fill."""
    return _cells(preset).filter(baseline__in=[baseline.pk for baseline in baselines])


def _cells(preset: Preset) -> Any:
    return CostRow.objects.filter(
        period__start=preset.annual.start,
        period__end=preset.annual.end,
        category=preset.category,
        cost_type=preset.cost_type,
        currency__code=preset.currency,
    ).select_related("node", "baseline", "period")


def _current(rows: Any) -> Any:
    return rows.filter(baseline__is_current=True).select_related("milestone")
