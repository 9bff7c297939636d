"""The approved versions of a node's budget: their list on the money tab, and two of them side by side."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pmo.core import clock
from pmo.core import format as fmt
from pmo.core.access import requires
from portfolio.finance import queries, versions
from portfolio.finance.money import Amount
from portfolio.finance.views.common import fetch_node
from portfolio.registry.models import Baseline, Node
from portfolio.registry.views import node_frame


def versions_of(request: HttpRequest, node: Node) -> dict[str, Any]:
    """Return a node's approved budgets for its money tab, latest first."""
    found = queries.budget_versions(request.user, node)
    return {
        "rows": found[::-1],
        "finding": _finding(found),
        "currency": settings.REPORTING_CURRENCY,
        "rows_url": reverse("cost-node-list", args=[node.code]) + "?cost_version=budget&baseline=",
        "compare_url": reverse("node-money-baselines", args=[node.code]),
    }


def _finding(found: Sequence[queries.BudgetVersion]) -> str:
    given = [version for version in found if version.given]
    if len(given) < 2:
        return ngettext("One budget was approved", "%(count)s budgets were approved", len(given)) % {
            "count": len(given)
        }
    first, last = given[0], given[-1]
    words = _("The budget was approved anew %(times)s") % {"times": times(len(given) - 1)}
    if first.budget is None or last.budget is None:
        return words
    change = fmt.signed_money(last.budget - first.budget, settings.REPORTING_CURRENCY)
    since = _("%(change)s since baseline %(number)s") % {"change": change, "number": first.baseline.number}
    return f"{words}, {since}"


def times(number: int) -> str:
    """Return how often in words: `once`, `twice`, `3 times`."""
    return {1: _("once"), 2: _("twice")}.get(number) or _("%(number)s times") % {"number": number}


@requires("cost.view")
@require_safe
def node_money_baselines(request: HttpRequest, code: str) -> HttpResponse:
    """Show what changed in the budget from one approved baseline to another, by default the latest change."""
    node = fetch_node(request, code, "cost.view")
    rows = queries.approved(request.user, node)
    context = node_frame(request, node, "money") | {"baselines": rows, "currency": settings.REPORTING_CURRENCY}
    if rows:
        after = _chosen(request, rows, "to", rows[-1])
        before = _chosen(request, rows, "from", rows[max(rows.index(after) - 1, 0)])
        context |= {"before": before, "after": after, **_side_by_side(request, node, before, after)}
    return render(request, "portfolio/finance/node_money_baselines.html", context)


def _chosen(request: HttpRequest, rows: Sequence[Baseline], name: str, default: Baseline) -> Baseline:
    text = request.GET.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal()) or len(text) > 5:
        raise BadRequest(_("The value of “%(name)s” cannot be read.") % {"name": name})
    found = next((row for row in rows if row.number == int(text)), None)
    if found is None:
        raise Http404
    return found


def _side_by_side(request: HttpRequest, node: Node, before: Baseline, after: Baseline) -> dict[str, Any]:
    parts = queries.by_baseline(request.user, node)
    sides = parts.get(before.pk, []), parts.get(after.pk, [])
    known, today = queries.rates(), clock.today()
    tables = []
    for head, filter_name, name in (
        (_("Category"), "category", lambda row: row.category),
        (_("Fiscal year"), "fiscal_year", lambda row: row.fiscal_year),
    ):
        steps = versions.compare(*sides, known, today, name)
        if filter_name == "category":
            steps.sort(key=lambda step: step.label.casefold())
        tables.append({
            "head": head,
            "rows": [_line(node, step, {filter_name: step.label}, before, after) for step in steps],
            "total": _line(node, versions.total(steps), {}, before, after),
        })  # fmt: skip
    total = versions.total(versions.compare(*sides, known, today, _whole))
    return {"tables": tables, "total": total, "finding": _compared(total, before, after)}


def _whole(row: Amount) -> str:
    return ""


def _line(node: Node, step: versions.Step, own: dict[str, str], before: Baseline, after: Baseline) -> dict[str, Any]:
    url = reverse("cost-node-list", args=[node.code])

    def rows(baseline: Baseline) -> str:
        return f"{url}?{urlencode({'cost_version': 'budget', 'baseline': baseline.number} | own)}"

    return {"step": step, "before_url": rows(before), "after_url": rows(after)}


def _compared(total: versions.Step, before: Baseline, after: Baseline) -> str:
    words = {"before": before.number, "after": after.number}
    if total.change is None:
        return _("The change is unknown: a rate is missing")
    if total.change == 0:
        return _("Baselines %(before)s and %(after)s hold the same budget in all") % words
    words["change"] = fmt.signed_money(total.change, settings.REPORTING_CURRENCY)  # type: ignore[assignment]
    return _("Baseline %(after)s holds %(change)s against baseline %(before)s") % words
