"""Issues, assumptions and dependencies."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import AnyScope, NodeScope, Scoped
from pmo.core.models import Versioned


class Severity(models.TextChoices):
    LOW = "1_low", _("Low")
    MEDIUM = "2_medium", _("Medium")
    HIGH = "3_high", _("High")
    CRITICAL = "4_critical", _("Critical")


class IssueState(models.TextChoices):
    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")


@pghistory.track()
class Issue(Scoped, Versioned):
    """Something that has happened and needs handling; it may have grown out of a risk."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="issues", verbose_name=_("project"))
    title = models.CharField(_("issue"), max_length=200)
    description = models.TextField(_("what happened and its effect"), blank=True)
    severity = models.CharField(_("severity"), max_length=12, choices=Severity.choices, default=Severity.MEDIUM)
    state = models.CharField(_("state"), max_length=10, choices=IssueState.choices, default=IssueState.OPEN)
    owner = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, blank=True, related_name="issues", verbose_name=_("owner")
    )
    raised_on = models.DateField(_("raised on"))
    due = models.DateField(_("resolve by"), null=True, blank=True)
    raised_from = models.ForeignKey(
        "portfolio.Risk", models.PROTECT, null=True, blank=True, related_name="issues", verbose_name=_("from risk")
    )
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    resolution = models.TextField(_("resolution"), blank=True)

    class Meta:
        ordering = ["node", "-severity", "due", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(severity__in=Severity.values), name="issue_severity_known"),
            models.CheckConstraint(
                condition=models.Q(state="open", resolved_on__isnull=True)
                | (models.Q(state="resolved", resolved_on__isnull=False) & ~models.Q(resolution="")),
                name="issue_resolved_whole",
                violation_error_message=_("A resolved issue has a day and a resolution, an open one has no day."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AssumptionState(models.TextChoices):
    OPEN = "open", _("Not yet confirmed")
    HOLDS = "holds", _("Holds")
    FALSE = "false", _("Proved wrong")


@pghistory.track()
class Assumption(Scoped, Versioned):
    """What the plan takes for granted, to be confirmed by a day."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="assumptions", verbose_name=_("project"))
    title = models.CharField(_("assumption"), max_length=200)
    effect = models.TextField(_("what if it is wrong"), blank=True)
    owner = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, blank=True, related_name="assumptions", verbose_name=_("owner")
    )
    confirm_by = models.DateField(_("confirm by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=AssumptionState.choices, default=AssumptionState.OPEN)
    finding = models.CharField(_("what was found"), max_length=250, blank=True)

    class Meta:
        ordering = ["node", "confirm_by", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=AssumptionState.values), name="assumption_state_known")
        ]

    def __str__(self) -> str:
        return self.title


class DependencyState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    MET = "met", _("Met")
    BROKEN = "broken", _("Will not be met")


@pghistory.track()
class Dependency(Scoped, Versioned):
    """What one project needs from another by a day. Both sides see it and may change it."""

    access = AnyScope(NodeScope("node"), NodeScope("provider"))

    node = models.ForeignKey(
        "portfolio.Node", models.CASCADE, related_name="dependencies", verbose_name=_("project in need")
    )
    provider = models.ForeignKey(
        "portfolio.Node", models.CASCADE, related_name="dependants", verbose_name=_("project that provides")
    )
    title = models.CharField(_("what is needed"), max_length=200)
    needed_by = models.DateField(_("needed by"))
    promised_for = models.DateField(_("promised for"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=DependencyState.choices, default=DependencyState.PROPOSED
    )
    owner = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, blank=True, related_name="dependencies", verbose_name=_("owner")
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name_plural = _("dependencies")
        ordering = ["node", "needed_by", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(node=models.F("provider")),
                name="dependency_between_two",
                violation_error_message=_("A project does not depend on itself."),
            ),
            models.CheckConstraint(condition=models.Q(state__in=DependencyState.values), name="dependency_state_known"),
        ]

    def __str__(self) -> str:
        return self.title
