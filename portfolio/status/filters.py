"""Filters of the reporting queue and of ratings."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from pmo.core.filters import FilterSet, TextSearch
from portfolio.registry.models import Node
from portfolio.status.models import AssuranceRating, AssuranceSource, Rating
from portfolio.status.tables import STATE_WORDS


class QueueFilter(FilterSet):
    """By name, state of this week's report, and one's own projects."""

    q = TextSearch("name", "code", label=_("Name or code"))
    state = django_filters.MultipleChoiceFilter(
        field_name="report_state", choices=list(STATE_WORDS.items()), label=_("This week")
    )
    mine = django_filters.BooleanFilter(method="filter_mine", label=_("I am the manager"))

    class Meta:
        model = Node
        fields: list[str] = []

    def filter_mine(self, qs: Any, name: str, value: bool) -> Any:
        """Keep one's own projects, or those of others."""
        return qs.filter(owner=self.user) if value else qs.exclude(owner=self.user)


class RatingFilter(FilterSet):
    """By project, rating, reviewer and day."""

    q = TextSearch("node__name", "node__code", label=_("Project"))
    value = django_filters.MultipleChoiceFilter(choices=Rating.choices, label=_("Rating"))
    source = django_filters.MultipleChoiceFilter(choices=AssuranceSource.choices, label=_("Given by"))
    as_of = django_filters.DateFromToRangeFilter(label=_("As of"))

    class Meta:
        model = AssuranceRating
        fields: list[str] = []
