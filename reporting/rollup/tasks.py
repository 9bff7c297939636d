"""Celery's entry point of the roll-up, and what the sweeper does for it every minute."""

from celery import shared_task

from pmo.core.tasks import sweeps
from reporting.rollup import services

sweeps(services.sweep)


@shared_task
def roll_up() -> None:
    """Roll up what is dirty."""
    services.roll_up()
