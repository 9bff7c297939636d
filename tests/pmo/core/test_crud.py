"""Declared pages: their addresses, edit in place, edit of many rows, and what each refuses."""

from dataclasses import replace

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse

from governance.models import AuditEntry
from portfolio.finance.views import COSTS, CURRENCIES
from portfolio.models import Milestone
from portfolio.registry.views import REGISTER
from portfolio.schedule.views import MILESTONES
from portfolio.status.views import QUEUE
from tests.contracts.pages import page_of
from tests.factories import (
    CostRowFactory,
    CurrencyFactory,
    MilestoneFactory,
    NodeFactory,
    PeriodFactory,
    UserFactory,
    grant,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(client, place):
    client.force_login(place.head)
    return client


def names(crud):
    return [url.name.removeprefix(f"{crud.name}-") for url in crud.urls()]


def test_noun_gets_the_pages_it_declares():
    whole = ["list", "export", "create", "node-list", "node-export", "detail", "history", "edit", "delete"]
    assert names(MILESTONES) == whole
    assert names(CURRENCIES) == [page for page in whole if not page.startswith("node-")]
    assert names(REGISTER) == ["list", "export", "bulk", "create", "detail", "history", "edit", "field"]
    assert names(QUEUE) == ["list", "export"]
    assert names(replace(COSTS, delete=None, update=None, create=None)) == whole[:2] + whole[3:7]


def test_addresses_of_a_noun(place):
    row = MilestoneFactory(node=place.project)
    assert MILESTONES.list_url(None) == "/milestones/"
    assert MILESTONES.list_url(place.project) == "/nodes/PRJ/milestones/"
    assert (MILESTONES.create_url(None), MILESTONES.create_url(place.project)) == ("", "/nodes/PRJ/milestones/new/")
    assert CURRENCIES.create_url(None) == "/calendar/currencies/new/"
    assert MILESTONES.row_url(row) == f"/milestones/{row.pk}/"
    assert REGISTER.row_url(place.project) == "/nodes/PRJ/"
    assert QUEUE.row_url(place.project) == ""
    assert MILESTONES.parent_of(row) == place.project
    assert (CURRENCIES.parent_of(row), MILESTONES.parent_of(None)) == (None, None)


def test_nested_address_of_a_noun_that_is_not_nested_is_unknown(place):
    with pytest.raises(Http404):
        CURRENCIES.fetch_parent(RequestFactory().get("/"), {"parent_key": "PRJ"})


def test_list_of_a_node_shows_its_rows_only(head, place):
    other = NodeFactory(parent=place.root)
    MilestoneFactory(node=place.project, name="Mine")
    MilestoneFactory(node=other, name="Another")
    assert head.get("/nodes/PRJ/milestones/").context["table"]["count"] == 1
    assert head.get("/milestones/").context["table"]["count"] == 2


def test_fragment_and_page_are_told_apart_by_caches(head):
    page = head.get("/register/")
    assert "HX-Request" in page["Vary"]
    boosted = head.get("/register/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert page_of(boosted).of("html")


def test_person_who_may_only_read_is_offered_nothing_else(client, place):
    reader = UserFactory()
    grant(reader, "executive", place.root)
    row = MilestoneFactory(node=place.project)
    client.force_login(reader)
    links = [attrs.get("href", "") for attrs in page_of(client.get(f"/milestones/{row.pk}/")).of("a")]
    assert not [link for link in links if link.endswith(("/edit/", "/delete/", "/new/"))]
    assert client.get("/nodes/PRJ/milestones/").context["can_create"] is False
    assert client.post(f"/milestones/{row.pk}/delete/").status_code == 404
    assert Milestone.objects.filter(pk=row.pk).exists()


def test_new_row_goes_only_where_one_may_write(client, place):
    person = UserFactory()
    grant(person, "executive", place.root)
    grant(person, "project_manager", place.project)
    other = NodeFactory(parent=place.root, code="OTHER")
    client.force_login(person)
    typed = {"name": "Gate", "kind": "gate"}
    assert client.post("/nodes/OTHER/milestones/new/", typed).status_code == 404
    assert client.post("/nodes/PRJ/milestones/new/", typed).status_code == 302
    assert [row.node for row in Milestone.objects.all()] == [place.project]
    assert not Milestone.objects.filter(node=other).exists()


def test_service_that_refuses_is_read_at_its_field(head, place):
    MilestoneFactory(node=place.project, name="Gate")
    response = head.post("/nodes/PRJ/milestones/new/", {"name": "Gate", "kind": "milestone"})
    assert response.status_code == 422
    assert "This project has a milestone of this name." in "".join(page_of(response).text)
    assert page_of(response).of("input")[1:], "the form is shown again"
    assert Milestone.objects.count() == 1


def field(client, **sent):
    return client.post(reverse("node-field", args=["PRJ"]), {"field": "name", "version": "1", **sent})


def test_field_is_edited_in_place(head, place):
    response = field(head, value="Tunnel")
    assert (response.status_code, response["Location"]) == (302, "/nodes/PRJ/")
    fragment = head.post(
        reverse("node-field", args=["PRJ"]),
        {"field": "lifecycle", "version": "2", "value": "on_hold"},
        headers={"HX-Request": "true"},
    )
    assert fragment.status_code == 200
    assert "On hold" in "".join(page_of(fragment).text)
    assert page_of(fragment).of("html") == []
    place.project.refresh_from_db()
    assert (place.project.name, place.project.lifecycle, place.project.version) == ("Tunnel", "on_hold", 3)


@pytest.mark.parametrize(("value", "status"), [("", 422), ("x" * 251, 422), ("a\x00b", 400)])
def test_value_that_cannot_be_is_refused_in_place(head, place, value, status):
    assert field(head, value=value).status_code == status
    place.project.refresh_from_db()
    assert (place.project.name, place.project.version) == ("Bridge", 1)


@pytest.mark.parametrize("version", ["", "x", "-1", "1e3", "9" * 5000])
def test_edit_in_place_needs_the_version_one_saw(head, place, version):
    assert field(head, value="Tunnel", version=version).status_code == 400


def test_reading_an_address_that_only_writes_is_refused(head, place):
    assert head.get(reverse("node-field", args=["PRJ"])).status_code == 400
    assert head.get(reverse("node-bulk")).status_code == 400
    assert head.post(reverse("node-list")).status_code in (400, 405)


def many(client, rows, **sent):
    sent = {"field": "lifecycle", "lifecycle": "on_hold", "reason": "Freeze", **sent}
    return client.post(reverse("node-bulk"), {"ids": [row.pk for row in rows], **sent})


def test_one_field_is_set_on_many_rows_with_one_request_id(head, place):
    rows = [NodeFactory(parent=place.root) for _number in range(50)]
    response = many(head, [*rows, rows[0]], back_query="q=a\r\nX: y")
    assert response.status_code == 302
    assert response["Location"].startswith("/register/?q=a")
    assert "\n" not in response["Location"]
    entries = AuditEntry.objects.filter(verb="node.edited")
    assert entries.count() == 50
    assert entries.values("request_id").distinct().count() == 1
    assert set(entries.values_list("reason", flat=True)) == {"Freeze"}
    for row in rows:
        row.refresh_from_db()
    assert {(row.lifecycle, row.version) for row in rows} == {("on_hold", 2)}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"ids": []}, 400),
        ({"field": "name", "name": "x"}, 400),
        ({"field": "__class__"}, 400),
        ({"field": "owner", "owner": "999999"}, 422),
        ({"lifecycle": "no_such"}, 422),
        ({"ids": ["1"] * 501}, 400),
        ({"ids": ["999999999"]}, 422),
    ],
)
def test_edit_of_many_rows_that_cannot_be_changes_none(head, place, sent, status):
    rows = [NodeFactory(parent=place.root) for _number in range(3)]
    assert many(head, rows, **sent).status_code == status
    for row in rows:
        row.refresh_from_db()
    assert {(row.lifecycle, row.version) for row in rows} == {("deliver", 1)}
    assert not AuditEntry.objects.filter(verb="node.edited").exists()


def test_row_that_others_need_says_so_and_stays(head, place):
    currency = CurrencyFactory(code="EUR", name="Euro")
    CostRowFactory(node=place.project, period=PeriodFactory(), currency=currency, amount=1)
    response = head.post(f"/calendar/currencies/{currency.pk}/delete/")
    assert response.status_code == 422
    assert "Other rows need this one, so it stays." in "".join(page_of(response).text)
