"""Celery's entry points of the kernel."""

import pytest

from pmo.celery import app
from pmo.core import jobs, tasks
from pmo.core.access import SYSTEM

pytestmark = pytest.mark.django_db


def test_worker_knows_the_tasks_by_the_names_they_are_woken_by():
    app.loader.import_default_modules()
    assert {jobs.RUN_TASK, "pmo.core.tasks.sweep", "reporting.rollup.tasks.roll_up"} <= set(app.tasks)


def test_task_runs_the_job(place):
    jobs.register("test.task", "Task", lambda job, _progress: {"seen": job.payload["x"]})
    try:
        job = jobs.enqueue("test.task", {"x": 1}, actor=SYSTEM)
        tasks.run_job(job.pk)
    finally:
        jobs._kinds.pop("test.task")
    job.refresh_from_db()
    assert (job.state, job.result, jobs.actor_of(job)) == ("done", {"seen": 1}, SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_sweep_does_all_that_was_registered():
    called = []
    tasks.sweeps(lambda: called.append(1))
    try:
        tasks.sweep()
    finally:
        tasks._sweepers.pop()
    assert called == [1]
    assert jobs.sweep in tasks._sweepers


def test_beat_sweeps_every_minute(settings):
    assert settings.CELERY_BEAT_SCHEDULE["sweep"] == {"task": "pmo.core.tasks.sweep", "schedule": 60.0}


def test_messages_are_json_and_acknowledged_late():
    assert (app.conf.task_serializer, app.conf.accept_content) == ("json", ["json"])
    assert (app.conf.task_acks_late, app.conf.task_reject_on_worker_lost) == (True, True)
    assert app.conf.worker_prefetch_multiplier == 1
