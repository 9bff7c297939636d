"""The fields of a report one by one, so that two people's changes meet field by field. Pure."""

from collections.abc import Mapping
from typing import Any

from pmo.core import conflict
from portfolio.status.models import DIMENSIONS
from portfolio.status.services.reports import TEXTS

REASON, MILESTONE = "reason_", "milestone_"


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return each status, text, reason and typed forecast under a name of its own."""
    forecasts = (values.get("frozen") or {}).get("forecasts", {})
    return (
        {name: values.get(name, "") for name in (*DIMENSIONS, *TEXTS)}
        | {f"{REASON}{name}": reason for name, reason in (values.get("reasons") or {}).items()}
        | {f"{MILESTONE}{pk}": day for pk, day in forecasts.items()}
    )


def whole(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report's values from single fields: the inverse of `flat`."""

    def part(prefix: str) -> dict[str, Any]:
        return {name.removeprefix(prefix): value for name, value in fields.items() if name.startswith(prefix) and value}

    values = {name: fields[name] for name in (*DIMENSIONS, *TEXTS)}
    return values | {"reasons": part(REASON), "frozen": {"forecasts": part(MILESTONE)}}


def merge(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> conflict.Merge:
    """Merge two reports grown from `base` field by field; `values` of the result are a whole report's."""
    sides = [flat(side) for side in (base, theirs, mine)]
    names = dict.fromkeys(name for side in sides for name in side)
    merged = conflict.three_way(*(names | side for side in sides))
    return conflict.Merge(whole(merged.values), merged.conflicts)
