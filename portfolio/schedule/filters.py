"""Filters of milestones, each a parameter of the address."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pmo.core.filters import FilterSet, TextSearch
from portfolio.schedule.models import Milestone, MilestoneKind


class MilestoneFilter(FilterSet):
    """Filters of milestones."""

    q = TextSearch("name", label=_("Name"))
    kind = django_filters.MultipleChoiceFilter(choices=MilestoneKind.choices, label=_("Kind"))
    critical = django_filters.BooleanFilter(method="filter_critical", label=_("Critical"))
    forecast_date = django_filters.DateFromToRangeFilter(label=_("Forecast"))
    achieved = django_filters.BooleanFilter(method="filter_achieved", label=_("Achieved"))

    class Meta:
        model = Milestone
        fields: list[str] = []

    def filter_critical(self, qs: Any, name: str, value: bool) -> Any:
        """Keep critical milestones, which all gates are, or the others."""
        critical = Q(is_critical=True) | Q(kind=MilestoneKind.GATE)
        return qs.filter(critical if value else ~critical)

    def filter_achieved(self, qs: Any, name: str, value: bool) -> Any:
        """Keep what has, or has not, an actual date."""
        return qs.filter(actual_date__isnull=not value)
