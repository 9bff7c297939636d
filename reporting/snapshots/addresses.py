"""Where a row that the log names is to be seen: the detail page that its noun declared."""

from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, get_resolver, reverse

from reporting.snapshots.queries import Change

# Rows whose page no declared noun gives: the route, and whether it is named by the node's code or by the row's id.
OTHERS = {
    "portfolio.node": ("node-detail", "node.view", True),
    "portfolio.statusreport": ("report-detail", "status.view", False),
    "portfolio.baseline": ("node-schedule", "schedule.view", True),
}


@lru_cache
def pages() -> dict[str, tuple[str, str, bool]]:
    """Return, by type of row, the route of its page, the action it needs and whether the node's code names it."""
    found = dict(OTHERS)
    for entry in _entries(get_resolver().url_patterns):
        crud = getattr(entry.callback, "crud", None)
        if crud is not None and crud.lookup == "pk" and entry.name == f"{crud.name}-detail":
            found.setdefault(crud.model._meta.label_lower, (entry.name, crud.view_action, False))
    return found


def _entries(patterns: Any) -> Any:
    for entry in patterns:
        yield from _entries(entry.url_patterns) if hasattr(entry, "url_patterns") else (entry,)


def address(line: Change, held: frozenset[str]) -> str:
    """Return the address of the row of a line; empty where there is no page or the reader may not open it."""
    route, action, by_code = pages().get(line.object_type, ("", "", False))
    if action not in held:
        return ""
    try:
        return reverse(route, args=[line.project.code if by_code else line.object_id])
    except NoReverseMatch:
        return ""
