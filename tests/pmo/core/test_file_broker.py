"""The file broker: whole messages, each taken once, and a waiting worker that notices soon."""

import threading
import time

import pytest
from kombu import Connection, Consumer, Queue

from pmo.core import embedded, file_broker

pytestmark = pytest.mark.embedded
QUEUE = Queue("work")


@pytest.fixture
def broker(tmp_path):
    """Return a function that opens one more connection to the same folders."""
    file_broker.install()
    options = embedded.broker_options("", tmp_path / "var")
    opened = []

    def connect():
        opened.append(Connection("filesystem://", transport_options=options))
        return opened[-1]

    yield connect
    for link in opened:
        link.close()


def publish(link, body):
    link.Producer(serializer="json").publish(body, routing_key="work", declare=[QUEUE])


def consume(link, seen, until):
    with Consumer(link, [QUEUE], callbacks=[lambda body, message: (seen.append(body), message.ack())]):
        while not until():
            try:
                link.drain_events(timeout=0.2)
            except TimeoutError:
                continue


def test_message_reaches_a_waiting_worker_within_half_a_second(broker):
    seen, arrived = [], []
    worker = threading.Thread(
        target=consume, args=(broker(), seen, lambda: seen and arrived.append(time.monotonic()) is None)
    )
    worker.start()
    time.sleep(0.3)
    sent = time.monotonic()
    publish(broker(), {"node": 7})
    worker.join(10)
    assert seen == [{"node": 7}]
    assert arrived[0] - sent < 0.5


def test_two_workers_take_each_message_once_while_it_is_being_written(broker):
    count, seen = 100, ([], [])
    done = lambda: sum(map(len, seen)) >= count  # noqa: E731
    workers = [threading.Thread(target=consume, args=(broker(), mine, done)) for mine in seen]
    for worker in workers:
        worker.start()
    link = broker()
    for number in range(count):
        publish(link, {"number": number, "padding": "x" * 20_000})
    for worker in workers:
        worker.join(30)
    assert sorted(body["number"] for mine in seen for body in mine) == list(range(count))


def test_taken_messages_leave_no_files(broker, tmp_path):
    seen = []
    publish(broker(), {"node": 7})
    consume(broker(), seen, lambda: seen)
    assert list((tmp_path / "var" / "broker").rglob("*.msg")) == []


def test_redis_gets_short_timeouts_so_that_a_save_is_never_held_up(tmp_path):
    assert embedded.broker_options("redis://h", tmp_path)["socket_connect_timeout"] == 2
    assert not (tmp_path / "broker").exists()
