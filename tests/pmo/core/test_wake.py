"""Waking workers: only after the commit, once for equal wishes, and never in the way of a save."""

import socket
import threading
import time

import pytest
from django.db import transaction

from pmo.celery import app
from pmo.core import wake
from pmo.core.access import SYSTEM
from portfolio.registry.services import node_update

pytestmark = pytest.mark.django_db(transaction=True)
TASK = "pmo.core.tasks.run_job"
AT_ONCE = 5.0  # seconds on a busy machine; a save that waited for a broker that hangs would never end


def test_worker_is_woken_after_the_commit_and_not_before(inbox):
    with transaction.atomic():
        wake.on_commit(TASK, 101)
        assert (TASK, [101]) not in inbox.rest()
    assert (TASK, [101]) in inbox.rest(3)


def test_nobody_is_woken_for_what_was_rolled_back(inbox):
    with transaction.atomic():
        wake.on_commit(TASK, 102)
        transaction.set_rollback(True)
    assert (TASK, [102]) not in inbox.rest()


def test_equal_wishes_become_one_message(inbox):
    with wake._signal, transaction.atomic():  # the publisher waits, as it does while it sends
        for number in range(50):
            wake.on_commit(TASK, 103 + number % 2)
    sent = inbox.rest(2)
    assert [sent.count((TASK, [number])) for number in (103, 104)] == [1, 1]


@pytest.fixture
def silent_broker():
    """Return the address of a server that takes connections and never says a word."""
    server = socket.create_server(("127.0.0.1", 0))
    guests = []

    def welcome():
        while True:
            try:
                guests.append(server.accept()[0])
            except OSError:
                return

    threading.Thread(target=welcome, daemon=True).start()
    yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    for guest in guests:
        guest.close()


@pytest.fixture
def broker():
    """Return a function that points this process at another broker for one test."""

    def use(url):
        app.conf.broker_url = url
        app._pool = app.amqp._producer_pool = None

    yield use
    use("memory://")


def save_five_times(node):
    started = time.monotonic()
    for number in range(5):
        node_update(node, {"name": f"Name {number}"}, actor=SYSTEM)
        wake.on_commit(TASK, number)
    return time.monotonic() - started


def test_broker_that_refuses_neither_slows_nor_fails_a_save(place, broker):
    broker("redis://127.0.0.1:1/0")
    assert save_five_times(place.project) < AT_ONCE
    place.project.refresh_from_db()
    assert place.project.name == "Name 4"


def test_broker_that_hangs_neither_slows_nor_fails_a_save(place, broker, silent_broker):
    broker(silent_broker)
    assert save_five_times(place.project) < AT_ONCE
    place.project.refresh_from_db()
    assert place.project.name == "Name 4"


def test_publisher_goes_on_when_the_broker_is_back(broker, inbox, caplog):
    broker("redis://127.0.0.1:1/0")
    wake.on_commit(TASK, 7)
    for _tenth in range(50):
        time.sleep(0.1)
        if "wake.not_sent" in caplog.text:
            break
    broker("memory://")
    wake.on_commit(TASK, 8)
    sent = []
    for _half_second in range(60):
        sent += inbox.rest()
        if (TASK, [8]) in sent:
            break
    assert (TASK, [8]) in sent
