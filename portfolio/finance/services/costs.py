"""Writes of cost rows: one at a time, many at once, and the copy of a plan into its next draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pmo.core import access, bulk, clock, saving
from pmo.core.errors import DomainError, NotPermitted, StaleWrite
from pmo.core.events import Event, declare_verbs, emit
from portfolio.finance.models import CostRow, CostVersion, Currency, FiscalPeriod
from portfolio.registry.models import Baseline, Node
from portfolio.registry.services import baseline_open, drafts_lock

declare_verbs(
    {
        "cost.created": _("Cost row added"),
        "cost.edited": _("Cost row edited"),
        "cost.deleted": _("Cost row deleted"),
    }
)

PERMANENT = ("node", "cost_version", "baseline")


@dataclass(frozen=True)
class CostLine:
    """The money of one node in one period and category, in units of `currency`; budget lines name a draft baseline."""

    node: Node
    cost_version: str
    period: FiscalPeriod
    category: str
    cost_type: str
    currency: Currency
    amount: Decimal
    baseline: Baseline | None = None


@transaction.atomic
def cost_rows_set(lines: Sequence[CostLine], *, actor: Any, reason: str = "") -> Sequence[CostRow]:
    """Make every line true, in a few queries for many nodes: insert new rows, change amounts, leave equal rows alone.

    Returns the rows in the order of the lines. Raises NotPermitted when one node is outside the actor's scope, and
    ValidationError naming the line; then nothing is written.
    """
    bulk.require_all(actor, "cost.edit", (line.node for line in lines))
    wanted = [CostRow(**vars(line) | {"category": line.category.strip()}) for line in lines]
    for index, row in enumerate(wanted):
        if words := _fault(row):
            raise bulk.line_error(index, words)
    drafts_lock(line.baseline for line in lines if line.baseline)
    existing = CostRow.objects.select_related("node", "period").filter(
        node__in={line.node.pk for line in lines}, period__in={line.period.pk for line in lines}
    )
    outcome = bulk.upsert(wanted, existing, key=_key, values=["amount"])
    emit("cost.created", outcome.created, actor=actor, reason=reason)
    emit("cost.edited", outcome.edited, actor=actor, reason=reason)
    return outcome.rows


@transaction.atomic
def cost_row_create(*, actor: Any, node: Node, reason: str = "", **values: Any) -> CostRow:
    """Add one row to `node`. A budget row without a baseline goes into the node's draft, opened if there is none."""
    access.require(actor, "cost.edit", node)
    row = CostRow(node=node, **values)
    if row.cost_version == CostVersion.BUDGET and row.baseline is None:
        row.baseline = baseline_open(row.node, actor=actor, reason=reason)
    _hold(row)
    return saving.create(row, actor=actor, action="cost.edit", verb="cost.created", reason=reason)


@transaction.atomic
def cost_row_update(
    row: CostRow, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None, reason: str = ""
) -> CostRow:
    """Edit one row. Its project, version and baseline are permanent: another row says something else."""
    access.require(actor, "cost.edit", row)
    row = CostRow.objects.get(pk=row.pk)
    if any(name in values and values[name] != getattr(row, name) for name in PERMANENT):
        raise DomainError(gettext("Project, version and baseline of a cost row are permanent."))
    changes = {name: value for name, value in values.items() if name not in PERMANENT}
    _hold(row, changes.get("period"))
    return saving.update(
        row,
        changes,
        actor=actor,
        action="cost.edit",
        verb="cost.edited",
        expected_version=expected_version,
        reason=reason,
    )


@transaction.atomic
def cost_row_delete(row: CostRow, *, actor: Any, reason: str = "") -> None:
    """Delete one row; a row of an approved baseline stays."""
    access.require(actor, "cost.edit", row)
    if row.baseline:
        drafts_lock([row.baseline])
    saving.delete(row, actor=actor, action="cost.edit", verb="cost.deleted", reason=reason)


@transaction.atomic
def cost_rows_edit_amounts(
    changes: Mapping[int, tuple[Decimal, int]], *, actor: Any, reason: str = ""
) -> Sequence[CostRow]:
    """Write many amounts, all or none. `changes` maps a row's id to its new amount and the version the actor saw.

    Raises NotPermitted naming the position (from 1) of an id outside the actor's scope, never the row; StaleWrite whose
    `current` lists every row that somebody changed meanwhile; ValidationError for a frozen baseline.
    """
    visible = (
        CostRow.objects.restrict(actor, "cost.edit").filter(pk__in=changes).select_related("node", "period", "baseline")
    )
    rows = {row.pk: row for row in visible.order_by("pk").select_for_update(of=("self",), no_key=True)}
    for index, pk in enumerate(changes):
        if pk not in rows:
            raise NotPermitted(gettext("Row %(row)s does not exist.") % {"row": index + 1})
    stale = [row for pk, row in rows.items() if row.version != changes[pk][1] and row.amount != changes[pk][0]]
    if stale:
        raise StaleWrite(stale)
    edited = [(row, row.amount, changes[pk][0]) for pk, row in rows.items() if row.amount != changes[pk][0]]
    drafts_lock(row.baseline for row, _old, _new in edited if row.baseline)
    for index, (row, _old, new) in enumerate(edited):
        row.amount, row.version = new, row.version + 1
        bulk.check(row, index)
    CostRow.objects.bulk_update([row for row, _old, _new in edited], ["amount", "version"], batch_size=500)
    events = [Event(row, {"amount": (str(old), str(new))}) for row, old, new in edited]
    emit("cost.edited", events, actor=actor, reason=reason)
    return list(rows.values())


def baseline_copy_rows(current: Baseline, draft: Baseline) -> int:
    """Copy the budget rows of the current baseline into a new draft; the kernel calls it when a draft is opened."""
    rows = CostRow.objects.unrestricted("the guard stands in baseline_open").filter(baseline=current)
    copies = [
        CostRow(
            node_id=row.node_id,
            cost_version=row.cost_version,
            baseline=draft,
            period_id=row.period_id,
            category=row.category,
            cost_type=row.cost_type,
            currency_id=row.currency_id,
            amount=row.amount,
        )
        for row in rows
    ]
    return len(CostRow.objects.bulk_create(copies, batch_size=1000))


def _key(row: CostRow) -> tuple[Any, ...]:
    return row.node_id, row.cost_version, row.baseline_id, row.period_id, row.category, row.cost_type, row.currency_id


def _hold(row: CostRow, period: FiscalPeriod | None = None) -> None:
    if period is not None:
        row.period = period
    if words := _fault(row):
        raise ValidationError({"period": words} if row.cost_version == CostVersion.ACTUAL else words)
    if row.baseline:
        drafts_lock([row.baseline])


def _fault(row: CostRow) -> str:
    budget = row.cost_version == CostVersion.BUDGET
    if budget != (row.baseline is not None):
        return gettext("A budget row belongs to a baseline, and only a budget row does.")
    if row.baseline is not None and row.baseline.node_id != row.node_id:
        return gettext("This baseline does not exist.")
    if row.cost_version == CostVersion.ACTUAL and row.period.start > clock.today():
        return gettext("%(period)s has not begun: nothing is spent in it yet.") % {"period": row.period}
    return ""
