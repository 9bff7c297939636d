"""Writes of issues, assumptions and dependencies.

Raises ValidationError for what a person can correct, NotPermitted outside the actor's scope, StaleWrite on conflict.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import access, clock, saving
from pmo.core.events import declare_verbs
from pmo.core.plain import Plain
from portfolio.raid.models import Assumption, AssumptionState, Dependency, Issue, IssueState
from portfolio.raid.services.escalations import waiting_withdraw
from portfolio.registry.models import Node

declare_verbs({"issue.resolved": gettext_lazy("Issue resolved"), "issue.reopened": gettext_lazy("Issue opened again")})

ACTION = "raid.edit"


# --- Issues ----------------------------------------------------------------------------------


def _check_issue(row: Issue) -> None:
    for name in ("raised_on", "resolved_on"):
        day = getattr(row, name)
        if day and day > clock.today():
            raise ValidationError({name: _("This day is today or was before.")})
    if row.raised_from is not None and row.raised_from.node_id != row.node_id:
        raise ValidationError({"raised_from": _("This does not exist.")})
    if row.state == IssueState.RESOLVED and not row.resolution.strip():
        raise ValidationError({"resolution": _("Say how it was resolved.")})


ISSUES = Plain(
    Issue,
    noun="issue",
    action=ACTION,
    verbs=(gettext_lazy("Issue added"), gettext_lazy("Issue edited"), gettext_lazy("Issue deleted")),
    check=_check_issue,
)
issue_delete = ISSUES.delete


def issue_create(*, actor: Any, reason: str = "", **values: Any) -> Issue:
    """Add an issue to its node, raised today unless said otherwise."""
    values["raised_on"] = values.get("raised_on") or clock.today()
    return ISSUES.create(actor=actor, reason=reason, **values)


@transaction.atomic
def issue_update(
    issue: Issue, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None, reason: str = ""
) -> Issue:
    """Edit one issue; the event says whether it was resolved, opened again or otherwise edited."""
    access.require(actor, ACTION, issue)
    stored = Issue.objects.select_for_update(of=("self",), no_key=True).select_related("node").get(pk=issue.pk)
    values = dict(values)
    state = values.get("state", stored.state)
    if "node" in values and values["node"] != stored.node:
        raise ValidationError({"node": _("An issue stays with its project.")})
    if values.get("raised_on", stored.raised_on) is None:
        values["raised_on"] = stored.raised_on
    verb = "issue.edited"
    if state == IssueState.RESOLVED:
        values["resolved_on"] = values.get("resolved_on") or stored.resolved_on or clock.today()
    if state == IssueState.RESOLVED != stored.state:
        verb = "issue.resolved"
        waiting_withdraw(stored, actor=actor, reason=_("The issue was resolved."))
    elif state == IssueState.OPEN != stored.state:
        verb = "issue.reopened"
        values |= {"resolved_on": None, "resolution": ""}
    return saving.update(
        issue,
        values,
        actor=actor,
        action=ACTION,
        verb=verb,
        expected_version=expected_version,
        reason=reason,
        check=_check_issue,
    )


def issue_resolve(issue: Issue, *, actor: Any, resolution: str, resolved_on: date | None = None) -> Issue:
    """Resolve an open issue and say how. Raises ValidationError for one that is not open."""
    if issue.state != IssueState.OPEN:
        raise ValidationError(_("This issue is not open."))
    values = {"state": IssueState.RESOLVED, "resolution": resolution, "resolved_on": resolved_on}
    return issue_update(issue, values, actor=actor, expected_version=issue.version, reason=resolution)


# --- Assumptions -----------------------------------------------------------------------------


def _check_assumption(row: Assumption) -> None:
    if row.state == AssumptionState.FALSE and not row.finding.strip():
        raise ValidationError({"finding": _("Say what was found.")})


ASSUMPTIONS = Plain(
    Assumption,
    noun="assumption",
    action=ACTION,
    verbs=(gettext_lazy("Assumption added"), gettext_lazy("Assumption edited"), gettext_lazy("Assumption deleted")),
    check=_check_assumption,
)


# --- Dependencies ----------------------------------------------------------------------------

DEPENDENCIES = Plain(
    Dependency,
    noun="dependency",
    action=ACTION,
    verbs=(gettext_lazy("Dependency added"), gettext_lazy("Dependency edited"), gettext_lazy("Dependency deleted")),
)
dependency_delete = DEPENDENCIES.delete


def dependency_create(*, actor: Any, node: Node, provider: Node, reason: str = "", **values: Any) -> Dependency:
    """Say what `node` needs from `provider`, which the actor must be able to see."""
    _require_visible(actor, provider)
    return DEPENDENCIES.create(actor=actor, reason=reason, node=node, provider=provider, **values)


def dependency_update(
    dependency: Dependency,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int | None = None,
    reason: str = "",
) -> Dependency:
    """Edit a dependency, from either side; another provider must be one that the actor can see."""
    if "provider" in values and values["provider"] != dependency.provider:
        _require_visible(actor, values["provider"])
    return DEPENDENCIES.update(dependency, values, actor=actor, expected_version=expected_version, reason=reason)


def _require_visible(actor: Any, provider: Node) -> None:
    if not Node.objects.restrict(actor, "node.view").filter(pk=provider.pk).exists():
        raise ValidationError({"provider": _("This does not exist.")})
