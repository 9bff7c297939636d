"""What the kernel's tests share: a tree with one person on it, other connections, and what the broker received."""

from concurrent.futures import ThreadPoolExecutor
from queue import Empty

import pytest
from django.db import connection

from pmo.celery import app
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant


class Place:
    """A portfolio with one project; `head` may do nearly everything on it, `stranger` holds no role."""

    def __init__(self):
        self.root = PortfolioFactory(code="TOP")
        self.project = NodeFactory(code="PRJ", parent=self.root, name="Bridge")
        self.head = UserFactory(name="Hanna Head")
        grant(self.head, "pmo_head", self.root)
        self.stranger = UserFactory(name="Sam Stranger")


@pytest.fixture
def place(db):
    return Place()


@pytest.fixture
def elsewhere():
    """Return a function that runs another in a thread and on a connection of its own, and gives its answer or error."""

    def run(function, *args):
        def work():
            try:
                return function(*args)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(work).result(30)

    return run


class Inbox:
    """The messages that workers would get, by the in-memory broker of the tests."""

    def __init__(self, queue):
        self.queue = queue

    def next(self, timeout=10.0):
        """Return the next message as (task, args), or None if nothing comes in `timeout` seconds."""
        try:
            message = self.queue.get(timeout=timeout)
        except Empty:
            return None
        message.ack()
        return message.headers["task"], message.payload[0]

    def rest(self, timeout=0.5):
        """Return all messages until none comes for `timeout` seconds."""
        return list(iter(lambda: self.next(timeout), None))


@pytest.fixture
def inbox():
    with app.connection_for_read() as link:
        queue = link.SimpleQueue(app.conf.task_default_queue)
        queue.clear()
        yield Inbox(queue)
        queue.clear()
        queue.close()
