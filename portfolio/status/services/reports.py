"""The weekly report: drafted from the last one, saved as typed, frozen when submitted, corrected by a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import access, bulk, clock, saving, ui
from pmo.core.errors import DomainError, StaleWrite
from pmo.core.events import Event, declare_verbs, emit
from portfolio.registry.models import Node, NodeKind
from portfolio.status.models import DIMENSIONS, ReportState, StatusReport
from portfolio.status.weeks import is_better, monday

declare_verbs(
    {
        "report.drafted": gettext_lazy("Report begun"),
        "report.edited": gettext_lazy("Report draft edited"),
        "report.submitted": gettext_lazy("Report submitted"),
        "report.corrected": gettext_lazy("Report corrected"),
    }
)

TEXTS = ("done", "next_steps", "help_needed")
TYPED = (*DIMENSIONS, *TEXTS, "reasons", "frozen")  # a draft keeps typed milestone forecasts in `frozen`


def latest(node: Node) -> StatusReport | None:
    """Return the node's last submitted report."""
    rows = StatusReport.objects.filter(node=node, state=ReportState.SUBMITTED)
    return rows.select_related("author").order_by("-week_start", "-number").first()


def valid_reasons(reasons: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return the reasons for differing that have not expired."""
    return {name: reason for name, reason in reasons.items() if reason.get("until", "") >= today.isoformat()}


def draft_for(node: Node) -> StatusReport:
    """Return this week's draft: the stored one, or an unsaved one filled from the last report. Writes nothing."""
    week, last = monday(clock.today()), latest(node)
    draft = StatusReport.objects.filter(node=node, state=ReportState.DRAFT).select_related("author").first()
    if draft is None:
        draft = StatusReport(node=node, version=0)
        for name in (*DIMENSIONS, *TEXTS) if last else ():
            setattr(draft, name, getattr(last, name))
        draft.reasons = valid_reasons(last.reasons, clock.today()) if last else {}
    draft.week_start, draft.number = week, _next_number(node, week)
    return draft


def _next_number(node: Node, week: date) -> int:
    rows = StatusReport.objects.filter(node=node, week_start=week, state=ReportState.SUBMITTED)
    last = rows.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


@transaction.atomic
def report_save(
    node: Node,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int,
    after: int | None = None,
    reason: str = "",
) -> StatusReport:
    """Save what was typed into this week's draft of `node`; version 0 means that there is no stored draft yet.

    A new draft follows on the last report: with `after`, its id (0 for none), another last one is a conflict.
    Raises StaleWrite when somebody saved or submitted in between; nothing is overwritten.
    """
    _require_project(node, actor)
    draft = _open(node, expected_version, after)
    begun, before = draft.pk is None, spoken(draft)
    if not _fill(draft, values, actor):
        return draft
    saving.write(draft, force_insert=begun)
    verb = "report.drafted" if begun else "report.edited"
    emit(verb, [Event(draft, saving.diff(before, spoken(draft)))], actor=actor, reason=reason)
    return draft


def _require_project(node: Node, actor: Any) -> None:
    access.require(actor, "status.report", node)
    if node.kind != NodeKind.PROJECT:
        raise DomainError(_("Only projects report; what contains them adds up."))


def _open(node: Node, expected_version: int, after: int | None) -> StatusReport:
    """Lock the node's reports and return the draft to write to. Raises StaleWrite."""
    Node.objects.select_for_update(of=("self",), no_key=True).get(pk=node.pk)
    draft, last = draft_for(node), latest(node)
    if draft.version == 0:
        draft.created_at = clock.now()
        same_before = after in (None, last.pk if last else 0)
    else:
        last, same_before = draft, True
    if draft.version != expected_version or not same_before:
        # The draft was saved meanwhile, or it is gone because somebody submitted it: show what stands now.
        raise StaleWrite(last or draft)
    return draft


def _fill(draft: StatusReport, values: Mapping[str, Any], actor: Any) -> bool:
    """Put what was typed into the draft; return whether there is anything to write."""
    known = _known(values)
    new = any(getattr(draft, name) != value for name, value in known.items())
    for name, value in known.items():
        setattr(draft, name, value)
    if new or draft.pk is None:
        draft.version, draft.author_id = draft.version + 1, actor.pk
    return new or draft.pk is None


def spoken(report: StatusReport) -> dict[str, Any]:
    """Return what a report says as the timeline tells it: statuses, texts and reasons in words."""
    reasons = [f"{name}: {reason['text']} ({reason['until']})" for name, reason in sorted(report.reasons.items())]
    return saving.snapshot(report, (*DIMENSIONS, *TEXTS)) | {"reasons": "; ".join(reasons)}


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in TYPED if name in values}


@transaction.atomic
def report_submit(
    node: Node,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int,
    after: int | None = None,
    milestones: Mapping[int, Any] | None = None,
) -> StatusReport:
    """Save, freeze and send this week's report, with new forecasts of milestones (id → date).

    What stands beside it, computed health and milestones, is frozen with it. Raises ValidationError for a missing
    status or reason, StaleWrite on conflict.
    """
    _require_project(node, actor)
    draft, last = _open(node, expected_version, after), latest(node)
    _fill(draft, values, actor)
    for apply in ui.providers("status.report.milestones.apply").values():
        apply(node, milestones or {}, actor)
    computed = computed_health(node)
    _check_complete(draft, computed)
    draft.frozen = freeze(node, computed)
    draft.state, draft.submitted_at, draft.author_id = ReportState.SUBMITTED, clock.now(), actor.pk
    saving.write(draft)
    verb = "report.submitted" if draft.number == 1 else "report.corrected"
    emit(verb, [Event(draft, saving.diff(spoken(last or StatusReport()), spoken(draft)))], actor=actor)
    return draft


def computed_health(node: Node) -> dict[str, dict[str, str]]:
    """Return computed health by dimension (colour, reason) from whoever registered; empty without."""
    found: dict[str, dict[str, str]] = {}
    for give in ui.providers("status.report.health").values():
        found |= give(node)
    return found


def freeze(node: Node, computed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept with a submitted report: computed health and milestones as they stand now."""
    rows = [row for give in ui.providers("status.report.milestones").values() for row in give(node)]
    kept = [
        {name: saving.plain(row[name]) for name in ("name", "baseline", "forecast", "actual", "slip")} for row in rows
    ]
    return {"health": {name: dict(value) for name, value in computed.items()}, "milestones": kept}


def _check_complete(draft: StatusReport, computed: Mapping[str, Mapping[str, str]]) -> None:
    errors: dict[str, str] = {}
    today = clock.today().isoformat()
    for name in DIMENSIONS:
        colour = getattr(draft, name)
        if not colour:
            errors[name] = _("Choose a status for %(dimension)s.") % {"dimension": name}
            continue
        reason = draft.reasons.get(name) or {}
        given = reason.get("text", "").strip() and reason.get("until", "") >= today
        if is_better(colour, computed.get(name, {}).get("colour", "")) and not given:
            errors[name] = _("%(dimension)s is reported better than computed: say why, and until when that holds.") % {
                "dimension": name.capitalize()
            }
    if errors:
        raise ValidationError(errors)


@dataclass(frozen=True)
class ReportLine:
    """One project's whole report, for many at once."""

    node: Node
    colours: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, Any] = field(default_factory=dict)
    frozen: Mapping[str, Any] = field(default_factory=dict)
    author: Any = None


@transaction.atomic
def reports_submit_bulk(lines: Sequence[ReportLine], *, actor: Any, reason: str = "") -> Sequence[StatusReport]:
    """Submit this week's first report of many projects in a few queries, as when reports arrive by file.

    Raises NotPermitted when one project is outside the actor's scope, ValidationError when one has a report already.
    """
    bulk.require_all(actor, "status.report", (line.node for line in lines))
    week, now = monday(clock.today()), clock.now()
    rows = [
        StatusReport(
            node=line.node,
            week_start=week,
            state=ReportState.SUBMITTED,
            reasons=dict(line.reasons),
            frozen=dict(line.frozen),
            author_id=(line.author or actor).pk,
            created_at=now,
            submitted_at=now,
            **line.colours,
            **line.texts,
        )
        for line in lines
    ]
    for index, row in enumerate(rows):
        bulk.check(row, index)
    saving.insert_many(StatusReport, rows)
    events = [Event(row, {name: (None, getattr(row, name)) for name in DIMENSIONS}) for row in rows]
    emit("report.submitted", events, actor=actor, reason=reason)
    return rows
