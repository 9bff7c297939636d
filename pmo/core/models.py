"""The kernel's tables: background jobs. It knows no domain noun."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import OwnScope, Scoped


class Versioned(models.Model):
    """A row edited by people: `version` counts human edits, and a write with an old one is refused."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    DEAD = "dead", _("Given up")
    CANCELLED = "cancelled", _("Stopped")


class Job(Scoped):
    """Work done in the background, written in the transaction that asked for it.

    The row is the truth, the broker only wakes a worker: the task commits its result and `done` together,
    and the sweeper sends again what was lost.
    """

    access = OwnScope("actor")

    kind = models.CharField(_("kind"), max_length=60)
    payload = models.JSONField(_("payload"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="jobs", verbose_name=_("asked for by")
    )
    step = models.CharField(_("step"), max_length=200, blank=True)
    done_count = models.PositiveIntegerField(_("done"), default=0)
    total_count = models.PositiveIntegerField(_("of"), default=0)
    result = models.JSONField(_("result"), default=dict)
    error = models.TextField(_("error"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    cancel_requested = models.BooleanField(_("stop asked for"), default=False)
    created_at = models.DateTimeField(_("asked at"))
    started_at = models.DateTimeField(_("started at"), null=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=JobState.values), name="job_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["state", "created_at"], name="job_open", condition=models.Q(state__in=["queued", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Return whether the job may still change."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)
