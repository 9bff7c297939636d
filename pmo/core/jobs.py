"""Background jobs: asked for in a transaction, done once, seen by whoever asked.

A handler gets a `Progress` and returns the result; its writes, the result and `done` commit together.
Progress and heartbeat go through a connection of their own, so that they are seen while the work is open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pghistory
import structlog
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from structlog.contextvars import bound_contextvars

from pmo.core import clock, wake
from pmo.core.access import SYSTEM
from pmo.core.errors import DomainError, NotPermitted
from pmo.core.models import Job, JobState

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 3
STALE_AFTER = timedelta(seconds=90)
RUN_TASK = "pmo.core.tasks.run_job"


class Cancelled(Exception):
    """The person who asked for the job asked to stop it; nothing was written."""


class Progress:
    """What a handler says while it works."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._connection = connection.copy()

    def step(self, words: str, done: int = 0, total: int = 0) -> None:
        """Tell what is being done and how far it is.

        Raises Cancelled when the person asked to stop, or when another worker took the job over from this one.
        """
        with self._connection.cursor() as cursor:
            cursor.execute(
                "UPDATE core_job SET step = %s, done_count = %s, total_count = %s, heartbeat_at = now()"
                " WHERE id = %s AND attempts = %s RETURNING cancel_requested",
                [words[:200], done, total, self.job.pk, self.job.attempts],
            )
            row = cursor.fetchone()
            if row is None:
                cursor.execute("SELECT attempts <> %s FROM core_job WHERE id = %s", [self.job.attempts, self.job.pk])
                row = cursor.fetchone()
        if row and row[0]:
            raise Cancelled

    def close(self) -> None:
        """Close the progress connection."""
        self._connection.close()


Handler = Callable[[Job, Progress], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of job: its words for people, and its handler."""

    label: Any
    handler: Handler


_kinds: dict[str, Kind] = {}


def register(kind: str, label: Any, handler: Handler) -> None:
    """Register the handler of a kind of job."""
    _kinds[kind] = Kind(label, handler)


def kind_label(kind: str) -> str:
    """Return the words for a kind of job."""
    return str(_kinds[kind].label) if kind in _kinds else kind


def enqueue(kind: str, payload: dict[str, Any], *, actor: Any) -> Job:
    """Write a job in the current transaction and wake a worker after the commit."""
    if kind not in _kinds:
        raise ValueError(f"Unknown kind of job: {kind}")
    job = Job.objects.create(kind=kind, payload=payload, actor_id=actor.pk, created_at=clock.now())
    wake.on_commit(RUN_TASK, job.pk)
    return job


def cancel(job: Job) -> None:
    """Ask a job to stop. A waiting one stops at once, a running one at its next step."""
    now = clock.now()
    jobs = Job.objects.filter(pk=job.pk)
    if not jobs.filter(state=JobState.QUEUED).update(state=JobState.CANCELLED, cancel_requested=True, finished_at=now):
        jobs.filter(state=JobState.RUNNING).update(cancel_requested=True)


def run(job_id: int) -> None:
    """Run one job, if it is still to be run. Called twice or twice at once, it still has one effect."""
    job = _claim(job_id)
    if job is None:
        return
    if job.attempts > MAX_ATTEMPTS:  # its workers died without a word
        _finish(job, JobState.DEAD, "Given up after too many attempts.")
        return
    progress = Progress(job)
    with bound_contextvars(request_id=f"job-{job.pk}"):
        try:
            _execute(job, progress)
        except Cancelled:
            _finish(job, JobState.CANCELLED)
        except (DomainError, ValidationError) as error:
            words = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            _finish(job, JobState.FAILED, words)
        except Exception as error:
            log.exception("job.failed", kind=job.kind, job=job.pk)
            dead = job.attempts >= MAX_ATTEMPTS
            _finish(job, JobState.DEAD if dead else JobState.QUEUED, f"{type(error).__name__}: {error}")
        finally:
            progress.close()


def _claim(job_id: int) -> Job | None:
    now = clock.now()
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=job_id)
            .filter(Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, heartbeat_at__lt=now - STALE_AFTER))
            .first()
        )
        if job is None:
            return None
        job.state, job.attempts, job.started_at, job.heartbeat_at = JobState.RUNNING, job.attempts + 1, now, now
        job.save(update_fields=["state", "attempts", "started_at", "heartbeat_at"])
    return job


def _execute(job: Job, progress: Progress) -> None:
    if job.actor is not None and not job.actor.is_active:
        raise NotPermitted("No longer permitted: the account was deactivated.")
    with pghistory.context(actor=job.actor_id, job=job.pk), transaction.atomic():
        result = _kinds[job.kind].handler(job, progress)
        # If another worker took over meanwhile, this one's work must not count: undo all of it.
        mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
        if not mine.update(state=JobState.DONE, result=result, error="", finished_at=clock.now()):
            raise Cancelled


def _finish(job: Job, state: JobState, error: str = "") -> None:
    finished = None if state == JobState.QUEUED else clock.now()
    Job.objects.filter(pk=job.pk, attempts=job.attempts).update(state=state, error=error, finished_at=finished)


def actor_of(job: Job) -> Any:
    """Return who asked for the job; the house itself when nobody did."""
    return job.actor or SYSTEM


def sweep() -> int:
    """Send again every job that waits or whose worker died; return how many."""
    now = clock.now()
    stale = Q(state=JobState.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    waiting = Q(state=JobState.QUEUED, created_at__lt=now - timedelta(seconds=5))
    ids = list(Job.objects.filter(stale | waiting).values_list("pk", flat=True)[:500])
    for job_id in ids:
        wake.on_commit(RUN_TASK, job_id)
    return len(ids)
