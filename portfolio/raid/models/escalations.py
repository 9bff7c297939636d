"""Escalations: a risk or an issue handed up the tree, and what was answered there."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped


class EscalationState(models.TextChoices):
    ASKED = "asked", _("Waits for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@pghistory.track()
class Escalation(Scoped):
    """A risk or an issue handed to the programme or portfolio above, answered there by somebody who may edit there."""

    access = NodeScope("node")

    node = models.ForeignKey(
        "portfolio.Node", models.CASCADE, related_name="escalations", verbose_name=_("from"), editable=False
    )
    risk = models.ForeignKey(
        "portfolio.Risk", models.CASCADE, null=True, blank=True, related_name="escalations", verbose_name=_("risk")
    )
    issue = models.ForeignKey(
        "portfolio.Issue", models.CASCADE, null=True, blank=True, related_name="escalations", verbose_name=_("issue")
    )
    to_node = models.ForeignKey(
        "portfolio.Node", models.CASCADE, related_name="escalated_here", verbose_name=_("escalated to")
    )
    state = models.CharField(_("state"), max_length=10, choices=EscalationState.choices, default=EscalationState.ASKED)
    reason = models.TextField(_("what is asked for"))
    asked_by = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    answered_by = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(risk__isnull=True, issue__isnull=False)
                | models.Q(risk__isnull=False, issue__isnull=True),
                name="escalation_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["risk"],
                condition=models.Q(state__in=["asked", "accepted"]),
                name="escalation_risk_once_open",
                violation_error_message=_("This risk is escalated already."),
            ),
            models.UniqueConstraint(
                fields=["issue"],
                condition=models.Q(state__in=["asked", "accepted"]),
                name="escalation_issue_once_open",
                violation_error_message=_("This issue is escalated already."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked", answered_at__isnull=True)
                | (~models.Q(state="asked") & models.Q(answered_at__isnull=False)),
                name="escalation_answer_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.risk or self.issue)
