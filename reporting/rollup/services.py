"""Marking nodes dirty and rolling them up. All is computed from current state: order and repeats do not matter.

One run at a time (an advisory lock): two at once could each add up a parent without seeing the other's child.
Raises nothing of its own.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from pmo.core import clock, wake
from reporting.health.queries import rules_in_force
from reporting.health.rules import RuleSet
from reporting.rollup import writing
from reporting.rollup.models import DirtyNode

ROLLUP_LOCK = 4_202  # advisory lock
CHUNK = 5_000  # dirty rows of one transaction: some seconds of work
ROLL_UP_TASK = "reporting.rollup.tasks.roll_up"


@dataclass(frozen=True)
class Difference:
    """A row that a full run would write otherwise. `what` is now, period or history; values by column, stored first."""

    what: str
    node_id: int
    period_id: int | None
    values: dict[str, tuple[Any, Any]]


def mark(node_ids: Iterable[int]) -> None:
    """Mark nodes dirty in the current transaction and wake the roll-up after its commit."""
    ids = sorted(set(node_ids))
    if ids:
        _execute(writing.MARK, ids=ids, now=clock.now())
        wake.on_commit(ROLL_UP_TASK)


def roll_up() -> int:
    """Roll up every dirty node and its ancestors; return how many dirty rows were taken."""
    taken = last = _roll_up_chunk()
    while last == CHUNK:
        last = _roll_up_chunk()
        taken += last
    return taken


def recompute() -> int:
    """Compute every row from nothing but current state, history of changes included; return how many changed."""
    with transaction.atomic():
        _lock()
        while _claim()[0] == CHUNK:
            pass
        return _write(everything=True)


def differences() -> list[Difference]:
    """Return what a full run would change now, for the same business date; nothing is written."""
    with transaction.atomic():
        _lock()
        rules, values = _given()
        rows = _fetch(writing.compare(rules), **values)
    return [_difference(*row) for row in rows]


def sweep() -> None:
    """Mark what changes by the mere passing of time, and wake the roll-up if anything is dirty."""
    _execute(writing.MARK_DUE, now=clock.now(), today=clock.today())
    if DirtyNode.objects.unrestricted("the sweeper").exists():
        wake.on_commit(ROLL_UP_TASK)


@transaction.atomic
def _roll_up_chunk() -> int:
    _lock()
    taken, ids = _claim()
    if ids:
        _write(everything=False, ids=ids)
    return taken


def _lock() -> None:
    _execute(writing.LOCK, lock=ROLLUP_LOCK)


def _claim() -> tuple[int, list[int]]:
    [(taken, ids)] = _fetch(writing.CLAIM, chunk=CHUNK)
    return taken, ids


def _given() -> tuple[RuleSet, dict[str, Any]]:
    today: date = clock.today()
    rules = rules_in_force(today)
    return rules, {
        "today": today,
        "next_rules": rules.next_on,
        "currency": settings.REPORTING_CURRENCY,
        "cycle": settings.REPORTING_CYCLE_DAYS,
    }


def _write(*, everything: bool, ids: list[int] | None = None) -> int:
    rules, values = _given()
    now = clock.now()
    rows = _fetch(writing.write(rules, everything=everything), ids=ids, now=now, **values)
    changed = [node_id for (node_id,) in rows]
    if changed:
        _execute(writing.CLOSE_HISTORY, changed=changed, now=now)
        _execute(writing.OPEN_HISTORY, changed=changed, now=now)
    return len(changed)


def _execute(sql: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _fetch(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _difference(what: str, node_id: int, period_id: int | None, stored: str | None, fresh: str | None) -> Difference:
    before, after = (json.loads(row, parse_float=Decimal, parse_int=Decimal) if row else {} for row in (stored, fresh))
    names = sorted({*before, *after})
    values = {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}
    return Difference(what, node_id, period_id, values)
