#!/usr/bin/env python3
"""Run every check that is not a test, show each verdict, and fail if one fails. `make check` calls it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
# A start as in production, for Django's deploy checks and for mypy's plugin; no server is contacted.
SAFE = {
    "SECRET_KEY": secrets.token_hex(40),
    "DATABASE_URL": f"postgres://gatehouse_web:{secrets.token_hex(16)}@db.internal:5432/gatehouse",
    "REDIS_URL": "redis://redis.internal:6379/0",
    "ALLOWED_HOSTS": "gatehouse.internal",
    "DEBUG": "0",
    "GATEHOUSE_LOCAL": "0",
}
CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("lint", [str(BIN / "ruff"), "check", "."], {}),
    ("format", [str(BIN / "ruff"), "format", "--check", "."], {}),
    ("types", [sys.executable, "-m", "mypy"], SAFE),
    ("import rules", [str(BIN / "lint-imports"), "--no-cache", "--no-logo"], {}),
    ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
    ("deploy checks", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], SAFE),
]


def passes(name: str, command: list[str], extra: dict[str, str]) -> bool:
    """Run one check, print its verdict, and its output where it fails; return whether it passed."""
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **extra},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"  {name:14} {verdict:7} {time.monotonic() - started:5.1f} s", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    verdicts = [passes(*check) for check in CHECKS]
    sys.exit(0 if all(verdicts) else 1)
