"""Writes of risks and of the responses to them.

Raises ValidationError for what a person can correct, NotPermitted outside the actor's scope, StaleWrite on conflict.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import access, clock, saving
from pmo.core.errors import StaleWrite
from pmo.core.events import Event, declare_verbs, emit
from pmo.core.plain import Plain
from portfolio.actions.services import action_create
from portfolio.raid.models import Issue, ResponseStrategy, Risk, RiskKind, RiskResponse, RiskState, Severity
from portfolio.raid.queries import grid_of
from portfolio.raid.scoring import Grid
from portfolio.raid.services.escalations import waiting_withdraw
from portfolio.raid.services.others import issue_create

declare_verbs(
    {
        "risk.rescored": gettext_lazy("Risk scored again"),
        "risk.closed": gettext_lazy("Risk closed"),
        "risk.reopened": gettext_lazy("Risk opened again"),
        "risk.occurred": gettext_lazy("Risk occurred"),
        "risk.responded": gettext_lazy("Response to a risk added"),
        "risk.response_changed": gettext_lazy("Response to a risk changed"),
        "risk.response_removed": gettext_lazy("Response to a risk removed"),
    }
)

ACTION = "raid.edit"
SCORED = ("current", "inherent", "residual")
# PRINCE2's and PMI's names; sharing and accepting go either way.
BOTH = frozenset({ResponseStrategy.SHARE, ResponseStrategy.ACCEPT})
UPWARDS = frozenset({ResponseStrategy.EXPLOIT, ResponseStrategy.ENHANCE}) | BOTH
STRATEGIES = {
    RiskKind.OPPORTUNITY: UPWARDS,
    RiskKind.THREAT: frozenset(ResponseStrategy) - (UPWARDS - BOTH),
}


def _check(row: Risk) -> None:
    check_on(row, grid_of(row.node))


def check_on(row: Risk, grid: Grid) -> None:
    """Refuse a risk as it would stand, scored on the matrix `grid`. Raises ValidationError."""
    for name, words in (("probability", grid.probability), ("impact", grid.impact)):
        for when in SCORED:
            if (getattr(row, f"{when}_{name}") or 0) > len(words):
                raise ValidationError({f"{when}_{name}": _("The risk matrix ends at %(last)s.") % {"last": len(words)}})
    for name in ("raised_on", "closed_on"):
        day = getattr(row, name)
        if day and day > clock.today():
            raise ValidationError({name: _("This day is today or was before.")})
    if row.state == RiskState.CLOSED and not row.outcome.strip():
        raise ValidationError({"outcome": _("Say why the risk is closed.")})


RISKS = Plain(
    Risk,
    noun="risk",
    action=ACTION,
    verbs=(gettext_lazy("Risk added"), gettext_lazy("Risk edited"), gettext_lazy("Risk deleted")),
    check=_check,
)
risk_delete = RISKS.delete


def risk_create(*, actor: Any, reason: str = "", **values: Any) -> Risk:
    """Add a risk to its node, raised today unless said otherwise."""
    values["raised_on"] = values.get("raised_on") or clock.today()
    return RISKS.create(actor=actor, reason=reason, **values)


@transaction.atomic
def risk_update(
    risk: Risk, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None, reason: str = ""
) -> Risk:
    """Edit one risk; the event says whether it was scored again, closed, opened again or otherwise edited.

    A risk that has occurred has an issue, so that state comes by `risk_occurred` only.
    """
    stored, values = _locked(risk, actor), dict(values)
    state = values.get("state", stored.state)
    if "node" in values and values["node"] != stored.node:
        raise ValidationError({"node": _("A risk stays with its project.")})
    if state == RiskState.OCCURRED != stored.state:
        raise ValidationError({"state": _("Raise the issue that it has become; that says it occurred.")})
    if values.get("raised_on", stored.raised_on) is None:
        values["raised_on"] = stored.raised_on
    if state == RiskState.OPEN != stored.state:
        values |= {"closed_on": None, "outcome": ""}
    elif state != RiskState.OPEN:
        values["closed_on"] = values.get("closed_on") or stored.closed_on or clock.today()
    if stored.state == RiskState.OPEN != state:
        waiting_withdraw(stored, actor=actor, reason=_("The risk was closed."))
    verb = _verb(stored, values, state)
    return saving.update(
        risk,
        values,
        actor=actor,
        action=ACTION,
        verb=verb,
        expected_version=expected_version,
        reason=reason,
        check=_check,
    )


def risk_close(risk: Risk, *, actor: Any, outcome: str, closed_on: date | None = None) -> Risk:
    """Close an open risk and say why. Raises ValidationError for one that is not open."""
    if risk.state != RiskState.OPEN:
        raise ValidationError(_("This risk is not open."))
    values = {"state": RiskState.CLOSED, "outcome": outcome, "closed_on": closed_on}
    return risk_update(risk, values, actor=actor, expected_version=risk.version, reason=outcome)


@transaction.atomic
def risk_occurred(
    risk: Risk, *, actor: Any, title: str, severity: str = Severity.MEDIUM, reason: str = "", **values: Any
) -> Issue:
    """Say that an open risk has come true: the risk is done with, and an issue of the same project takes its place."""
    stored = _locked(risk, actor)
    if stored.state != RiskState.OPEN:
        raise ValidationError(_("This risk is not open."))
    waiting_withdraw(stored, actor=actor, reason=_("The risk occurred."))
    happened = {"state": RiskState.OCCURRED, "closed_on": clock.today()}
    saving.update(risk, happened, actor=actor, action=ACTION, verb="risk.occurred", reason=reason, check=_check)
    return issue_create(
        actor=actor, reason=reason, node=stored.node, title=title, severity=severity, raised_from=stored, **values
    )


# --- Responses -------------------------------------------------------------------------------


@transaction.atomic
def risk_response_add(
    risk: Risk, *, actor: Any, strategy: str, title: str, due: date, owner: Any = None, details: str = ""
) -> RiskResponse:
    """Answer a risk: a strategy, and an action of the same project that somebody is to do by `due`."""
    stored = _locked(risk, actor)
    check_strategy(stored, strategy)
    action = action_create(actor=actor, node=stored.node, title=title, owner=owner, due=due, details=details)
    row = RiskResponse(risk=stored, strategy=strategy, action=action)
    saving.write(row, force_insert=True)
    _tell("risk.responded", row, {"strategy": (None, strategy), "action": (None, action.title)}, actor)
    return row


@transaction.atomic
def risk_response_change(
    response: RiskResponse, *, actor: Any, strategy: str, expected_version: int | None = None, reason: str = ""
) -> RiskResponse:
    """Change the strategy of a response; what is to be done, by whom and by when is changed in its action."""
    stored = _locked(response.risk, actor)
    row = RiskResponse.objects.select_for_update(of=("self",), no_key=True).select_related("action").get(pk=response.pk)
    row.risk = stored
    if expected_version is not None and row.version != expected_version:
        raise StaleWrite(row)
    check_strategy(stored, strategy)
    if row.strategy == strategy:
        return row
    changes = {"strategy": (row.strategy, strategy), "action": (row.action.title, row.action.title)}
    row.strategy, row.version = strategy, row.version + 1
    saving.write(row)
    _tell("risk.response_changed", row, changes, actor, reason)
    return row


@transaction.atomic
def risk_response_remove(response: RiskResponse, *, actor: Any, reason: str = "") -> None:
    """Take a response off its risk. Its action stays: somebody may be doing it."""
    response.risk = _locked(response.risk, actor)
    changes = {"strategy": (response.strategy, None), "action": (response.action.title, None)}
    _tell("risk.response_removed", response, changes, actor, reason)
    response.delete()


def _tell(verb: str, row: RiskResponse, changes: Mapping[str, tuple[Any, Any]], actor: Any, reason: str = "") -> None:
    emit(verb, [Event(row.risk, changes)], actor=actor, reason=reason)


def check_strategy(risk: Risk, strategy: str) -> None:
    """Refuse a strategy that is no response to this kind of risk. Raises ValidationError."""
    if strategy not in STRATEGIES[RiskKind(risk.kind)]:
        raise ValidationError({"strategy": _("This is no response to %(kind)s.") % {"kind": _kind_words(risk)}})


def _kind_words(risk: Risk) -> str:
    return _("a threat") if risk.kind == RiskKind.THREAT else _("an opportunity")


def _locked(risk: Risk, actor: Any) -> Risk:
    access.require(actor, ACTION, risk)
    return Risk.objects.select_for_update(of=("self",), no_key=True).select_related("node").get(pk=risk.pk)


def _verb(stored: Risk, values: Mapping[str, Any], state: str) -> str:
    if state != stored.state:
        return "risk.reopened" if state == RiskState.OPEN else "risk.closed"
    return edit_verb(name for name in values if values[name] != getattr(stored, name))


def edit_verb(changed: Iterable[str]) -> str:
    """Return what an edit means that changed these fields, and not the state."""
    return "risk.rescored" if {"current_probability", "current_impact"} & set(changed) else "risk.edited"
