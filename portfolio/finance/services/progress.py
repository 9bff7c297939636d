"""Writes of measured progress: work packages, what was read of them, and the milestones that earn for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pmo.core import access, bulk, clock, saving
from pmo.core.events import Event, emit
from pmo.core.plain import Plain
from portfolio.finance.models import PackageMilestone, ProgressReading, ProgressTechnique, WorkPackage
from portfolio.finance.progress import loop_of
from portfolio.registry.models import Node


def _check_package(row: WorkPackage) -> None:
    if not row.node.is_project:
        raise ValidationError(gettext("Work packages belong to a project."))
    for name in ("started_on", "finished_on"):
        if words := _future(getattr(row, name)):
            raise ValidationError({name: words})
    base = row.apportioned_to
    if base is None:
        return
    if base.node_id != row.node_id:
        raise ValidationError({"apportioned_to": gettext("This work package does not exist.")})
    if ring := _ring(row):
        words = gettext("Packages would follow each other in a ring: %(ring)s.")
        raise ValidationError({"apportioned_to": words % {"ring": " → ".join(ring)}})


def _ring(row: WorkPackage) -> list[str]:
    stored = WorkPackage.objects.filter(node=row.node_id).exclude(pk=row.pk)
    follows = dict(stored.values_list("pk", "apportioned_to"))
    if not row.pk:
        return []  # nothing can follow a package that is not there yet
    names = dict(stored.values_list("pk", "name")) | {row.pk: row.name}
    return [names[key] for key in loop_of(row.pk, follows | {row.pk: row.apportioned_to_id})]


def _check_reading(row: ProgressReading) -> None:
    if row.package.technique != ProgressTechnique.PHYSICAL:
        words = gettext("%(package)s is not measured by readings: its technique is another.")
        raise ValidationError({"package": words % {"package": row.package}})
    if words := _future(row.as_of):
        raise ValidationError({"as_of": words})


def _check_milestone(row: PackageMilestone) -> None:
    if row.package.technique != ProgressTechnique.MILESTONES:
        words = gettext("%(package)s is not measured by milestones: its technique is another.")
        raise ValidationError({"package": words % {"package": row.package}})
    if row.milestone.node_id != row.package.node_id:
        raise ValidationError({"milestone": gettext("This milestone does not exist.")})


def _future(day: date | None) -> str:
    return gettext("This day has not come yet.") if day is not None and day > clock.today() else ""


PACKAGES = Plain(
    WorkPackage,
    noun="workpackage",
    action="cost.edit",
    verbs=(_("Work package added"), _("Work package edited"), _("Work package deleted")),
    check=_check_package,
)
READINGS = Plain(
    ProgressReading,
    noun="reading",
    action="cost.edit",
    verbs=(_("Progress read"), _("Progress reading edited"), _("Progress reading deleted")),
    parent="package",
    check=_check_reading,
)
PACKAGE_MILESTONES = Plain(
    PackageMilestone,
    noun="packagemilestone",
    action="cost.edit",
    verbs=(_("Milestone counts for a package"), _("Package’s milestone edited"), _("Package’s milestone taken out")),
    parent="package",
    check=_check_milestone,
)


@transaction.atomic
def workpackage_create(*, actor: Any, node: Node, reason: str = "", **values: Any) -> WorkPackage:
    """Add one package to a project. Raises ValidationError for a place that is none, a day to come or a ring."""
    _hold(node, actor)
    return PACKAGES.create(actor=actor, reason=reason, node=node, **values)


@transaction.atomic
def workpackage_update(
    row: WorkPackage, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None, reason: str = ""
) -> WorkPackage:
    """Edit one package; the project's packages are held, so that two edits cannot close a ring together."""
    _hold(row.node, actor)
    return PACKAGES.update(row, values, actor=actor, expected_version=expected_version, reason=reason)


def _hold(node: Node, actor: Any) -> None:
    access.require(actor, "cost.edit", node)
    Node.objects.select_for_update(of=("self",), no_key=True).get(pk=node.pk)


def reading_create(
    *, actor: Any, package: WorkPackage, package__node: Node | None = None, reason: str = "", **values: Any
) -> ProgressReading:
    """Add what was read of a package on a day. `package__node` is the project whose page asked, if one did."""
    _same_place(package, package__node)
    return READINGS.create(actor=actor, reason=reason, package=package, **values)


def packagemilestone_create(
    *, actor: Any, package: WorkPackage, package__node: Node | None = None, reason: str = "", **values: Any
) -> PackageMilestone:
    """Let a milestone of the same project earn a part of a package. `package__node`: the project whose page asked."""
    _same_place(package, package__node)
    return PACKAGE_MILESTONES.create(actor=actor, reason=reason, package=package, **values)


def _same_place(package: WorkPackage, node: Node | None) -> None:
    if node is not None and package.node_id != node.pk:
        raise ValidationError({"package": gettext("This work package does not exist.")})


@dataclass(frozen=True)
class ReadingLine:
    """What was read of a package on a day, in %."""

    package: WorkPackage
    as_of: date
    percent: Decimal
    note: str = ""


@transaction.atomic
def readings_add(lines: Sequence[ReadingLine], *, actor: Any, reason: str = "") -> Sequence[ProgressReading]:
    """Add what was read of many packages, all or none, in a few queries. Returns the rows in order.

    Raises NotPermitted when one package is outside the actor's scope, ValidationError naming the line, also where a
    reading of that day is there: it is corrected by itself, so that nobody overwrites it unseen.
    """
    bulk.require_all(actor, "cost.edit", (line.package for line in lines))
    there = set(
        ProgressReading.objects.filter(package__in=[line.package.pk for line in lines]).values_list("package", "as_of")
    )
    rows = [ProgressReading(**vars(line)) for line in lines]
    for index, row in enumerate(rows):
        _check_line(row, index, there)
        there.add((row.package_id, row.as_of))
    saving.insert_many(ProgressReading, rows)
    events = [Event(row, bulk.created_changes(row)) for row in rows]
    emit("reading.created", events, actor=actor, reason=reason)
    return rows


def _check_line(row: ProgressReading, index: int, there: set[tuple[int, date]]) -> None:
    bulk.check(row, index)
    try:
        _check_reading(row)
    except ValidationError as error:
        raise bulk.line_error(index, " ".join(error.messages)) from error
    if (row.package_id, row.as_of) in there:
        raise bulk.line_error(index, gettext("There is a reading of this date."))
