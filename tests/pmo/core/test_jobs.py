"""Background jobs on a real database: each state they pass, and that whatever happens there is one effect."""

import threading
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from governance.models import AuditEntry
from pmo.core import clock, jobs
from pmo.core.access import SYSTEM
from pmo.core.errors import DomainError
from pmo.core.models import Job
from portfolio.finance.services import currency_create
from portfolio.models import Currency, Membership
from portfolio.registry.services import node_update
from tests.factories import JobFactory

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)  # seen from other connections; costs seconds to clean up

KIND = "test.work"
LONG_AGO = timedelta(minutes=5)


@pytest.fixture
def work():
    """Return a function that makes the next jobs do something; the list holds the jobs whose handler was called."""
    calls = []

    def does(handler):
        def counted(job, progress):
            calls.append(job.attempts)
            return handler(job, progress)

        jobs.register(KIND, "Work", counted)
        return calls

    yield does
    jobs._kinds.pop(KIND, None)


def ask(actor=SYSTEM, **payload):
    with transaction.atomic():
        return jobs.enqueue(KIND, payload, actor=actor)


def adds(code):
    """Return a handler that adds a currency, an effect that can be counted."""

    def handler(job, progress):
        currency_create(code=code, name=code, actor=SYSTEM)
        return {"added": code}

    return handler


def codes():
    return sorted(Currency.objects.values_list("code", flat=True))


def test_job_goes_from_waiting_to_done(work, place):
    def rename(job, progress):
        node_update(place.project, {"name": job.payload["name"]}, actor=jobs.actor_of(job), reason="By a job")
        return {"renamed": 1}

    work(rename)
    job = ask(place.head, name="Tunnel")
    assert (job.state, job.attempts, job.is_open) == ("queued", 0, True)
    jobs.run(job.pk)
    job.refresh_from_db()
    place.project.refresh_from_db()
    assert (job.state, job.attempts, job.result, job.error) == ("done", 1, {"renamed": 1}, "")
    assert job.started_at <= job.finished_at
    assert place.project.name == "Tunnel"
    entry = AuditEntry.objects.get(verb="node.edited")
    assert (entry.actor, entry.request_id) == (place.head, f"job-{job.pk}")
    event = apps.get_model("portfolio.NodeEvent").objects.filter(pgh_obj=place.project).latest("pgh_id")
    assert event.pgh_context.metadata == {"actor": place.head.pk, "job": job.pk}


def test_kind_that_nobody_registered_is_refused():
    with pytest.raises(ValueError, match=r"Unknown kind of job: no\.such"):
        jobs.enqueue("no.such", {}, actor=SYSTEM)
    assert jobs.kind_label("no.such") == "no.such"


def test_failure_undoes_the_work_and_is_tried_three_times(work):
    def fails(job, progress):
        currency_create(code="AAA", name="A", actor=SYSTEM)
        raise RuntimeError("boom")

    calls = work(fails)
    job = ask()
    states = []
    for _attempt in range(4):
        jobs.run(job.pk)
        job.refresh_from_db()
        states.append((job.state, job.attempts, job.error, job.finished_at is None))
    again, dead = "RuntimeError: boom", ("dead", 3, "RuntimeError: boom", False)
    assert states == [("queued", 1, again, True), ("queued", 2, again, True), dead, dead]
    assert calls == [1, 2, 3]
    assert codes() == []


def test_job_that_succeeds_at_the_second_attempt_shows_no_error(work):
    def stumbles(job, progress):
        if job.attempts == 1:
            raise RuntimeError("boom")
        return adds("AAA")(job, progress)

    work(stumbles)
    job = ask()
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, codes()) == ("done", "", ["AAA"])


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DomainError("The edition is older."), "The edition is older."),
        (ValidationError(["Line 1: no code", "Line 2: no name"]), "Line 1: no code; Line 2: no name"),
    ],
)
def test_refusal_ends_the_job_at_once_with_its_words(work, error, words):
    def refuses(job, progress):
        currency_create(code="AAA", name="A", actor=SYSTEM)
        raise error

    calls = work(refuses)
    job = ask()
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, calls, codes()) == ("failed", words, [1], [])


def test_waiting_job_is_stopped_at_once(work):
    calls = work(adds("AAA"))
    job = ask()
    jobs.cancel(job)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, calls, codes()) == ("cancelled", [], [])
    assert job.finished_at is not None


@committed
def test_running_job_stops_at_its_next_step_and_leaves_nothing(work, elsewhere):
    def stopped(job, progress):
        currency_create(code="AAA", name="A", actor=SYSTEM)
        elsewhere(jobs.cancel, job)
        progress.step("Next", 1, 2)
        raise AssertionError("the step must stop the job")

    work(stopped)
    job = ask()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.step, codes()) == ("cancelled", "Next", [])


def test_stop_of_a_finished_job_changes_nothing(work):
    work(adds("AAA"))
    job = ask()
    jobs.run(job.pk)
    jobs.cancel(job)
    job.refresh_from_db()
    assert (job.state, job.cancel_requested) == ("done", False)


@committed
def test_progress_is_seen_while_the_work_is_not(work, elsewhere):
    seen = []

    def tells(job, progress):
        currency_create(code="AAA", name="A", actor=SYSTEM)
        progress.step("Reading rows", 3, 10)
        look = Job.objects.filter(pk=job.pk).values_list("state", "step", "done_count", "total_count").get
        seen.append((elsewhere(look), elsewhere(codes)))
        return {}

    work(tells)
    job = ask()
    jobs.run(job.pk)
    assert seen == [(("running", "Reading rows", 3, 10), [])]
    assert codes() == ["AAA"]


def test_second_delivery_has_no_effect(work):
    calls = work(adds("AAA"))
    job = ask()
    jobs.run(job.pk)
    jobs.run(job.pk)
    jobs.run(job.pk + 1)
    assert (calls, codes(), Job.objects.get().attempts) == ([1], ["AAA"], 1)


@committed
def test_five_deliveries_at_once_have_one_effect(work):
    calls = work(adds("AAA"))
    job = ask()
    barrier = threading.Barrier(5)

    def deliver():
        barrier.wait()
        try:
            jobs.run(job.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job.refresh_from_db()
    assert (calls, codes(), job.state, job.attempts) == ([1], ["AAA"], "done", 1)


@committed
def test_job_that_another_worker_is_claiming_is_left_to_it(work, elsewhere):
    """Without the lock of the claim, the second worker would wait here and then do the work again."""
    calls = work(adds("AAA"))
    job = ask()
    with transaction.atomic():
        Job.objects.select_for_update().get(pk=job.pk)
        elsewhere(jobs.run, job.pk)
    assert calls == []


def test_worker_that_died_is_replaced(work):
    work(adds("AAA"))
    died = JobFactory(kind=KIND, state="running", attempts=1, heartbeat_at=clock.now() - LONG_AGO)
    lives = JobFactory(kind=KIND, state="running", attempts=1, heartbeat_at=clock.now())
    jobs.run(lives.pk)
    lives.refresh_from_db()
    assert (lives.state, codes()) == ("running", [])
    jobs.run(died.pk)
    died.refresh_from_db()
    assert (died.state, died.attempts, codes()) == ("done", 2, ["AAA"])


def test_job_that_kills_its_workers_is_given_up(work):
    calls = work(adds("AAA"))
    job = JobFactory(kind=KIND, state="running", attempts=3, heartbeat_at=clock.now() - LONG_AGO)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, calls) == ("dead", "Given up after too many attempts.", [])


@pytest.fixture
def overtaken(work, elsewhere):
    """Run a job whose first worker falls silent, so that a second does the work while the first has it open."""

    def run(finish):
        def handler(job, progress):
            currency_create(code="AAA" if job.attempts == 1 else "BBB", name="x", actor=SYSTEM)
            if job.attempts == 1:
                elsewhere(lambda: Job.objects.filter(pk=job.pk).update(heartbeat_at=clock.now() - LONG_AGO))
                elsewhere(jobs.run, job.pk)
                finish(progress)
            return {"by": job.attempts}

        work(handler)
        job = ask()
        jobs.run(job.pk)
        job.refresh_from_db()
        return job

    return run


@committed
def test_late_result_of_the_first_worker_is_undone(overtaken):
    job = overtaken(lambda _progress: None)
    assert (job.state, job.attempts, job.result, codes()) == ("done", 2, {"by": 2}, ["BBB"])


@committed
def test_late_step_of_the_first_worker_says_nothing_and_stops_it(overtaken):
    told = []

    def goes_on(progress):
        with pytest.raises(jobs.Cancelled):
            progress.step("I still live", 1, 2)
        told.append(True)

    job = overtaken(goes_on)
    assert (job.state, job.step, codes(), told) == ("done", "", ["BBB"], [True])


def test_job_of_a_closed_account_is_no_longer_permitted(work, place):
    calls = work(adds("AAA"))
    job = ask(place.head)
    place.head.is_active = False
    place.head.save(update_fields=["is_active"])
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, calls) == ("failed", "No longer permitted: the account was deactivated.", [])


def test_job_of_a_person_who_lost_the_role_is_no_longer_permitted(work, place):
    """T-A13."""
    work(lambda job, _progress: node_update(place.project, {"name": "Taken"}, actor=jobs.actor_of(job)))
    job = ask(place.head)
    Membership.objects.all().delete()
    jobs.run(job.pk)
    job.refresh_from_db()
    place.project.refresh_from_db()
    assert (job.state, place.project.name) == ("failed", "Bridge")
    assert job.error == "You are not, or no longer, permitted to do this here."


@committed
def test_sweep_sends_again_what_waits_and_what_died(inbox):
    now = clock.now()
    waits = JobFactory(kind=KIND, created_at=now - LONG_AGO)
    died = JobFactory(kind=KIND, state="running", created_at=now - LONG_AGO, heartbeat_at=now - LONG_AGO)
    JobFactory(kind=KIND, created_at=now)
    JobFactory(kind=KIND, state="running", created_at=now - LONG_AGO, heartbeat_at=now)
    for state in ("done", "failed", "dead", "cancelled"):
        JobFactory(kind=KIND, state=state, created_at=now - LONG_AGO)
    assert jobs.sweep() == 2
    ours = set(Job.objects.values_list("pk", flat=True))
    sent = [args[0] for task, args in inbox.rest(2) if task == jobs.RUN_TASK and args[0] in ours]
    assert sorted(sent) == sorted([waits.pk, died.pk])
