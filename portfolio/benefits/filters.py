"""Filters of benefits and of their values, each a parameter of the address."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Max, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from pmo.core import clock
from pmo.core.filters import FilterSet, TextSearch
from portfolio.actions.below import BelowFilterSet
from portfolio.benefits import queries
from portfolio.benefits.models import Benefit, BenefitKind, BenefitNature, BenefitValue, ValueVersion
from portfolio.people.models import User


class BenefitFilter(BelowFilterSet):
    """Filters of benefits."""

    q = TextSearch("name", "measure", label=_("Name or measure"))
    kind = django_filters.MultipleChoiceFilter(choices=BenefitKind.choices, label=_("Kind"))
    nature = django_filters.MultipleChoiceFilter(choices=BenefitNature.choices, label=_("Nature"))
    state = django_filters.ChoiceFilter(
        choices=[("open", _("Open")), ("closed", _("Closed"))], method="filter_state", label=_("State")
    )
    review = django_filters.ChoiceFilter(choices=[("overdue", _("Overdue"))], method="filter_review", label=_("Review"))
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.none(), label=_("Owner"))

    class Meta:
        model = Benefit
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visible = Benefit.objects.restrict(self.user, "benefit.view")
        self.filters["owner"].queryset = User.objects.filter(benefits__in=visible).distinct()

    def filter_state(self, qs: Any, name: str, value: str) -> Any:
        """Keep open or closed benefits."""
        return qs.filter(closed_on__isnull=value == "open")

    def filter_review(self, qs: Any, name: str, value: str) -> Any:
        """Keep open benefits whose review is overdue."""
        return qs.filter(closed_on=None, review_on__lt=clock.today())


class OneBenefitField(forms.ModelChoiceField):
    """A benefit named by a link. It lists no choices: an organisation has thousands, and people search by words."""

    widget = forms.HiddenInput
    choices: Any = ()


class OneBenefit(django_filters.ModelChoiceFilter):
    """The filter of one benefit, as links give it."""

    field_class = OneBenefitField


class ValueFilter(FilterSet):
    """Filters of values. `figure` keeps exactly the rows that a benefit's target, forecast or actual adds up."""

    q = TextSearch("benefit__name", label=_("Benefit contains"))
    value_version = django_filters.MultipleChoiceFilter(choices=ValueVersion.choices, label=_("Version"))
    figure = django_filters.ChoiceFilter(choices=ValueVersion.choices, method="filter_figure", label=_("Adding up to"))
    benefit = OneBenefit(queryset=Benefit.objects.none(), label=_("Benefit"))
    fiscal_year = django_filters.CharFilter(field_name="period__fiscal_year", label=_("Fiscal year"))
    period = django_filters.ModelChoiceFilter(queryset=Benefit.objects.none(), label=_("Fiscal period"))

    class Meta:
        model = BenefitValue
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["benefit"].queryset = Benefit.objects.restrict(self.user, "benefit.view").order_by("name")
        self.filters["period"].queryset = queries.periods(self.user)

    def filter_figure(self, qs: Any, name: str, value: str) -> Any:
        """Keep the current target, the actuals, or the actuals and the forecast that comes after them."""
        if value == ValueVersion.TARGET:
            return qs.filter(value_version=ValueVersion.TARGET, baseline__is_current=True)
        if value == ValueVersion.ACTUAL:
            return qs.filter(value_version=ValueVersion.ACTUAL)
        actuals = BenefitValue.objects.filter(benefit=OuterRef("benefit"), value_version=ValueVersion.ACTUAL)
        until = actuals.order_by().values("benefit").annotate(until=Max("period__end")).values("until")
        to_come = Q(until=None) | Q(period__start__gt=Subquery(until))
        rows = qs.annotate(until=Subquery(until))
        return rows.filter(Q(value_version=ValueVersion.ACTUAL) | Q(to_come, value_version=ValueVersion.FORECAST))
