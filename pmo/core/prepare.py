"""What a local start does before it serves: browser files, migrations, the demo. Finished steps are left out."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

Say = Callable[[str], object]


def manage(*words: str) -> None:
    """Run a management command in a process of its own, its output on ours. Raises CommandError if it fails."""
    command = [sys.executable, "manage.py", *words]
    # A session of its own: Ctrl-C reaches us only, and we end it.
    done = subprocess.run(command, cwd=settings.BASE_DIR, start_new_session=True, check=False)
    if done.returncode:
        raise CommandError(f"`manage.py {' '.join(words)}` failed; the reason stands above.")


def static_files(say: Say) -> None:
    """Build the icon sprite and collect what browsers load, if anything of it has changed since."""
    stamp_file = settings.VAR_DIR / "stamps" / "static"
    stamp = _fingerprint(_static_inputs())
    if settings.STATIC_ROOT.exists() and stamp_file.exists() and stamp_file.read_text() == stamp:
        return
    say("Collecting style sheets, scripts, fonts and icons")
    manage("build_icons", "--verbosity", "0")
    manage("collectstatic", "--noinput", "--clear", "--verbosity", "0")
    stamp_file.parent.mkdir(parents=True, exist_ok=True)
    stamp_file.write_text(stamp)


def _static_inputs() -> Iterable[Path]:
    base = settings.BASE_DIR
    yield from (base / "package-lock.json", base / "requirements.txt", base / "pmo" / "settings.py")
    yield base / "pmo" / "core" / "management" / "commands" / "build_icons.py"
    yield from sorted(path for path in (base / "static").rglob("*") if path.is_file())


def _fingerprint(paths: Iterable[Path]) -> str:
    sums = hashlib.sha256()
    for path in paths:
        sums.update(f"{path.relative_to(settings.BASE_DIR)}\0".encode())
        sums.update(path.read_bytes())
    return sums.hexdigest()


def migrations(say: Say) -> None:
    """Bring the database's tables to this version, if they are not there yet."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connection.close()
    if waiting:
        say(f"Bringing the database up to date ({len(waiting)} migrations)")
        manage("migrate", "--noinput", "--verbosity", "0")


def demo(say: Say) -> None:
    """Load the demo into a database without people; one that was cut short is thrown away and loaded again."""
    if not settings.LOCAL or "demo" not in get_commands():
        return
    cut_short = settings.VAR_DIR / "demo-unfinished"
    if get_user_model().objects.exists() and not cut_short.exists():
        return
    connection.close()
    say("Making the demo portfolio: fictional projects with their history; this takes a minute or two, once")
    verb = "reset" if cut_short.exists() else "load"
    cut_short.touch()
    manage("demo", verb)
    cut_short.unlink()


def demo_logins() -> str:
    """Return the demo's logins as the demo wrote them down, or nothing where there is no demo."""
    path = settings.VAR_DIR / "demo-logins.txt"
    return path.read_text() if path.exists() else ""
