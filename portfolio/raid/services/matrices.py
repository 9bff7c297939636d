"""Writes of risk matrices: one a portfolio, sub-portfolio or programme, until one further down takes its place."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pmo.core import access, saving
from pmo.core.errors import StaleWrite
from pmo.core.events import Event, declare_verbs, emit
from portfolio.raid.models import Risk, RiskMatrix, RiskState
from portfolio.registry.models import Node

declare_verbs({"matrix.set": _("Risk matrix set"), "matrix.removed": _("Risk matrix removed")})

FIELDS = ("probability_labels", "impact_labels", "yellow_from", "amber_from", "red_from")
ACTION = "raid.configure"


@transaction.atomic
def matrix_set(
    node: Node, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None, reason: str = ""
) -> RiskMatrix:
    """Give `node` a matrix, or change the one it has; `expected_version` is 0 where the actor saw none.

    Raises ValidationError for one that does not fit, also where an open risk below is scored beyond its classes,
    StaleWrite when somebody set it meanwhile, NotPermitted outside the actor's scope.
    """
    access.require(actor, ACTION, node)
    Node.objects.select_for_update(of=("self",), no_key=True).get(pk=node.pk)
    if node.is_project:
        raise ValidationError(_("A project is judged by the matrix of its portfolio or programme."))
    stored = RiskMatrix.objects.filter(node=node).first()
    if stored and expected_version is not None and stored.version != expected_version:
        raise StaleWrite(stored)
    wanted = copy(stored) if stored else RiskMatrix(node=node, version=0)
    for name in FIELDS:
        setattr(wanted, name, values[name])
    _check(wanted)
    changes = saving.differences(stored or RiskMatrix(node=node), wanted, FIELDS)
    if stored and not changes:
        return stored
    wanted.version += 1
    saving.write(wanted)
    emit("matrix.set", [Event(wanted, changes, _judged_by(node))], actor=actor, reason=reason)
    return wanted


@transaction.atomic
def matrix_remove(matrix: RiskMatrix, *, actor: Any, reason: str = "") -> None:
    """Take a matrix away: the next one up the tree holds again."""
    access.require(actor, ACTION, matrix)
    changes = {name: (saving.plain(getattr(matrix, name)), None) for name in FIELDS}
    emit("matrix.removed", [Event(matrix, changes, _judged_by(matrix.node))], actor=actor, reason=reason)
    matrix.delete()


def _check(matrix: RiskMatrix) -> None:
    for name, words in (("probability_labels", matrix.probability_labels), ("impact_labels", matrix.impact_labels)):
        if len(set(words)) != len(words):
            raise ValidationError({name: _("Each class has a word of its own.")})
    high, wide = len(matrix.probability_labels), len(matrix.impact_labels)
    if matrix.red_from > high * wide:
        raise ValidationError({"red_from": _("No score reaches this: red would never be seen.")})
    beyond = Q(current_probability__gt=high) | Q(current_impact__gt=wide)
    rows = Risk.objects.unrestricted("a matrix holds for every risk below it")
    nearer = RiskMatrix.objects.unrestricted("a matrix holds until one further down takes its place")
    nearer = nearer.filter(node__ancestors__contains=[matrix.node_id]).exclude(node=matrix.node_id)
    judged = rows.filter(node__ancestors__contains=[matrix.node_id], state=RiskState.OPEN)
    judged = judged.exclude(node__ancestors__overlap=list(nearer.values_list("node", flat=True)))
    number = judged.filter(beyond).count()
    if number:
        said = ngettext(
            "%(number)s open risk below is scored on a class that this matrix has not.",
            "%(number)s open risks below are scored on classes that this matrix has not.",
            number,
        )
        raise ValidationError(said % {"number": number})


def _judged_by(node: Node) -> tuple[int, ...]:
    """Return the nodes whose risks change their band with the matrix of `node`."""
    rows = Risk.objects.unrestricted("a matrix holds for every risk below it")
    return tuple(rows.filter(node__ancestors__contains=[node.pk]).order_by().values_list("node", flat=True).distinct())
