"""The register on a past day: nodes joined with the roll-up rows that stood then, and expressions led to those.

A filter joins them once; columns, conditions and totals are written for the present row and led to the past one here.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, F, FilteredRelation, Prefetch, Q, Subquery, Value
from django.db.models.expressions import OuterRef
from django.db.models.query import ModelIterable

from pmo.core.access import ScopedQuerySet
from reporting.rollup.models import NodeRollup, NodeRollupHistory, RollupColumns
from reporting.snapshots.days import end_of
from reporting.snapshots.queries import held

COLUMNS = [field.attname for field in RollupColumns._meta.concrete_fields]
DAY = "as_of"  # what the rows carry: the day, for cells to know
NOW, THEN = "rollup", "rollup_then"


class _AsPresent(ModelIterable):
    """Gives each history row the shape of a present one, so that a node's `rollup` is that of the day."""

    def __iter__(self) -> Iterator[NodeRollup]:
        for row in super().__iter__():
            yield NodeRollup(node_id=row.node_id, **{name: getattr(row, name) for name in COLUMNS})


class InPlace(ScopedQuerySet):
    """History rows in place of present ones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._iterable_class = _AsPresent


def as_of(rows: Any, day: date) -> Any:
    """Return those of `rows` (nodes) that had a roll-up row at the end of `day`, with that row in place of today's."""
    moment = end_of(day)
    stood = FilteredRelation("rollup_history", condition=held(moment, "rollup_history__"))
    found = rows.annotate(**{DAY: Value(day, DateField()), THEN: stood}).filter(**{f"{THEN}__isnull": False})
    return found.prefetch_related(Prefetch(NOW, queryset=InPlace(NodeRollupHistory).filter(held(moment))))


def day_of(rows: Any) -> date | None:
    """Return the past day that `rows` are of; None for now."""
    carried = rows.query.annotations.get(DAY)
    return None if carried is None else carried.value


def moment_of(rows: Any) -> datetime | None:
    """Return the instant as of which `rows` are; None for now."""
    day = day_of(rows)
    return None if day is None else end_of(day)


def led(rows: Any, thing: Any) -> Any:
    """Return a condition or an expression over `rollup__…`, led to the roll-up rows that `rows` are joined with."""
    return thing if day_of(rows) is None else _renamed(thing)


def name(rows: Any, path: str) -> str:
    """Return the name of a column, written `rollup__budget`, of the roll-up rows that `rows` are joined with."""
    return path if day_of(rows) is None else _name(path)


def _name(path: str) -> str:
    return THEN + path.removeprefix(NOW) if path == NOW or path.startswith(f"{NOW}__") else path


def _renamed(thing: Any) -> Any:
    if isinstance(thing, Q):
        return Q(*map(_renamed, thing.children), _connector=thing.connector, _negated=thing.negated)
    if isinstance(thing, tuple):
        return _name(thing[0]), _renamed(thing[1])
    if isinstance(thing, F):
        return thing if isinstance(thing, OuterRef) else F(_name(str(vars(thing)["name"])))
    if isinstance(thing, Subquery) or not hasattr(thing, "get_source_expressions"):
        return thing
    clone = thing.copy()
    clone.set_source_expressions([_renamed(part) for part in clone.get_source_expressions()])
    return clone
