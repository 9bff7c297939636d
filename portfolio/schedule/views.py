"""The pages of the schedule: a node's milestones, their forecast in place, and the dates of a draft baseline."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pmo.core import format as fmt
from pmo.core.access import requires
from pmo.core.crud import Crud
from pmo.core.crud.objects import add_errors
from pmo.core.errors import StaleWrite
from portfolio.registry.models import Node
from portfolio.registry.queries import baselines
from portfolio.registry.services import baseline_open
from portfolio.registry.views import NODE, node_frame
from portfolio.schedule import queries, services
from portfolio.schedule.filters import MilestoneFilter
from portfolio.schedule.forms import BaselineDatesForm, ForecastForm, MilestoneForm
from portfolio.schedule.models import Milestone
from portfolio.schedule.slips import finding
from portfolio.schedule.tables import MilestoneTable

MILESTONES = Crud(
    model=Milestone,
    name="milestone",
    path="milestones",
    label=gettext_lazy("Milestones"),
    table=MilestoneTable,
    filterset=MilestoneFilter,
    form=MilestoneForm,
    view_action="schedule.view",
    edit_action="schedule.edit",
    create=services.milestone_create,
    update=services.milestone_update,
    delete=services.milestone_delete,
    parent=NODE,
    tab="schedule",
    detail_fields=("name", "kind", "is_critical", "forecast_date", "actual_date"),
    empty=gettext_lazy("Add the dates the project is judged by, its start and its finish first."),
    help=gettext_lazy("Events of zero duration, each with its baseline, forecast and actual date."),
)


def fetch_node(request: HttpRequest, code: str, action: str) -> Node:
    """Return the node of a code on which the person may do `action`. Raises Http404."""
    return get_object_or_404(Node.objects.restrict(request.user, action), code=code)


def may_edit(request: HttpRequest, node: Node) -> bool:
    """Return whether the person may change the schedule of `node`."""
    return Node.objects.restrict(request.user, "schedule.edit").filter(pk=node.pk).exists()


def milestones_panel(request: HttpRequest, node: Node) -> dict[str, Any] | None:
    """Return the milestones for a node's overview; nodes that hold projects show them only when they have some."""
    panel = panel_of(request, node)
    if not panel["rows"]:
        visible = Node.objects.restrict(request.user, "schedule.view").filter(pk=node.pk)
        if not (node.is_project and visible.exists()):
            return None
    return panel | {"schedule_url": reverse("node-schedule", args=[node.code])}


def panel_of(request: HttpRequest, node: Node) -> dict[str, Any]:
    """Return what the milestones panel's template needs."""
    rows = queries.milestones(request.user, node)
    return {
        "rows": rows,
        "finding": finding([row.standing for row in rows]),
        "page_url": reverse("node-schedule", args=[node.code]),
        "create_url": reverse("milestone-create", args=[node.code]),
    }


@requires("schedule.view")
@require_safe
def node_schedule(request: HttpRequest, code: str) -> HttpResponse:
    """Show a node's milestones against its current baseline; `edit` opens one row's forecast date."""
    node = fetch_node(request, code, "schedule.view")
    return schedule_page(request, node, editing=request.GET.get("edit", ""))


def schedule_page(
    request: HttpRequest, node: Node, *, editing: str = "", form: ForecastForm | None = None, status: int = 200
) -> HttpResponse:
    """Return the schedule tab, or for HTMX its panel alone."""
    allowed = may_edit(request, node)
    panel = panel_of(request, node) | {"editable": allowed}
    row = next((row for row in panel["rows"] if str(row.pk) == editing), None)
    if allowed and row:
        panel["edited"] = row
        panel["form"] = form or ForecastForm(initial={"forecast_date": row.forecast_date, "version": row.version})
    current = baselines(request.user, node, "schedule.view")
    if current.current:
        panel["baseline"] = current.current
    context = {"panel": panel, "may_edit": allowed, "node": node}
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        return render(request, "portfolio/schedule/milestones_panel.html", context, status=status)
    context |= node_frame(request, node, "schedule") | {"baselines": current}
    return render(request, "portfolio/schedule/node_schedule.html", context, status=status)


@requires("schedule.edit")
@require_POST
def milestone_forecast(request: HttpRequest, key: int) -> HttpResponse:
    """Save a forecast date typed in its row. A stale save writes nothing and keeps what was typed."""
    rows = Milestone.objects.restrict(request.user, "schedule.edit").select_related("node")
    milestone = get_object_or_404(rows, pk=key)
    form = ForecastForm(request.POST)
    if not form.is_valid():
        return schedule_page(request, milestone.node, editing=str(key), form=form, status=422)
    try:
        services.milestone_update(
            milestone,
            {"forecast_date": form.cleaned_data["forecast_date"]},
            actor=request.user,
            expected_version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        )
    except StaleWrite as stale:
        words = _("Somebody saved this milestone meanwhile, forecast %(day)s. Save again to write yours over it.")
        form.take_version(stale.current.version)
        form.add_error("forecast_date", words % {"day": fmt.day(stale.current.forecast_date)})
        return schedule_page(request, milestone.node, editing=str(key), form=form, status=409)
    except ValidationError as error:
        add_errors(form, error)  # type: ignore[arg-type]
        return schedule_page(request, milestone.node, editing=str(key), form=form, status=422)
    if request.headers.get("HX-Request"):
        return schedule_page(request, milestone.node)
    return redirect("node-schedule", milestone.node.code)


@requires("schedule.edit")
@require_POST
def node_schedule_baseline(request: HttpRequest, code: str) -> HttpResponse:
    """Open the next draft baseline: a copy of the current plan, to be changed and approved."""
    node = fetch_node(request, code, "schedule.edit")
    draft = baseline_open(node, actor=request.user, action="schedule.edit")
    messages.success(request, _("%(baseline)s is open as a draft.") % {"baseline": draft})
    return redirect("node-baseline-dates", code)


@requires("schedule.edit")
def node_baseline_dates(request: HttpRequest, code: str) -> HttpResponse:
    """Set the milestones' dates in the draft baseline of a node, all at once."""
    node = fetch_node(request, code, "schedule.edit")
    draft = baselines(request.user, node, "schedule.edit").draft
    if draft is None:
        raise Http404
    rows = queries.milestones(request.user, node)
    stored = queries.draft_dates(request.user, draft)
    data = request.POST if request.method == "POST" else None
    form = BaselineDatesForm(rows, stored, data, from_forecast=request.GET.get("from") == "forecast")
    status = 200
    if form.is_bound and form.is_valid():
        typed, seen = form.dates("date"), form.dates("seen")
        lines = [services.BaselineDateLine(row, draft, typed[row.pk]) for row in rows if typed[row.pk] != seen[row.pk]]
        try:
            services.baseline_dates_set(lines, actor=request.user, reason=form.cleaned_data["reason"], seen=seen)
        except StaleWrite as stale:
            form.mark_conflicts(stale.current)
            status = 409
        except ValidationError as error:
            add_errors(form, error)  # type: ignore[arg-type]
        else:
            messages.success(request, _("Saved: the dates of %(baseline)s") % {"baseline": draft})
            return redirect("node-schedule", code)
    if form.is_bound and form.errors and status == 200:
        status = 422
    context = node_frame(request, node, "schedule") | {"form": form, "draft": draft, "rows": rows}
    return render(request, "portfolio/schedule/baseline_dates.html", context, status=status)
