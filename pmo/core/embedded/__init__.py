"""The private PostgreSQL and the file broker that make the product run with nothing else installed.

Settings call the first three functions, the supervisor and the tests the rest. The cluster listens on a Unix socket
only and is not meant for production. `python -m pmo.core.embedded status|stop|home` serves the Makefile.
"""

import secrets
import time
from pathlib import Path
from typing import Any

import environ

from pmo.core.embedded.cluster import NAME, Cluster
from pmo.core.embedded.files import write_once


def local_secret_key(var_dir: Path) -> str:
    """Return the secret key kept in `var/secret_key`, made at the first start (never used when SECRET_KEY is set)."""
    return write_once(var_dir / "secret_key", secrets.token_urlsafe(64))


def database_settings(url: str, var_dir: Path) -> dict[str, Any]:
    """Return Django's database settings for `url`, or for the private PostgreSQL (found or started) without one.

    Raises SystemExit, in words, when no PostgreSQL can be found or started.
    """
    if url:
        return environ.Env.db_url_config(url)
    cluster = Cluster.of(var_dir)
    cluster.ensure_running()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": NAME,
        "PASSWORD": "",
        "HOST": str(cluster.sockets),
        "PORT": "",
    }


def broker_options(redis_url: str, var_dir: Path) -> dict[str, Any]:
    """Return Celery's transport options: timeouts for Redis, folders for the file broker."""
    if redis_url:
        return {"visibility_timeout": 600, "socket_connect_timeout": 2, "socket_timeout": 10}
    queue, taken, control = (var_dir / "broker" / name for name in ("queue", "taken", "control"))
    for folder in (queue, taken, control):
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "processed_folder": str(taken),
        "control_folder": str(control),
        "polling_interval": 0.1,
    }


def ensure(var_dir: Path) -> bool:
    """Start the private PostgreSQL again if it has died; return whether it had to be started."""
    return Cluster.of(var_dir).ensure_running()


def home(var_dir: Path) -> Path:
    """Return the folder of the private PostgreSQL's data and log."""
    return Cluster.of(var_dir).home


def started_here(var_dir: Path) -> bool:
    """Return whether this process started the private PostgreSQL, and so has to stop it."""
    return Cluster.of(var_dir).started_here


def stop(var_dir: Path) -> bool:
    """Stop the private PostgreSQL; return whether it was running. Open transactions are rolled back."""
    return Cluster.of(var_dir).stop()


def stop_if_idle(var_dir: Path) -> bool:
    """Stop the private PostgreSQL unless another program is connected to it; return whether it was stopped."""
    cluster = Cluster.of(var_dir)
    deadline = time.monotonic() + 2  # the server needs a moment to notice that a killed client is gone
    while cluster.is_running() and cluster.clients():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return cluster.stop()
