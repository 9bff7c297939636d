"""Escalations: a risk or an issue is handed to a node above, and answered there.

Each locks the risk or the issue first. Raises ValidationError for what a person can correct, DomainError when
somebody answered first, NotPermitted outside the actor's scope.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import access, clock, saving
from pmo.core.errors import DomainError
from pmo.core.events import Event, declare_verbs, emit
from portfolio.raid.models import Escalation, EscalationState, Issue, Risk
from portfolio.raid.queries import OPEN_ESCALATIONS
from portfolio.registry.models import Node

declare_verbs(
    {
        "risk.escalated": gettext_lazy("Risk escalated"),
        "issue.escalated": gettext_lazy("Issue escalated"),
        "escalation.accepted": gettext_lazy("Escalation accepted"),
        "escalation.declined": gettext_lazy("Escalation declined"),
        "escalation.withdrawn": gettext_lazy("Escalation withdrawn"),
    }
)

ACTION = "raid.edit"


@transaction.atomic
def escalation_ask(thing: Risk | Issue, *, actor: Any, to_node: Node, reason: str) -> Escalation:
    """Hand an open risk or issue to a node above; `reason` says what is asked for. Only one escalation is open."""
    access.require(actor, ACTION, thing)
    thing = _locked(thing)
    if thing.state != "open":
        raise ValidationError(_("Only what is open can be escalated."))
    if to_node.pk not in thing.node.ancestors[:-1]:
        raise ValidationError({"to_node": _("This does not exist above the project.")})
    field = "risk" if isinstance(thing, Risk) else "issue"
    if Escalation.objects.filter(**{field: thing}, state__in=OPEN_ESCALATIONS).exists():
        raise ValidationError(_("It is escalated already. Withdraw that first, or wait for the answer."))
    row = Escalation(
        node=thing.node,
        to_node=to_node,
        reason=reason,
        asked_by=None if getattr(actor, "is_system", False) else actor,
        asked_at=clock.now(),
        **{field: thing},
    )
    saving.write(row, force_insert=True)
    verb = "risk.escalated" if field == "risk" else "issue.escalated"
    changes = {"escalated_to": (None, str(to_node)), "asked": (None, reason)}
    emit(verb, [Event(thing, changes, (to_node.pk,))], actor=actor, reason=reason)
    return row


@transaction.atomic
def escalation_answer(escalation: Escalation, *, actor: Any, accept: bool, answer: str = "") -> Escalation:
    """Accept what was escalated, or decline it and say why. It takes the right to edit on the node that was asked."""
    access.require(actor, ACTION, escalation)
    access.require(actor, ACTION, escalation.to_node)
    row = _fresh(escalation)
    if row.state != EscalationState.ASKED:
        raise DomainError(_("This was answered meanwhile: %(state)s.") % {"state": row.get_state_display().lower()})
    if not accept and not answer.strip():
        raise ValidationError({"answer": _("Say why it is declined, and what the project is to do.")})
    if accept:
        return _close(row, EscalationState.ACCEPTED, "escalation.accepted", actor, answer)
    return _close(row, EscalationState.DECLINED, "escalation.declined", actor, answer)


@transaction.atomic
def escalation_withdraw(escalation: Escalation, *, actor: Any, answer: str = "") -> Escalation:
    """Take an escalation back, waiting or accepted. It takes the right to edit on the node that asked."""
    access.require(actor, ACTION, escalation)
    row = _fresh(escalation)
    if row.state not in OPEN_ESCALATIONS:
        raise DomainError(_("There is nothing to withdraw: %(state)s.") % {"state": row.get_state_display().lower()})
    return _close(row, EscalationState.WITHDRAWN, "escalation.withdrawn", actor, answer)


def waiting_withdraw(thing: Risk | Issue, *, actor: Any, reason: str) -> None:
    """Withdraw what waits for an answer because the risk or issue is no longer open; the caller holds its lock."""
    for row in thing.escalations.filter(state=EscalationState.ASKED):
        _close(row, EscalationState.WITHDRAWN, "escalation.withdrawn", actor, reason)


def _locked(thing: Risk | Issue) -> Any:
    return (
        type(thing)
        ._default_manager.select_for_update(of=("self",), no_key=True)
        .select_related("node")
        .get(pk=thing.pk)
    )


def _fresh(escalation: Escalation) -> Escalation:
    """Return the row as it stands, locked after the risk or issue it is about."""
    _locked(escalation.risk or escalation.issue)  # type: ignore[arg-type]
    rows = Escalation.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("node", "to_node", "risk", "issue").get(pk=escalation.pk)


def _close(row: Escalation, state: str, verb: str, actor: Any, answer: str) -> Escalation:
    before = row.state
    row.state, row.answer, row.answered_at = state, answer.strip(), clock.now()
    row.answered_by = None if getattr(actor, "is_system", False) else actor
    saving.write(row)
    emit(verb, [Event(row, {"state": (before, state)}, (row.to_node_id,))], actor=actor, reason=row.answer)
    return row
