"""Named reads of actions. Every one of them reads through the person's rights."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Min, Q

from pmo.core import clock, ui
from portfolio.actions.models import Action
from portfolio.actions.standing import DONE, OPEN, OVERDUE, state_of
from portfolio.registry.models import Node

Origin = tuple[str, str]  # what raised an action, and its address


def state(row: Action) -> str:
    """Return where an action stands today."""
    return state_of(row.due, row.done_on, clock.today())


def in_state(*states: str) -> Q:
    """Return the condition of actions that stand in one of `states` today."""
    today, found = clock.today(), Q(pk__in=[])
    conditions = {
        DONE: Q(done_on__isnull=False),
        OVERDUE: Q(done_on__isnull=True, due__lt=today),
        OPEN: Q(done_on__isnull=True, due__gte=today),
    }
    for name in states:
        found |= conditions[name]
    return found


def below(user: Any, node: Node) -> Any:
    """Return the actions of `node` and of everything below it that `user` may see."""
    return Action.objects.restrict(user, "action.view").filter(node__ancestors__contains=[node.pk])


def counts(rows: Any) -> dict[str, Any]:
    """Return how many of `rows` are overdue, open and not overdue, and done, and the next day on which one is due."""
    states = {name: Count("pk", filter=in_state(name)) for name in (OVERDUE, OPEN, DONE)}
    return rows.order_by().aggregate(next_due=Min("due", filter=in_state(OPEN)), **states)


def origins(user: Any, actions: Iterable[Action]) -> dict[int, Origin]:
    """Return what raised each of `actions`, as whoever registered at "action.origin" knows and `user` may see it."""
    rows = list(actions)
    found: dict[int, Origin] = {}
    for give in ui.providers("action.origin").values():
        found |= give(user, rows)
    return found
