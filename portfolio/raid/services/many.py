"""Risks and their responses in bulk: raised, scored again and answered, many projects in a few queries.

Raises ValidationError naming the line, NotPermitted when one node is outside the actor's scope.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from pmo.core import bulk, saving
from pmo.core.events import Event, emit
from portfolio.actions.models import Action
from portfolio.actions.services import actions_add
from portfolio.raid.models import Risk, RiskResponse, RiskState
from portfolio.raid.queries import grids_of
from portfolio.raid.services.risks import ACTION, SCORED, check_on, check_strategy, edit_verb

WRITTEN = (
    "description",
    "category",
    "owner",
    "proximity",
    *(f"{when}_{name}" for when in SCORED for name in ("probability", "impact")),
    "probability_percent",
    "impact_amount",
    "currency",
    "review_on",
)


@transaction.atomic
def risks_put(wanted: Sequence[Risk], *, actor: Any, reason: str = "") -> Sequence[Risk]:
    """Make every open risk true by node and title: raise the new ones, score the others again. Equal rows stay.

    Returns the rows in order. What is closed or has occurred stays as it is; a line of its title raises a new risk.
    Kind and state of a risk that is there stay too.
    """
    bulk.require_all(actor, ACTION, (risk.node for risk in wanted))
    grids = grids_of([risk.node for risk in wanted])
    for index, risk in enumerate(wanted):
        _check_line(risk, index, grids[risk.node_id])
    there = Risk.objects.select_related("node", "owner", "currency").filter(
        node__in={risk.node_id for risk in wanted}, title__in={risk.title for risk in wanted}, state=RiskState.OPEN
    )
    _refuse_doubles(wanted, there)
    outcome = bulk.upsert(wanted, there, key=_key, values=WRITTEN)
    emit("risk.created", outcome.created, actor=actor, reason=reason)
    for verb in ("risk.rescored", "risk.edited"):
        emit(verb, [event for event in outcome.edited if edit_verb(event.changes) == verb], actor=actor, reason=reason)
    return outcome.rows


def _check_line(risk: Risk, index: int, grid: Any) -> None:
    if risk.state != RiskState.OPEN:
        raise bulk.line_error(index, _("Only open risks are written together."))
    if any(
        (getattr(risk, f"{when}_probability") is None) != (getattr(risk, f"{when}_impact") is None) for when in SCORED
    ):
        raise bulk.line_error(index, _("Give both probability and impact, each from 1 to 6, or neither."))
    try:
        check_on(risk, grid)
    except ValidationError as error:
        raise bulk.line_error(index, " ".join(error.messages)) from error


def _refuse_doubles(wanted: Sequence[Risk], there: Any) -> None:
    stored = Counter(there.order_by().values_list("node", "title"))
    for index, risk in enumerate(wanted):
        if stored[_key(risk)] > 1:
            raise bulk.line_error(index, _("Two open risks of the project have this title."))


def _key(risk: Risk) -> tuple[int, str]:
    return risk.node_id, risk.title


@dataclass(frozen=True)
class ResponseLine:
    """How a risk is answered: a strategy, and what somebody is to do by a day."""

    risk: Risk
    strategy: str
    title: str
    due: date
    owner: Any = None
    details: str = ""


@transaction.atomic
def risk_responses_add(lines: Sequence[ResponseLine], *, actor: Any) -> Sequence[RiskResponse]:
    """Answer many risks, all or none, each with an action of its project. Returns the responses in order."""
    bulk.require_all(actor, ACTION, (line.risk for line in lines))
    held = Risk.objects.filter(pk__in={line.risk.pk for line in lines}).select_related("node").order_by("pk")
    risks = {risk.pk: risk for risk in held.select_for_update(of=("self",), no_key=True)}
    for index, line in enumerate(lines):
        _check_response(line, index, risks)
    wanted = [
        Action(node=risks[line.risk.pk].node, title=line.title, due=line.due, owner=line.owner, details=line.details)
        for line in lines
    ]
    actions = actions_add(wanted, actor=actor)
    rows = [
        RiskResponse(risk=risks[line.risk.pk], strategy=line.strategy, action=action)
        for line, action in zip(lines, actions, strict=True)
    ]
    saving.insert_many(RiskResponse, rows)
    told = [Event(row.risk, {"strategy": (None, row.strategy), "action": (None, row.action.title)}) for row in rows]
    emit("risk.responded", told, actor=actor)
    return rows


def _check_response(line: ResponseLine, index: int, risks: Mapping[int, Risk]) -> None:
    try:
        check_strategy(risks[line.risk.pk], line.strategy)
    except ValidationError as error:
        raise bulk.line_error(index, " ".join(error.messages)) from error
