"""The register's filters, each a parameter of the address."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from pmo.core import ui
from pmo.core.filters import FilterSet, TextSearch
from portfolio.people.models import User
from portfolio.registry.models import DeliveryMethod, Lifecycle, Node, NodeKind


class NodeFilter(FilterSet):
    """Filters of the register. Upper areas add theirs by `ui.provide("filters:node", …)`: name → filter."""

    q = TextSearch("name", "code", label=_("Name or code"))
    kind = django_filters.MultipleChoiceFilter(choices=NodeKind.choices, label=_("Kind"))
    lifecycle = django_filters.MultipleChoiceFilter(choices=Lifecycle.choices, label=_("Stage"))
    method = django_filters.MultipleChoiceFilter(choices=DeliveryMethod.choices, label=_("Method"))
    within = django_filters.CharFilter(method="filter_within", label=_("Within (code)"))
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.none(), label=_("Manager"))
    sponsor = django_filters.ModelChoiceFilter(queryset=User.objects.none(), label=_("Sponsor"))
    organisation_unit = django_filters.CharFilter(lookup_expr="iexact", label=_("Organisation unit"))
    category = django_filters.CharFilter(lookup_expr="iexact", label=_("Category"))
    tag = django_filters.CharFilter(method="filter_tag", label=_("Tag"))

    class Meta:
        model = Node
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for give in ui.providers("filters:node").values():
            for name, extra in give(self.user).items():
                extra.parent, extra.model = self, Node
                self.filters[name] = extra
        visible = Node.objects.restrict(self.user, "node.view")
        self.filters["owner"].queryset = User.objects.filter(owned_nodes__in=visible).distinct()
        self.filters["sponsor"].queryset = User.objects.filter(sponsored_nodes__in=visible).distinct()

    def filter_within(self, qs: Any, name: str, value: str) -> Any:
        """Keep what lies below the node of this code; an unknown or hidden code keeps nothing."""
        node = Node.objects.restrict(self.user, "node.view").filter(code=value).first()
        return qs.filter(ancestors__contains=[node.pk]).exclude(pk=node.pk) if node else qs.none()

    def filter_tag(self, qs: Any, name: str, value: str) -> Any:
        """Keep what carries the tag."""
        return qs.filter(tags__contains=[value])
