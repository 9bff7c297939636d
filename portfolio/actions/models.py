"""Actions: everything somebody is to do by a day, with the evidence that it was done, whoever raised it."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped
from pmo.core.models import Versioned


@pghistory.track()
class Action(Scoped, Versioned):
    """One thing to do. It is done on `done_on`, with evidence; overdue when `due` has passed without it."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="actions", verbose_name=_("project"))
    title = models.CharField(_("what is to be done"), max_length=200)
    details = models.TextField(_("details"), blank=True)
    owner = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("owner")
    )
    due = models.DateField(_("due"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    evidence = models.TextField(
        _("evidence"), blank=True, help_text=_("What shows that it was done: a link, a document, a sentence.")
    )

    class Meta:
        ordering = ["node", "due", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_on__isnull=True) | ~models.Q(evidence=""),
                name="action_done_with_evidence",
                violation_error_message=_("Say what shows that it was done."),
            )
        ]

    def __str__(self) -> str:
        return self.title
