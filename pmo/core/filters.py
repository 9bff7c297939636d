"""Filters of lists: declared once, read from the address, strict about names and values."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import format as fmt
from pmo.core.tables import TABLE_PARAMETERS

MAX_VALUE_LENGTH = 500
UNREADABLE = frozenset("\x00\ufffd")  # no database text holds the first; the second stands for bytes that are no UTF-8
SEARCH = gettext_lazy("Search")


class FilterSet(django_filters.FilterSet):
    """A FilterSet that refuses unknown parameters and unreadable values with a 400 that names the field.

    `user` restricts the choices of related fields, so that no choice list shows a hidden row.
    """

    def __init__(self, data: Any = None, queryset: Any = None, *, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(data, queryset, **kwargs)

    def require_valid(self, also_known: frozenset[str] = frozenset()) -> None:
        """Raise BadRequest for a parameter this list does not know or a value it cannot read."""
        known = set(self.form.fields) | TABLE_PARAMETERS | also_known
        for name in self.data:
            base = name.removesuffix("_min").removesuffix("_max").removesuffix("_after").removesuffix("_before")
            if name not in known and base not in known:
                raise BadRequest(_("There is no filter “%(name)s”.") % {"name": name[:60]})
            if any(len(value) > MAX_VALUE_LENGTH or set(value) & UNREADABLE for value in self.data.getlist(name)):
                raise self._unreadable(name)
        if not self.form.is_valid():
            name, errors = next(iter(self.form.errors.items()))
            raise BadRequest(f"{name}: {errors[0]}")
        for name, value in self.form.cleaned_data.items():
            if value is None and self.data.get(name, "").strip():  # a yes-or-no that is neither reads as nothing
                raise self._unreadable(name)

    def _unreadable(self, name: str) -> BadRequest:
        return BadRequest(_("The value of “%(name)s” cannot be read.") % {"name": name[:60]})

    def chips(self) -> list[dict[str, Any]]:
        """Return the filters in force: label, shown value and the name to take away."""
        found = []
        for name, field in self.form.fields.items():
            value = self.form.cleaned_data.get(name) if self.form.is_valid() else None
            if value not in (None, "", []) and not (hasattr(value, "exists") and not value.exists()):
                found.append({"name": name, "label": field.label, "value": shown_value(field, value)})
        return found


def shown_value(field: forms.Field, value: Any) -> str:
    """Return a filter's value in words."""
    if isinstance(value, slice):
        return " – ".join(_end(end) for end in (value.start, value.stop))
    choices = {str(key): str(label) for key, label in getattr(field, "choices", [])}
    values = value if isinstance(value, list) or hasattr(value, "model") else [value]
    return ", ".join(choices.get(str(getattr(item, "pk", item)), str(item)) for item in values)


def _end(value: Any) -> str:
    if value is None:
        return "…"
    return fmt.day(value) if isinstance(value, date) else str(value)


class TextSearch(django_filters.CharFilter):
    """A free-text filter over several fields, without regard to case."""

    def __init__(self, *fields: str, label: Any = SEARCH, **kwargs: Any) -> None:
        self.fields = fields
        super().__init__(label=label, **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        for word in (value or "").split()[:8]:
            found = Q()
            for field in self.fields:
                found |= Q(**{f"{field}__icontains": word})
            qs = qs.filter(found)
        return qs
