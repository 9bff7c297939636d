"""What every request passes through: history with actor and request, whole-page redirects, forbidden like unknown."""

import pghistory.models
import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.models import AuditEntry
from portfolio.models import Membership
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(client, place):
    client.force_login(place.head)
    return client


def rename(client, place, name="Tunnel"):
    typed = {"name": name, "lifecycle": "deliver", "tags": "", "version": "1", "reason": "Rock"}
    return client.post(reverse("node-edit", args=["PRJ"]), typed)


def test_rows_that_a_request_changes_carry_its_actor_and_its_id(head, place):
    assert rename(head, place).status_code == 302
    event = apps.get_model("portfolio.NodeEvent").objects.filter(pgh_obj=place.project).latest("pgh_id")
    entry = AuditEntry.objects.get(verb="node.edited")
    assert event.name == "Tunnel"
    assert event.pgh_context.metadata == {"actor": place.head.pk, "request": entry.request_id}
    assert len(entry.request_id) == 36


def test_reading_opens_no_context(head, place):
    before = pghistory.models.Context.objects.count()
    with CaptureQueriesContext(connection) as found:
        assert head.get(reverse("node-detail", args=["PRJ"])).status_code == 200
    assert not [query for query in found if "pgh_context" in query["sql"]]
    assert pghistory.models.Context.objects.count() == before


def test_two_requests_have_two_ids(head, place):
    rename(head, place)
    place.project.version = 1
    place.project.save(update_fields=["version"])
    rename(head, place, "Canal")
    assert AuditEntry.objects.filter(verb="node.edited").values("request_id").distinct().count() == 2


def test_redirect_of_a_fragment_is_one_of_the_whole_page(head, place):
    typed = {"name": "Tunnel", "lifecycle": "deliver", "tags": "", "version": "1"}
    response = head.post(reverse("node-edit", args=["PRJ"]), typed, headers={"HX-Request": "true"})
    assert (response.status_code, response.content) == (204, b"")
    assert response["HX-Redirect"] == "/nodes/PRJ/"
    assert "Saved: PRJ Tunnel" in head.get("/nodes/PRJ/").content.decode()


def test_session_that_ended_sends_a_fragment_to_the_door(place):
    response = Client().get(reverse("node-list") + "?q=a", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (204, "/sign-in/?next=/register/%3Fq%3Da")


def test_redirect_of_a_page_stays_a_redirect(place):
    response = Client().get(reverse("node-list"))
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/register/")


def test_right_that_is_lost_between_page_and_save_reads_like_an_unknown_row(head, place):
    Membership.objects.filter(user=place.head).update(role="executive")
    unknown = head.post(reverse("node-edit", args=["NO-SUCH"]), {})
    forbidden = rename(head, place)
    assert (forbidden.status_code, unknown.status_code) == (404, 404)
    place.project.refresh_from_db()
    assert place.project.name == "Bridge"


@pytest.mark.parametrize("field", ["username", "password"])
def test_character_that_cannot_be_stored_is_refused_at_the_door(place, field):
    typed = {"username": place.head.email, "password": PASSWORD, field: "a\x00b"}
    assert Client().post(reverse("sign-in"), typed).status_code == 400


def test_sign_in_is_recorded_without_an_actor_before_it(place):
    response = Client().post(reverse("sign-in"), {"username": place.head.email, "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
