"""The pages of measured progress: a project's earned value, its packages and the evidence of each."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from pmo.core.access import requires
from pmo.core.crud import Crud
from portfolio.finance import earned_figures, earned_words, progress, queries, services
from portfolio.finance.figures import percent
from portfolio.finance.filters import PackageFilter, PackageMilestoneFilter, ReadingFilter
from portfolio.finance.forms import PackageForm, PackageMilestoneForm, ProgressForm, ReadingForm
from portfolio.finance.models import PackageMilestone, ProgressReading, ProgressTechnique, WorkPackage
from portfolio.finance.tables import PackageMilestoneTable, PackageTable, ReadingTable
from portfolio.finance.views.common import fetch_node, may_edit
from portfolio.registry.models import Node
from portfolio.registry.views import NODE, node_frame


def package_page(request: HttpRequest, row: WorkPackage) -> dict[str, Any]:
    """Return what a package rests on: its readings or its milestones, with the way to add one."""
    readings = ProgressReading.objects.restrict(request.user, "cost.view").filter(package=row)
    counted = PackageMilestone.objects.restrict(request.user, "cost.view").filter(package=row)
    context: dict[str, Any] = {"may_edit_node": may_edit(request, row.node), "kind": row.technique}
    if row.technique == ProgressTechnique.PHYSICAL:
        context["readings"] = readings.order_by("-as_of")
        context["add_url"] = reverse("reading-create", args=[row.node.code])
    elif row.technique == ProgressTechnique.MILESTONES:
        found = list(counted.select_related("milestone").order_by("milestone__forecast_date", "pk"))
        context["milestones"] = found
        context["milestones_weight"] = percent(sum((one.weight for one in found), progress.ZERO))
        context["add_url"] = reverse("packagemilestone-create", args=[row.node.code])
    return context


PACKAGES = Crud(
    model=WorkPackage,
    name="workpackage",
    path="work-packages",
    label=gettext_lazy("Work packages"),
    table=PackageTable,
    filterset=PackageFilter,
    form=PackageForm,
    view_action="cost.view",
    edit_action="cost.edit",
    create=services.workpackage_create,
    update=services.workpackage_update,
    delete=services.PACKAGES.delete,
    parent=NODE,
    tab="money",
    detail_template="portfolio/finance/package_detail.html",
    detail_context=package_page,
    detail_fields=("name", "weight", "technique", "apportioned_to", "started_on", "finished_on"),
    empty=gettext_lazy("Divide the project’s budget into packages and say how the progress of each is measured."),
    help=gettext_lazy("Shares of a project’s budget, each with the technique that measures its progress."),
)

IN_PACKAGE = replace(NODE, field="package__node")

READINGS = Crud(
    model=ProgressReading,
    name="reading",
    path="progress-readings",
    label=gettext_lazy("Progress readings"),
    table=ReadingTable,
    filterset=ReadingFilter,
    form=ReadingForm,
    view_action="cost.view",
    edit_action="cost.edit",
    create=services.reading_create,
    update=services.READINGS.update,
    delete=services.READINGS.delete,
    parent=IN_PACKAGE,
    tab="money",
    detail_fields=("package", "as_of", "percent", "note"),
    empty=gettext_lazy("Read how much of a package is done, at least once a month."),
    help=gettext_lazy("How much of a package was physically done on a day, in %."),
)

PACKAGE_MILESTONES = Crud(
    model=PackageMilestone,
    name="packagemilestone",
    path="earning-milestones",
    label=gettext_lazy("Milestones that earn"),
    table=PackageMilestoneTable,
    filterset=PackageMilestoneFilter,
    form=PackageMilestoneForm,
    view_action="cost.view",
    edit_action="cost.edit",
    create=services.packagemilestone_create,
    update=services.PACKAGE_MILESTONES.update,
    delete=services.PACKAGE_MILESTONES.delete,
    parent=IN_PACKAGE,
    tab="money",
    detail_fields=("package", "milestone", "weight"),
    empty=gettext_lazy("Choose the milestones of a package and what share of it each earns."),
    help=gettext_lazy("Milestones that earn a share of a package on the day they are achieved."),
)


def earned_panel(request: HttpRequest, node: Node) -> dict[str, Any] | None:
    """Return a project's performance for its overview, where it measures progress."""
    if not node.is_project or not queries.has_packages(request.user, node):
        return None
    found = queries.performance(request.user, node)
    return {
        "finding": earned_words.finding(found),
        "problems": earned_words.problems(found)[1:],
        "figures": earned_figures.strip(found, _actuals_url(node)) if found.figures.ev is not None else [],
        "url": reverse("node-earned-value", args=[node.code]),
    }


def _actuals_url(node: Node) -> str:
    return reverse("cost-node-list", args=[node.code]) + "?cost_version=actual"


@requires("cost.view")
@require_safe
def node_earned_value(request: HttpRequest, code: str) -> HttpResponse:
    """Show a project's plan, work and cost: the curve, the indices, the estimates, time and packages."""
    node = fetch_node(request, code, "cost.view")
    if not node.is_project:
        raise Http404
    rows = queries.work_packages(request.user, node)
    found = queries.performance(request.user, node, rows)
    context = node_frame(request, node, "money") | {
        "found": found,
        "problems": earned_words.problems(found) if rows else [],
        "figures": earned_figures.strip(found, _actuals_url(node)),
        "fig": earned_figures.curve(found),
        "estimates": earned_figures.estimates(found),
        "to_complete": earned_words.to_complete(found.figures, found.table.currency),
        "time": earned_figures.in_time(found),
        "time_finding": earned_words.time_finding(found),
        "lines": earned_figures.packages(found, rows),
        "weight": percent(progress.total_weight(found.packages)),
        "to_read": any(row.technique == ProgressTechnique.PHYSICAL for row in rows),
        "may_edit": may_edit(request, node),
    }
    return render(request, "portfolio/finance/node_earned_value.html", context)


@requires("cost.edit")
def node_progress(request: HttpRequest, code: str) -> HttpResponse:
    """Take how much of each package is done on one day: all is saved, or nothing."""
    node = fetch_node(request, code, "cost.edit")
    rows = [row for row in queries.work_packages(request.user, node) if row.technique == ProgressTechnique.PHYSICAL]
    form = ProgressForm(rows, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        lines = form.lines()
        try:
            services.readings_add(lines, actor=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = ngettext("%(count)s reading saved.", "%(count)s readings saved.", len(lines))
            messages.success(request, words % {"count": len(lines)})
            return redirect("node-earned-value", code)
    context = node_frame(request, node, "money") | {"form": form, "rows": rows}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portfolio/finance/node_progress.html", context, status=status)
