"""One clone's private PostgreSQL: where it lies, whether it runs, how it starts and stops, also after a kill -9."""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmo.core.embedded.files import write_once
from pmo.core.embedded.programs import OLDEST_MAJOR, Programs, candidates, copy_wheel, is_wheel, usable

NAME = "gatehouse"  # of the database and of its superuser
LONGEST_SOCKET_FOLDER = 85  # bytes; macOS allows 103 for the whole address, and the file name takes 14
START_SECONDS = STOP_SECONDS = 60
TRY_AGAIN_SECONDS = 10  # after a kill -9 the old backends need a moment to notice and let go of the memory
ROOT_HOME = Path("/var/lib/gatehouse")
ROOT_STANDS_IN = ("gatehouse", "postgres", "nobody")  # PostgreSQL refuses root: the first of these accounts runs it

# Kept so that a postmaster this process started is reaped when it ends; also tells who must stop it.
_started: dict[Path, subprocess.Popen[Any]] = {}


def _clone_id(var_dir: Path) -> str:
    """Return this clone's own name: kept when the folder is moved, made anew when it is a copy of another clone."""
    note = var_dir / "clone"
    name, made_for = write_once(note, f"{secrets.token_hex(6)}\n{var_dir}").splitlines()
    if made_for == str(var_dir):
        return name
    if (Path(made_for) / "clone").exists():
        name = secrets.token_hex(6)
    note.write_text(f"{name}\n{var_dir}")
    return name


def _stand_in() -> pwd.struct_passwd:
    for name in ROOT_STANDS_IN:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit(
        "PostgreSQL refuses to run as root, and this machine has no account named "
        f"{' or '.join(ROOT_STANDS_IN)}.\nFix: run as an ordinary user, or set DATABASE_URL to a PostgreSQL server."
    )


def _command_of(pid: int) -> str:
    """Return the command line of process `pid`, or nothing when it has ended (a zombie has none either)."""
    proc = Path("/proc") / str(pid) / "cmdline"
    if proc.parent.parent.joinpath("self").exists():
        return proc.read_text(errors="replace").replace("\0", " ") if proc.exists() else ""
    return subprocess.run(["ps", "-p", str(pid), "-o", "args="], capture_output=True, text=True, check=False).stdout


@dataclass(frozen=True)
class Cluster:
    """The private PostgreSQL of one clone.

    `home` holds the data, the log and, for root, a copy of the wheel's programs; `owner` is the account it runs as.
    """

    var_dir: Path
    home: Path
    owner: pwd.struct_passwd

    @classmethod
    def of(cls, var_dir: Path) -> "Cluster":
        """Return the cluster that belongs to `var_dir`, whether it exists yet or not."""
        var_dir = var_dir.resolve()
        local = var_dir / "pg"
        if os.geteuid():
            return cls(var_dir, local, pwd.getpwuid(os.geteuid()))
        if (local / "data").exists() and (local / "data").stat().st_uid:
            return cls(var_dir, local, pwd.getpwuid((local / "data").stat().st_uid))
        home = ROOT_HOME / _clone_id(var_dir)
        data = home / "data"
        return cls(var_dir, home, pwd.getpwuid(data.stat().st_uid) if data.exists() else _stand_in())

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def sockets(self) -> Path:
        """The folder of the Unix socket; a short one under /tmp when the clone's path is too long for an address."""
        if len(os.fsencode(self.home / "socket")) <= LONGEST_SOCKET_FOLDER:
            return self.home / "socket"
        return Path("/tmp") / f"gatehouse-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}"  # noqa: S108  the owner is checked

    @property
    def _identity(self) -> dict[str, Any]:
        """What makes a child process run as the cluster's owner, in a folder that account can enter."""
        changed = (
            {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []} if not os.geteuid() else {}
        )
        path = "/usr/local/bin:/usr/bin:/bin"
        return {
            **changed,
            "cwd": "/",
            "umask": 0o077,
            "env": {"PATH": path, "LC_ALL": "C"},
            "stdin": subprocess.DEVNULL,
        }

    @property
    def started_here(self) -> bool:
        """Whether this process started the cluster, and so has to stop it."""
        return self.home in _started

    # --- state ---

    def is_running(self) -> bool:
        """Return whether the cluster takes connections; costs a tenth of a millisecond."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self.sockets / ".s.PGSQL.5432"))
        except OSError:
            return False
        # A postmaster that was just killed may hold its socket open for a moment after it has ceased to be.
        return len(lines) > 7 and lines[7].strip() == "ready" and self.postmaster() != 0

    def postmaster(self) -> int:
        """Return the process id of the living postmaster of these very data, or 0."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (OSError, ValueError):
            return 0
        return pid if f"-D {self.data} " in _command_of(pid) else 0

    def clients(self) -> int:
        """Return how many other connections are open."""
        import psycopg2  # slow import

        link = psycopg2.connect(host=str(self.sockets), dbname="postgres", user=NAME)
        try:
            with link.cursor() as cursor:
                cursor.execute(
                    "select count(*) from pg_stat_activity"
                    " where backend_type = 'client backend' and pid <> pg_backend_pid()"
                )
                return int(cursor.fetchone()[0])
        finally:
            link.close()

    # --- starting ---

    def ensure_running(self) -> bool:
        """Start the cluster unless it runs, making it at the first call; return whether it had to be started."""
        if self.is_running():
            return False
        with self._lock():
            if self.is_running():
                return False
            self._make_folders()
            programs = self._choose_programs()
            if not self.data.exists():
                self._create(programs)
            self._start(programs)
        return True

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one process at a time start or stop the cluster; the lock falls with its holder, even after kill -9."""
        try:
            self.var_dir.mkdir(parents=True, exist_ok=True)
            handle = (self.var_dir / "pg.lock").open("a")
        except PermissionError as error:
            raise SystemExit(f"{self.var_dir} belongs to another user.\nFix: run as its owner, or chown it.") from error
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _make_folders(self) -> None:
        try:
            if not self.home.parent.exists():
                self.home.parent.mkdir(parents=True)
                self.home.parent.chmod(0o755)
            for folder in (self.home, self.sockets):
                folder.mkdir(mode=0o700, exist_ok=True)
                if folder.lstat().st_uid != self.owner.pw_uid and os.geteuid() == 0:
                    os.chown(folder, self.owner.pw_uid, self.owner.pw_gid, follow_symlinks=False)
        except OSError as error:
            raise SystemExit(
                f"The private PostgreSQL cannot make its folders: {error}.\n"
                "Fix: make the folder writable, or set DATABASE_URL to a PostgreSQL server."
            ) from error
        if self.sockets.is_symlink() or self.sockets.lstat().st_uid != self.owner.pw_uid:
            raise SystemExit(f"{self.sockets} belongs to somebody else.\nFix: remove it and start again.")

    def _choose_programs(self) -> Programs:
        """Return the installation that fits the data, or for new data the newest one found."""
        version_file = self.data / "PG_VERSION"
        needed = int(version_file.read_text()) if version_file.exists() else None
        for folder in candidates():
            here = copy_wheel(folder, self.home) if is_wheel(folder) and not os.geteuid() else folder
            programs = usable(here, self._identity)
            if programs and needed in (None, programs.major):
                return programs
        if needed:
            raise SystemExit(
                f"The data in {self.data} were written by PostgreSQL {needed}, which is no longer found here.\n"
                f"Fix: install PostgreSQL {needed} again, or set GATEHOUSE_POSTGRES to the folder of its programs."
            )
        raise SystemExit(
            f"No PostgreSQL {OLDEST_MAJOR} or newer was found, and the bundled one does not run on this machine.\n"
            "Fix: install PostgreSQL, or set DATABASE_URL to a PostgreSQL server."
        )

    def _create(self, programs: Programs) -> None:
        """Make the cluster and its database under another name first, so that a kill never leaves half of one."""
        draft = self.home / "data.new"
        locales = (
            [["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]] if programs.major > 16 else []
        )
        initdb = [str(programs.folder / "initdb"), "-D", str(draft), "-U", NAME, "-A", "trust", "-E", "UTF8"]
        told = ""
        for locale in [*locales, ["--locale=C.UTF-8"], ["--locale=C"]]:
            shutil.rmtree(draft, ignore_errors=True)
            made = subprocess.run([*initdb, *locale], capture_output=True, text=True, check=False, **self._identity)
            told = made.stderr
            if made.returncode == 0:
                break
        else:
            raise SystemExit(f"The private PostgreSQL could not be made:\n{told}")
        single = [str(programs.folder / "postgres"), "--single", "-D", str(draft), "postgres"]
        identity = {key: value for key, value in self._identity.items() if key != "stdin"}
        subprocess.run(single, input=f"create database {NAME}\n".encode(), capture_output=True, check=True, **identity)
        draft.rename(self.data)
        if not os.geteuid():
            print(f"The database's files lie in {self.home} and belong to {self.owner.pw_name}.", file=sys.stderr)

    def _start(self, programs: Programs) -> None:
        """Start the postmaster and wait until it takes connections; after a kill it may have to recover first."""
        deadline, last_try = time.monotonic() + START_SECONDS, time.monotonic() + TRY_AGAIN_SECONDS
        process = None
        while time.monotonic() < deadline and not self.is_running():
            if process is None and not self.postmaster():
                self._clear_stale_lock()
                process = self._launch(programs)
            elif process is not None and process.poll() is not None and time.monotonic() < last_try:
                process = None
            elif process is not None and process.poll() is not None:
                break
            time.sleep(0.05)
        if not self.is_running():
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:]) if self.log.exists() else ""
            raise SystemExit(f"The private PostgreSQL did not start. The end of {self.log}:\n{tail}")
        if process is not None:
            _started[self.home] = process

    def _launch(self, programs: Programs) -> subprocess.Popen[Any]:
        command = [str(programs.folder / "postgres"), "-D", str(self.data), "-k", str(self.sockets)]
        # mmap: neither a small /dev/shm nor a log-out that clears it can break a query.
        options = {"listen_addresses": "", "unix_socket_permissions": "0700", "dynamic_shared_memory_type": "mmap"}
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        fresh = not self.log.exists() or self.log.stat().st_size > 10_000_000
        with self.log.open("wb" if fresh else "ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **self._identity)

    def _clear_stale_lock(self) -> None:
        """Make a lock file left by a killed postmaster name a process that has surely ended.

        PostgreSQL takes any living process of that number for its own. The file itself stays: by it PostgreSQL
        finds out whether orphaned backends still use the memory.
        """
        lock = self.data / "postmaster.pid"
        if lock.exists():
            ended = subprocess.Popen(["true"])
            ended.wait()
            _, *rest = lock.read_text().split("\n")
            lock.write_text("\n".join([str(ended.pid), *rest]))
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.sockets / name).unlink(missing_ok=True)

    # --- stopping ---

    def stop(self) -> bool:
        """Stop the cluster and wait for it; return whether it was running. Raises SystemExit if it does not end."""
        with self._lock():
            pid = self.postmaster()
            if not pid:
                return False
            os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
            process = _started.pop(self.home, None)
            deadline = time.monotonic() + STOP_SECONDS
            while self.postmaster() and time.monotonic() < deadline:
                if process is not None:
                    process.poll()
                time.sleep(0.02)
            if self.postmaster():
                raise SystemExit(f"The private PostgreSQL (process {pid}) does not stop. See {self.log}.")
            return True
