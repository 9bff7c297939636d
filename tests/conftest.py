"""Fixtures of the whole suite. Nothing of our own code is replaced; passwords hash fast, and no broker is called."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from pmo.celery import app
from pmo.core import embedded

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs an event loop in the test's thread

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STATIC_COPY = Path(tempfile.gettempdir()) / f"gatehouse-static-{os.getpid()}"
NO_CHROMIUM = "no Chromium on this machine (Debian: apt install chromium)"


def pytest_configure(config):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = STATIC_COPY
    app.conf.broker_url = "memory://"


def pytest_unconfigure(config):
    """Stop the private PostgreSQL if this run has started it and nobody else uses it."""
    shutil.rmtree(STATIC_COPY, ignore_errors=True)
    if os.environ.get("DATABASE_URL") or hasattr(config, "workerinput"):
        return
    if embedded.started_here(settings.VAR_DIR):
        embedded.stop_if_idle(settings.VAR_DIR)


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser_name" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if CHROMIUM is None and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture
def real_broker():
    """Let this test's own process publish to the broker the settings name, instead of into the air."""
    _use_broker(settings.CELERY_BROKER_URL)
    yield settings.CELERY_BROKER_URL
    _use_broker("memory://")


def _use_broker(url):
    app.conf.broker_url = url
    app.pool.force_close_all(close_pool=False)  # pools are cached by address; a closed one stays closed
    app._pool = app.amqp._producer_pool = None


# --- Browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_ARGS}


@pytest.fixture(scope="session")
def live_server(live_server):
    """Serve style sheets and scripts as they stand in the sources, not as somebody last collected them."""
    call_command("collectstatic", link=True, interactive=False, verbosity=0)
    return live_server


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/London"}


@pytest.fixture
def console():
    """Every message the browser's console has shown; one left at the end fails the test, so remove what you expect."""
    messages = []
    yield messages
    assert messages == [], f"the browser's console must stay empty: {messages}"


# Chromium's hint comes and goes with the load of the machine, also where the field it asks for is there; that every
# password form has it is asserted by tests/e2e/test_session.py.
PASSWORD_HINT = "[DOM] Password forms should have (optionally hidden) username fields"


@pytest.fixture
def context(context, console):
    def heard(message):
        if not (message.type == "verbose" and message.text.startswith(PASSWORD_HINT)):
            console.append(f"{message.type}: {message.text}")

    context.on("console", heard)
    context.on("weberror", lambda failure: console.append(f"error: {failure.error}"))
    return context


@pytest.fixture
def sign_in(context, live_server):
    """Return a function that signs a person in to the browser without walking through the form."""

    def as_person(person):
        client = Client()
        client.force_login(person)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        return person

    return as_person
