"""T-C4: every page carries the strict policy; every answer, errors too, the headers that keep it in its place."""

import re

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse

from pmo.core.access import public
from tests.contracts.nouns import NOUNS, RECIPES, House
from tests.contracts.pages import page_of
from tests.sheets import body
from tests.test_architecture import routes

pytestmark = pytest.mark.django_db

# design/stack.md §5.1, as it gave no violation with the libraries in use.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "style-src-elem 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
    "style-src-attr 'unsafe-hashes' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
    "'sha256-AR/cKIZjWPcPmBUPDA6oti9XBiTbJvz0Cro2J1VzzS8='; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
REQUEST_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@public("for a test: it fails")
def fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours, with a secret in it")


@public("for a test: it refuses")
def refuses(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [path("fails/", fails), path("refuses/", refuses), path("", include("pmo.urls"))]


def directives(policy):
    return {part.split()[0]: sorted(part.split()[1:]) for part in policy.split(";") if part.strip()}


def assert_guarded(response):
    assert directives(response["Content-Security-Policy"]) == directives(POLICY)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.fixture
def house():
    return House("administrator")


def test_policy_allows_no_inline_and_no_evaluated_script():
    allowed = directives(POLICY)["script-src"] + directives(POLICY)["default-src"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "blob:"} & set(allowed)
    assert settings.CONTENT_SECURITY_POLICY.keys() == {"DIRECTIVES"}


def addresses(house):
    """Give every address of the house that one may read, with a row where it needs one."""
    node = house.project
    rows = {}
    for name, recipe in RECIPES.items():
        rows[name] = recipe.make(house, 1)
    for route, entry in routes():
        keys = {}
        if "<str:code>" in route or "<str:parent_key>" in route:
            keys["code" if "<str:code>" in route else "parent_key"] = node.code
        if "<slug:file_format>" in route:
            keys["file_format"] = "csv"
        if ":key>" in route:
            row = rows.get(entry.name.split("-")[0])
            keys["key"] = (
                "trend" if entry.name == "chart" else node.code if "<str:key>" in route else getattr(row, "pk", 1)
            )
        yield entry.name, reverse(entry.name, kwargs=keys)


def test_every_address_answers_with_the_policy(house):
    seen = {"html": 0, "download": 0, "data": 0}
    for name, url in addresses(house):
        response = house.client.get(url)
        assert response.status_code < 500, name
        assert_guarded(response)
        kind = response.get("Content-Type", "")
        if "attachment" in response.get("Content-Disposition", ""):
            seen["download"] += 1
            assert response["Cache-Control"] == "no-store", name
            assert body(response)
        elif kind.startswith("text/html") and response.status_code == 200:
            seen["html"] += 1
            page = page_of(response)
            assert all((script.get("src") or "/static/").startswith("/static/") for script in page.of("script")), name
            assert page.of("html")[0].get("lang"), name
        else:
            seen["data"] += 1
    nouns = sum(1 + (crud.parent is not None) for crud in NOUNS.values())
    assert seen["download"] == nouns
    assert seen["html"] > 50


def test_htmx_evaluates_nothing_and_stays_at_home(house):
    config = next(
        meta["content"] for meta in page_of(house.client.get("/")).of("meta") if meta.get("name") == "htmx-config"
    )
    given = {name: re.search(rf'"{name}"\s*:\s*(\w+)', config)[1] for name in ("allowEval", "selfRequestsOnly")}
    assert given == {"allowEval": "false", "selfRequestsOnly": "true"}
    assert re.search(r'"allowScriptTags"\s*:\s*false', config)
    assert re.search(r'"includeIndicatorStyles"\s*:\s*false', config)


@pytest.fixture
def visitor(settings):
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(House().person)
    return client


@pytest.mark.parametrize(
    ("status", "send", "url"),
    [
        (400, "get", "/register/?no_such=1"),
        (403, "get", "/refuses/"),
        (403, "post", "/import/"),  # without the token of its form
        (404, "get", "/no/such/page/"),
        (404, "get", "/nodes/NO-SUCH/"),
        (405, "get", "/nodes/TOP/money/baseline/"),
        (500, "get", "/fails/"),
    ],
)
def test_every_error_is_a_page_of_ours(visitor, status, send, url):
    response = getattr(visitor, send)(url)
    assert response.status_code == status
    assert_guarded(response)
    if status == 405:
        assert response["Allow"] == "POST"
        return
    page = page_of(response)
    text = "".join(page.text)
    assert REQUEST_ID.search(text), "a person can quote the number of the request"
    assert page.of("html")[0]["lang"] == "en-gb"
    assert len(page.of("h1")) == 1
    assert "RuntimeError" not in text
    assert "secret" not in text
    assert "Traceback" not in text


def test_error_without_a_session_is_a_page_too(settings):
    settings.ROOT_URLCONF = __name__
    response = Client(raise_request_exception=False).get("/fails/")
    assert response.status_code == 500
    assert_guarded(response)
    assert REQUEST_ID.search("".join(page_of(response).text))


@override_settings(ALLOWED_HOSTS=["localhost"])
def test_foreign_host_is_refused_with_the_headers():
    response = Client().get("/livez", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert_guarded(response)
