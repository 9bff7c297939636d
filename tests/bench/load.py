"""G14: requests a second at 8 clients from gunicorn, started as `manage.py serve` starts it, and errors among them."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

from django.conf import settings
from django.db import connection

from tests.bench import pages, table

CLIENTS, SECONDS, WARM_SECONDS, READY_SECONDS = 8, 10, 2, 60
HOST = "127.0.0.1"


def measure(cookies):
    """Yield the lines of G14."""
    connection.close()
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    with _served() as port:
        for what, path in (("list", pages.LIST), ("dashboard", pages.HOME)):
            _ask(port, path, cookie, WARM_SECONDS)
            done, failed, seconds = _ask(port, path, cookie, SECONDS)
            note = f"{failed} errors; p50 {table.told(_middle(seconds))}; {CLIENTS} clients, 2 workers x 4 threads"
            rate = len(seconds) / done
            line = table.least("G14", f"{what}, requests/s", rate, 20, lambda value: f"{value:.1f}", note=note)
            yield line if not failed else table.Line(*line.cells[:6], table.MISSED, note)


def _middle(seconds):
    return sorted(seconds)[len(seconds) // 2] if seconds else 0.0


@contextmanager
def _served():
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "tests.bench.served:application",
        "--bind",
        f"{HOST}:{port}",
        "--preload",
    ]
    command += ["--workers", "2", "--threads", "4", "--graceful-timeout", "5", "--no-control-socket"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env={**os.environ, "LOG_LEVEL": "INFO"}, stdout=log, stderr=log
        )
        try:
            _wait(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def _wait(port, process, log):
    deadline = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if _get(HTTPConnection(HOST, port, timeout=5), "/livez", "") == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.2)
    log.seek(0)
    raise RuntimeError(f"gunicorn does not get ready:\n{log.read()[-3000:].decode(errors='replace')}")


def _free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _get(link, path, cookie):
    link.request("GET", path, headers={"Host": "localhost", "Cookie": cookie, "Accept-Encoding": "identity"})
    answer = link.getresponse()
    answer.read()
    return answer.status


def _ask(port, path, cookie, seconds):
    """Return how long it took, how many failed, and the seconds of each good answer, of all clients together."""
    good, bad, stop = [], [], time.monotonic() + seconds

    def client():
        link = HTTPConnection(HOST, port, timeout=30)
        while time.monotonic() < stop:
            began = time.monotonic()
            try:
                (good if _get(link, path, cookie) == 200 else bad).append(time.monotonic() - began)
            except (OSError, HTTPException):
                bad.append(time.monotonic() - began)
                link.close()
        link.close()

    began = time.monotonic()
    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began, len(bad), good
