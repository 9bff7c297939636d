"""`manage.py serve`, whole: web, worker and beat on a database of this test, ended by a signal."""

import io
import os
import signal
import socket
import threading
import time
from http.client import HTTPConnection

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from pmo.core import prepare
from pmo.core.management.commands.serve import Command
from tests.factories import UserFactory


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def url_of_test_database():
    """Return the test database as a child process must be told it."""
    given = connection.settings_dict
    host = given["HOST"]
    if str(host).startswith("/"):
        return f"postgres://{given['USER']}@/{host}/{given['NAME']}"
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{host}:{given['PORT'] or 5432}/{given['NAME']}"


@pytest.fixture
def var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR


def pretend_static_files_are_collected(var_dir):
    """Spare a test the collecting, which would also take the files away under a running `make run`."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    (var_dir / "stamps").mkdir(parents=True)
    (var_dir / "stamps" / "static").write_text(prepare._fingerprint(prepare._static_inputs()))


def get(port, path):
    link = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.request("GET", path, headers={"Host": "localhost"})
        return link.getresponse().status
    except OSError:
        return 0
    finally:
        link.close()


@pytest.mark.fault
@pytest.mark.embedded
@pytest.mark.django_db(transaction=True)
def test_serve_starts_everything_says_where_and_stops_on_a_signal(var_dir, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url_of_test_database())
    UserFactory()  # so that no demo is made
    pretend_static_files_are_collected(var_dir)
    (var_dir / "demo-logins.txt").write_text("  boss@demo.gatehouse.example\n")
    port, out, seen = free_port(), io.StringIO(), {}

    def end_when_it_is_ready():
        deadline = time.monotonic() + 120
        while "Ctrl-C stops everything" not in out.getvalue() and time.monotonic() < deadline:
            time.sleep(0.2)
        seen.update(livez=get(port, "/livez"), readyz=get(port, "/readyz"))
        os.kill(os.getpid(), signal.SIGTERM)

    ender = threading.Thread(target=end_when_it_is_ready)
    ender.start()
    call_command("serve", port=port, stdout=out)
    ender.join()
    said = out.getvalue()
    assert seen == {"livez": 200, "readyz": 200}
    assert f"http://localhost:{port}/\n\n  boss@demo.gatehouse.example\n" in said
    for name in ("web", "worker", "beat"):
        assert f"  {name}: started (process " in said
        assert f"  {name}: stopped\n" in said
    assert get(port, "/livez") == 0
    assert "Stopping" in (var_dir / "log" / "supervisor.log").read_text()


@pytest.mark.django_db
def test_serve_names_a_port_in_use_with_the_fix(var_dir):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} cannot be used") as refused:
            call_command("serve", port=port, stdout=io.StringIO())
    assert f"Fix: make run PORT={port + 1}" in str(refused.value)


@pytest.mark.django_db
def test_serve_refuses_a_second_supervisor_of_the_same_folder(var_dir):
    first = Command()
    first.port = 8000
    with first._alone(), pytest.raises(CommandError, match=f"already runs from this folder: process {os.getpid()}"):
        call_command("serve", port=free_port(), stdout=io.StringIO())


class GoneTerminal(io.StringIO):
    """A pipe whose reader has left, as `tee` does on Ctrl-C."""

    def write(self, text):
        raise BrokenPipeError


def test_lost_terminal_does_not_keep_serve_from_its_work(var_dir):
    Command(stdout=GoneTerminal()).say("web: stopped")
    assert "web: stopped" in (var_dir / "log" / "supervisor.log").read_text()


@pytest.mark.django_db
def test_serve_refuses_an_unsafe_start(var_dir, settings):
    settings.ALLOWED_HOSTS = ["*"]
    with pytest.raises(SystemExit, match="ALLOWED_HOSTS"):
        call_command("serve", port=free_port(), stdout=io.StringIO())


def test_collected_static_files_are_left_alone(var_dir):
    pretend_static_files_are_collected(var_dir)
    said = []
    prepare.static_files(said.append)
    assert said == []


def test_static_inputs_are_told_apart_by_name_and_content(settings):
    first, second = settings.BASE_DIR / "Makefile", settings.BASE_DIR / "LICENSE"
    assert prepare._fingerprint([first]) == prepare._fingerprint([first])
    assert prepare._fingerprint([first]) != prepare._fingerprint([second])


@pytest.mark.django_db
def test_demo_is_not_made_beside_people_nor_in_production(settings, var_dir):
    said = []
    settings.LOCAL = False
    prepare.demo(said.append)
    settings.LOCAL = True
    UserFactory()
    prepare.demo(said.append)
    assert said == []


@pytest.mark.django_db
def test_migrated_database_is_left_alone():
    said = []
    prepare.migrations(said.append)
    assert said == []


def test_failing_step_is_named():
    with pytest.raises(CommandError, match="no_such_command` failed"):
        prepare.manage("no_such_command")


@pytest.mark.django_db
def test_doctor_tells_the_facts(settings):
    out = io.StringIO()
    call_command("doctor", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith(f"Gatehouse {settings.VERSION} on Python 3.")
    assert lines[1] == "Start: local, this machine only"
    assert lines[2].startswith("Database: ")
    assert lines[-1] == "Nothing is wrong."


@pytest.mark.django_db
def test_doctor_names_problems_with_their_fix(settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="DEBUG: it is on") as found:
        call_command("doctor", stdout=io.StringIO())
    assert "Fix: Set DEBUG=0" in str(found.value)
