"""The pages of benefits: a node's benefits tab, their profiles and values, the grid of values, and their shares."""

import dataclasses
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from pmo.core import clock
from pmo.core import format as fmt
from pmo.core.access import requires
from pmo.core.crud.objects import add_errors, object_frame
from pmo.core.errors import StaleWrite
from portfolio.actions.below import BelowCrud
from portfolio.benefits import charts, figures, findings, queries, services
from portfolio.benefits.filters import BenefitFilter, ValueFilter
from portfolio.benefits.forms import BenefitForm, SharesForm, ValueForm, ValueGrid
from portfolio.benefits.models import Benefit, BenefitValue, ValueVersion
from portfolio.benefits.queries import NodeBenefits
from portfolio.benefits.tables import BenefitTable, ValueTable
from portfolio.registry.models import Baseline, Node
from portfolio.registry.queries import baselines
from portfolio.registry.services import baseline_open
from portfolio.registry.views import NODE, node_frame

SHOWN_BELOW = 50


def benefit_page(request: HttpRequest, benefit: Benefit) -> dict[str, Any]:
    """Return what a benefit's own page shows beside its profile: its values by period, and who claims it."""
    values: dict[int, dict[str, Any]] = {}
    for row in queries.values_of(request.user, benefit):
        values.setdefault(row.period_id, {"period": row.period})[row.value_version] = row
    return {
        "values": list(values.values()),
        "shares": queries.shares_of(request.user, benefit),
        "grid_url": reverse("node-benefits-edit", args=[benefit.node.code]),
    }


BENEFITS = BelowCrud(
    model=Benefit,
    name="benefit",
    path="benefit-profiles",
    label=gettext_lazy("Benefits"),
    table=BenefitTable,
    filterset=BenefitFilter,
    form=BenefitForm,
    view_action="benefit.view",
    edit_action="benefit.edit",
    create=services.benefit_create,
    update=services.benefit_update,
    delete=services.benefit_delete,
    parent=NODE,
    tab="benefits",
    detail_template="portfolio/benefits/benefit_detail.html",
    detail_context=benefit_page,
    detail_fields=(
        "kind", "nature", "description", "attribution", "measure", "currency", "owner",
        "baseline_value", "baseline_date", "target_value", "target_date", "review_on", "closed_on",
    ),
    empty=gettext_lazy("Say what is to be gained, how it is measured, and who answers for it."),
    help=gettext_lazy("What is to be gained, by when, and what has been realised."),
)  # fmt: skip

VALUES = BelowCrud(
    model=BenefitValue,
    name="benefitvalue",
    path="benefit-values",
    label=gettext_lazy("Benefit values"),
    table=ValueTable,
    filterset=ValueFilter,
    form=ValueForm,
    view_action="benefit.view",
    edit_action="benefit.edit",
    create=services.benefit_value_create,
    update=services.benefit_value_update,
    delete=services.benefit_value_delete,
    parent=dataclasses.replace(NODE, field="benefit__node"),
    tab="benefits",
    detail_fields=("benefit", "value_version", "baseline", "period", "amount"),
    empty=gettext_lazy("Give the forecast of a benefit by fiscal period; its target goes into a baseline."),
    help=gettext_lazy("What each benefit brings by fiscal period: target, forecast and actual."),
)


def fetch_node(request: HttpRequest, code: str, action: str) -> Node:
    """Return the node of a code on which the person may do `action`. Raises Http404."""
    return get_object_or_404(Node.objects.restrict(request.user, action), code=code)


def may_edit(request: HttpRequest, node: Node) -> bool:
    """Return whether the person may change the benefits of `node`."""
    return Node.objects.restrict(request.user, "benefit.edit").filter(pk=node.pk).exists()


def benefits_panel(request: HttpRequest, node: Node) -> dict[str, Any] | None:
    """Return a node's benefits for its overview; nodes that hold projects show it only with benefits of their own."""
    if not Node.objects.restrict(request.user, "benefit.view").filter(pk=node.pk).exists():
        return None
    held = queries.node_benefits(request.user, node)
    if not held and not node.is_project:
        return None
    return panel_of(node, held) | {"benefits_url": reverse("node-benefits", args=[node.code])}


def panel_of(node: Node, held: NodeBenefits) -> dict[str, Any]:
    """Return what the panels of benefits need."""
    found = held.found
    return {
        "held": held,
        "currency": found.currency,
        "finding": findings.benefits_finding(found, len(held.rows) + len(held.measures), len(held.measures)),
        "lines": figures.lines(found, held.rows, reverse("benefitvalue-node-list", args=[node.code])),
        "total": figures.figures(found, found.total),
        "reviews": findings.reviews_finding(len(held.reviews), held.next_review),
        "create_url": reverse("benefit-create", args=[node.code]),
    }


@requires("benefit.view")
@require_safe
def node_benefits(request: HttpRequest, code: str) -> HttpResponse:
    """Show a node's benefits, their realisation by fiscal year, and for what contains others the benefits below."""
    node = fetch_node(request, code, "benefit.view")
    held = queries.node_benefits(request.user, node)
    context = node_frame(request, node, "benefits") | {
        "panel": panel_of(node, held),
        "fig": realisation_figure(node, held),
        "below": None if node.is_project else below_of(request, node),
        "baselines": baselines(request.user, node, "benefit.view"),
        "may_edit": may_edit(request, node),
    }
    return render(request, "portfolio/benefits/node_benefits.html", context)


def below_of(request: HttpRequest, node: Node) -> dict[str, Any]:
    """Return the open benefits of everything below a node: the first of them, how many there are, and the list."""
    rows = queries.below(request.user, node)
    return {
        "rows": [
            {"benefit": row, "overdue": bool(row.review_on and row.review_on < clock.today())}
            for row in queries.with_totals(rows)[:SHOWN_BELOW]
        ],
        "count": rows.count(),
        "overdue": rows.filter(review_on__lt=clock.today()).count(),
        "url": f"{reverse('benefit-node-list', args=[node.code])}?state=open",
    }


def realisation_figure(node: Node, held: NodeBenefits) -> dict[str, Any]:
    """Return the realisation curve as the figure component wants it; its table holds the same points."""
    found = held.found
    heads = (_("Fiscal year"), _("Target"), _("Forecast"), _("Realised"))
    count = ngettext("%(count)s benefit in money", "%(count)s benefits in money", len(held.rows))
    words = {"currency": found.currency, "count": count % {"count": len(held.rows)}, "day": fmt.day(clock.today())}
    return {
        "id": "realisation",
        "title": findings.realisation_finding(found),
        "note": _("%(currency)s a fiscal year, %(count)s, dis-benefits taken off · as of %(day)s") % words,
        "figure_url": reverse("node-benefits-curve", args=[node.code]),
        "headers": [{"label": label, "numeric": index > 0} for index, label in enumerate(heads)],
        "rows": [
            [year, *(figures.exact(found, line, value) for value in (line.target, line.forecast, line.actual))]
            for year, line in found.years
        ],
        "source": _("The forecast is what was realised, then what is still expected of later periods."),
        "empty": _("The curve needs a target, a forecast or an actual."),
    }


@requires("benefit.view")
@require_safe
def node_benefits_curve(request: HttpRequest, code: str) -> JsonResponse:
    """Return the realisation curve's data for the chart."""
    held = queries.node_benefits(request.user, fetch_node(request, code, "benefit.view"))
    return JsonResponse(charts.realisation_curve(held.found))


@requires("benefit.edit")
@require_POST
def node_benefits_baseline(request: HttpRequest, code: str) -> HttpResponse:
    """Open the next draft baseline: a copy of the current plan, in which targets may be changed."""
    node = fetch_node(request, code, "benefit.edit")
    draft = baseline_open(node, actor=request.user, action="benefit.edit")
    messages.success(request, _("%(baseline)s is open as a draft.") % {"baseline": draft})
    return redirect(f"{reverse('node-benefits-edit', args=[code])}?version={ValueVersion.TARGET}")


@requires("benefit.edit")
def node_benefits_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the values of one version in one fiscal year at once: all are saved or none."""
    node = fetch_node(request, code, "benefit.edit")
    version = request.GET.get("version", ValueVersion.FORECAST)
    if version not in ValueVersion.values:
        raise Http404
    draft = baselines(request.user, node, "benefit.edit").draft
    calendar = list(queries.periods(request.user))
    years = list(dict.fromkeys(period.fiscal_year for period in calendar))
    year = request.GET.get("year", "") or _year_shown(calendar)
    grid = _grid(request, node, version, draft, [period for period in calendar if period.fiscal_year == year])
    status, errors = 200, []
    if request.method == "POST":
        try:
            count = _save_grid(request, grid, version, draft)
        except StaleWrite as stale:
            grid.mark_conflicts(stale.current)
            status, errors = 409, [_("Somebody saved some of these values meanwhile. Nothing of yours was written.")]
        except ValidationError as error:
            status, errors = 422, error.messages
        else:
            words = ngettext("%(count)s value saved.", "%(count)s values saved.", count) % {"count": count}
            messages.success(request, words)
            return redirect("node-benefits", code)
    context = node_frame(request, node, "benefits") | _grid_context(node, grid, version, year, years)
    context |= {"draft": draft, "errors": errors, "reason": request.POST.get("reason", "")}
    return render(request, "portfolio/benefits/node_benefits_edit.html", context, status=status)


def _grid(request: HttpRequest, node: Node, version: str, draft: Baseline | None, periods: list[Any]) -> ValueGrid:
    benefits = queries.standing_on(request.user, node)
    if version == ValueVersion.TARGET and draft is None:
        benefits = []
    if version == ValueVersion.ACTUAL:
        periods = [period for period in periods if period.start <= clock.today()]
    stored = queries.stored_values(request.user, benefits, version, draft)
    return ValueGrid(benefits, periods, stored, request.POST if request.method == "POST" else None)


def _save_grid(request: HttpRequest, grid: ValueGrid, version: str, draft: Baseline | None) -> int:
    baseline = draft if version == ValueVersion.TARGET else None
    lines, seen = [], {}
    for cell, typed, shown in grid.changes():
        line = services.ValueLine(cell.benefit, version, cell.period, typed, baseline)
        lines.append(line)
        seen[line.cell] = shown
    reason = request.POST.get("reason", "").strip()[:500]
    services.benefit_values_set(lines, actor=request.user, reason=reason, seen=seen)
    return len(lines)


def _grid_context(node: Node, grid: ValueGrid, version: str, year: str, years: list[str]) -> dict[str, Any]:
    page = reverse("node-benefits-edit", args=[node.code])

    def address(version: str, year: str) -> str:
        return f"{page}?{urlencode({'version': version, 'year': year})}"

    here = years.index(year) if year in years else 0
    near = {"earlier": years[here - 1] if here else "", "later": "".join(years[here + 1 : here + 2])}
    return {
        "lines": grid.lines,
        "periods": [cell.period for cell in grid.lines[0][1]] if grid.lines else [],
        "version": ValueVersion(version),
        "version_tabs": [
            {"label": label, "url": address(value, year), "current": value == version}
            for value, label in ValueVersion.choices
        ],
        "year": year,
        **{name: {"label": found, "url": address(version, found)} for name, found in near.items() if found},
    }


def _year_shown(calendar: list[Any]) -> str:
    """Return the fiscal year that runs today; before and after the calendar its first or last."""
    today = clock.today()
    begun = [period.fiscal_year for period in calendar if period.start <= today]
    return begun[-1] if begun else calendar[0].fiscal_year if calendar else ""


@requires("benefit.edit")
def benefit_shares(request: HttpRequest, key: int) -> HttpResponse:
    """Say which projects claim a benefit and how much of it: together 100%, or none."""
    benefit = BENEFITS.fetch(request, key, "benefit.edit")
    shares = queries.shares_of(request.user, benefit)
    known = queries.suggested_claimers(request.user, benefit)
    form = SharesForm(shares, request.POST if request.method == "POST" else None, user=request.user, known=known)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            _save_shares(request, benefit, form)
        except StaleWrite as stale:
            form.mark_conflict(stale.current)
            status = 409
        except ValidationError as error:
            add_errors(form, error)  # type: ignore[arg-type]
        else:
            messages.success(request, _("Saved: who claims %(benefit)s") % {"benefit": benefit})
            return redirect("benefit-detail", benefit.pk)
    if form.is_bound and form.errors and status == 200:
        status = 422
    context = object_frame(BENEFITS, request, benefit) | {"form": form}
    return render(request, "portfolio/benefits/benefit_shares.html", context, status=status)


def _save_shares(request: HttpRequest, benefit: Benefit, form: SharesForm) -> None:
    codes = form.seen()
    nodes = Node.objects.restrict(request.user, "benefit.view").filter(code__in=codes)
    services.benefit_shares_set(
        benefit,
        [services.ShareLine(node, percent) for node, percent in form.shares],
        actor=request.user,
        reason=form.cleaned_data["reason"],
        seen={node.pk: codes[node.code] for node in nodes},
    )
