"""The API proved on one noun, milestones: what it shows, takes and refuses. Every value is written by hand."""

import json

import pytest
from django.test import Client

from governance.models import AuditEntry
from portfolio.models import Milestone
from tests.factories import MilestoneFactory, NodeFactory, PortfolioFactory, UserFactory, grant

pytestmark = pytest.mark.django_db
LIST = "/api/v1/milestones/"
BULK = "/api/v1/milestones/bulk/"


@pytest.fixture
def root():
    return PortfolioFactory(code="TOP")


@pytest.fixture
def project(root):
    return NodeFactory(code="PRJ", parent=root)


@pytest.fixture
def client(root):
    person = UserFactory(name="Hanna Head")
    grant(person, "pmo_head", root)
    client = Client()
    client.force_login(person)
    return client


def entries():
    return AuditEntry.objects.filter(verb__startswith="milestone.")


def gate(project, **more):
    return MilestoneFactory(node=project, name="Gate 3", kind="gate", forecast_date="2027-07-02", **more)


def send(client, method, url, data, **headers):
    body = data if isinstance(data, str) else json.dumps(data)
    return getattr(client, method)(url, body, content_type="application/json", headers=headers)


def test_list_shows_rows_by_code_and_typed(client, project):
    row = gate(project)
    answer = client.get(LIST)
    assert answer.status_code == 200
    assert answer.json() == {
        "next": None,
        "previous": None,
        "results": [
            {
                "id": row.pk,
                "node": "PRJ",
                "name": "Gate 3",
                "kind": "gate",
                "forecast_date": "2027-07-02",
                "actual_date": None,
                "is_critical": False,
                "version": 1,
            }
        ],
    }


def test_one_row_carries_its_version_as_etag_and_answers_304_to_it(client, project):
    row = gate(project)
    answer = client.get(f"{LIST}{row.pk}/")
    assert answer["ETag"] == '"1"'
    assert answer.json()["name"] == "Gate 3"
    again = client.get(f"{LIST}{row.pk}/", headers={"If-None-Match": '"1"'})
    assert (again.status_code, again.content) == (304, b"")


def test_fields_are_chosen_from_those_shown_only(client, project):
    gate(project)
    assert client.get(f"{LIST}?fields=name,node").json()["results"] == [{"node": "PRJ", "name": "Gate 3"}]
    for asked in ("password", "node__owner__password", "node.parent.parent", "__class__", "name,,node"):
        answer = client.get(LIST, {"fields": asked})
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"


def test_filters_are_those_of_the_page(client, project):
    gate(project)
    MilestoneFactory(node=project, name="Start", kind="start")
    assert [row["name"] for row in client.get(f"{LIST}?kind=start").json()["results"]] == ["Start"]
    for bad in ("?owner__password=x", "?kind=nothing", "?forecast_date_after=9999-99-99", "?sort=name", "?page=2"):
        answer = client.get(f"{LIST}{bad}")
        assert answer.status_code == 400, bad
        assert answer.json()["title"] == "Bad request"


@pytest.mark.parametrize("limit", ["0", "501", "-1", "1e3", "x", "", "1000000", "１"])
def test_limit_outside_its_bounds_is_refused(client, limit):
    assert client.get(LIST, {"limit": limit}).status_code == 400


@pytest.mark.parametrize("cursor", ["x", "cD1hYmM=", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "\x00", "cD0tMQ=="])
def test_cursor_that_was_never_given_is_refused(client, project, cursor):
    gate(project)
    assert client.get(LIST, {"cursor": cursor}).status_code == 400


def test_pages_follow_each_other_without_loss_while_rows_come(client, project):
    rows = [MilestoneFactory(node=project) for _number in range(5)]
    first = client.get(f"{LIST}?limit=2").json()
    MilestoneFactory(node=project, name="Later")
    found = list(first["results"])
    link = first["next"]
    while link:
        page = client.get(link).json()
        found, link = [*found, *page["results"]], page["next"]
    assert [row["id"] for row in found][:5] == [row.pk for row in rows]
    assert [row["name"] for row in found][5:] == ["Later"]


def test_new_row_is_made_by_the_service_of_the_page(client, project):
    data = {"node": "PRJ", "name": "Gate 3", "kind": "gate", "forecast_date": "2027-07-02", "reason": "Board"}
    answer = send(client, "post", LIST, data)
    assert answer.status_code == 201
    row = Milestone.objects.get()
    assert answer["Location"] == f"{LIST}{row.pk}/"
    assert answer["ETag"] == '"1"'
    assert (row.node, row.name, row.kind, str(row.forecast_date)) == (project, "Gate 3", "gate", "2027-07-02")
    entry = entries().get()
    assert (entry.verb, entry.actor_label, entry.reason) == ("milestone.created", "Hanna Head", "Board")


def test_what_the_form_refuses_the_api_refuses_with_the_field(client, project):
    answer = send(client, "post", LIST, {"node": "PRJ", "name": "", "kind": "nothing", "forecast_date": "tomorrow"})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["title"]) == (422, "Not valid")
    assert sorted(error["field"] for error in problem["errors"]) == ["forecast_date", "kind", "name"]
    assert not Milestone.objects.exists()


def test_rule_of_the_service_is_told_by_field(client, project):
    data = {"node": "PRJ", "name": "Start", "kind": "start", "actual_date": "2999-01-01"}
    answer = send(client, "post", LIST, data)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["actual_date"]


@pytest.mark.parametrize("name", ["id", "version", "created_at", "node_id", "__class__", "delete"])
def test_field_that_cannot_be_written_is_refused(client, project, name):
    """T-A8, T-A9."""
    row = gate(project)
    answer = send(client, "patch", f"{LIST}{row.pk}/", {name: 7}, **{"If-Match": '"1"'})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": name, "message": "This field is unknown or cannot be written."}]
    row.refresh_from_db()
    assert row.version == 1


def test_place_one_may_not_see_reads_like_one_that_does_not_exist(client):
    """T-A4."""
    NodeFactory(code="HIDDEN", parent=PortfolioFactory(code="OUT"))
    answers = [
        send(client, "post", LIST, {"node": code, "name": "x", "kind": "gate"}).json() for code in ("HIDDEN", "NOWHERE")
    ]
    assert answers[0]["errors"] == [{"field": "node", "message": "This does not exist."}]
    assert answers[0]["errors"] == answers[1]["errors"]


def test_change_writes_only_what_is_given(client, project):
    row = gate(project, is_critical=True)
    answer = send(client, "patch", f"{LIST}{row.pk}/", {"forecast_date": "2027-08-03"}, **{"If-Match": '"1"'})
    assert answer.status_code == 200
    assert answer["ETag"] == '"2"'
    row.refresh_from_db()
    assert (row.name, row.kind, row.is_critical, str(row.forecast_date)) == ("Gate 3", "gate", True, "2027-08-03")
    assert entries().get().changes == {"forecast_date": ["2027-07-02", "2027-08-03"]}


def test_stale_change_is_refused_and_overwrites_nothing(client, project):
    row = gate(project)
    send(client, "patch", f"{LIST}{row.pk}/", {"name": "Gate 4"}, **{"If-Match": '"1"'})
    answer = send(client, "patch", f"{LIST}{row.pk}/", {"name": "Gate 5"}, **{"If-Match": '"1"'})
    assert answer.status_code == 412
    row.refresh_from_db()
    assert row.name == "Gate 4"


def test_change_without_the_version_seen_is_refused(client, project):
    row = gate(project)
    assert send(client, "patch", f"{LIST}{row.pk}/", {"name": "x"}).status_code == 428
    assert client.delete(f"{LIST}{row.pk}/").status_code == 428
    assert client.delete(f"{LIST}{row.pk}/", headers={"If-Match": '"9"'}).status_code == 412
    assert client.delete(f"{LIST}{row.pk}/", headers={"If-Match": '"1"'}).status_code == 204
    assert not Milestone.objects.exists()


def test_many_rows_are_made_or_none(client, project):
    items = [{"node": "PRJ", "name": f"M{number}", "kind": "milestone"} for number in range(3)]
    answer = send(client, "post", BULK, {"items": items})
    assert answer.status_code == 201
    assert [row["name"] for row in answer.json()["results"]] == ["M0", "M1", "M2"]
    answer = send(client, "post", BULK, {"items": [{**items[0], "name": "New"}, {**items[0], "kind": "bad"}]})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["items.1.kind"]
    assert Milestone.objects.count() == 3


def test_many_rows_change_or_none(client, project):
    """T-A3: one foreign row among many refuses the whole and is named by its place only."""
    rows = [gate(project), MilestoneFactory(node=project)]
    foreign = MilestoneFactory(node=NodeFactory(parent=PortfolioFactory(code="OUT")), name="SECRET")
    items = [{"id": row.pk, "version": 1, "is_critical": True} for row in (*rows, foreign)]
    answer = send(client, "patch", BULK, {"items": items})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "items.2.id", "message": "This does not exist."}]
    assert not Milestone.objects.filter(is_critical=True).exists()
    assert send(client, "patch", BULK, {"items": items[:2]}).status_code == 200
    assert Milestone.objects.filter(is_critical=True).count() == 2
    answer = send(client, "patch", BULK, {"items": items[:2]})
    assert answer.status_code == 412
    assert answer.json()["errors"][0]["field"] == "items.0"


@pytest.mark.parametrize("body", ["[]", "3", "null", '{"items": []}', '{"items": [1]}', '{"items": {}}', "{", ""])
def test_body_that_cannot_be_read_is_refused(client, body):
    assert send(client, "post", BULK, body).status_code in (400, 422)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_text_that_cannot_be_stored_is_refused(client, project, text):
    answer = send(client, "post", LIST, {"node": "PRJ", "name": text, "kind": "gate"})
    assert answer.status_code == 422


def test_same_key_has_one_effect_and_the_first_answer(client, project):
    data = {"node": "PRJ", "name": "Gate 3", "kind": "gate"}
    first = send(client, "post", LIST, data, **{"Idempotency-Key": "k1"})
    again = send(client, "post", LIST, data, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert Milestone.objects.count() == entries().count() == 1
    other = send(client, "post", LIST, {**data, "name": "Gate 4"}, **{"Idempotency-Key": "k1"})
    assert other.status_code == 422
    assert Milestone.objects.count() == 1


def test_refused_write_keeps_no_key(client, project):
    data = {"node": "PRJ", "name": "", "kind": "gate"}
    assert send(client, "post", LIST, data, **{"Idempotency-Key": "k2"}).status_code == 422
    assert send(client, "post", LIST, {**data, "name": "x"}, **{"Idempotency-Key": "k2"}).status_code == 201


def test_unknown_address_is_a_problem_and_no_page(client):
    for method in ("get", "post", "delete"):
        answer = getattr(client, method)("/api/v1/nothing/")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


def test_nobody_signed_in_is_told_how(project):
    answer = Client().get(LIST)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Gatehouse"'
    assert answer["Content-Type"] == "application/problem+json"


def test_index_names_what_one_may_read(client):
    resources = client.get("/api/v1/").json()["resources"]
    assert resources["milestones"] == LIST
    assert resources["register"] == "/api/v1/register/"


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_queries_for_any_number_of_rows(client, project, count, django_assert_num_queries):
    for _number in range(count):
        MilestoneFactory(node=project)
    with django_assert_num_queries(4):  # session, person, actions held, rows
        client.get(LIST)
