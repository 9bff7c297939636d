"""A real worker on a real broker: Redis where REDIS_URL names one (its database is flushed), and files always."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from kombu import pools

from pmo.celery import app

ROOT = Path(__file__).resolve().parents[2]
CLOSED_PORT = "redis://127.0.0.1:1/0"


def publish_to(url: str, options: dict) -> None:
    """Let this process publish to another broker; kombu keeps pools by address, closed ones too, so all are dropped."""
    app.conf.broker_url, app.conf.broker_transport_options = url, options
    pools.reset()
    app._pool = app.amqp._producer_pool = None


class Broker:
    """Where wake-ups go, and how to lose them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url, self.options = "filesystem://", self._folders()

    def _folders(self) -> dict:
        names = {
            "data_folder_in": "queue",
            "data_folder_out": "queue",
            "processed_folder": "taken",
            "control_folder": "control",
        }
        for name in set(names.values()):
            (self.folder / name).mkdir(exist_ok=True)
        return {key: str(self.folder / name) for key, name in names.items()} | {"polling_interval": 0.1}

    def use(self, url: str | None = None) -> None:
        """Let this process publish here, or to `url`."""
        publish_to(url or self.url, self.options)

    def lose_messages(self) -> None:
        """Throw away everything that waits."""
        for message in (self.folder / "queue").iterdir():
            message.unlink(missing_ok=True)

    def go_away(self) -> None:
        """Become unreachable for this process and for workers."""
        shutil.rmtree(self.folder / "queue")
        (self.folder / "queue").write_text("in the way")

    def come_back(self) -> None:
        """Be reachable again, empty."""
        (self.folder / "queue").unlink()
        (self.folder / "queue").mkdir()


class RedisBroker(Broker):
    """The server that REDIS_URL names."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url, self.options = settings.REDIS_URL, {"socket_connect_timeout": 2, "socket_timeout": 10}

    def lose_messages(self) -> None:
        """Flush the database."""
        redis.Redis.from_url(self.url).flushdb()

    def go_away(self) -> None:
        """Publish to a port on which nobody listens; a worker that starts now finds nobody either."""
        self.use(CLOSED_PORT)

    def come_back(self) -> None:
        """Publish to the server again, whose memory was lost meanwhile."""
        self.lose_messages()
        self.use()


class Worker:
    """One worker with its children in a process group of its own."""

    def __init__(self, broker: Broker, *, sweep_seconds: float) -> None:
        given = {
            "database": connection.settings_dict["NAME"],
            "broker": broker.url,
            "options": broker.options,
            "sweep_seconds": sweep_seconds,
            "beat": str(broker.folder / f"beat-{time.monotonic_ns()}"),
        }
        self.log = (broker.folder / "worker.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker"],
            cwd=ROOT,
            env=os.environ | {"FAULT_WORKER": json.dumps(given)},
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self) -> None:
        """Kill the worker and its children with -9, in the middle of whatever they do."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


@pytest.fixture(params=["redis", "files"])
def broker(request, tmp_path):
    """A broker of the test's own; what this process publishes goes there."""
    if request.param == "redis" and not settings.REDIS_URL:
        pytest.skip("no REDIS_URL: this fault needs a Redis server")
    made = (RedisBroker if request.param == "redis" else Broker)(tmp_path)
    made.lose_messages()
    before = app.conf.broker_url, app.conf.broker_transport_options
    made.use()
    yield made
    publish_to(*before)


@pytest.fixture
def start_worker(broker):
    """Return a function that starts a worker; all are killed at the end."""
    started = []

    def start(sweep_seconds: float = 1.0) -> Worker:
        started.append(Worker(broker, sweep_seconds=sweep_seconds))
        return started[-1]

    yield start
    for worker in started:
        if not worker.log.closed:
            worker.kill()
