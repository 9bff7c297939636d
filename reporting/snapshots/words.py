"""How a logged value reads: labels of fields and choices, dates and numbers as on every page, blanks as nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import DateField, DateTimeField, DecimalField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.audit import queries as audit
from pmo.core import format as fmt

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
BLANK: tuple[Any, ...] = (None, "", [], {})
ELSEWHERE = gettext_lazy("A place you may not see")
PLACE = ("portfolio.node", "parent")
OWNER = "node"  # the project stands above the line already


@lru_cache
def number_fields() -> list[str]:
    """Return every field that holds a number with decimals, as `portfolio.costrow.amount`."""
    return [
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, DecimalField)
    ]


def noun(object_type: str) -> str:
    """Return the word for a row of a type, or the type itself where there is no such model any more."""
    try:
        words = str(apps.get_model(object_type)._meta.verbose_name)
    except LookupError:
        return object_type
    return words[:1].upper() + words[1:]


def field_label(object_type: str, name: str) -> str:
    """Return the words for a field."""
    return audit.field_words(audit.field_of(object_type, name), name)


def shown(object_type: str, name: str, value: Any) -> str:
    """Return a value as people read it; blank values are empty."""
    if value in BLANK:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    field = audit.field_of(object_type, name)
    try:
        return _typed(field, str(value)) or str(audit.value_words(field, value))
    except (ValueError, InvalidOperation):
        return str(value)


def _typed(field: Any, text: str) -> str:
    """Return an instant, a day or a number with decimals; empty for any other value."""
    if isinstance(field, DateTimeField):
        return fmt.instant(datetime.fromisoformat(text))
    if isinstance(field, DateField) or (field is None and DAY.fullmatch(text)):
        return fmt.day(date.fromisoformat(text))
    return _decimal(Decimal(text), field.decimal_places) if isinstance(field, DecimalField) else ""


def _decimal(value: Decimal, places: int | None) -> str:
    return f"{value:,.{places}f}".replace("-", fmt.MINUS) if places is not None else f"{value:,}"


def place(label: str, visible: Iterable[str]) -> str:
    """Return the label of a place, or that one may not see it; its code, the first word, says which it is."""
    return label if not label or label.split(" ", 1)[0] in visible else str(ELSEWHERE)


def places(object_type: str, name: str, values: Iterable[Any]) -> list[str]:
    """Return the codes of the places that values name, so that one may ask which are visible."""
    return [str(value).split(" ", 1)[0] for value in values if value] if (object_type, name) == PLACE else []


def pair(object_type: str, name: str, values: Sequence[Any], visible: Iterable[str]) -> tuple[str, str]:
    """Return a value before and after, as people read them."""
    before, after = (shown(object_type, name, value) for value in values)
    if (object_type, name) == PLACE:
        return place(before, visible), place(after, visible)
    return before, after


def summary(object_type: str, held: Mapping[str, Sequence[Any]], side: int, visible: Iterable[str]) -> str:
    """Return what a row held (`side` 0) or holds (1): `Amount: 55,000.00; Category: Build`, in the fields' order."""
    parts = []
    for name in _in_order(object_type, held):
        before, after = pair(object_type, name, held[name], visible)
        told = before if side == 0 else " → ".join(filter(None, (before, after)))
        if told and name != OWNER:
            parts.append(f"{field_label(object_type, name)}: {told}")
    return "; ".join(parts)


def _in_order(object_type: str, names: Iterable[str]) -> list[str]:
    try:
        known = [field.name for field in apps.get_model(object_type)._meta.get_fields()]
    except LookupError:
        known = []
    places = {name: place for place, name in enumerate(known)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def once(words: Iterable[str], between: str) -> str:
    """Return words without blanks and repeats, in their order."""
    return between.join(dict.fromkeys(filter(None, words)))
