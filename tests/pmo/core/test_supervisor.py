"""The supervisor keeps its children alive and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from pmo.core.supervisor import Child, Supervisor

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
FORKER = "import os, time; os.fork(); print('up', flush=True); time.sleep(600)"
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
GUARDIAN = """
import sys, pathlib
from pmo.core.supervisor import Child, Supervisor
child = Child("child", [sys.executable, "-c", "import time; time.sleep(600)"], pathlib.Path(sys.argv[1]) / "child.log")
supervisor = Supervisor([child], print)
with supervisor.signals():
    supervisor.start()
    print("PID", child.process.pid, flush=True)
    supervisor.watch()
    supervisor.stop()
"""


@pytest.fixture
def supervise(tmp_path):
    """Return a function that starts a supervisor of one Python program and gives it with what it has said."""
    made = []

    def start(program):
        said = []
        child = Child("worker", [sys.executable, "-c", program], tmp_path / "log" / "worker.log")
        supervisor = Supervisor([child], said.append)
        made.append(supervisor)
        supervisor.start()
        return supervisor, child, said

    yield start
    for supervisor in made:
        supervisor.stop()


def soon(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def is_up(child):
    return "up" in child.last_lines()


@pytest.mark.fault
def test_killed_child_is_started_again_and_it_is_said_so(supervise):
    supervisor, child, said = supervise(SLEEPER)
    assert soon(lambda: is_up(child))
    first = child.process.pid
    child.process.kill()
    child.process.wait()
    supervisor.watch(until=lambda: child.process.pid != first and child.is_alive)
    assert said == [
        f"worker: started (process {first})",
        f"worker: was killed by signal 9; its last lines are in {child.log}",
        f"worker: started again (process {child.process.pid})",
    ]
    assert child.deaths == 1


def test_what_a_dead_child_has_forked_is_ended_before_its_successor_starts(supervise):
    supervisor, child, _ = supervise(FORKER)
    assert soon(lambda: child.last_lines().count("up") == 2)
    orphan = psutil.Process(child.process.pid).children()[0]
    first = child.process.pid
    child.process.kill()
    child.process.wait()
    supervisor.watch(until=lambda: child.process.pid != first)
    assert soon(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE)


def test_child_that_keeps_dying_is_tried_at_growing_intervals(supervise):
    supervisor, child, said = supervise("raise SystemExit(3)")
    supervisor.watch(until=lambda: child.deaths == 3)
    assert "worker: ended with code 3; its last lines are in" in said[1]
    assert child.pause == 4


def test_stop_ends_a_child_that_ignores_the_request(supervise, monkeypatch):
    monkeypatch.setattr("pmo.core.supervisor.STOP_SECONDS", 0.5)
    supervisor, child, said = supervise(DEAF)
    assert soon(lambda: is_up(child))
    supervisor.stop()
    assert child.process.returncode == -signal.SIGKILL
    assert said[-1] == "worker: stopped"


def test_each_second_is_called_while_all_is_quiet(supervise):
    supervisor, _, _ = supervise(SLEEPER)
    calls = []
    supervisor.each_second = lambda: calls.append(1)
    supervisor.watch(until=lambda: len(calls) == 2)
    assert len(calls) == 2


def test_signal_before_the_start_interrupts_and_after_it_asks_for_the_end(tmp_path):
    supervisor = Supervisor([], print)
    with supervisor.signals():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        supervisor.stopping = False
        supervisor.start()
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
        supervisor.watch()
    assert supervisor.stopping
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_large_log_is_set_aside_at_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr("pmo.core.supervisor.LARGEST_LOG", 10)
    log = tmp_path / "web.log"
    log.write_text("a" * 11)
    supervisor = Supervisor([Child("web", [sys.executable, "-c", SLEEPER], log)], print)
    supervisor.start()
    supervisor.stop()
    assert (tmp_path / "web.log.1").read_text() == "a" * 11


@pytest.mark.fault
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_killed_supervisor_leaves_no_child(tmp_path, number):
    guardian = subprocess.Popen([sys.executable, "-c", GUARDIAN, tmp_path], stdout=subprocess.PIPE, text=True)
    while not (found := re.match(r"PID (\d+)", guardian.stdout.readline())):
        pass
    child = psutil.Process(int(found[1]))
    guardian.send_signal(number)
    guardian.communicate()
    assert soon(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
