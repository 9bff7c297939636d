"""Filters of actions, each a parameter of the address."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from pmo.core.filters import TextSearch
from portfolio.actions.below import BelowFilterSet
from portfolio.actions.models import Action
from portfolio.actions.queries import in_state
from portfolio.actions.standing import LABELS
from portfolio.people.models import User


class ActionFilter(BelowFilterSet):
    """Filters of actions."""

    q = TextSearch("title", "details", label=_("Words"))
    state = django_filters.MultipleChoiceFilter(choices=list(LABELS.items()), method="filter_state", label=_("State"))
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.none(), label=_("Owner"))
    mine = django_filters.BooleanFilter(method="filter_mine", label=_("I own it"))
    due = django_filters.DateFromToRangeFilter(label=_("Due"))

    class Meta:
        model = Action
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visible = Action.objects.restrict(self.user, "action.view")
        self.filters["owner"].queryset = User.objects.filter(actions__in=visible).distinct()

    def filter_state(self, qs: Any, name: str, value: list[str]) -> Any:
        """Keep what is overdue, open or done as of today."""
        return qs.filter(in_state(*value)) if value else qs

    def filter_mine(self, qs: Any, name: str, value: bool) -> Any:
        """Keep what the person owns, or what others do."""
        return qs.filter(owner=self.user.pk) if value else qs.exclude(owner=self.user.pk)
