"""The pages of strategy: a node's strategy tab, objectives and contributions."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pmo.core.access import requires
from portfolio.actions.below import BelowCrud
from portfolio.registry.models import Node
from portfolio.registry.views import NODE, node_frame
from portfolio.strategy import findings, queries, services
from portfolio.strategy.filters import ContributionFilter, ObjectiveFilter
from portfolio.strategy.forms import ContributionForm, ObjectiveForm
from portfolio.strategy.models import CONTRIBUTORS, HOLDERS, Contribution, Objective
from portfolio.strategy.tables import ContributionTable, ObjectiveTable

SHOWN_ORPHANS = 50

OBJECTIVES = BelowCrud(
    model=Objective,
    name="objective",
    path="objectives",
    label=gettext_lazy("Objectives"),
    table=ObjectiveTable,
    filterset=ObjectiveFilter,
    form=ObjectiveForm,
    view_action="strategy.view",
    edit_action="strategy.edit",
    create=services.objective_create,
    update=services.objective_update,
    delete=services.objective_delete,
    parent=NODE,
    tab="strategy",
    detail_fields=("code", "name", "description", "weight", "owner", "closed_on"),
    empty=gettext_lazy("Say what a portfolio or programme is to achieve; projects then contribute to it."),
    help=gettext_lazy("What portfolios are to achieve, weighted."),
)

CONTRIBUTIONS = BelowCrud(
    model=Contribution,
    name="contribution",
    path="contributions",
    label=gettext_lazy("Contributions to objectives"),
    table=ContributionTable,
    filterset=ContributionFilter,
    form=ContributionForm,
    view_action="strategy.view",
    edit_action="strategy.edit",
    create=services.contribution_create,
    update=services.contribution_update,
    delete=services.contribution_delete,
    parent=NODE,
    tab="strategy",
    detail_fields=("objective", "strength", "rationale"),
    empty=gettext_lazy("Say on a project which objective of its portfolio it serves, and how much."),
    help=gettext_lazy("How much each project and programme does for the objectives above it."),
)


def may_edit(request: HttpRequest, node: Node) -> bool:
    """Return whether the person may change the strategy of `node`."""
    return Node.objects.restrict(request.user, "strategy.edit").filter(pk=node.pk).exists()


def strategy_of(request: HttpRequest, node: Node) -> dict[str, Any]:
    """Return what a node holds and gives: its objectives with the orphans below, and its own contributions."""
    context: dict[str, Any] = {}
    if node.kind in HOLDERS:
        context["held"] = held_of(request, node)
    if node.kind in CONTRIBUTORS:
        found = queries.contributions(request.user, node)
        context["given"] = {
            "found": found,
            "finding": findings.contributions_finding(found),
            "create_url": reverse("contribution-create", args=[node.code]),
        }
    return context


def held_of(request: HttpRequest, node: Node) -> dict[str, Any]:
    """Return the objectives of a portfolio or programme, and the live projects below that serve none."""
    rows = queries.objectives(request.user, node)
    live = queries.live_projects(request.user, node)
    orphans = live.filter(orphan=True)
    count = orphans.count()
    open_objectives = any(row.objective.closed_on is None for row in rows) or queries.above(node).exists()
    drill = reverse("contribution-node-list", args=[node.code])
    return {
        "rows": [
            {"served": row, "url": f"{drill}?{urlencode({'objective': row.objective.pk, 'counted': 1})}"}
            for row in rows
        ],
        "objectives_finding": findings.objectives_finding(rows),
        "finding": findings.orphans_finding(live.count(), count, open_objectives),
        "open_objectives": open_objectives,
        "orphans": orphans[:SHOWN_ORPHANS],
        "orphan_count": count,
        "orphans_url": f"{reverse('node-list')}?{urlencode({'within': node.code, 'orphan': 'yes'})}",
        "create_url": reverse("objective-create", args=[node.code]),
    }


@requires("strategy.view")
@require_safe
def node_strategy(request: HttpRequest, code: str) -> HttpResponse:
    """Show a node's objectives with the projects that serve none, and what it contributes itself."""
    node = get_object_or_404(Node.objects.restrict(request.user, "strategy.view"), code=code)
    context = node_frame(request, node, "strategy") | {
        "strategy": strategy_of(request, node),
        "may_edit": may_edit(request, node),
    }
    return render(request, "portfolio/strategy/node_strategy.html", context)


def strategy_panel(request: HttpRequest, node: Node) -> dict[str, Any] | None:
    """Return a node's strategy for its overview; nothing where there is no objective to speak of."""
    if not Node.objects.restrict(request.user, "strategy.view").filter(pk=node.pk).exists():
        return None
    strategy = strategy_of(request, node)
    held, given = strategy.get("held"), strategy.get("given")
    if not (held and held["open_objectives"]) and not (given and (given["found"].offered or given["found"].rows)):
        return None
    return strategy | {"strategy_url": reverse("node-strategy", args=[node.code])}
