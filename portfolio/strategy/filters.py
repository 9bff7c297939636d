"""Filters of objectives and contributions, each a parameter of the address."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from pmo.core.filters import TextSearch
from portfolio.actions.below import BelowFilterSet
from portfolio.people.models import User
from portfolio.strategy.models import LIVE, Contribution, Objective


class ObjectiveFilter(BelowFilterSet):
    """Filters of objectives."""

    q = TextSearch("code", "name", label=_("Code or name"))
    state = django_filters.ChoiceFilter(
        choices=[("open", _("Open")), ("closed", _("Closed"))], method="filter_state", label=_("State")
    )
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.none(), label=_("Owner"))

    class Meta:
        model = Objective
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visible = Objective.objects.restrict(self.user, "strategy.view")
        self.filters["owner"].queryset = User.objects.filter(objectives__in=visible).distinct()

    def filter_state(self, qs: Any, name: str, value: str) -> Any:
        """Keep open or closed objectives."""
        return qs.filter(closed_on__isnull=value == "open")


class ContributionFilter(BelowFilterSet):
    """Filters of contributions. `counted` keeps what an objective adds up: live work that gives more than 0%."""

    q = TextSearch("node__name", "objective__name", "objective__code", label=_("Project or objective"))
    objective = django_filters.ModelChoiceFilter(queryset=Objective.objects.none(), label=_("Objective"))
    counted = django_filters.ChoiceFilter(
        choices=[("1", _("Live projects and programmes"))], method="filter_counted", label=_("Of")
    )

    class Meta:
        model = Contribution
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["objective"].queryset = Objective.objects.restrict(self.user, "strategy.view").order_by("code")

    def filter_counted(self, qs: Any, name: str, value: str) -> Any:
        """Keep contributions above 0% of live projects and programmes."""
        return qs.filter(strength__gt=0, node__lifecycle__in=LIVE)
