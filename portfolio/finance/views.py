"""The pages of money: a node's money tab, its cost rows and estimates, the grid of amounts, and the calendar."""

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
from pmo.core.crud import Crud
from pmo.core.crud.objects import add_errors
from pmo.core.errors import StaleWrite
from portfolio.finance import charts, figures, findings, queries, services
from portfolio.finance.filters import CostFilter, EstimateFilter, PeriodFilter
from portfolio.finance.forms import (
    AmountGrid,
    CostRowForm,
    CurrencyForm,
    EstimateForm,
    FiscalYearForm,
    PeriodForm,
    RateForm,
)
from portfolio.finance.models import CostRow, CostVersion, Currency, ExchangeRate, FiscalPeriod, WholeLifeEstimate
from portfolio.finance.money import MoneyTable
from portfolio.finance.tables import CostTable, CurrencyTable, EstimateTable, PeriodTable, RateTable
from portfolio.registry.models import Node
from portfolio.registry.queries import baselines
from portfolio.registry.services import baseline_open
from portfolio.registry.views import NODE, node_frame

COSTS = Crud(
    model=CostRow,
    name="cost",
    path="costs",
    label=gettext_lazy("Cost rows"),
    table=CostTable,
    filterset=CostFilter,
    form=CostRowForm,
    view_action="cost.view",
    edit_action="cost.edit",
    create=services.cost_row_create,
    update=services.cost_row_update,
    delete=services.cost_row_delete,
    parent=NODE,
    tab="money",
    detail_fields=("cost_version", "baseline", "period", "category", "cost_type", "currency", "amount"),
    empty=gettext_lazy("Add the forecast by fiscal period and category; the budget goes into a baseline."),
    help=gettext_lazy("Budget, forecast and actual cost by fiscal period, each in its own currency."),
)

ESTIMATES = Crud(
    model=WholeLifeEstimate,
    name="estimate",
    path="estimates",
    label=gettext_lazy("Whole-life estimates"),
    table=EstimateTable,
    filterset=EstimateFilter,
    form=EstimateForm,
    view_action="cost.view",
    edit_action="cost.edit",
    create=services.estimate_create,
    update=services.estimate_update,
    delete=services.estimate_delete,
    parent=NODE,
    tab="money",
    detail_fields=("as_of", "amount", "currency", "source", "note"),
    empty=gettext_lazy("Say what the whole life will cost as estimated today; a later figure is a new row."),
    help=gettext_lazy("What a project will cost over its whole life, as estimated on a date."),
)


def calendar_tabs(request: HttpRequest, parent: None) -> dict[str, Any]:
    """Return the three lists of the financial calendar as tabs."""
    names = ((PERIODS, "period"), (CURRENCIES, "currency"), (RATES, "rate"))
    return {
        "tabs": [
            {"label": crud.label, "url": reverse(f"{name}-list"), "current": request.path == reverse(f"{name}-list")}
            for crud, name in names
        ]
    }


PERIODS = Crud(
    model=FiscalPeriod,
    name="period",
    path="calendar/periods",
    label=gettext_lazy("Fiscal periods"),
    table=PeriodTable,
    filterset=PeriodFilter,
    form=PeriodForm,
    view_action="calendar.view",
    edit_action="calendar.edit",
    create=services.period_create,
    update=services.period_update,
    delete=services.period_delete,
    list_template="portfolio/finance/calendar_list.html",
    list_context=calendar_tabs,
    empty=gettext_lazy("Add the months of a fiscal year: budgets, forecasts and actuals are given by period."),
    help=gettext_lazy("The months of the organisation's year, with their first and last day."),
)

CURRENCIES = Crud(
    model=Currency,
    name="currency",
    path="calendar/currencies",
    label=gettext_lazy("Currencies"),
    table=CurrencyTable,
    form=CurrencyForm,
    view_action="calendar.view",
    edit_action="calendar.edit",
    create=services.currency_create,
    update=services.currency_update,
    delete=services.currency_delete,
    list_template="portfolio/finance/calendar_list.html",
    list_context=calendar_tabs,
    empty=gettext_lazy("Add the reporting currency first; amounts in others need a dated rate."),
    help=gettext_lazy("The currencies in which money may be given."),
)

RATES = Crud(
    model=ExchangeRate,
    name="rate",
    path="calendar/rates",
    label=gettext_lazy("Exchange rates"),
    table=RateTable,
    form=RateForm,
    view_action="calendar.view",
    edit_action="calendar.edit",
    create=services.rate_create,
    update=services.rate_update,
    delete=services.rate_delete,
    list_template="portfolio/finance/calendar_list.html",
    list_context=calendar_tabs,
    empty=gettext_lazy("Amounts in another currency stay unknown until a rate covers their period."),
    help=gettext_lazy("Units of the reporting currency for one unit, from a day until the next rate."),
)


def fetch_node(request: HttpRequest, code: str, action: str) -> Node:
    """Return the node of a code on which the person may do `action`. Raises Http404."""
    return get_object_or_404(Node.objects.restrict(request.user, action), code=code)


def may_edit(request: HttpRequest, node: Node) -> bool:
    """Return whether the person may change the money of `node`."""
    return Node.objects.restrict(request.user, "cost.edit").filter(pk=node.pk).exists()


def money_panel(request: HttpRequest, node: Node) -> dict[str, Any] | None:
    """Return the money table for a node's overview; nodes that hold projects show it only with money of their own."""
    table = queries.money_table(request.user, node)
    if not table and not (
        node.is_project and Node.objects.restrict(request.user, "cost.view").filter(pk=node.pk).exists()
    ):
        return None
    return panel_of(node, table) | {"money_url": reverse("node-money", args=[node.code])}


def panel_of(node: Node, table: MoneyTable) -> dict[str, Any]:
    """Return what the money panel's template needs."""
    rows_url = reverse("cost-node-list", args=[node.code])
    return {
        "table": table,
        "finding": findings.money_finding(table),
        "rows_url": rows_url,
        "categories": figures.shown(
            table,
            table.categories,
            head=_("Category"),
            caption=_("Money by category"),
            drill="category",
            rows_url=rows_url,
        ),
        "create_url": reverse("cost-create", args=[node.code]),
    }


@requires("cost.view")
@require_safe
def node_money(request: HttpRequest, code: str) -> HttpResponse:
    """Show a node's money: by category, over time, by fiscal period, its baselines and whole-life estimates."""
    node = fetch_node(request, code, "cost.view")
    table = queries.money_table(request.user, node)
    context = node_frame(request, node, "money") | {
        "panel": panel_of(node, table),
        "fig": spend_figure(node, table),
        "years": by_time(node, table, table.years, "fiscal_year", _("Fiscal year")),
        "periods": by_time(node, table, table.periods, "period_label", _("Fiscal period")),
        "baselines": baselines(request.user, node, "cost.view"),
        "estimates": queries.estimates(request.user, node),
        "may_edit": may_edit(request, node),
    }
    return render(request, "portfolio/finance/node_money.html", context)


def by_time(node: Node, table: MoneyTable, lines: Any, drill: str, head: str) -> dict[str, Any]:
    """Return the money by fiscal year or by period."""
    url = reverse("cost-node-list", args=[node.code])
    caption = _("Money by %(head)s") % {"head": head.lower()}
    return figures.shown(table, lines, head=head, caption=caption, drill=drill, rows_url=url)


def spend_figure(node: Node, table: MoneyTable) -> dict[str, Any]:
    """Return the spend curve as the figure component wants it; its table holds the same points."""
    amounts = [
        [point.label, *(_amount(value, table.currency) for value in (point.plan, point.actual, point.forecast))]
        for point in table.curve
    ]
    heads = (_("Fiscal period"), _("Plan"), _("Actual"), _("Forecast"))
    return {
        "id": "spend",
        "title": findings.spend_finding(table),
        "note": _("%(currency)s added up to the end of each fiscal period") % {"currency": table.currency},
        "figure_url": reverse("node-money-curve", args=[node.code]),
        "headers": [{"label": label, "numeric": index > 0} for index, label in enumerate(heads)],
        "rows": amounts,
        "empty": _("The curve needs a budget, a forecast or an actual."),
    }


def _amount(value: Any, currency: str) -> str:
    return fmt.DASH if value is None else fmt.money_exact(value, currency)


@requires("cost.view")
@require_safe
def node_money_curve(request: HttpRequest, code: str) -> JsonResponse:
    """Return the spend curve's data for the chart."""
    table = queries.money_table(request.user, fetch_node(request, code, "cost.view"))
    return JsonResponse(charts.spend_curve(table))


@requires("cost.edit")
@require_POST
def node_money_baseline(request: HttpRequest, code: str) -> HttpResponse:
    """Open the next draft baseline: a copy of the current plan, to be changed and approved."""
    draft = baseline_open(fetch_node(request, code, "cost.edit"), actor=request.user)
    messages.success(request, _("%(baseline)s is open as a draft.") % {"baseline": draft})
    return redirect("node-money", code)


@requires("cost.edit")
def node_money_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Edit many amounts of one version at once: all are saved or none."""
    node = fetch_node(request, code, "cost.edit")
    version = request.GET.get("version", CostVersion.FORECAST)
    if version not in CostVersion.values:
        raise Http404
    rows = queries.editable_rows(request.user, node, version)
    years = list(dict.fromkeys(rows.order_by("period__start").values_list("period__fiscal_year", flat=True)))
    year = request.GET.get("year", "") or _year_shown(years)
    grid = AmountGrid(rows.filter(period__fiscal_year=year), request.POST if request.method == "POST" else None)
    status, errors = 200, []
    if request.method == "POST":
        try:
            count = _save_grid(request, grid)
        except StaleWrite as stale:
            grid.mark_conflicts(stale.current)
            status, errors = 409, [_("Somebody saved some of these amounts meanwhile. Nothing of yours was written.")]
        except ValidationError as error:
            status, errors = 422, error.messages
        else:
            text = ngettext("%(count)s amount saved.", "%(count)s amounts saved.", count) % {"count": count}
            messages.success(request, text)
            return redirect("node-money", code)
    periods, lines = grid.table()
    page = reverse("node-money-edit", args=[code])
    context = node_frame(request, node, "money") | {
        "periods": periods,
        "lines": lines,
        "version": CostVersion(version),
        "version_tabs": [
            {"label": label, "url": f"{page}?version={value}", "current": value == version}
            for value, label in CostVersion.choices
        ],
        "years": [
            {"label": name, "url": f"{page}?{urlencode({'version': version, 'year': name})}", "current": name == year}
            for name in years
        ],
        "year": year,
        "errors": errors,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "portfolio/finance/node_money_edit.html", context, status=status)


def _save_grid(request: HttpRequest, grid: AmountGrid) -> int:
    changes = grid.changes()
    services.cost_rows_edit_amounts(changes, actor=request.user, reason=request.POST.get("reason", "").strip()[:500])
    return len(changes)


def _year_shown(years: list[str]) -> str:
    current = queries.period_of(clock.today())
    if current and current.fiscal_year in years:
        return current.fiscal_year
    return years[0] if years else ""


@requires("calendar.edit")
def period_generate(request: HttpRequest) -> HttpResponse:
    """Add the twelve months of a fiscal year."""
    form = FiscalYearForm(request.POST or None, initial={"start": queries.next_fiscal_year()})
    if request.method == "POST" and form.is_valid():
        try:
            services.periods_generate(form.cleaned_data["start"], actor=request.user)
        except ValidationError as error:
            add_errors(form, error)  # type: ignore[arg-type]
        else:
            messages.success(request, _("The months of this fiscal year are in the calendar."))
            return redirect("period-list")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portfolio/finance/period_generate.html", {"form": form}, status=status)
