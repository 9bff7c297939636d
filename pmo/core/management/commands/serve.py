"""`manage.py serve`: the whole product on one machine, web, worker and beat under one supervisor."""

import fcntl
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmo.core import checks, embedded, prepare
from pmo.core.supervisor import Child, Supervisor

READY_SECONDS = 90
HOST = "127.0.0.1"


class Command(BaseCommand):
    """Prepare, start, watch, stop. Ctrl-C or SIGTERM ends it all, the private PostgreSQL included."""

    help = "Start web, worker and beat on this machine and keep them alive."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --port."""
        parser.add_argument("--port", type=int, default=8000, help="the port of the web server (8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until a signal asks for the end."""
        self.port: int = options["port"]
        began = time.monotonic()
        with self._alone():
            supervisor = Supervisor(self._children(), self.say, self._keep_database)
            with supervisor.signals():
                try:
                    self._serve(supervisor, began)
                except KeyboardInterrupt:
                    self.say("Stopped before everything was ready; the next start goes on from here")
                finally:
                    supervisor.stop()
                    self._stop_database()

    def _serve(self, supervisor: Supervisor, began: float) -> None:
        checks.refuse_unsafe_start()
        self._check_port()
        self.say(f"Database: {self._database_in_words()}")
        prepare.static_files(self.say)
        prepare.migrations(self.say)
        prepare.demo(self.say)
        supervisor.start()
        web, deadline = supervisor.children[0], time.monotonic() + READY_SECONDS
        supervisor.watch(until=lambda: self._answers() or web.deaths > 2 or time.monotonic() > deadline)
        if not supervisor.stopping:
            self._announce(web, began)
            supervisor.watch()
        self.say("Stopping")

    def say(self, words: str) -> None:
        """Print one line for people and keep it in var/log/supervisor.log."""
        self._print(f"  {words}")
        path = settings.VAR_DIR / "log" / "supervisor.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as log:
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {words}\n")

    def _print(self, words: str) -> None:
        """Print for people; a terminal or a pipe that has gone must not keep us from stopping everything."""
        with suppress(OSError):
            self.stdout.write(words)
            self.stdout.flush()

    # --- before ---

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold this folder for one supervisor; the lock falls with its holder."""
        path: Path = settings.VAR_DIR / "serve.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                handle.seek(0)
                raise CommandError(f"Gatehouse already runs from this folder: {handle.read().strip()}") from error
            handle.truncate(0)
            handle.write(f"process {os.getpid()}, http://localhost:{self.port}/")
            handle.flush()
            yield

    def _check_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except OSError as error:
                raise CommandError(
                    f"Port {self.port} cannot be used: {error.strerror}.\nFix: make run PORT={self.port + 1}"
                ) from error

    def _database_in_words(self) -> str:
        database = settings.DATABASES["default"]
        if os.environ.get("DATABASE_URL"):
            return f"PostgreSQL at {database['HOST'] or 'the local socket'}, database {database['NAME']}"
        return f"a private PostgreSQL; its files lie in {embedded.home(settings.VAR_DIR)}"

    def _children(self) -> list[Child]:
        log = settings.VAR_DIR / "log"
        celery = [sys.executable, "-m", "celery", "-A", "pmo.celery"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        (settings.VAR_DIR / "run").mkdir(parents=True, exist_ok=True)
        web = [sys.executable, "-m", "gunicorn", "pmo.wsgi:application", "--bind", f"{HOST}:{self.port}"]
        web += ["--preload", "--workers", "2", "--threads", "4", "--graceful-timeout", "10"]
        web += ["--control-socket", str(settings.VAR_DIR / "run" / "gunicorn.ctl")]
        worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2", *quiet]
        beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile", ""]
        beat += ["--schedule", str(settings.VAR_DIR / "run" / "beat-schedule")]
        return [
            Child("web", web, log / "web.log"),
            Child("worker", worker, log / "worker.log"),
            Child("beat", beat, log / "beat.log"),
        ]

    # --- while it runs ---

    def _answers(self) -> bool:
        """Return whether the web process says that it is ready to serve."""
        link = HTTPConnection(HOST, self.port, timeout=5)
        try:
            link.request("GET", "/readyz", headers={"Host": settings.ALLOWED_HOSTS[0].removeprefix(".")})
            return link.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            link.close()

    def _announce(self, web: Child, began: float) -> None:
        if not self._answers():
            raise CommandError(f"The web process does not get ready. Its log ends:\n{web.last_lines()}")
        logins, seconds = prepare.demo_logins(), time.monotonic() - began
        self._print(f"\n  Gatehouse is ready after {seconds:.0f} s: http://localhost:{self.port}/\n\n")
        if logins:
            self._print(f"{logins.rstrip()}\n\n")
        self._print("  Ctrl-C stops everything. Logs: var/log")

    def _keep_database(self) -> None:
        if not os.environ.get("DATABASE_URL") and embedded.ensure(settings.VAR_DIR):
            self.say("The private PostgreSQL had ended; started again")

    def _stop_database(self) -> None:
        if os.environ.get("DATABASE_URL") or not embedded.started_here(settings.VAR_DIR):
            return
        if embedded.stop_if_idle(settings.VAR_DIR):
            self.say("The private PostgreSQL: stopped")
        else:
            self.say("The private PostgreSQL runs on, because another program is connected to it (`make stop` ends it)")
