"""The audit log: one entry for every object of every event, written in the transaction of the event."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped


class AuditEntry(Scoped):
    """Who did what to which object, when and why. Append-only: the database refuses update and delete."""

    access = NodeScope("node", or_organisation=True)

    at = models.DateTimeField(_("at"))
    verb = models.CharField(_("verb"), max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    actor_label = models.CharField(_("who"), max_length=150)
    reason = models.TextField(_("why"), blank=True)
    object_type = models.CharField(_("object type"), max_length=60)
    object_id = models.BigIntegerField(_("object"))
    object_label = models.CharField(_("object"), max_length=300)
    node = models.ForeignKey(
        "portfolio.Node", models.DO_NOTHING, null=True, db_constraint=False, related_name="+", verbose_name=_("project")
    )
    changes = models.JSONField(_("changes"), default=dict)
    request_id = models.CharField(_("request or job"), max_length=64, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        triggers = [pgtrigger.Protect(name="audit_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-at"], name="audit_by_object"),
            models.Index(fields=["node", "-at"], name="audit_by_node"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.object_label}"
