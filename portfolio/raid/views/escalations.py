"""Escalations: handing a risk or an issue up, answering it there, taking it back."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from pmo.core.access import requires
from portfolio.raid import services
from portfolio.raid.forms import AnswerForm, EscalateForm, WordsForm
from portfolio.raid.models import Escalation, Issue, Risk
from portfolio.raid.views.questions import ask, fetch, typed
from portfolio.registry.models import Node
from portfolio.registry.queries import breadcrumbs


@requires("raid.edit")
def risk_escalate(request: HttpRequest, key: int) -> HttpResponse:
    """Hand a risk to a node above."""
    return _escalate(request, fetch(request, Risk, key, "node"), "risk-detail")


@requires("raid.edit")
def issue_escalate(request: HttpRequest, key: int) -> HttpResponse:
    """Hand an issue to a node above."""
    return _escalate(request, fetch(request, Issue, key, "node"), "issue-detail")


def _escalate(request: HttpRequest, thing: Any, page: str) -> HttpResponse:
    return ask(
        request,
        thing.node,
        EscalateForm(breadcrumbs(thing.node), typed(request)),
        lambda given: services.escalation_ask(thing, actor=request.user, **given),
        back=reverse(page, args=[thing.pk]),
        question=_("What is asked for about “%(thing)s”?") % {"thing": thing},
        consequence=_("It waits on the risks tab of the node you choose until somebody there accepts or declines."),
        label=_("Escalate"),
    )


@requires("raid.edit")
def escalation_answer(request: HttpRequest, key: int) -> HttpResponse:
    """Accept or decline what was escalated, with the right to edit on the node that was asked."""
    row = fetch(request, Escalation, key, "node", "to_node", "risk", "issue", "asked_by")
    node = get_object_or_404(Node.objects.restrict(request.user, "raid.edit"), pk=row.to_node_id)

    def act(given: dict[str, Any]) -> Any:
        decision = request.POST.get("decision")
        if decision not in ("accept", "decline"):
            raise ValidationError(_("Accept or decline."))
        return services.escalation_answer(row, actor=request.user, accept=decision == "accept", answer=given["answer"])

    return ask(
        request,
        node,
        AnswerForm(typed(request)),
        act,
        back=reverse("node-raid", args=[node.code]),
        template="portfolio/raid/answer.html",
        question=_("Is “%(thing)s” taken on here?") % {"thing": row},
        escalation=row,
        thing_url=_thing_url(row),
    )


@requires("raid.edit")
def escalation_withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take an escalation back."""
    row = fetch(request, Escalation, key, "node", "to_node", "risk", "issue")
    return ask(
        request,
        row.node,
        WordsForm(typed(request)),
        lambda given: services.escalation_withdraw(row, actor=request.user, answer=given["reason"]),
        back=_thing_url(row),
        question=_("Take “%(thing)s” back from %(node)s?") % {"thing": row, "node": row.to_node.name},
        consequence=_("The project handles it by itself again; it may be escalated anew."),
        label=_("Withdraw the escalation"),
    )


def _thing_url(row: Escalation) -> str:
    return reverse("risk-detail", args=[row.risk_id]) if row.risk_id else reverse("issue-detail", args=[row.issue_id])
