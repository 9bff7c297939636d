"""The one project-wide signal: services say what happened, in the transaction in which it happened.

Receivers (the audit log, the roll-up's dirty rows) write in bulk; an error of theirs aborts the write.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.dispatch import Signal

from pmo.core import clock

domain_event = Signal()
_labels: dict[str, Any] = {}


@dataclass(frozen=True)
class Event:
    """One thing that happened to one object.

    `changes` maps a field's name to its value before and after. `also_nodes` are further nodes touched,
    such as the old parent of a move.
    """

    obj: Any
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    also_nodes: tuple[int, ...] = ()

    @property
    def node_id(self) -> int | None:
        """Return the node that the object belongs to, if any."""
        return self.obj.access.node_id(self.obj)


def declare_verbs(labels: Mapping[str, Any]) -> None:
    """Register the verbs of an area with the words shown in the timeline."""
    _labels.update(labels)


def verb_label(verb: str) -> str:
    """Return the words for `verb`."""
    return str(_labels.get(verb, verb))


def declared_verbs() -> dict[str, Any]:
    """Return all verbs with their words."""
    return dict(_labels)


def emit(
    verb: str,
    target: models.Model | Iterable[Event],
    *,
    actor: Any,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    reason: str = "",
) -> None:
    """Tell every receiver that `verb` happened. `target` is one object or an iterable of `Event`.

    Raises RuntimeError outside a transaction and ValueError for an undeclared verb.
    """
    if verb not in _labels:
        raise ValueError(f"Undeclared verb: {verb}")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("emit needs the transaction of the write it reports.")
    # A lazy `request.user` passes for an iterable, so the question is whether it is a row.
    events = [Event(target, changes or {})] if isinstance(target, models.Model) else list(target)
    if events:
        domain_event.send(sender=None, verb=verb, events=events, actor=actor, reason=reason, at=clock.now())
