"""Writes of benefit profiles. What an approved target says in money stays what it said: kind and currency are fixed."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import access, clock, saving
from pmo.core.events import declare_verbs
from portfolio.benefits.models import Benefit, BenefitValue, ValueVersion
from portfolio.registry.models import BaselineState, Node

declare_verbs(
    {
        "benefit.created": gettext_lazy("Benefit added"),
        "benefit.edited": gettext_lazy("Benefit edited"),
        "benefit.closed": gettext_lazy("Benefit closed"),
        "benefit.reopened": gettext_lazy("Benefit opened again"),
        "benefit.deleted": gettext_lazy("Benefit deleted"),
    }
)

EDIT = "benefit.edit"
MEANING = ("kind", "currency")  # with the nature, as far as it says money or not


@transaction.atomic
def benefit_create(*, actor: Any, node: Node, reason: str = "", **values: Any) -> Benefit:
    """Add one benefit to `node`, a project, programme or portfolio."""
    access.require(actor, EDIT, node)
    row = Benefit(node=node, **values)
    return saving.create(row, actor=actor, action=EDIT, verb="benefit.created", reason=reason, check=_check)


@transaction.atomic
def benefit_update(
    benefit: Benefit,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int | None = None,
    reason: str = "",
) -> Benefit:
    """Edit one benefit; the event says whether it was closed, opened again or otherwise edited. It stays on its node.

    Kind, currency and whether it is money are fixed once a target of it is approved.
    """
    access.require(actor, EDIT, benefit)
    if "node" in values and values["node"] != benefit.node:
        raise ValidationError({"node": _("A benefit stays with its project.")})
    stored = Benefit.objects.select_for_update(of=("self",), no_key=True).get(pk=benefit.pk)

    def check(row: Benefit) -> None:
        _check(row)
        _check_meaning(stored, row)

    return saving.update(
        benefit,
        values,
        actor=actor,
        action=EDIT,
        verb=_verb(stored, values),
        expected_version=expected_version,
        reason=reason,
        check=check,
    )


@transaction.atomic
def benefit_delete(benefit: Benefit, *, actor: Any, reason: str = "") -> None:
    """Delete a benefit with its forecast; one with an approved target or an actual stays and is closed instead."""
    access.require(actor, EDIT, benefit)
    if _approved(benefit) or benefit.values.filter(value_version=ValueVersion.ACTUAL).exists():
        raise ValidationError(_("Its values were approved or realised, so it stays on record: close it instead."))
    saving.delete(benefit, actor=actor, action=EDIT, verb="benefit.deleted", reason=reason)


def _verb(stored: Benefit, values: Mapping[str, Any]) -> str:
    closed_on = values.get("closed_on", stored.closed_on)
    if closed_on and not stored.closed_on:
        return "benefit.closed"
    return "benefit.reopened" if stored.closed_on and not closed_on else "benefit.edited"


def _check(row: Benefit) -> None:
    today = clock.today()
    faults = {}
    if row.in_money and row.currency is None:
        faults["currency"] = _("A benefit in money has a currency.")
    if not row.in_money and row.currency is not None:
        faults["currency"] = _("A measured benefit has no currency.")
    for name in ("baseline_date", "closed_on"):
        if getattr(row, name) and getattr(row, name) > today:
            faults[name] = _("This date lies in the past or is today.")
    if row.target_date and row.baseline_date and row.target_date < row.baseline_date:
        faults["target_date"] = _("The value is aimed at after it was first read.")
    if faults:
        raise ValidationError(faults)


def _check_meaning(stored: Benefit, row: Benefit) -> None:
    changed = [name for name in MEANING if getattr(stored, f"{name}_id", getattr(stored, name)) != _value(row, name)]
    if stored.in_money != row.in_money:
        changed.append("nature")
    if changed and _approved(stored):
        words = _("Its target is approved, so this stays. Close the benefit and add another.")
        raise ValidationError(dict.fromkeys(changed, words))
    if row.in_money and not stored.in_money and stored.values.filter(amount__lt=0).exists():
        raise ValidationError({"nature": _("It has values below zero; amounts of money carry no sign.")})


def _value(row: Benefit, name: str) -> Any:
    return getattr(row, f"{name}_id", getattr(row, name))


def _approved(benefit: Benefit) -> bool:
    return BenefitValue.objects.filter(benefit=benefit, baseline__state=BaselineState.APPROVED).exists()
