"""The register, a node's pages and the frame that other areas' tabs stand in."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pmo.core import access, ui
from pmo.core.access import requires
from pmo.core.crud import Crud, Parent
from pmo.core.crud.objects import add_errors
from pmo.core.errors import DomainError
from portfolio.registry import queries, services
from portfolio.registry.filters import NodeFilter
from portfolio.registry.forms import MoveForm, NodeCreateForm, NodeForm
from portfolio.registry.models import Baseline, Node
from portfolio.registry.tables import NodeTable


def node_frame(request: HttpRequest, node: Node, tab: str) -> dict[str, Any]:
    """Return what every page of a node shows: where it lies, its tabs, its badges and what may be done."""
    may_edit = Node.objects.filter(pk=node.pk).restrict(request.user, "node.edit").exists()
    badges = [badge for give in ui.providers("registry.node.badges").values() if (badge := give(node))]
    head = [found for give in ui.providers("registry.node.head").values() if (found := give(request, node))]
    return {
        "node": node,
        "crumbs": queries.breadcrumbs(node),
        "tabs": ui.tabs("registry.node", node, request.user, node.code, tab),
        "badges": badges,
        "head": head,
        "may_edit_node": may_edit,
    }


NODE = Parent(
    model=Node,
    action="node.view",
    prefix="nodes",
    lookup="code",
    field="node",
    layout="portfolio/registry/node_base.html",
    context=node_frame,
)

REGISTER = Crud(
    model=Node,
    name="node",
    path="register",
    label=gettext_lazy("Register"),
    table=NodeTable,
    filterset=NodeFilter,
    form=NodeForm,
    create_form=NodeCreateForm,
    view_action="node.view",
    edit_action="node.edit",
    create=services.node_create,
    update=services.node_update,
    lookup="code",
    converter="str",
    list_template="portfolio/registry/register.html",
    list_context=lambda request, _parent: {"actions": ui.actions("registry.list", None, request.user)},
    inline_fields=("name", "lifecycle", "method"),
    bulk_fields=("lifecycle", "owner", "sponsor"),
    empty=gettext_lazy("No project yet. Create one, or import the portfolio you already have."),
)


def fetch_node(request: HttpRequest, code: str, action: str = "node.view") -> Node:
    """Return the node of a code on which the person may do `action`. Raises Http404."""
    rows = Node.objects.restrict(request.user, action).select_related("owner", "sponsor", "parent")
    return get_object_or_404(rows, code=code)


@requires("node.view")
@require_safe
def node_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show a node's overview, built of the panels that areas registered."""
    node = fetch_node(request, code)
    context = node_frame(request, node, "overview") | {"panels": ui.panels("registry.node", request, node)}
    context["actions"] = ui.actions("registry.node", node, request.user, node.code)
    return render(request, "portfolio/registry/node_detail.html", context)


@requires("node.edit")
def node_move(request: HttpRequest, code: str) -> HttpResponse:
    """Move a node with all below it."""
    node = fetch_node(request, code, "node.edit")
    form = MoveForm(request.POST if request.method == "POST" else None, user=request.user, node=node)
    if request.method == "POST" and form.is_valid():
        try:
            services.node_move(
                node, form.cleaned_data["parent"], actor=request.user, reason=form.cleaned_data["reason"]
            )
        except (ValidationError, DomainError) as error:
            add_errors(form, error)  # type: ignore[arg-type]
        else:
            messages.success(request, _("Moved: %(node)s") % {"node": node.name})
            return redirect("node-detail", node.code)
    context = node_frame(request, node, "overview") | {"form": form, "title": _("Move %(node)s") % {"node": node.name}}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portfolio/registry/node_move.html", context, status=status)


@requires("baseline.approve")
def baseline_approve(request: HttpRequest, key: int) -> HttpResponse:
    """Freeze a draft baseline after one question."""
    rows = Baseline.objects.restrict(request.user, "baseline.approve").select_related("node")
    baseline = get_object_or_404(rows, pk=key)
    errors: list[str] = []
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()
        try:
            services.baseline_approve(baseline, actor=request.user, reason=reason)
        except (ValidationError, DomainError) as error:
            errors = error.messages if isinstance(error, ValidationError) else [str(error)]
        else:
            messages.success(request, _("%(baseline)s is approved and frozen.") % {"baseline": baseline})
            return redirect("node-detail", baseline.node.code)
    context = node_frame(request, baseline.node, "money") | {"baseline": baseline, "errors": errors}
    return render(request, "portfolio/registry/baseline_approve.html", context, status=422 if errors else 200)


@requires("node.view")
@require_safe
def portfolios(request: HttpRequest) -> HttpResponse:
    """Show the tree as one may see it, down to programmes."""
    nodes = queries.visible_tree(request.user).exclude(kind="project").select_related("owner")
    rows = sorted(nodes, key=lambda node: node.ancestors)
    by_pk = {node.pk: node for node in rows}
    tree = [{"node": node, "depth": sum(pk in by_pk for pk in node.ancestors[:-1])} for node in rows]
    extra = [give(request, rows) for give in ui.providers("registry.portfolios").values()]
    may_create = "node.create_root" in access.held_actions(request.user)
    return render(
        request, "portfolio/registry/portfolios.html", {"tree": tree, "figures": extra, "may_create": may_create}
    )
