"""Celery's entry points of the kernel: ids in, one call."""

from collections.abc import Callable

from celery import shared_task
from django.db import close_old_connections

from pmo.core import jobs

_sweepers: list[Callable[[], object]] = [jobs.sweep]


def sweeps(function: Callable[[], object]) -> Callable[[], object]:
    """Register what beat does every minute besides the jobs, such as waking the roll-up for dirty nodes."""
    _sweepers.append(function)
    return function


@shared_task
def run_job(job_id: int) -> None:
    """Run one background job."""
    jobs.run(job_id)


@shared_task
def sweep() -> None:
    """Find what was due and lost: open jobs, dirty nodes, dates that have come."""
    for sweeper in _sweepers:
        sweeper()
    close_old_connections()
