"""The weekly report: queue, form with conflicts, frozen view, and assurance ratings beside it."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pmo.core import clock, ui
from pmo.core.access import requires
from pmo.core.crud import Crud
from pmo.core.crud.objects import add_errors
from pmo.core.errors import DomainError, StaleWrite
from portfolio.registry.models import Node
from portfolio.registry.views import NODE, fetch_node, node_frame
from portfolio.status import merging, pages, queries, services
from portfolio.status.filters import QueueFilter, RatingFilter
from portfolio.status.forms import RatingForm, ReportForm
from portfolio.status.models import AssuranceRating, ReportState, StatusReport
from portfolio.status.services.reports import TYPED, computed_health, draft_for
from portfolio.status.tables import QueueTable, RatingTable
from portfolio.status.weeks import monday

QUEUE = Crud(
    model=Node,
    name="status",
    path="status",
    label=gettext_lazy("Status"),
    help=gettext_lazy("Live projects and whether their report of this week is in."),
    table=QueueTable,
    filterset=QueueFilter,
    list_template="portfolio/status/queue.html",
    list_context=pages.queue_page,
    view_action="status.view",
    with_detail=False,
    narrow=queries.with_report_state,
    empty=gettext_lazy("No live project: a report is due from projects in the stages Define and Deliver."),
)

RATINGS = Crud(
    model=AssuranceRating,
    name="rating",
    path="ratings",
    label=gettext_lazy("Assurance ratings"),
    table=RatingTable,
    filterset=RatingFilter,
    form=RatingForm,
    view_action="status.view",
    edit_action="assurance.edit",
    create=services.rating_create,
    update=services.rating_update,
    delete=services.rating_delete,
    parent=NODE,
    tab="status",
    empty=gettext_lazy("Nobody has judged delivery confidence yet."),
)


def milestone_rows(node: Node) -> list[dict[str, Any]]:
    """Return the milestones that the report shows, from whoever registered."""
    return [row for give in ui.providers("status.report.milestones").values() for row in give(node)]


@requires("status.report")
def report_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Offer this week's report, filled from the last one, and take it: save, or submit and freeze."""
    node = fetch_node(request, code, "status.report")
    if not node.is_project:
        raise BadRequest(_("Only projects report; what contains them adds up."))
    draft, rows = draft_for(node), milestone_rows(node)
    form = ReportForm(request.POST if request.method == "POST" else None, report=draft, milestones=rows)
    if request.method != "POST":
        return report_page(request, node, form, rows)
    if not form.is_valid():
        return refused(request, node, form, rows)
    try:
        return take(request, node, form)
    except StaleWrite as stale:
        return conflicted(request, node, form, stale, rows)
    except (ValidationError, DomainError) as error:
        add_errors(form, error)  # type: ignore[arg-type]
        return refused(request, node, form, rows)


def refused(request: HttpRequest, node: Node, form: ReportForm, rows: list[dict[str, Any]]) -> HttpResponse:
    """Say what is to be corrected; everything typed stays. An autosave gets the words alone."""
    if request.headers.get("HX-Request"):
        return render(request, "portfolio/status/saved.html", {"errors": form.errors}, status=422)
    shown = {"version": form.cleaned_data.get("version", 0), "after": form.cleaned_data.get("after") or 0}
    return report_page(request, node, form, rows, status=422, **shown)


def take(request: HttpRequest, node: Node, form: ReportForm) -> HttpResponse:
    """Save or submit what was typed."""
    values = form.values()
    seen = {"expected_version": form.cleaned_data["version"], "after": form.cleaned_data["after"] or 0}
    if request.POST.get("act") == "submit":
        report = services.report_submit(node, values, actor=request.user, milestones=form.forecasts(), **seen)
        messages.success(request, _("Report of %(node)s submitted and frozen.") % {"node": node.name})
        return redirect("report-detail", report.pk) if report.number > 1 else redirect("status-list")
    report = services.report_save(node, values, actor=request.user, **seen)
    if request.headers.get("HX-Request"):
        last = queries.latest(request.user, node)
        context = {
            "report": report,
            "at": clock.now(),
            "last": last,
            "changes": pages.changes(form, last, form.milestones),
        }
        return render(request, "portfolio/status/saved.html", context)
    messages.success(request, _("Draft saved; submit it when it is whole."))
    return redirect("report-edit", node.code)


def conflicted(
    request: HttpRequest, node: Node, form: ReportForm, stale: StaleWrite, rows: list[dict[str, Any]]
) -> HttpResponse:
    """Merge what both sides changed, and ask where they changed the same; nothing typed is lost."""
    current, mine = stale.current, form.values()
    if request.headers.get("HX-Request"):
        return render(request, "portfolio/status/saved.html", {"conflict": True, "by": current.author}, status=409)
    theirs = {name: getattr(current, name) for name in TYPED}
    merged = merging.merge(base_values(current, form), theirs, mine)
    is_draft = current.state == ReportState.DRAFT
    for name, value in merged.values.items():
        setattr(current, name, value)
    current.state, current.number = ReportState.DRAFT, current.number + (not is_draft)
    again = ReportForm(report=current, milestones=rows)
    extra = {
        "conflict": pages.clashes(merged.conflicts, rows),
        "merged": not merged.conflicts,
        "by": current.author,
        # A report that was submitted meanwhile has no draft any more: saving again begins its correction.
        "submitted_meanwhile": not is_draft,
        "version": current.version if is_draft else 0,
        "draft_saved": is_draft,
    }
    return report_page(request, node, again, rows, status=409, **extra)


def base_values(current: StatusReport, form: ReportForm) -> dict[str, Any]:
    """Return the values that the person began from: the draft as it stood in that version, or the report before it."""
    version, after = form.cleaned_data["version"], form.cleaned_data["after"] or 0
    if version:
        events = apps.get_model("portfolio.StatusReportEvent").objects
        was = events.filter(pgh_obj_id=current.pk, version=version, state=ReportState.DRAFT).order_by("pgh_id").last()
    else:
        was = StatusReport.objects.filter(node=current.node, state=ReportState.SUBMITTED, id=after).first()
    return {name: getattr(was, name) for name in TYPED} if was else {}


def report_page(
    request: HttpRequest, node: Node, form: ReportForm, rows: list[dict[str, Any]], *, status: int = 200, **extra: Any
) -> HttpResponse:
    """Show the form beside last week's words and computed health."""
    last = queries.latest(request.user, node)
    computed = computed_health(node)
    context = node_frame(request, node, "status") | {
        "form": form,
        "report": form.report,
        "version": form.report.version,
        "after": last.pk if last else 0,
        "due": pages.due(form.report.week_start),
        "last": last,
        "dimensions": pages.dimension_rows(form, computed, last),
        "texts": pages.text_rows(form, last),
        "milestones": pages.milestone_rows(form, rows, last),
        "changes": pages.changes(form, last, rows),
        "position": pages.position(request.user, node),
        "draft_saved": form.report.pk is not None,
    }
    return render(request, "portfolio/status/report_edit.html", context | extra, status=status)


def may_report(request: HttpRequest, node: Node) -> bool:
    """Return whether the person may report on `node`."""
    return Node.objects.filter(pk=node.pk).restrict(request.user, "status.report").exists()


@requires("status.view")
@require_safe
def node_status(request: HttpRequest, code: str) -> HttpResponse:
    """Show a project's last report with computed health beside it, ratings by others and all earlier reports."""
    node = fetch_node(request, code, "status.view")
    every = queries.submitted(request.user, node)
    reports = list(every[:120])
    context = (
        node_frame(request, node, "status")
        | pages.status_panel(request.user, node)
        | {
            "reports": pages.history_rows(reports),
            "reports_shown": len(reports),
            "report_count": every.count(),
            "this_week": monday(clock.today()),
            "ratings": queries.ratings(request.user, node)[:12],
            "may_report": node.is_project and may_report(request, node),
            "may_rate": Node.objects.filter(pk=node.pk).restrict(request.user, "assurance.edit").exists(),
        }
    )
    return render(request, "portfolio/status/node_status.html", context)


@requires("status.view")
@require_safe
def report_detail(request: HttpRequest, key: int) -> HttpResponse:
    """Show one submitted report as it was frozen."""
    rows = StatusReport.objects.restrict(request.user, "status.view").filter(state=ReportState.SUBMITTED)
    report = get_object_or_404(rows.select_related("node", "author"), pk=key)
    newer = (
        rows.filter(node=report.node, week_start=report.week_start, number__gt=report.number).order_by("number").last()
    )
    context = node_frame(request, report.node, "status") | pages.frozen_view(report) | {"superseded_by": newer}
    context["may_correct"] = (
        newer is None and report.week_start == monday(clock.today()) and may_report(request, report.node)
    )
    return render(request, "portfolio/status/report_detail.html", context)
