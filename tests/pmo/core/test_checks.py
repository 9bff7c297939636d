"""T-B13: each unsafe setting is refused by name, with its fix, before the first request is served."""

import hashlib
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from pmo.core.checks import DEMO_DOMAIN, people_are_safe, settings_are_safe
from tests.factories import UserFactory

pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")

ROOT = Path(__file__).resolve().parents[3]
KEY = hashlib.sha512(b"the same in every process of a parallel run").hexdigest()[:80]
URL = f"postgres://web:{secrets.token_hex(16)}@127.0.0.1:1/gatehouse"
SAFE = {
    "SECRET_KEY": KEY,
    "DATABASE_URL": URL,
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "gatehouse.internal",
    "DEBUG": "0",
}
SHORT, DULL, PLACEHOLDER = "Kx8s-93kd", "ab" * 40, f"change-me-{KEY}"


@pytest.fixture
def production(settings, monkeypatch):
    """Settings of a safe start in production."""
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("DATABASE_URL", URL)
    settings.LOCAL = settings.DEBUG = False
    settings.SECRET_KEY = KEY
    settings.ALLOWED_HOSTS = ["gatehouse.internal"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.REDIS_URL = "redis://redis:6379/0"
    settings.DATABASES = {
        "default": {**settings.DATABASES["default"], "HOST": "db", "USER": "web", "PASSWORD": secrets.token_hex(16)}
    }
    return settings


def words():
    return [message.msg.split(":")[0] for message in settings_are_safe(None)]


def start(**changes):
    """Import the web entry point in a process of its own, as the web server does."""
    env = {name: value for name, value in os.environ.items() if name not in {*SAFE, "GATEHOUSE_LOCAL"}}
    command = [sys.executable, "-c", "import pmo.wsgi; print('served')"]
    return subprocess.run(
        command, cwd=ROOT, env={**env, **SAFE, **changes}, capture_output=True, text=True, check=False
    )


def test_safe_production_start_has_nothing_to_say(production):
    assert settings_are_safe(None) == []


@pytest.mark.parametrize("key", [SHORT, DULL, PLACEHOLDER, "django-insecure-" + KEY])
def test_weak_secret_key_is_refused(production, key):
    production.SECRET_KEY = key
    assert words() == ["SECRET_KEY"]


def test_missing_secret_key_is_refused_in_production(production, monkeypatch):
    monkeypatch.delenv("SECRET_KEY")
    assert words() == ["SECRET_KEY"]


def test_debug_is_refused_even_on_a_local_start(production):
    production.DEBUG = True
    assert words() == ["DEBUG"]
    production.LOCAL = True
    assert "DEBUG" in words()


@pytest.mark.parametrize("hosts", [["*"], [], ["."], ["gatehouse.internal", "*"]])
def test_open_or_empty_allowed_hosts_are_refused(production, hosts):
    production.ALLOWED_HOSTS = hosts
    assert words() == ["ALLOWED_HOSTS"]


def test_local_start_serves_the_loopback_only(settings):
    settings.LOCAL, settings.DEBUG = True, False
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    assert words() == []
    settings.ALLOWED_HOSTS = ["localhost", "gatehouse.internal"]
    assert words() == ["ALLOWED_HOSTS"]


@pytest.mark.parametrize("password", ["", "postgres", "Password", "web"])
def test_default_database_password_is_refused(production, password):
    production.DATABASES["default"]["PASSWORD"] = password
    assert words() == ["DATABASE_URL"]


def test_database_over_a_unix_socket_needs_no_password(production):
    production.DATABASES["default"].update(HOST="/run/postgresql", PASSWORD="")
    assert words() == []


def test_private_database_is_refused_in_production(production, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    assert words() == ["DATABASE_URL"]


def test_cookies_over_plain_http_are_refused_in_production(production):
    production.SESSION_COOKIE_SECURE = False
    assert words() == ["SECURE_COOKIES"]


def test_missing_redis_is_a_warning_only(production):
    production.REDIS_URL = ""
    (message,) = settings_are_safe(None)
    assert (message.id, message.is_serious()) == ("gatehouse.W001", False)


@pytest.mark.django_db
def test_active_demo_people_are_refused_in_production(production):
    person = UserFactory(email=f"Olivia@{DEMO_DOMAIN.upper()}")
    (message,) = people_are_safe(None)
    assert message.msg == "demo accounts: 1 demo accounts, whose passwords are public, can sign in."
    person.is_active = False
    person.save()
    assert people_are_safe(None) == []
    production.LOCAL = True
    person.is_active = True
    person.save()
    assert people_are_safe(None) == []


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("SECRET_KEY", {"SECRET_KEY": SHORT}),
        ("SECRET_KEY", {"SECRET_KEY": "", "GATEHOUSE_LOCAL": "0"}),
        ("DEBUG", {"DEBUG": "1"}),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "*"}),
        ("DATABASE_URL", {"DATABASE_URL": "postgres://postgres:postgres@127.0.0.1:1/gatehouse"}),
    ],
)
def test_web_process_refuses_to_start_and_says_which(name, changes):
    done = start(**changes)
    assert done.returncode == 1
    assert "served" not in done.stdout
    assert f"Gatehouse refuses to start, because this would be unsafe:\n  {name}: " in done.stderr
    assert "    Fix: " in done.stderr
    assert "Traceback" not in done.stderr


def test_web_process_names_every_problem_at_once():
    done = start(SECRET_KEY=SHORT, DEBUG="1", ALLOWED_HOSTS="*")
    problems = [line for line in done.stderr.splitlines() if line.startswith("  ") and "Fix:" not in line]
    assert [line.split(":")[0].strip() for line in problems] == ["SECRET_KEY", "DEBUG", "ALLOWED_HOSTS"]


def test_safe_web_process_starts_even_while_the_database_is_away():
    done = start()
    assert (done.returncode, done.stdout.strip()) == (0, "served")


def test_web_server_with_an_unsafe_setting_ends_without_listening():
    command = [sys.executable, "-m", "gunicorn", "pmo.wsgi:application", "--preload", "--no-control-socket"]
    env = {**os.environ, **SAFE, "ALLOWED_HOSTS": "*"}
    done = subprocess.run(
        [*command, "--bind", "127.0.0.1:0"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert "ALLOWED_HOSTS" in done.stderr
    assert "Listening" not in done.stderr
