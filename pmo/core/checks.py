"""What makes a start unsafe, in words: Django's `check --deploy` shows it, and the web process refuses to serve.

Outside a LOCAL start everything below is asked. A LOCAL start (`make run`, the tests) may speak plain http with a key
of its own, but to this machine alone and never with DEBUG.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

DEMO_DOMAIN = "demo.gatehouse.example"  # e-mail addresses of the demo's people end in it; their passwords are public
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})
SHORTEST_KEY = 50
PLACEHOLDERS = ("insecure", "change", "example", "placeholder", "replace", "secret", "password", "default")
GUESSED_PASSWORDS = frozenset({"", "postgres", "password", "gatehouse", "admin", "root", "secret", "changeme"})

Finder = Callable[[], Iterator[CheckMessage]]


def _error(number: int, name: str, words: str, fix: str) -> Error:
    return Error(f"{name}: {words}", hint=fix, id=f"gatehouse.E{number:03}")


def _secret_key() -> Iterator[CheckMessage]:
    key = settings.SECRET_KEY
    fix = "Set SECRET_KEY to 50 random characters or more, such as `openssl rand -base64 48` prints."
    if not settings.LOCAL and not os.environ.get("SECRET_KEY"):
        yield _error(1, "SECRET_KEY", "it is not set, so every start of every process would sign with its own.", fix)
    elif len(key) < SHORTEST_KEY or len(set(key)) < 10:
        yield _error(1, "SECRET_KEY", f"it is shorter than {SHORTEST_KEY} characters or hardly varies.", fix)
    elif any(word in key.lower() for word in PLACEHOLDERS):
        yield _error(1, "SECRET_KEY", "it looks like a placeholder that was never replaced.", fix)


def _debug() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield _error(
            2, "DEBUG", "it is on, so error pages would show code and settings.", "Set DEBUG=0 or leave it out."
        )


def _allowed_hosts() -> Iterator[CheckMessage]:
    hosts = set(settings.ALLOWED_HOSTS)
    fix = "Set ALLOWED_HOSTS to the names people type, separated by commas."
    if not hosts:
        yield _error(3, "ALLOWED_HOSTS", "it is empty, so no request would be answered.", fix)
    elif any(host.strip(".") in ("", "*") for host in hosts):
        yield _error(3, "ALLOWED_HOSTS", "it lets any host name in, so mails and links could be made to lie.", fix)
    elif settings.LOCAL and not hosts <= LOOPBACK:
        others = ", ".join(sorted(hosts - LOOPBACK))
        fix = "Set SECRET_KEY and DATABASE_URL for a start that others reach, or leave ALLOWED_HOSTS out."
        yield _error(3, "ALLOWED_HOSTS", f"a local start serves this machine only, not {others}.", fix)


def _database() -> Iterator[CheckMessage]:
    if settings.LOCAL:
        return
    database = settings.DATABASES["default"]
    over_socket = str(database["HOST"]).startswith("/")
    password = str(database["PASSWORD"]).lower()
    if not os.environ.get("DATABASE_URL"):
        words = "it is not set; the private PostgreSQL is for trying and developing only."
        yield _error(4, "DATABASE_URL", words, "Set DATABASE_URL to a PostgreSQL server.")
    elif not over_socket and (password in GUESSED_PASSWORDS or password == str(database["USER"]).lower()):
        words = "its password is missing or one that everybody tries first."
        yield _error(
            4, "DATABASE_URL", words, "Give the database account a random password and put it in DATABASE_URL."
        )


def _cookies() -> Iterator[CheckMessage]:
    if not settings.LOCAL and not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        words = "it is off, so session cookies would travel over plain http."
        yield _error(5, "SECURE_COOKIES", words, "Leave SECURE_COOKIES out and serve over https.")


def _demo_people() -> Iterator[CheckMessage]:
    """Find demo accounts; a database that is away or not yet migrated has none to sign in with."""
    if settings.LOCAL:
        return
    try:
        demo = get_user_model().objects.filter(email__iendswith=f"@{DEMO_DOMAIN}", is_active=True)
        count = demo.count()
    except DatabaseError:
        return
    if count:
        words = f"{count} demo accounts, whose passwords are public, can sign in."
        yield _error(6, "demo accounts", words, "Deactivate them, or start from a database without the demo.")


def _broker() -> Iterator[CheckMessage]:
    if not settings.LOCAL and not settings.REDIS_URL:
        words = "REDIS_URL: it is not set, so background work is passed on through files of one machine."
        yield checks.Warning(words, hint="Set REDIS_URL to a Redis server.", id="gatehouse.W001")


SETTINGS_FINDERS: tuple[Finder, ...] = (_secret_key, _debug, _allowed_hosts, _database, _cookies, _broker)


@register(Tags.security, deploy=True)
def settings_are_safe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return what is unsafe in the settings; asks no database."""
    return [message for finder in SETTINGS_FINDERS for message in finder()]


@register(Tags.database, deploy=True)
def people_are_safe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return whether demo accounts could sign in; asked by `check --deploy --database default`."""
    return list(_demo_people())


def in_words(messages: Iterable[CheckMessage]) -> str:
    """Return one paragraph per problem: what it is, and the fix."""
    return "\n".join(f"  {message.msg}\n    Fix: {message.hint}" for message in messages)


def refuse_unsafe_start() -> None:
    """Stop the process when the configuration is unsafe to serve; SystemExit names every problem and its fix."""
    found = [*settings_are_safe(None), *people_are_safe(None)]
    connections.close_all()  # the web server forks after this, and a connection must not be shared
    errors = [message for message in found if message.is_serious()]
    if errors:
        raise SystemExit(f"Gatehouse refuses to start, because this would be unsafe:\n{in_words(errors)}")
