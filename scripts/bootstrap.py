#!/usr/bin/env python3
"""Set the folder up: virtual environment, locked Python packages, locked browser assets. Standard library only.

`python3 scripts/bootstrap.py [--dev]` says each step in words, leaves out what is already done, and names the fix
for what is missing. Nothing outside this folder is changed.
"""

from __future__ import annotations  # an old Python must get as far as being told that it is old

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NODE_VENV = ROOT / ".node"
STAMPS = ROOT / "var" / "stamps"
OFFLINE_SIGNS = (
    "ConnectionError", "NewConnectionError", "Max retries", "Temporary failure in name resolution", "ENOTFOUND",
    "EAI_AGAIN", "ETIMEDOUT", "ECONNREFUSED", "Network is unreachable", "dns error", "error sending request",
    "Connection refused", "Failed to fetch", "Name or service not known", "Could not find a version", "timed out",
)  # fmt: skip
OFFLINE_FIX = (
    "A package registry cannot be reached.\n"
    "Fix: check the network. Behind a proxy set HTTPS_PROXY; with a mirror set PIP_INDEX_URL, UV_DEFAULT_INDEX and\n"
    "     npm_config_registry to it. Then run the same command again: finished steps are not repeated."
)


class SetupError(Exception):
    """A step that cannot go on, in words that name the fix."""


def say(words: str) -> None:
    """Print one line about what happens."""
    print(f"  {words}", flush=True)


def run(command: list[str], env: dict[str, str] | None = None) -> None:
    """Run `command` quietly in the project's folder. Raises SetupError with the end of its output and a fix."""
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-12:])
        fix = OFFLINE_FIX if any(sign in done.stdout for sign in OFFLINE_SIGNS) else "See the lines above."
        raise SetupError(f"This failed: {' '.join(command)}\n{tail}\n\n{fix}")


def digest(*inputs: Path | str) -> str:
    """Return a hash of texts and of files' contents."""
    sums = hashlib.sha256()
    for given in inputs:
        sums.update(given.read_bytes() if isinstance(given, Path) else given.encode())
        sums.update(b"\0")
    return sums.hexdigest()


def is_done(step: str, stamp: str, result: Path) -> bool:
    """Return whether `step` has been finished for the same inputs and its result is still there."""
    path = STAMPS / step
    return result.exists() and path.exists() and path.read_text() == stamp


def mark_done(step: str, stamp: str) -> None:
    """Remember that `step` is finished for these inputs."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(stamp)


def check_machine() -> None:
    """Raise SetupError where Python is too old, cannot make virtual environments, or the folder is not ours."""
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(
            f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}.\n"
            "Fix: install a newer Python and name it, for example: make run PYTHON=python3.12"
        )
    if not os.access(ROOT, os.W_OK) or ((ROOT / "var").exists() and not os.access(ROOT / "var", os.W_OK)):
        raise SetupError(
            f"{ROOT} cannot be written by you.\nFix: clone it as yourself, or `sudo chown -R $USER {ROOT}`."
        )
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SetupError(
            "Python's venv module is not complete on this machine.\n"
            f"Fix: sudo apt install python{version}-venv    (Debian and Ubuntu; elsewhere the package with ensurepip)"
        ) from None


def make_venv(folder: Path) -> Path:
    """Make a virtual environment with uv in it and return the path of its Python."""
    python = folder / "bin" / "python"
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(folder)])
    say("Installing uv, which installs everything else (pip, checked by hash)")
    lock = ROOT / "scripts" / "requirements-uv.txt"
    run([str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)])
    return python


def uv_install(python: Path, lock: Path, *options: str) -> None:
    """Install the packages of `lock`, each checked by its hash, for `python`."""
    uv = str(VENV / "bin" / "uv")
    run([uv, "pip", "install", "--python", str(python), "--require-hashes", *options, "-r", str(lock)])


def install_python_packages(dev: bool) -> None:
    """Install the locked packages into .venv, making it first and anew in a clone that was moved."""
    uv_lock, python = ROOT / "scripts" / "requirements-uv.txt", VENV / "bin" / "python"
    made = digest(uv_lock, str(ROOT), sys.version)
    if not is_done("venv", made, python):
        say(f"Making the virtual environment .venv (Python {sys.version.split()[0]})")
        make_venv(VENV)
        mark_done("venv", made)
    locks = [ROOT / "requirements.txt"] + ([ROOT / "requirements-dev.txt"] if dev else [])
    for lock in locks:
        stamp = digest(lock, made)
        if is_done(lock.name, stamp, python):
            continue
        say(f"Installing the packages of {lock.name} (uv, checked by hash)")
        uv_install(python, lock, "--compile-bytecode")
        mark_done(lock.name, stamp)


def npm() -> tuple[str, dict[str, str]]:
    """Return an npm and the environment to run it in: the machine's, or the one of a locked package in .node."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
        if told.returncode == 0 and int(told.stdout.split(".")[0]) >= 7:
            return found, dict(os.environ)
    lock = ROOT / "scripts" / "requirements-node.txt"
    bin_folder = NODE_VENV / "bin"
    stamp = digest(lock, str(ROOT))
    if not is_done("node", stamp, bin_folder / "npm"):
        say("No usable npm on this machine: installing Node.js into .node (a locked Python package)")
        shutil.rmtree(NODE_VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", "--without-pip", str(NODE_VENV)])
        uv_install(bin_folder / "python", lock)
        mark_done("node", stamp)
    return str(bin_folder / "npm"), {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}


def install_assets() -> None:
    """Install the locked style sheets, scripts and fonts into node_modules; nothing of theirs is run."""
    stamp = digest(ROOT / "package-lock.json", ROOT / "package.json", str(ROOT))
    if is_done("assets", stamp, ROOT / "node_modules"):
        return
    command, env = npm()
    say("Installing style sheets, scripts and fonts (npm ci, checked by hash)")
    run([command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], env)
    mark_done("assets", stamp)


def main() -> int:
    """Set everything up; return 0, or 1 after naming what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--dev", action="store_true", help="also install what tests and checks need")
    dev = parser.parse_args().dev
    try:
        check_machine()
        install_python_packages(dev)
        install_assets()
    except SetupError as error:
        print(f"\nSet-up stopped.\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
