"""Writes of what benefits bring by fiscal period: one value at a time, many at once, and the copy of a target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import access, bulk, clock, saving
from pmo.core.errors import DomainError, NotPermitted, StaleWrite
from pmo.core.events import Event, declare_verbs, emit
from portfolio.benefits.models import Benefit, BenefitValue, ValueVersion
from portfolio.registry.models import Baseline, Node
from portfolio.registry.services import baseline_open, drafts_lock

declare_verbs(
    {
        "benefitvalue.created": gettext_lazy("Benefit value added"),
        "benefitvalue.edited": gettext_lazy("Benefit value edited"),
        "benefitvalue.deleted": gettext_lazy("Benefit value deleted"),
    }
)

EDIT = "benefit.edit"
PERMANENT = ("benefit", "value_version", "baseline")
Cell = tuple[int, str, int]  # benefit, version, period


@dataclass(frozen=True)
class ValueLine:
    """What a benefit brings in one period, in its currency or unit; None takes the value away.

    Targets name a draft baseline of the benefit's node, forecasts and actuals none.
    """

    benefit: Benefit
    value_version: str
    period: Any
    amount: Decimal | None
    baseline: Baseline | None = None

    @property
    def cell(self) -> Cell:
        """Return what names the value on a page of one draft."""
        return self.benefit.pk, self.value_version, self.period.pk


@transaction.atomic
def benefit_values_set(
    lines: Sequence[ValueLine],
    *,
    actor: Any,
    reason: str = "",
    seen: Mapping[Cell, Decimal | None] | None = None,
) -> None:
    """Make every line true, in a few queries for many benefits; equal values stay untouched.

    `seen` maps a cell to the amount that the actor saw there. Raises NotPermitted when one benefit is outside the
    actor's scope, ValidationError naming the line, and StaleWrite whose `current` maps each cell that got another
    amount meanwhile to that amount; then nothing is written.
    """
    bulk.require_all(actor, EDIT, (line.benefit for line in lines))
    # A value that is not there yet has no row to lock: the benefits are held, so that two grids follow one another.
    held = Benefit.objects.filter(pk__in={line.benefit.pk for line in lines}).order_by("pk")
    benefits = {row.pk: row for row in held.select_for_update(of=("self",), no_key=True)}
    rows = [BenefitValue(**vars(line) | {"benefit": benefits[line.benefit.pk]}) for line in lines]
    for index, row in enumerate(rows):
        if words := _fault(row):
            raise bulk.line_error(index, words)
    drafts_lock(line.baseline for line in lines if line.baseline)
    existing = _stored(lines)
    _refuse_stale(lines, existing, seen)
    removed = _remove(existing, {_key(row) for row in rows if row.amount is None})
    outcome = bulk.upsert([row for row in rows if row.amount is not None], existing, key=_key, values=["amount"])
    claimers = _claimers(benefits)
    for verb, events in (
        ("benefitvalue.created", outcome.created),
        ("benefitvalue.edited", outcome.edited),
        ("benefitvalue.deleted", removed),
    ):
        told = [Event(event.obj, event.changes, claimers.get(event.obj.benefit_id, ())) for event in events]
        emit(verb, told, actor=actor, reason=reason)


def _stored(lines: Sequence[ValueLine]) -> Any:
    baselines = {line.baseline.pk for line in lines if line.baseline}
    return BenefitValue.objects.select_related("benefit", "period").filter(
        Q(baseline__in=baselines) | Q(baseline=None),
        benefit__in={line.benefit.pk for line in lines},
        period__in={line.period.pk for line in lines},
    )


def _refuse_stale(lines: Sequence[ValueLine], existing: Any, seen: Mapping[Cell, Decimal | None] | None) -> None:
    if seen is None:
        return
    stored = {(row.benefit_id, row.value_version, row.period_id): row.amount for row in existing}
    stale = {
        line.cell: stored.get(line.cell)
        for line in lines
        if stored.get(line.cell) not in (seen.get(line.cell), line.amount)
    }
    if stale:
        raise StaleWrite(stale)


def _remove(existing: Any, keys: set[Any]) -> list[Event]:
    gone = [row for row in existing if _key(row) in keys] if keys else []
    BenefitValue.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return [Event(row, {"amount": (str(row.amount), None)}) for row in gone]


def _claimers(benefits: Mapping[int, Benefit]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for pk, node in Benefit.objects.filter(pk__in=benefits, shares__isnull=False).values_list("pk", "shares__node"):
        found[pk] = (*found.get(pk, ()), node)
    return found


@transaction.atomic
def benefit_value_create(
    *, actor: Any, benefit: Benefit, reason: str = "", benefit__node: Node | None = None, **values: Any
) -> BenefitValue:
    """Add one value to `benefit`. A target without a baseline goes into the node's draft, opened if there is none.

    `benefit__node` is the node of the page it was asked on; a benefit of another one does not exist there.
    """
    access.require(actor, EDIT, benefit)
    if benefit__node is not None and benefit.node_id != benefit__node.pk:
        raise NotPermitted("This does not exist.")
    row = BenefitValue(benefit=benefit, **values)
    if row.value_version == ValueVersion.TARGET and row.baseline is None:
        row.baseline = baseline_open(benefit.node, actor=actor, action=EDIT, reason=reason)
    _hold(row)
    return saving.create(row, actor=actor, action=EDIT, verb="benefitvalue.created", reason=reason)


@transaction.atomic
def benefit_value_update(
    row: BenefitValue,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int | None = None,
    reason: str = "",
) -> BenefitValue:
    """Edit one value. Its benefit, version and baseline are permanent: another row says something else."""
    access.require(actor, EDIT, row)
    row = BenefitValue.objects.select_related("benefit", "baseline", "period").get(pk=row.pk)
    if any(name in values and values[name] != getattr(row, name) for name in PERMANENT):
        raise DomainError(_("Benefit, version and baseline of a value are permanent."))
    changes = {name: value for name, value in values.items() if name not in PERMANENT}
    for name, value in changes.items():
        setattr(row, name, value)
    _hold(row)
    return saving.update(
        row,
        changes,
        actor=actor,
        action=EDIT,
        verb="benefitvalue.edited",
        expected_version=expected_version,
        reason=reason,
    )


@transaction.atomic
def benefit_value_delete(row: BenefitValue, *, actor: Any, reason: str = "") -> None:
    """Delete one value; a target of an approved baseline stays."""
    access.require(actor, EDIT, row)
    if row.baseline:
        drafts_lock([row.baseline])
    saving.delete(row, actor=actor, action=EDIT, verb="benefitvalue.deleted", reason=reason)


def baseline_copy_values(current: Baseline, draft: Baseline) -> int:
    """Copy the targets of the current baseline into a new draft; the kernel calls it when a draft is opened."""
    rows = BenefitValue.objects.unrestricted("the guard stands in baseline_open").filter(baseline=current)
    copies = [
        BenefitValue(
            benefit_id=row.benefit_id,
            value_version=row.value_version,
            baseline=draft,
            period_id=row.period_id,
            amount=row.amount,
        )
        for row in rows
    ]
    return len(BenefitValue.objects.bulk_create(copies, batch_size=1000))


def _key(row: BenefitValue) -> tuple[Any, ...]:
    return row.benefit_id, row.value_version, row.baseline_id, row.period_id


def _hold(row: BenefitValue) -> None:
    if words := _fault(row):
        raise ValidationError({"period" if row.value_version == ValueVersion.ACTUAL else "amount": words})
    if row.baseline:
        drafts_lock([row.baseline])


def _fault(row: BenefitValue) -> str:
    if row.value_version not in ValueVersion.values:
        return _("There is no such version.")
    if (row.value_version == ValueVersion.TARGET) != (row.baseline is not None):
        return _("A target belongs to a baseline, and only a target does.")
    if row.baseline is not None and row.baseline.node_id != row.benefit.node_id:
        return _("This baseline does not exist.")
    if row.value_version == ValueVersion.ACTUAL and row.period.start > clock.today():
        return _("%(period)s has not begun: nothing is realised in it yet.") % {"period": row.period}
    if row.amount is not None and row.amount < 0 and row.benefit.in_money:
        return _("Amounts of money carry no sign; a dis-benefit is counted against by its kind.")
    return ""
