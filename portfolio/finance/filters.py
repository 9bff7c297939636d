"""Filters of money, each a parameter of the address."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pmo.core.filters import FilterSet, TextSearch
from portfolio.finance.models import CostRow, CostType, CostVersion, Currency, FiscalPeriod, WholeLifeEstimate


class CostFilter(FilterSet):
    """Filters of cost rows. `counted` keeps what the money table adds up: the current budget and all the rest."""

    q = TextSearch("category", label=_("Category contains"))
    cost_version = django_filters.MultipleChoiceFilter(choices=CostVersion.choices, label=_("Version"))
    category = django_filters.CharFilter(label=_("Category"))
    cost_type = django_filters.MultipleChoiceFilter(choices=CostType.choices, label=_("Capex or opex"))
    fiscal_year = django_filters.CharFilter(field_name="period__fiscal_year", label=_("Fiscal year"))
    period_label = django_filters.CharFilter(field_name="period__label", label=_("Label of the period"))
    period = django_filters.ModelChoiceFilter(queryset=FiscalPeriod.objects.none(), label=_("Fiscal period"))
    starts_later = django_filters.DateFilter(
        field_name="period__start", lookup_expr="gt", label=_("Period starts later than")
    )
    currency = django_filters.ModelChoiceFilter(queryset=Currency.objects.none(), label=_("Currency"))
    counted = django_filters.ChoiceFilter(
        choices=[("1", _("Without drafts and earlier baselines"))], method="filter_counted", label=_("Budget")
    )

    class Meta:
        model = CostRow
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("period", FiscalPeriod), ("currency", Currency)):
            self.filters[name].queryset = model.objects.restrict(self.user, "calendar.view")

    def filter_counted(self, qs: Any, name: str, value: str) -> Any:
        """Leave out the budget rows of drafts and of earlier baselines."""
        return qs.filter(Q(baseline__isnull=True) | Q(baseline__is_current=True))


class EstimateFilter(FilterSet):
    """Filters of whole-life estimates."""

    q = TextSearch("source", "note", label=_("Source or note"))
    as_of = django_filters.DateFromToRangeFilter(label=_("As of"))

    class Meta:
        model = WholeLifeEstimate
        fields: list[str] = []


class PeriodFilter(FilterSet):
    """Filters of fiscal periods."""

    q = TextSearch("label", label=_("Label"))
    fiscal_year = django_filters.CharFilter(label=_("Fiscal year"))

    class Meta:
        model = FiscalPeriod
        fields: list[str] = []
