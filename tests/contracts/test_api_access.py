"""T-A1, T-B10: every address of the API × role × method × kind of sign-in equals the matrix written by hand."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client

from pmo.core import clock
from portfolio.models import ApiToken
from portfolio.people.services import token_create, token_revoke
from tests.contracts.access_expectations import API, API_DOORS, API_REPORTS, ROLES
from tests.contracts.nouns import NOUNS, RECIPES, House
from tests.factories import PortfolioFactory, UserFactory, grant
from tests.test_architecture import routes

pytestmark = pytest.mark.django_db
ROUTES = {entry.name: entry.callback for _route, entry in routes() if entry.name.startswith("api-")}
ORGANISATION = {"user", "period", "currency", "rate"}  # rows without a place in the tree


def person(role, node):
    user = UserFactory()
    grant(user, role, node)
    client = Client()
    client.force_login(user)
    return client


def call(client, method, url, data=None, **headers):
    if method in ("get", "delete"):
        return getattr(client, method)(url, headers=headers)
    return getattr(client, method)(url, json.dumps(data or {}), content_type="application/json", headers=headers)


def addresses(crud, row):
    """Return method and address of everything the noun's API can do."""
    found = [("get", f"/api/v1/{crud.path}/"), ("post", f"/api/v1/{crud.path}/")]
    found += [("post", f"/api/v1/{crud.path}/bulk/"), ("patch", f"/api/v1/{crud.path}/bulk/")]
    if crud.with_detail:
        found += [(method, f"/api/v1/{crud.path}/{crud.key_of(row)}/") for method in ("get", "patch", "delete")]
    return found


def expected(noun, method):
    return API[noun][("get", "post", "patch", "delete").index(method)]


def test_every_address_stands_in_the_matrix():
    named = {name.removeprefix("api-").rsplit("-", 1)[0] for name in ROUTES if name not in API_DOORS | API_REPORTS}
    assert named == set(API) == set(NOUNS)
    assert set(ROUTES) >= API_DOORS | API_REPORTS


@pytest.mark.parametrize("noun", API)
def test_roles_may_do_exactly_what_the_matrix_says(noun):
    house = House("auditor", "administrator")
    crud, wrong = NOUNS[noun], {}
    for number, (letter, role) in enumerate(ROLES.items()):
        row = RECIPES[noun].make(house, number) or house.root
        client = person(role, house.root)
        for method, url in addresses(crud, row):
            status = call(client, method, url).status_code
            anybody = expected(noun, method)
            if letter in anybody:
                # Let in: shown, or refused for what was not sent.
                right = status == 200 if method == "get" else status in (422, 428, 204)
            else:
                right = status in ((404,) if anybody else (404, 405))
            if not right and not (noun == "audit" and "bulk" in url):
                wrong[f"{role} {method} {url}"] = status
    assert wrong == {}


@pytest.mark.parametrize("noun", sorted(set(API) - ORGANISATION))
def test_rows_outside_the_scope_are_neither_listed_nor_found(noun):
    house = House("auditor", "administrator")
    crud, row = NOUNS[noun], RECIPES[noun].make(house, 1)
    elsewhere = PortfolioFactory(code="ELSEWHERE")
    for role in ROLES.values():
        client = person(role, elsewhere)
        listed = call(client, "get", f"/api/v1/{crud.path}/")
        if listed.status_code == 200 and row is not None:
            assert row.pk not in [shown.get("id") for shown in listed.json()["results"]], role
        if crud.with_detail and row is not None:
            for method in ("get", "patch", "delete"):
                answer = call(client, method, f"/api/v1/{crud.path}/{crud.key_of(row)}/", **{"If-Match": '"1"'})
                assert answer.status_code in (404, 405), f"{role} {method}"


def test_nobody_gets_in_without_signing_in():
    for noun, crud in NOUNS.items():
        answer = Client().get(f"/api/v1/{crud.path}/")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Gatehouse"'), noun
    for path in ("", "schema/", "nothing/"):
        assert Client().get(f"/api/v1/{path}").status_code == 401, path
    assert Client().get("/api/v1/docs/")["Location"] == "/sign-in/?next=/api/v1/docs/"


def test_session_needs_the_csrf_token_to_write():
    """T-B11."""
    house = House()
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.person)
    assert call(client, "post", "/api/v1/milestones/").status_code == 403
    assert client.get("/api/v1/milestones/").status_code == 200


# --- Tokens ----------------------------------------------------------------------------------


@pytest.fixture
def owner():
    user = UserFactory()
    grant(user, "pmo_head", PortfolioFactory(code="TOP"))
    return user


def bearer(text):
    return {"Authorization": f"Bearer {text}"}


def made(owner, **more):
    return token_create(actor=owner, name="Script", expires_on=clock.today() + timedelta(days=1), **more)


def test_token_opens_the_api_with_the_rights_of_its_owner_and_keeps_no_text(owner):
    token, text = made(owner)
    assert Client().get("/api/v1/milestones/", headers=bearer(text)).status_code == 200
    assert text not in json.dumps(list(ApiToken.objects.values()), default=str)
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_reading_token_writes_nothing(owner):
    _token, text = made(owner)
    answer = call(Client(), "post", "/api/v1/milestones/", {"node": "TOP"}, **bearer(text))
    assert (answer.status_code, answer.json()["detail"]) == (403, "This token only reads.")


def test_writing_token_writes_without_csrf_and_is_named_in_history(owner):
    _token, text = made(owner, can_write=True)
    client = Client(enforce_csrf_checks=True)
    data = {"code": "EUR", "name": "Euro"}
    assert call(client, "post", "/api/v1/calendar/currencies/", data, **bearer(text)).status_code == 201
    from portfolio.models import Currency  # slow import

    history = Currency._meta.get_field("events").related_model.objects.get()
    assert history.pgh_context.metadata["actor"] == owner.pk


@pytest.mark.parametrize("fault", ["revoked", "expired", "closed", "other secret", "cut", "twice", "query"])
def test_token_that_does_not_hold_opens_nothing(owner, fault, time_machine):
    token, text = made(owner)
    url, headers = "/api/v1/milestones/", bearer(text)
    if fault == "revoked":
        token_revoke(token, actor=owner)
    elif fault == "expired":
        time_machine.move_to(clock.now() + timedelta(days=3))
    elif fault == "closed":
        type(owner).objects.filter(pk=owner.pk).update(is_active=False)
    elif fault == "other secret":
        headers = bearer(f"ght_{token.prefix}_{'x' * 43}")
    elif fault == "cut":
        headers = bearer(text[:-1])
    elif fault == "twice":
        headers = bearer(f"{text} {text}")
    else:
        url, headers = f"{url}?token={text}", {}
    assert Client().get(url, headers=headers).status_code == 401


def test_token_opens_no_page(owner):
    _token, text = made(owner, can_write=True)
    for path in ("/", "/tokens/", "/milestones/"):
        assert Client().get(path, headers=bearer(text)).status_code == 302


def test_page_shows_the_text_once_and_only_to_its_owner(owner):
    client = Client()
    client.force_login(owner)
    data = {"name": "Night job", "expires_on": str(clock.today() + timedelta(days=30))}
    page = client.post("/tokens/", data)
    token = ApiToken.objects.get()
    assert page["Cache-Control"] == "no-store"
    assert f"ght_{token.prefix}_" in page.content.decode()
    assert f"ght_{token.prefix}_" not in client.get("/tokens/").content.decode()
    other = Client()
    other.force_login(UserFactory())
    assert "Night job" not in other.get("/tokens/").content.decode()
    assert other.post(f"/tokens/{token.pk}/revoke/").status_code == 404
    assert client.post(f"/tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2999, 1, 1)])
def test_token_holds_for_a_year_at_most(owner, day):
    client = Client()
    client.force_login(owner)
    page = client.post("/tokens/", {"name": "x", "expires_on": str(day)})
    assert page.status_code == 422
    assert not ApiToken.objects.exists()
