"""What happens to a risk or an issue: responses, closing, resolving, and the issue that a risk becomes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pmo.core.access import requires
from portfolio.raid import services
from portfolio.raid.forms import CloseForm, OccurredForm, ResolveForm, ResponseForm, StrategyForm, WordsForm
from portfolio.raid.models import Issue, Risk, RiskResponse
from portfolio.raid.views.questions import ask, fetch, typed


def page_of(risk: Risk) -> str:
    """Return the address of a risk."""
    return reverse("risk-detail", args=[risk.pk])


@requires("raid.edit")
def risk_respond(request: HttpRequest, key: int) -> HttpResponse:
    """Answer a risk: the strategy and the action that carries it out, in one form."""
    risk = fetch(request, Risk, key, "node")

    def act(given: dict[str, Any]) -> Any:
        return services.risk_response_add(risk, actor=request.user, **given).action

    return ask(
        request,
        risk.node,
        ResponseForm(risk, typed(request)),
        act,
        back=page_of(risk),
        question=_("How is “%(risk)s” answered?") % {"risk": risk},
        consequence=_("The response gets an action with an owner and a day; it stands under Actions too."),
        label=_("Add the response"),
    )


@requires("raid.edit")
def risk_occurred(request: HttpRequest, key: int) -> HttpResponse:
    """Raise the issue that a risk has become."""
    risk = fetch(request, Risk, key, "node")
    return ask(
        request,
        risk.node,
        OccurredForm(risk, typed(request)),
        lambda given: services.risk_occurred(risk, actor=request.user, **given),
        back=page_of(risk),
        question=_("What has “%(risk)s” become?") % {"risk": risk},
        consequence=_("The risk is marked as occurred and leaves the matrix; the issue takes its place."),
        label=_("Raise the issue"),
    )


@requires("raid.edit")
def risk_close(request: HttpRequest, key: int) -> HttpResponse:
    """Close a risk and say why."""
    risk = fetch(request, Risk, key, "node")
    return ask(
        request,
        risk.node,
        CloseForm(typed(request)),
        lambda given: services.risk_close(risk, actor=request.user, **given),
        back=page_of(risk),
        question=_("Why is “%(risk)s” closed?") % {"risk": risk},
        consequence=_("It leaves the matrix and every total. Editing its state opens it again."),
        label=_("Close the risk"),
    )


@requires("raid.edit")
def issue_resolve(request: HttpRequest, key: int) -> HttpResponse:
    """Resolve an issue and say how."""
    issue = fetch(request, Issue, key, "node")
    return ask(
        request,
        issue.node,
        ResolveForm(typed(request)),
        lambda given: services.issue_resolve(issue, actor=request.user, **given),
        back=reverse("issue-detail", args=[issue.pk]),
        question=_("How was “%(issue)s” resolved?") % {"issue": issue},
        consequence=_("It leaves the list of open issues. Editing its state opens it again."),
        label=_("Resolve the issue"),
    )


@requires("raid.edit")
def response_edit(request: HttpRequest, key: int) -> HttpResponse:
    """Change the strategy of a response."""
    row = fetch(request, RiskResponse, key, "risk", "risk__node", "action")
    first = {"strategy": row.strategy, "version": row.version}

    def act(given: dict[str, Any]) -> Any:
        version, strategy = given["version"], given["strategy"]
        return services.risk_response_change(row, actor=request.user, strategy=strategy, expected_version=version)

    return ask(
        request,
        row.risk.node,
        StrategyForm(row.risk, typed(request), initial=first),
        act,
        back=page_of(row.risk),
        question=_("Which strategy is “%(action)s”?") % {"action": row.action},
        consequence=_("What is to be done, by whom and by when is changed in the action."),
        label=_("Save the strategy"),
    )


@requires("raid.edit")
def response_remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take a response off its risk."""
    row = fetch(request, RiskResponse, key, "risk", "risk__node", "action")

    def act(given: dict[str, Any]) -> Any:
        services.risk_response_remove(row, actor=request.user, reason=given["reason"])
        return row.risk

    return ask(
        request,
        row.risk.node,
        WordsForm(typed(request)),
        act,
        back=page_of(row.risk),
        question=_("Take “%(action)s” off the risk?") % {"action": row.action},
        consequence=_("The action stays, since somebody may be doing it; delete it under Actions if nobody is."),
        label=_("Remove the response"),
    )
