"""Reads of the audit log, for timelines."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import Truncator

from governance.audit.models import AuditEntry
from pmo.core import events


def with_words(entries: Any) -> list[dict[str, Any]]:
    """Return entries as a timeline shows them: when, what in words, by whom and why, and before → after by field."""
    return [
        {
            "when": entry.at,
            "text": f"{events.verb_label(entry.verb)}: {entry.object_label}",
            "detail": f"{entry.actor_label}: “{entry.reason}”" if entry.reason else entry.actor_label,
            "changes": [change_words(entry.object_type, name, pair) for name, pair in entry.changes.items()],
        }
        for entry in entries
    ]


def brief(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a timeline without the values of new rows: only what changed from one value to another stays."""
    return [
        entry | {"changes": [change for change in entry["changes"] if change["before"] not in (None, "")]}
        for entry in entries
    ]


def change_words(object_type: str, name: str, pair: list[Any]) -> dict[str, Any]:
    """Return one field's change in words."""
    field = field_of(object_type, name)
    before, after = (value_words(field, value) for value in pair)
    return {"label": field_words(field, name), "before": before, "after": after}


def field_of(object_type: str, name: str) -> Any:
    """Return the model field that an entry speaks of, or None when there is none (any more)."""
    try:
        return apps.get_model(object_type)._meta.get_field(name)
    except (LookupError, FieldDoesNotExist):
        return None


def field_words(field: Any, name: str) -> str:
    """Return the words for a field, or its name when the model has no such field."""
    words = str(getattr(field, "verbose_name", "") or name.replace("_", " "))
    return words[:1].upper() + words[1:]


def value_words(field: Any, value: Any) -> Any:
    """Return a logged value as people read it: choices by their label, lists with commas, long text shortened."""
    choices = dict(getattr(field, "flatchoices", None) or [])
    if isinstance(value, str | int) and value in choices:
        return str(choices[value])
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {part}" for key, part in value.items())
    return Truncator(value).chars(240) if isinstance(value, str) else value


def timeline_of_object(user: Any, obj: Any, limit: int = 200) -> list[dict[str, Any]]:
    """Return what happened to one object, newest first, as far as `user` may read the log."""
    rows = AuditEntry.objects.restrict(user, "audit.view")
    return with_words(rows.filter(object_type=obj._meta.label_lower, object_id=obj.pk)[:limit])


def timeline_of_node(user: Any, node: Any, limit: int = 100) -> list[dict[str, Any]]:
    """Return what happened to a node and to all that belongs to it, newest first."""
    return with_words(AuditEntry.objects.restrict(user, "audit.view").filter(node_id=node.pk)[:limit])
