"""Keeping a local start's processes alive: start them, start a dead one again, stop all of them together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

Say = Callable[[str], object]

STOP_SECONDS = 20  # a request or a task under way may finish; then SIGKILL
CALM_SECONDS = 60  # a child that lived so long and dies is started again at once
LONGEST_PAUSE = 15  # seconds between two tries of a child that keeps dying
LARGEST_LOG = 10_000_000  # bytes; a larger log is set aside as .1 at the next start


def _die_with_parent() -> None:
    """Ask Linux to end this child when the supervisor is killed, so that a kill -9 leaves no process behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@dataclass
class Child:
    """One process the supervisor looks after; its output goes to `log`."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    try_again_at: float = 0.0
    pause: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        """Start the process in a group of its own, so that Ctrl-C reaches the supervisor only."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.process is None and self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  the supervisor has no threads
            )
        self.started_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_group(self, number: int) -> None:
        """Send a signal to the process and everything it has forked."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def last_lines(self, count: int = 15) -> str:
        """Return the end of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:]) if self.log.exists() else ""


@dataclass
class Supervisor:
    """Starts `children` in order and keeps them alive until a signal asks it to stop.

    `each_second` is called while all is quiet; it may look after what is not a child.
    """

    children: list[Child]
    say: Say
    each_second: Callable[[], object] = lambda: None
    stopping: bool = field(default=False, init=False)
    started: bool = field(default=False, init=False)

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Let SIGINT, SIGTERM and SIGHUP ask for the end; before `start` they raise KeyboardInterrupt."""
        asking = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._ask_to_stop) for number in asking}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        if not self.started:
            raise KeyboardInterrupt

    def start(self) -> None:
        """Start every child."""
        self.started = True
        for child in self.children:
            child.start()
            self.say(f"{child.name}: started (process {child.process.pid if child.process else 0})")

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Start dead children again until `until` says true or the end is asked for."""
        while not self.stopping and not until():
            for child in self.children:
                self._revive(child)
            self.each_second()
            pause_until = time.monotonic() + 1
            while time.monotonic() < pause_until and not self.stopping and all(c.is_alive for c in self.children):
                time.sleep(0.1)

    def _revive(self, child: Child) -> None:
        if child.is_alive or child.process is None:
            return
        now = time.monotonic()
        if not child.try_again_at:
            child.signal_group(signal.SIGKILL)  # what it forked must not work on beside its successor
            child.pause = 0 if now - child.started_at > CALM_SECONDS else min(max(1, child.pause * 2), LONGEST_PAUSE)
            child.try_again_at = now + child.pause
            child.deaths += 1
            self.say(f"{child.name}: {_ending(child.process.returncode)}; its last lines are in {child.log}")
        if now >= child.try_again_at:
            child.try_again_at = 0.0
            child.start()
            self.say(f"{child.name}: started again (process {child.process.pid})")
        else:
            time.sleep(0.1)

    def stop(self) -> None:
        """End every child: SIGTERM, wait, and SIGKILL for what is left. A second Ctrl-C does not cut it short."""
        self.started = True
        for child in self.children:
            if child.is_alive and child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            if child.process is not None:
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.1, deadline - time.monotonic()))
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
                self.say(f"{child.name}: stopped")


def _ending(returncode: int) -> str:
    return f"was killed by signal {-returncode}" if returncode < 0 else f"ended with code {returncode}"
