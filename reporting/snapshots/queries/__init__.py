"""Reads of the past: what changed between two instants, and roll-up rows as they stood."""

from reporting.snapshots.queries.changes import AUDIT, Change, Changes, Place, changes, gone_since, moves_since
from reporting.snapshots.queries.past import (
    column_at,
    first_day,
    held,
    last_report_day,
    project_rollups,
    rollups,
    rollups_of,
    status_moves,
)

__all__ = [
    "AUDIT",
    "Change",
    "Changes",
    "Place",
    "changes",
    "column_at",
    "first_day",
    "gone_since",
    "held",
    "last_report_day",
    "moves_since",
    "project_rollups",
    "rollups",
    "rollups_of",
    "status_moves",
]
