"""The declared pages of risks, issues, assumptions and dependencies."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from pmo.core.crud import Crud
from portfolio.actions.below import BelowCrud
from portfolio.actions.queries import state
from portfolio.actions.tables import state_html
from portfolio.raid import pages, queries, services
from portfolio.raid.filters import AssumptionFilter, DependencyFilter, IssueFilter, RiskFilter
from portfolio.raid.forms import (
    AssumptionForm,
    DependencyForm,
    IssueCreateForm,
    IssueForm,
    RiskCreateForm,
    RiskForm,
)
from portfolio.raid.models import Assumption, Dependency, Escalation, EscalationState, Issue, Risk
from portfolio.raid.tables import AssumptionTable, DependencyTable, IssueTable, RiskTable
from portfolio.registry.models import Node
from portfolio.registry.views import NODE


def may_edit(request: HttpRequest, row: Any) -> bool:
    """Return whether the person may change a row."""
    return type(row).objects.restrict(request.user, "raid.edit").filter(pk=row.pk).exists()


def escalation_lines(request: HttpRequest, thing: Risk | Issue) -> list[dict[str, Any]]:
    """Return the escalations of a risk or an issue, each with what the person may do about it."""
    asks = may_edit(request, thing)
    answers = Node.objects.restrict(request.user, "raid.edit").values_list("pk", flat=True)
    held = set(answers.filter(pk__in=thing.node.ancestors))
    return [_escalation_line(row, asks=asks, answers=row.to_node_id in held) for row in queries.escalations_of(thing)]


def _escalation_line(row: Escalation, *, asks: bool, answers: bool) -> dict[str, Any]:
    waits = row.state == EscalationState.ASKED
    return {"row": row, "may_answer": waits and answers, "may_withdraw": asks and row.state in queries.OPEN_ESCALATIONS}


def risk_detail(request: HttpRequest, risk: Risk) -> dict[str, Any]:
    """Return what the page of a risk adds: its scores, responses, escalations and the issue it has become."""
    answers = list(queries.responses(request.user, risk))
    lines = escalation_lines(request, risk)
    return {
        "scores": pages.scores(risk),
        "numeric": pages.numeric(risk),
        "appetite": pages.appetite(risk),
        "responses": [{"row": row, "state": state_html(state(row.action))} for row in answers],
        "escalations": lines,
        "escalated": any(line["row"].state in queries.OPEN_ESCALATIONS for line in lines),
        "can_escalate": len(risk.node.ancestors) > 1,
        "issues": Issue.objects.restrict(request.user, "raid.view").filter(raised_from=risk),
    }


def issue_detail(request: HttpRequest, issue: Issue) -> dict[str, Any]:
    """Return what the page of an issue adds: its escalations."""
    lines = escalation_lines(request, issue)
    return {
        "escalations": lines,
        "escalated": any(line["row"].state in queries.OPEN_ESCALATIONS for line in lines),
        "can_escalate": len(issue.node.ancestors) > 1,
    }


@dataclass(frozen=True, kw_only=True)
class DependencyCrud(BelowCrud):
    """Dependencies stand between two projects: a node's list has both directions, and either side may be the frame."""

    def rows(self, user: Any, action: str, parent: Any = None) -> Any:
        """Return the rows on which `user` may do `action`, narrowed to those that touch `parent` or lie below it."""
        found = Crud.rows(self, user, action)
        return found if parent is None else queries.touching(found, parent)

    def fetch(self, request: HttpRequest, key: Any, action: str) -> Any:
        """Return one row, framed by the side that the person may see. Raises Http404."""
        row = Crud.fetch(self, request, key, action)
        visible = Node.objects.restrict(request.user, "node.view").filter(pk=row.node_id).exists()
        row.seen_from = row.node if visible else row.provider
        return row

    def parent_of(self, obj: Any) -> Any:
        """Return the node in whose frame the row's pages stand."""
        return getattr(obj, "seen_from", None) or Crud.parent_of(self, obj)


RISKS = BelowCrud(
    model=Risk,
    name="risk",
    path="risks",
    label=gettext_lazy("Risks"),
    table=RiskTable,
    filterset=RiskFilter,
    form=RiskForm,
    create_form=RiskCreateForm,
    view_action="raid.view",
    edit_action="raid.edit",
    create=services.risk_create,
    update=services.risk_update,
    delete=services.risk_delete,
    parent=NODE,
    tab="raid",
    form_template="portfolio/raid/risk_form.html",
    detail_template="portfolio/raid/risk_detail.html",
    detail_context=risk_detail,
    detail_fields=(
        "title", "kind", "state", "description", "owner", "proximity", "category", "raised_on", "review_on",
        "closed_on", "outcome",
    ),
    empty=gettext_lazy("Log what may happen, how likely it is and how hard it would hit; responses follow."),
    help=gettext_lazy("Uncertain events with effect on objectives: threats and opportunities."),
)  # fmt: skip

ISSUES = BelowCrud(
    model=Issue,
    name="issue",
    path="issues",
    label=gettext_lazy("Issues"),
    table=IssueTable,
    filterset=IssueFilter,
    form=IssueForm,
    create_form=IssueCreateForm,
    view_action="raid.view",
    edit_action="raid.edit",
    create=services.issue_create,
    update=services.issue_update,
    delete=services.issue_delete,
    parent=NODE,
    tab="raid",
    detail_template="portfolio/raid/issue_detail.html",
    detail_context=issue_detail,
    detail_fields=(
        "title", "severity", "state", "description", "owner", "raised_on", "due", "raised_from", "resolved_on",
        "resolution",
    ),
    empty=gettext_lazy("Something that has happened and needs handling is an issue; a risk that occurs becomes one."),
    help=gettext_lazy("What has happened and needs handling."),
)  # fmt: skip

ASSUMPTIONS = BelowCrud(
    model=Assumption,
    name="assumption",
    path="assumptions",
    label=gettext_lazy("Assumptions"),
    table=AssumptionTable,
    filterset=AssumptionFilter,
    form=AssumptionForm,
    view_action="raid.view",
    edit_action="raid.edit",
    create=services.ASSUMPTIONS.create,
    update=services.ASSUMPTIONS.update,
    delete=services.ASSUMPTIONS.delete,
    parent=NODE,
    tab="raid",
    detail_fields=("title", "effect", "owner", "confirm_by", "state", "finding"),
    empty=gettext_lazy("Write down what the plan takes for granted, and by when somebody will confirm it."),
    help=gettext_lazy("What plans take for granted, to be confirmed by a day."),
)

DEPENDENCIES = DependencyCrud(
    model=Dependency,
    name="dependency",
    path="dependencies",
    label=gettext_lazy("Dependencies"),
    table=DependencyTable,
    filterset=DependencyFilter,
    form=DependencyForm,
    view_action="raid.view",
    edit_action="raid.edit",
    create=services.dependency_create,
    update=services.dependency_update,
    delete=services.dependency_delete,
    parent=NODE,
    tab="raid",
    detail_fields=("title", "node", "provider", "needed_by", "promised_for", "state", "owner", "note"),
    empty=gettext_lazy("Say what this project needs from another, by when, and what was promised."),
    help=gettext_lazy("What one project needs from another by a day; both sides see it."),
)
