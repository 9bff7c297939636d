"""Three-way merge of a stale save: what both sides changed is shown, what only one side changed is merged. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Merge:
    """The merged values, and the fields that both sides changed to different values, as (theirs, mine)."""

    values: dict[str, Any]
    conflicts: dict[str, tuple[Any, Any]]


def three_way(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> Merge:
    """Merge `mine` into `theirs`, both grown from `base`. In a conflict mine stays: typed text is kept."""
    values: dict[str, Any] = {}
    conflicts: dict[str, tuple[Any, Any]] = {}
    for name, typed in mine.items():
        was, now = base.get(name), theirs.get(name)
        if typed == was:
            values[name] = now
            continue
        values[name] = typed
        if now not in (was, typed):
            conflicts[name] = (now, typed)
    return Merge(values, conflicts)
