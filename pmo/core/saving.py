"""The one audited save: guard, write, check the scope again, emit. Nouns with plain edits need nothing more."""

from collections.abc import Iterable, Mapping
from copy import copy
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from pmo.core import access
from pmo.core.errors import NotPermitted, StaleWrite
from pmo.core.events import Event, emit


def plain(value: Any) -> Any:
    """Return `value` as it stands in the audit log: JSON types, dates and decimals as text, rows as their label."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)


def snapshot(obj: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """Return the named fields of `obj` as plain values; choices by their stored value."""
    return {name: plain(_rounded(obj, name)) for name in fields}


def _rounded(obj: models.Model, name: str) -> Any:
    # 100 typed over a stored 100.00 is no change.
    value, places = getattr(obj, name), getattr(obj._meta.get_field(name), "decimal_places", None)
    return round(value, places) if isinstance(value, Decimal) and places is not None else value


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what changed between two snapshots."""
    return {name: (before.get(name), after[name]) for name in after if before.get(name) != after[name]}


def differences(stored: models.Model, wanted: models.Model, fields: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    """Return what differs between two states of a row, as before and after. Another person of the same name differs."""
    names = list(fields)
    before, after = snapshot(stored, names), snapshot(wanted, names)
    others = [name for name in names if _key(stored, name) != _key(wanted, name)]
    return diff(before, after) | {name: (before[name], after[name]) for name in others}


def _key(obj: models.Model, name: str) -> Any:
    found = obj._meta.get_field(name)
    return getattr(obj, found.attname) if isinstance(found, models.ForeignKey) else None


def editable_fields(model: type[models.Model]) -> list[str]:
    """Return the names of the model's editable fields, without keys."""
    return [f.name for f in model._meta.concrete_fields if f.editable and not f.primary_key]


def write(obj: models.Model, **kwargs: Any) -> None:
    """Validate and save. Raises ValidationError, also for what only the database refuses."""
    obj.full_clean()
    try:
        with transaction.atomic():
            obj.save(**kwargs)
    except IntegrityError as error:
        raise ValidationError(words(error)) from error


def insert_many(model: type[models.Model], rows: list[Any]) -> None:
    """Insert many checked rows at once. Raises ValidationError for what the database refuses."""
    try:
        with transaction.atomic():
            model._default_manager.bulk_create(rows)
    except IntegrityError as error:
        raise ValidationError(words(error)) from error


def words(error: IntegrityError) -> str:
    """Return the database's own sentence without its detail, which may name rows the reader must not see."""
    return str(error).split("\n")[0].strip() or "The database refused the row."


def _require(actor: Any, action: str, obj: models.Model) -> None:
    try:
        access.require(actor, action, obj)
    except NotPermitted:
        # Inside a form this reads like a reference that does not exist: it must not tell hidden rows from missing ones.
        raise NotPermitted("This does not exist.") from None


@transaction.atomic
def create(obj: models.Model, *, actor: Any, action: str, verb: str, reason: str = "") -> Any:
    """Save a new row and emit `verb`. Raises ValidationError, and NotPermitted outside the actor's scope."""
    write(obj, force_insert=True)
    _require(actor, action, obj)
    after = snapshot(obj, editable_fields(type(obj)))
    changes = {name: (None, value) for name, value in after.items() if value not in (None, "", [], {})}
    emit(verb, obj, actor=actor, changes=changes, reason=reason)
    return obj


@transaction.atomic
def update(
    obj: models.Model,
    values: Mapping[str, Any],
    *,
    actor: Any,
    action: str,
    verb: str,
    expected_version: int | None = None,
    reason: str = "",
) -> Any:
    """Write `values` to the row of `obj` and emit `verb` with what changed; nothing changed writes nothing.

    Raises StaleWrite when `expected_version` is no longer the row's, NotPermitted and ValidationError.
    """
    access.require(actor, action, obj)
    current: Any = type(obj)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=obj.pk)
    if expected_version is not None and current.version != expected_version:
        raise StaleWrite(current)
    stored = copy(current)
    for name, value in values.items():
        setattr(current, name, value)
    changes = differences(stored, current, values)
    if not changes:
        return current
    if hasattr(current, "version"):
        current.version += 1
    write(current)
    _require(actor, action, current)
    emit(verb, current, actor=actor, changes=changes, reason=reason)
    return current


@transaction.atomic
def delete(obj: models.Model, *, actor: Any, action: str, verb: str, reason: str = "") -> None:
    """Delete a row and emit `verb` with what it held. Raises NotPermitted, or ValidationError when others need it."""
    access.require(actor, action, obj)
    held = snapshot(obj, editable_fields(type(obj)))
    changes = {name: (value, None) for name, value in held.items() if value not in (None, "", [], {})}
    emit(verb, [Event(obj, changes)], actor=actor, reason=reason)
    try:
        with transaction.atomic():
            obj.delete()
    except (models.ProtectedError, IntegrityError) as error:
        raise ValidationError("Other rows need this one, so it stays.") from error
