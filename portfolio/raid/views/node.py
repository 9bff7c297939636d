"""A node's risks tab, its matrix, and the panel on its overview."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pmo.core.access import requires
from pmo.core.crud.objects import add_errors
from pmo.core.errors import StaleWrite
from portfolio.raid import pages, queries, services
from portfolio.raid.forms import MatrixForm
from portfolio.raid.models import RiskMatrix
from portfolio.registry.models import Node
from portfolio.registry.views import node_frame


def overview_panel(request: HttpRequest, node: Node) -> dict[str, Any] | None:
    """Return the highest risks for a node's overview, as far as the person may see them."""
    return pages.risks_panel(request.user, node)


@requires("raid.view")
@require_safe
def node_raid(request: HttpRequest, code: str) -> HttpResponse:
    """Show a node's risk matrix, what is above appetite, issues, assumptions, dependencies and escalations."""
    node = get_object_or_404(Node.objects.restrict(request.user, "raid.view"), code=code)
    context = node_frame(request, node, "raid") | pages.raid_page(request.user, node)
    context |= {
        "panel": pages.matrix_panel(request.user, node),
        "may_edit": _may(request, "raid.edit", node),
        "may_configure": not node.is_project and _may(request, "raid.configure", node),
    }
    return render(request, "portfolio/raid/node_raid.html", context)


def _may(request: HttpRequest, action: str, node: Node) -> bool:
    return Node.objects.restrict(request.user, action).filter(pk=node.pk).exists()


@requires("raid.configure")
def node_raid_matrix(request: HttpRequest, code: str) -> HttpResponse:
    """Set the matrix of a portfolio or programme, or let the one above hold again."""
    node = get_object_or_404(Node.objects.restrict(request.user, "raid.configure"), code=code)
    if node.is_project:
        messages.info(request, _("A project is judged by the matrix of its portfolio or programme."))
        return redirect("node-raid", code)
    own = queries.own_matrix(node)
    if request.method == "POST" and own and "remove" in request.POST:
        services.matrix_remove(own, actor=request.user, reason=request.POST.get("reason", "")[:500])
        messages.success(request, _("The matrix above holds again."))
        return redirect("node-raid", code)
    form = MatrixForm(request.POST if request.method == "POST" else None, initial=_first(node, own))
    status = 200
    if form.is_bound:
        status = _save(request, node, form)
        if status == 302:
            return redirect("node-raid", code)
    back = reverse("node-raid", args=[code])
    context = node_frame(request, node, "raid") | {"form": form, "own": own, "cancel_url": back}
    return render(request, "portfolio/raid/matrix_form.html", context, status=status)


def _first(node: Node, own: RiskMatrix | None) -> dict[str, Any]:
    grid = queries.grid_of(node)
    starts = {"yellow_from": grid.yellow_from, "amber_from": grid.amber_from, "red_from": grid.red_from}
    labels = {"probability_labels": grid.probability, "impact_labels": grid.impact}
    return {**labels, **starts, "version": own.version if own else 0}


def _save(request: HttpRequest, node: Node, form: MatrixForm) -> int:
    """Return 302 when the matrix was saved, else the status of the form to show again."""
    if not form.is_valid():
        return 422
    values = dict(form.cleaned_data)
    version, reason = values.pop("version"), values.pop("reason")
    try:
        services.matrix_set(node, values, actor=request.user, expected_version=version, reason=reason)
    except StaleWrite as stale:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["version"] = str(stale.current.version)  # type: ignore[index]
        form.add_error(None, _("Somebody set the matrix meanwhile. Save again to write yours over it."))
        return 409
    except ValidationError as error:
        add_errors(form, error)  # type: ignore[arg-type]
        return 422
    messages.success(request, _("The risk matrix is set."))
    return 302
