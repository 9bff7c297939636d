"""Named reads of the approved baselines of a node: what each budget adds up to, and two of them side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F

from pmo.core import clock
from portfolio.finance import versions
from portfolio.finance.models import CostRow
from portfolio.finance.money import Amount
from portfolio.finance.queries.money import added_up, rates
from portfolio.registry.models import Baseline, BaselineState, Node


@dataclass(frozen=True)
class BudgetVersion:
    """An approved baseline, its budget and the change against the one before, in the reporting currency.

    `given` says whether it holds budget rows; without, it is a baseline of dates.
    """

    baseline: Baseline
    given: bool
    budget: Decimal | None
    change: Decimal | None


def approved(user: Any, node: Node) -> Sequence[Baseline]:
    """Return the node's approved baselines, first to last."""
    rows = Baseline.objects.restrict(user, "cost.view").filter(node=node, state=BaselineState.APPROVED)
    return list(rows.select_related("approved_by").order_by("number"))


def budget_versions(user: Any, node: Node) -> Sequence[BudgetVersion]:
    """Return the node's approved baselines with their budgets, first to last: three queries."""
    baselines = approved(user, node)
    parts = by_baseline(user, node)
    known, today = rates(), clock.today()
    budgets = [versions.worth(parts.get(baseline.pk, ()), known, today) for baseline in baselines]
    steps = versions.changes(budgets)
    return [
        BudgetVersion(baseline, baseline.pk in parts, budget, step)
        for baseline, budget, step in zip(baselines, budgets, steps, strict=True)
    ]


def by_baseline(user: Any, node: Node) -> dict[int, list[Amount]]:
    """Return what the budget rows of each approved baseline of the node add up to, by the baseline's id: one query."""
    rows = CostRow.objects.restrict(user, "cost.view").filter(node=node, baseline__state=BaselineState.APPROVED)
    found: dict[int, list[Amount]] = {}
    for key, *amount in added_up(rows, F("category"), "baseline"):
        found.setdefault(key, []).append(Amount(*amount))
    return found
