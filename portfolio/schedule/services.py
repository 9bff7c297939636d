"""Writes of milestones and of their dates in draft baselines.

Every service guards, writes and emits in one transaction. They raise ValidationError for what a person can correct,
NotPermitted outside the actor's scope and StaleWrite on conflict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pmo.core import access, bulk, clock, saving
from pmo.core.errors import StaleWrite
from pmo.core.events import Event, declare_verbs, emit
from portfolio.registry.models import Baseline, Node
from portfolio.registry.services import drafts_lock
from portfolio.schedule.models import Milestone, MilestoneBaseline, MilestoneKind

declare_verbs(
    {
        "milestone.created": _("Milestone added"),
        "milestone.edited": _("Milestone edited"),
        "milestone.reforecast": _("Forecast date changed"),
        "milestone.achieved": _("Milestone achieved"),
        "milestone.baselined": _("Baseline date set"),
        "milestone.deleted": _("Milestone deleted"),
    }
)

FIXED_POINTS = frozenset({MilestoneKind.START, MilestoneKind.FINISH})


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone as it should stand; no date means that none is known."""

    node: Node
    name: str
    kind: str
    forecast_date: date | None = None
    actual_date: date | None = None
    is_critical: bool = False


@dataclass(frozen=True)
class BaselineDateLine:
    """The date of a milestone in a draft baseline of its node; None takes it out of the draft."""

    milestone: Milestone
    baseline: Baseline
    date: date | None


@transaction.atomic
def milestones_put(lines: Sequence[MilestoneLine], *, actor: Any, reason: str = "") -> Sequence[Milestone]:
    """Make every line true, in a few queries for many nodes; equal rows stay untouched. Returns the rows in order.

    A milestone is found by its name, the start and the finish of a node by their kind. Raises NotPermitted when one
    node is outside the actor's scope, ValidationError naming the line.
    """
    bulk.require_all(actor, "schedule.edit", (line.node for line in lines))
    wanted = [Milestone(**vars(line)) for line in lines]
    for index, row in enumerate(wanted):
        if words := _fault(row.actual_date):
            raise bulk.line_error(index, words)
    existing = Milestone.objects.select_related("node").filter(node__in={line.node.pk for line in lines})
    values = ["name", "kind", "forecast_date", "actual_date", "is_critical"]
    outcome = bulk.upsert(wanted, existing, key=_key, values=values)
    emit("milestone.created", outcome.created, actor=actor, reason=reason)
    for verb in ("milestone.achieved", "milestone.reforecast", "milestone.edited"):
        emit(verb, [event for event in outcome.edited if _verb(event.changes) == verb], actor=actor, reason=reason)
    return outcome.rows


@transaction.atomic
def baseline_dates_set(
    lines: Sequence[BaselineDateLine],
    *,
    actor: Any,
    reason: str = "",
    seen: Mapping[int, date | None] | None = None,
) -> None:
    """Set the dates of many milestones in draft baselines, in a few queries.

    `seen` maps a milestone's id to the date the actor saw. Raises NotPermitted when one milestone is outside the
    actor's scope, ValidationError when a baseline is approved or belongs to another node, and StaleWrite whose
    `current` maps each milestone that got another date meanwhile to that date; then nothing is written.
    """
    bulk.require_all(actor, "schedule.edit", (line.milestone for line in lines))
    for index, line in enumerate(lines):
        if line.baseline.node_id != line.milestone.node_id:
            raise bulk.line_error(index, gettext("This baseline does not exist."))
    drafts_lock(line.baseline for line in lines)
    existing = MilestoneBaseline.objects.select_related("milestone", "baseline").filter(
        milestone__in={line.milestone.pk for line in lines}, baseline__in={line.baseline.pk for line in lines}
    )
    _refuse_stale(lines, existing, seen)
    removed = _remove(existing, {_date_key(line) for line in lines if not line.date})
    wanted = [MilestoneBaseline(**vars(line)) for line in lines if line.date]
    outcome = bulk.upsert(wanted, existing, key=_date_key, values=["date"])
    events = [
        Event(event.obj.milestone, {"baseline_date": event.changes["date"]})
        for event in [*outcome.created, *outcome.edited, *removed]
    ]
    emit("milestone.baselined", events, actor=actor, reason=reason)


def _refuse_stale(lines: Sequence[BaselineDateLine], existing: Any, seen: Mapping[int, date | None] | None) -> None:
    if seen is None:
        return
    stored = {_date_key(row): row.date for row in existing}
    now = {line.milestone.pk: stored.get(_date_key(line)) for line in lines}
    typed = {line.milestone.pk: line.date for line in lines}
    stale = {pk: day for pk, day in now.items() if day not in (seen.get(pk), typed[pk])}
    if stale:
        raise StaleWrite(stale)


@transaction.atomic
def milestone_create(*, actor: Any, node: Node, reason: str = "", **values: Any) -> Milestone:
    """Add one milestone to `node`."""
    access.require(actor, "schedule.edit", node)
    _check(values)
    row = Milestone(node=node, **values)
    return saving.create(row, actor=actor, action="schedule.edit", verb="milestone.created", reason=reason)


@transaction.atomic
def milestone_update(
    milestone: Milestone,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int | None = None,
    reason: str = "",
) -> Milestone:
    """Edit one milestone; the event says whether it was achieved, forecast again or otherwise edited."""
    access.require(actor, "schedule.edit", milestone)
    if "node" in values and values["node"] != milestone.node:
        raise ValidationError({"node": _("A milestone stays with its project.")})
    _check(values)
    stored = Milestone.objects.select_for_update(of=("self",), no_key=True).get(pk=milestone.pk)
    verb = _verb(
        {name: (getattr(stored, name), value) for name, value in values.items() if getattr(stored, name) != value}
    )
    return saving.update(
        milestone,
        values,
        actor=actor,
        action="schedule.edit",
        verb=verb,
        expected_version=expected_version,
        reason=reason,
    )


def milestone_delete(milestone: Milestone, *, actor: Any, reason: str = "") -> None:
    """Delete a milestone that stands in no approved baseline."""
    saving.delete(milestone, actor=actor, action="schedule.edit", verb="milestone.deleted", reason=reason)


def baseline_copy_rows(current: Baseline, draft: Baseline) -> int:
    """Copy the milestone dates of the current baseline into a new draft; the kernel calls it when a draft is opened."""
    dates = MilestoneBaseline.objects.unrestricted("the guard stands in baseline_open").filter(baseline=current)
    copies = [MilestoneBaseline(milestone_id=row.milestone_id, baseline=draft, date=row.date) for row in dates]
    return len(MilestoneBaseline.objects.bulk_create(copies, batch_size=1000))


def _key(row: Milestone) -> tuple[Any, ...]:
    return row.node_id, row.kind if row.kind in FIXED_POINTS else "", "" if row.kind in FIXED_POINTS else row.name


def _date_key(row: "MilestoneBaseline | BaselineDateLine") -> tuple[Any, Any]:
    return row.milestone.pk, row.baseline.pk


def _remove(existing: Any, keys: set[tuple[Any, Any]]) -> list[Event]:
    gone = [row for row in existing if _date_key(row) in keys] if keys else []
    MilestoneBaseline.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return [Event(row, {"date": (str(row.date), None)}) for row in gone]


def _verb(changes: Mapping[str, tuple[Any, Any]]) -> str:
    if changes.get("actual_date", (None, None))[1] is not None:
        return "milestone.achieved"
    return "milestone.reforecast" if "forecast_date" in changes else "milestone.edited"


def _check(values: Mapping[str, Any]) -> None:
    if words := _fault(values.get("actual_date")):
        raise ValidationError({"actual_date": words})


def _fault(actual: date | None) -> str:
    return gettext("An actual date lies in the past or is today.") if actual and actual > clock.today() else ""
