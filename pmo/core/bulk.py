"""Audited writes of many rows at once: guard all, write in a few queries, say what changed.

The services that use this emit one list of events for each verb; nothing here emits.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from pmo.core import saving
from pmo.core.errors import NotPermitted
from pmo.core.events import Event


@dataclass
class Outcome:
    """What an upsert did: the rows in the order of the request, and one event for each row that was written."""

    rows: list[Any] = field(default_factory=list)
    created: list[Event] = field(default_factory=list)
    edited: list[Event] = field(default_factory=list)


def require_all(actor: Any, action: str, objs: Iterable[models.Model]) -> None:
    """Raise NotPermitted unless every object lies in the actor's scope for `action`; one query for any number."""
    found = {obj.pk: obj for obj in objs}
    if not found:
        return
    manager: Any = type(next(iter(found.values())))._default_manager
    if manager.filter(pk__in=found).restrict(actor, action).count() != len(found):
        raise NotPermitted(_("This does not exist."))


def line_error(index: int, words: Any) -> ValidationError:
    """Return the error of one line of a request; lines count from 1, and no row is named."""
    return ValidationError(_("Line %(line)s: %(words)s") % {"line": index + 1, "words": words})


def upsert(
    wanted: Sequence[Any],
    existing: "models.QuerySet[Any]",
    *,
    key: Callable[[Any], Hashable],
    values: Sequence[str],
) -> Outcome:
    """Insert the rows of `wanted` whose key is new, write `values` to those that are there, leave equal rows alone.

    `wanted` are unsaved instances, `existing` every stored row that may match; it is locked here. A changed row's
    version goes up by one. Raises ValidationError naming the line, also for a key that stands twice.
    """
    _check(wanted, key)
    stored = {key(row): row for row in existing.select_for_update(of=("self",), no_key=True).order_by("pk")}
    outcome, fresh, changed = Outcome(), [], []
    for row in wanted:
        current = stored.get(key(row))
        outcome.rows.append(row if current is None else current)
        if current is None:
            fresh.append(row)
        elif changes := _apply(current, row, values):
            changed.append(current)
            outcome.edited.append(Event(current, changes))
    _write(type(wanted[0]) if wanted else existing.model, fresh, changed, values)
    outcome.created = [Event(row, created_changes(row)) for row in fresh]
    return outcome


def check(row: models.Model, index: int) -> None:
    """Check a row's own fields without a query; what spans rows the database refuses. Raises the line's error."""
    try:
        row.clean_fields(exclude=[f.name for f in row._meta.concrete_fields if f.is_relation])
    except ValidationError as error:
        words = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
        raise line_error(index, words) from error


def created_changes(row: models.Model) -> dict[str, tuple[Any, Any]]:
    """Return what a new row holds, in the form of an event's changes."""
    held = saving.snapshot(row, saving.editable_fields(type(row)))
    return {name: (None, value) for name, value in held.items() if value not in (None, "", [], {})}


def _check(wanted: Sequence[Any], key: Callable[[Any], Hashable]) -> None:
    seen: set[Hashable] = set()
    for index, row in enumerate(wanted):
        check(row, index)
        if key(row) in seen:
            raise line_error(index, _("stands twice in this request."))
        seen.add(key(row))


def _apply(current: Any, row: Any, values: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    changes = saving.differences(current, row, values)
    for name in changes:
        setattr(current, name, getattr(row, name))
    if changes and hasattr(current, "version"):
        current.version += 1
    return changes


def _write(model: type[models.Model], fresh: list[Any], changed: list[Any], values: Sequence[str]) -> None:
    fields = [*values, *(["version"] if hasattr(model, "version") else [])]
    manager = model._default_manager
    try:
        with transaction.atomic():
            manager.bulk_create(fresh)
            if changed:
                manager.bulk_update(changed, fields, batch_size=500)
    except IntegrityError as error:
        raise ValidationError(saving.words(error)) from error
