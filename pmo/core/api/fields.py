"""Form fields as fields of the API: what a page takes, a request body takes, with the same limits."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from rest_framework import serializers

MAX_KEY = 2**63 - 1


def api_key(model: Any) -> str:
    """Return the field by which rows of a model are named in the API: its code where it has one, else its id."""
    return getattr(model, "api_key", "pk")


def typed(field: forms.Field) -> serializers.Field[Any, Any, Any, Any]:
    """Return the API's field for a form's field; an optional one may be left out, or emptied by null or empty text."""
    common = {"required": field.required, "help_text": str(field.help_text) or None, "label": field.label}
    make = next(make for kind, make in MAKERS if isinstance(field, kind))
    return make(field, common)


def _keys(field: Any, common: dict[str, Any]) -> serializers.ListField:
    return serializers.ListField(child=_key(field), max_length=500, allow_empty=not field.required, **common)


def _one_key(field: Any, common: dict[str, Any]) -> serializers.Field[Any, Any, Any, Any]:
    return _key(field, allow_null=not field.required, **common)


def _array(field: Any, common: dict[str, Any]) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=200), max_length=200, **common)


def _many_choices(field: Any, common: dict[str, Any]) -> serializers.MultipleChoiceField:
    return serializers.MultipleChoiceField(choices=_choices(field), **common)


def _choice(field: Any, common: dict[str, Any]) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=_choices(field), allow_blank=not field.required, **common)


def _truth(field: Any, common: dict[str, Any]) -> serializers.BooleanField:
    return serializers.BooleanField(**{**common, "required": False})


def _date(field: Any, common: dict[str, Any]) -> serializers.DateField:
    return serializers.DateField(allow_null=not field.required, **common)


def _decimal(field: Any, common: dict[str, Any]) -> serializers.DecimalField:
    size = {"max_digits": field.max_digits, "decimal_places": field.decimal_places}
    return serializers.DecimalField(**size, allow_null=not field.required, **common)


def _integer(field: Any, common: dict[str, Any]) -> serializers.IntegerField:
    lowest = field.min_value if isinstance(field.min_value, int) else -(2**31)
    highest = field.max_value if isinstance(field.max_value, int) else 2**31 - 1
    return serializers.IntegerField(min_value=lowest, max_value=highest, allow_null=not field.required, **common)


def _text(field: Any, common: dict[str, Any]) -> serializers.CharField:
    return serializers.CharField(
        max_length=getattr(field, "max_length", None),
        allow_blank=not field.required,
        trim_whitespace=getattr(field, "strip", True),
        **common,
    )


def _key(field: "forms.ModelChoiceField[Any]", **common: Any) -> serializers.Field[Any, Any, Any, Any]:
    if api_key(field.queryset.model) == "pk":  # type: ignore[union-attr]
        return serializers.IntegerField(min_value=1, max_value=MAX_KEY, **common)
    return serializers.CharField(max_length=60, **common)


def _choices(field: forms.ChoiceField) -> list[tuple[str, str]]:
    return [(str(key), str(label)) for key, label in field.choices if key not in ("", None)]  # type: ignore[misc,union-attr]


MAKERS: tuple[tuple[type[forms.Field], Callable[..., Any]], ...] = (
    (forms.ModelMultipleChoiceField, _keys),
    (forms.ModelChoiceField, _one_key),
    (SimpleArrayField, _array),
    (forms.MultipleChoiceField, _many_choices),
    (forms.ChoiceField, _choice),
    (forms.BooleanField, _truth),
    (forms.DateField, _date),
    (forms.DecimalField, _decimal),
    (forms.IntegerField, _integer),
    (forms.Field, _text),
)
