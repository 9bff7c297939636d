"""The pages of actions: the declared ones, a list of what is overdue first, and the page that completes one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core.access import requires
from portfolio.actions import queries, services
from portfolio.actions.asking import answered
from portfolio.actions.below import BelowCrud
from portfolio.actions.filters import ActionFilter
from portfolio.actions.forms import ActionCreateForm, ActionForm, CompleteForm
from portfolio.actions.models import Action
from portfolio.actions.standing import DONE, LABELS, OPEN, OVERDUE, finding
from portfolio.actions.tables import ActionTable, state_html
from portfolio.registry.models import Node
from portfolio.registry.views import NODE, node_frame

SHOWN = 6
VIEWS = ((), (OVERDUE, OPEN), (OVERDUE,), (DONE,))


def list_views(request: HttpRequest, node: Node | None) -> dict[str, Any]:
    """Return the views of a list of actions with their counts, the one in force marked."""
    rows = ACTIONS.rows(request.user, "action.view", node)
    counts, chosen = queries.counts(rows), request.GET.copy()
    for name in ("sort", "cols", "page"):
        chosen.pop(name, None)
    words = (_("All"), _("Open and overdue"), _("Overdue"), _("Done"))
    found = []
    for label, states in zip(words, VIEWS, strict=True):
        query = "&".join(f"state={name}" for name in states)
        found.append(
            {
                "label": label,
                "url": f"{request.path}?{query}" if query else request.path,
                "count": sum(counts[name] for name in states or LABELS),
                "current": chosen.urlencode() == query,
            }
        )
    is_open = counts[OVERDUE] + counts[OPEN]
    return {"views": found, "help_text": finding(is_open, counts[OVERDUE], counts["next_due"])}


def detail(request: HttpRequest, action: Action) -> dict[str, Any]:
    """Return what the page of an action adds: its state, what raised it, and the form that completes it."""
    may_edit = Action.objects.restrict(request.user, "action.edit").filter(pk=action.pk).exists()
    return {
        "state": state_html(queries.state(action)),
        "origin": queries.origins(request.user, [action]).get(action.pk),
        "complete": CompleteForm() if may_edit and action.done_on is None else None,
    }


ACTIONS = BelowCrud(
    model=Action,
    name="action",
    path="actions",
    label=gettext_lazy("Actions"),
    table=ActionTable,
    filterset=ActionFilter,
    form=ActionForm,
    create_form=ActionCreateForm,
    view_action="action.view",
    edit_action="action.edit",
    create=services.action_create,
    update=services.action_update,
    delete=services.action_delete,
    parent=NODE,
    tab="actions",
    list_template="portfolio/actions/list.html",
    detail_template="portfolio/actions/detail.html",
    list_context=list_views,
    detail_context=detail,
    detail_fields=("title", "node", "owner", "due", "details", "done_on", "evidence"),
    empty=gettext_lazy("Say what is to be done, who does it and by when; it is done once there is evidence."),
    help=gettext_lazy("What somebody is to do by a day, whoever raised it."),
)


def actions_panel(request: HttpRequest, node: Node) -> dict[str, Any] | None:
    """Return the overdue and the next due actions of a node and all below it; nothing where there is none."""
    rows = queries.below(request.user, node)
    counts = queries.counts(rows)
    is_open = counts[OVERDUE] + counts[OPEN]
    if not is_open:
        return None
    shown = list(rows.filter(done_on=None).select_related("node", "owner").order_by("due", "pk")[:SHOWN])
    raised = queries.origins(request.user, shown)
    editable = Node.objects.restrict(request.user, "action.edit").filter(pk=node.pk).exists()
    return {
        "finding": finding(is_open, counts[OVERDUE], counts["next_due"]),
        "rows": [
            {"row": row, "overdue": queries.state(row) == OVERDUE, "origin": raised.get(row.pk), "editable": editable}
            for row in shown
        ],
        "all": is_open,
        "node": node,
        "list_url": reverse("action-node-list", args=[node.code]) + "?state=overdue&state=open",
    }


@requires("action.edit")
def action_complete(request: HttpRequest, key: int) -> HttpResponse:
    """Complete an action: one sentence of evidence, one click."""
    rows = Action.objects.restrict(request.user, "action.edit").select_related("node", "owner")
    action = get_object_or_404(rows, pk=key)
    form = CompleteForm(request.POST if request.method == "POST" else None)
    done = answered(
        request,
        form,
        lambda typed: services.action_complete(
            action, actor=request.user, evidence=typed["evidence"], done_on=typed["done_on"]
        ),
    )
    if done is not None:
        return redirect("action-node-list", action.node.code)
    context = node_frame(request, action.node, "actions") | {
        "fields": form,
        "question": _("What shows that “%(action)s” was done?") % {"action": action},
        "consequence": _("It leaves the list of open actions; the evidence stays with it."),
        "label": _("Complete the action"),
        "cancel_url": reverse("action-detail", args=[action.pk]),
    }
    return render(request, "portfolio/actions/ask.html", context, status=422 if form.is_bound else 200)
