"""Writes of actions. Done needs evidence, and a day that is not in the future.

Raises ValidationError for what a person can correct, NotPermitted outside the actor's scope, StaleWrite on conflict.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pmo.core import access, bulk, clock, saving
from pmo.core.events import Event, declare_verbs, emit
from pmo.core.plain import Plain
from portfolio.actions.models import Action

declare_verbs({"action.completed": _("Action completed"), "action.reopened": _("Action opened again")})


def _check(row: Action) -> None:
    if row.done_on is None:
        return
    if row.done_on > clock.today():
        raise ValidationError({"done_on": _("An action is done today or was before.")})
    if not row.evidence.strip():
        raise ValidationError({"evidence": _("Say what shows that it was done.")})


ACTIONS = Plain(
    Action,
    noun="action",
    action="action.edit",
    verbs=(_("Action added"), _("Action edited"), _("Action deleted")),
    check=_check,
)
action_create = ACTIONS.create
action_delete = ACTIONS.delete


@transaction.atomic
def actions_add(wanted: Sequence[Action], *, actor: Any, reason: str = "") -> Sequence[Action]:
    """Add many actions, all or none, in a few queries. Returns the rows in order.

    Raises NotPermitted when one node is outside the actor's scope, ValidationError naming the line.
    """
    bulk.require_all(actor, "action.edit", (row.node for row in wanted))
    for index, row in enumerate(wanted):
        bulk.check(row, index)
        try:
            _check(row)
        except ValidationError as error:
            raise bulk.line_error(index, " ".join(error.messages)) from error
    saving.insert_many(Action, list(wanted))
    events = [Event(row, bulk.created_changes(row)) for row in wanted]
    emit("action.created", events, actor=actor, reason=reason)
    return wanted


@transaction.atomic
def action_update(
    action: Action, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None, reason: str = ""
) -> Action:
    """Edit one action; the event says whether it was completed, opened again or otherwise edited."""
    stored = _locked(action, actor)
    if "node" in values and values["node"] != stored.node:
        raise ValidationError({"node": _("An action stays with its project.")})
    return saving.update(
        action,
        values,
        actor=actor,
        action="action.edit",
        verb=_verb(stored.done_on, values.get("done_on", stored.done_on)),
        expected_version=expected_version,
        reason=reason,
        check=_check,
    )


@transaction.atomic
def action_complete(
    action: Action, *, actor: Any, evidence: str, done_on: date | None = None, reason: str = ""
) -> Action:
    """Say that an action was done, today unless said otherwise, and what shows it. An action is completed once."""
    if _locked(action, actor).done_on is not None:
        raise ValidationError(_("This action is done already."))
    return saving.update(
        action,
        {"done_on": done_on or clock.today(), "evidence": evidence},
        actor=actor,
        action="action.edit",
        verb="action.completed",
        reason=reason,
        check=_check,
    )


def _locked(action: Action, actor: Any) -> Action:
    access.require(actor, "action.edit", action)
    return Action.objects.select_for_update(of=("self",), no_key=True).select_related("node").get(pk=action.pk)


def _verb(before: date | None, after: date | None) -> str:
    if before is None and after is not None:
        return "action.completed"
    return "action.reopened" if before is not None and after is None else "action.edited"
