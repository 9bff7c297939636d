"""Filters of risks, issues, assumptions and dependencies, each a parameter of the address."""

from typing import Any

import django_filters
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pmo.core import clock
from pmo.core.filters import FilterSet, TextSearch
from portfolio.actions.below import BelowFilterSet
from portfolio.people.models import User
from portfolio.raid import queries
from portfolio.raid.models import (
    Assumption,
    AssumptionState,
    Dependency,
    DependencyState,
    Issue,
    IssueState,
    Proximity,
    Risk,
    RiskKind,
    RiskState,
    Severity,
)
from portfolio.raid.scoring import BANDS
from portfolio.registry.models import Node

CLASSES = [(str(number), str(number)) for number in range(1, 7)]


def offer_owners(filterset: FilterSet, model: Any) -> None:
    """Let the filter of owners choose among those who own a row that the person may see."""
    visible = model.objects.restrict(filterset.user, "raid.view")
    name = model._meta.get_field("owner").related_query_name()
    filterset.filters["owner"].queryset = User.objects.filter(**{f"{name}__in": visible}).distinct()


class RiskFilter(BelowFilterSet):
    """Filters of risks. Probability and impact are the classes as of now."""

    q = TextSearch("title", "description", label=_("Words"))
    kind = django_filters.MultipleChoiceFilter(choices=RiskKind.choices, label=_("Kind"))
    state = django_filters.MultipleChoiceFilter(choices=RiskState.choices, label=_("State"))
    band = django_filters.MultipleChoiceFilter(
        choices=[(found.key, found.label) for found in BANDS], method="filter_band", label=_("Band")
    )
    probability = django_filters.ChoiceFilter(
        field_name="current_probability", choices=CLASSES, label=_("Probability class")
    )
    impact = django_filters.ChoiceFilter(field_name="current_impact", choices=CLASSES, label=_("Impact class"))
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.none(), label=_("Owner"))
    proximity = django_filters.MultipleChoiceFilter(choices=Proximity.choices, label=_("Proximity"))
    category = django_filters.CharFilter(lookup_expr="iexact", label=_("Category"))
    review_overdue = django_filters.BooleanFilter(method="filter_review", label=_("Review overdue"))
    escalated = django_filters.BooleanFilter(method="filter_escalated", label=_("Escalated"))

    class Meta:
        model = Risk
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_owners(self, Risk)

    def filter_band(self, qs: Any, name: str, value: list[str]) -> Any:
        """Keep what lies in one of the bands by the matrix that holds for its project."""
        ranks = [found.rank for found in BANDS if found.key in value]
        return queries.with_scores(qs).filter(band_rank__in=ranks) if ranks else qs

    def filter_review(self, qs: Any, name: str, value: bool) -> Any:
        """Keep open risks whose review day has passed, or all others."""
        late = queries.review_overdue(clock.today())
        return qs.filter(late) if value else qs.exclude(late)

    def filter_escalated(self, qs: Any, name: str, value: bool) -> Any:
        """Keep what waits above or was accepted there, or the rest."""
        return queries.with_escalation(qs).filter(escalation_state__isnull=not value)


class IssueFilter(BelowFilterSet):
    """Filters of issues."""

    q = TextSearch("title", "description", label=_("Words"))
    state = django_filters.MultipleChoiceFilter(choices=IssueState.choices, label=_("State"))
    severity = django_filters.MultipleChoiceFilter(choices=Severity.choices, label=_("Severity"))
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.none(), label=_("Owner"))
    overdue = django_filters.BooleanFilter(method="filter_overdue", label=_("Overdue"))
    due = django_filters.DateFromToRangeFilter(label=_("Resolve by"))

    class Meta:
        model = Issue
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_owners(self, Issue)

    def filter_overdue(self, qs: Any, name: str, value: bool) -> Any:
        """Keep open issues whose day has passed, or all others."""
        late = Q(state=IssueState.OPEN, due__lt=clock.today())
        return qs.filter(late) if value else qs.exclude(late)


class AssumptionFilter(BelowFilterSet):
    """Filters of assumptions."""

    q = TextSearch("title", "effect", label=_("Words"))
    state = django_filters.MultipleChoiceFilter(choices=AssumptionState.choices, label=_("State"))
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.none(), label=_("Owner"))
    confirm_by = django_filters.DateFromToRangeFilter(label=_("Confirm by"))

    class Meta:
        model = Assumption
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_owners(self, Assumption)


class DependencyFilter(FilterSet):
    """Filters of dependencies; `below` keeps both directions."""

    q = TextSearch("title", "note", label=_("Words"))
    below = django_filters.CharFilter(method="filter_below", label=_("In or below (code)"))
    state = django_filters.MultipleChoiceFilter(choices=DependencyState.choices, label=_("State"))
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.none(), label=_("Owner"))
    late = django_filters.BooleanFilter(method="filter_late", label=_("Promised too late"))
    needed_by = django_filters.DateFromToRangeFilter(label=_("Needed by"))

    class Meta:
        model = Dependency
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_owners(self, Dependency)

    def filter_below(self, qs: Any, name: str, value: str) -> Any:
        """Keep what the node of this code, or something below it, needs or provides."""
        node = Node.objects.restrict(self.user, "node.view").filter(code=value).first()
        return queries.touching(qs, node) if node else qs.none()

    def filter_late(self, qs: Any, name: str, value: bool) -> Any:
        """Keep what is promised for a day after it is needed, or all others."""
        late = Q(promised_for__gt=F("needed_by"))
        return qs.filter(late) if value else qs.exclude(late)
