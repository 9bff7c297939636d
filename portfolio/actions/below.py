"""What a person looks after across projects: a node's list holds the rows of everything below it too."""

from dataclasses import dataclass
from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from pmo.core.crud import Crud
from pmo.core.filters import FilterSet
from portfolio.registry.models import Node


@dataclass(frozen=True, kw_only=True)
class BelowCrud(Crud):
    """A noun whose list on a portfolio or programme has the rows of all projects below, each under its own project."""

    def rows(self, user: Any, action: str, parent: Any = None) -> Any:
        """Return the rows on which `user` may do `action`, narrowed to those of `parent` and below it."""
        found = super().rows(user, action)
        return found if parent is None else found.filter(**{f"{self.parent.field}__ancestors__contains": [parent.pk]})  # type: ignore[union-attr]


class BelowFilterSet(FilterSet):
    """Filters of rows that belong to a node, with `below`: the code of the node in which they lie."""

    below = django_filters.CharFilter(method="filter_below", label=_("In or below (code)"))

    def filter_below(self, qs: Any, name: str, value: str) -> Any:
        """Keep what lies in the node of this code or below it; an unknown or hidden code keeps nothing."""
        node = Node.objects.restrict(self.user, "node.view").filter(code=value).first()
        return qs.filter(node__ancestors__contains=[node.pk]) if node else qs.none()
