"""Writes of objectives and of contributions to them.

Every service guards, writes and emits in one transaction. They raise ValidationError for what a person can correct,
NotPermitted outside the actor's scope and StaleWrite on conflict.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import access, clock, saving
from pmo.core.events import declare_verbs
from pmo.core.plain import Plain
from portfolio.registry.models import Node
from portfolio.strategy import queries
from portfolio.strategy.models import CONTRIBUTORS, HOLDERS, Contribution, Objective

EDIT = "strategy.edit"

declare_verbs(
    {
        "objective.closed": gettext_lazy("Objective closed"),
        "objective.reopened": gettext_lazy("Objective opened again"),
    }
)


def _check_objective(row: Objective) -> None:
    if row.node.kind not in HOLDERS:
        raise ValidationError(_("Objectives stand on a portfolio or a programme; a project contributes to them."))
    if row.closed_on and row.closed_on > clock.today():
        raise ValidationError({"closed_on": _("This date lies in the past or is today.")})


def _check_contribution(row: Contribution) -> None:
    if row.node.kind not in CONTRIBUTORS:
        raise ValidationError(_("Projects and programmes contribute to objectives; a portfolio holds them."))


OBJECTIVES = Plain(
    Objective,
    noun="objective",
    action=EDIT,
    verbs=(gettext_lazy("Objective added"), gettext_lazy("Objective edited"), gettext_lazy("Objective deleted")),
    check=_check_objective,
)
CONTRIBUTIONS = Plain(
    Contribution,
    noun="contribution",
    action=EDIT,
    verbs=(
        gettext_lazy("Contribution added"),
        gettext_lazy("Contribution edited"),
        gettext_lazy("Contribution deleted"),
    ),
    check=_check_contribution,
)
objective_create = OBJECTIVES.create
contribution_delete = CONTRIBUTIONS.delete


@transaction.atomic
def objective_update(
    objective: Objective,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int | None = None,
    reason: str = "",
) -> Objective:
    """Edit one objective; the event says whether it was closed, opened again or otherwise edited."""
    access.require(actor, EDIT, objective)
    if "node" in values and values["node"] != objective.node:
        raise ValidationError({"node": _("An objective stays with its portfolio.")})
    stored = Objective.objects.select_for_update(of=("self",), no_key=True).get(pk=objective.pk)
    return saving.update(
        objective,
        values,
        actor=actor,
        action=EDIT,
        verb=_verb(stored.closed_on, values.get("closed_on", stored.closed_on)),
        expected_version=expected_version,
        reason=reason,
        check=_check_objective,
    )


def _verb(before: date | None, after: date | None) -> str:
    if after and not before:
        return "objective.closed"
    return "objective.reopened" if before and not after else "objective.edited"


@transaction.atomic
def objective_delete(objective: Objective, *, actor: Any, reason: str = "") -> None:
    """Delete an objective that nothing contributes to; another one is closed and stays on record."""
    access.require(actor, EDIT, objective)
    Objective.objects.select_for_update(of=("self",)).get(pk=objective.pk)  # nobody contributes to it meanwhile
    if objective.contributions.exists():
        raise ValidationError(_("Projects contribute to it, so it stays on record: close it instead."))
    OBJECTIVES.delete(objective, actor=actor, reason=reason)


@transaction.atomic
def contribution_create(
    *, actor: Any, node: Node, objective: Objective, reason: str = "", **values: Any
) -> Contribution:
    """Say how much `node` contributes to an open objective above it that the actor may see."""
    access.require(actor, EDIT, node)
    if not queries.choices(actor, node).filter(pk=objective.pk).exists():
        raise ValidationError({"objective": _("No open objective of this kind stands above the project.")})
    return CONTRIBUTIONS.create(actor=actor, reason=reason, node=node, objective=objective, **values)


def contribution_update(
    contribution: Contribution,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int | None = None,
    reason: str = "",
) -> Contribution:
    """Edit strength and reason of a contribution. Its objective is permanent: another row says something else."""
    access.require(actor, EDIT, contribution)
    if "objective" in values and values["objective"] != contribution.objective:
        raise ValidationError({"objective": _("A contribution stays with its objective.")})
    return CONTRIBUTIONS.update(contribution, values, actor=actor, expected_version=expected_version, reason=reason)
