"""The pages of the financial calendar: fiscal periods, currencies and exchange rates."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core.access import requires
from pmo.core.crud import Crud
from pmo.core.crud.objects import add_errors
from portfolio.finance import queries, services
from portfolio.finance.filters import PeriodFilter
from portfolio.finance.forms import CurrencyForm, FiscalYearForm, PeriodForm, RateForm
from portfolio.finance.models import Currency, ExchangeRate, FiscalPeriod
from portfolio.finance.tables import CurrencyTable, PeriodTable, RateTable


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
