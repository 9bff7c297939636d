"""The background jobs of an upload: its dry run, then its import."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.core import jobs
from pmo.core.models import Job
from portfolio.exchange import services


def check(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Compare an uploaded file with the portfolio; nothing is written."""
    return services.upload_run(job.payload["run"], actor=jobs.actor_of(job), dry_run=True, step=progress.step)


def apply(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Import an uploaded file."""
    return services.upload_run(job.payload["run"], actor=jobs.actor_of(job), dry_run=False, step=progress.step)


jobs.register(services.CHECK, _("Check of an import file"), check)
jobs.register(services.APPLY, _("Import of a file"), apply)
