"""The weekly report through the API: the page's form, services, rights and audit entries."""

import json
from datetime import date

import pytest
from django.test import Client

from governance.models import AuditEntry
from portfolio.models import StatusReport
from tests.contracts.access_expectations import ROLES
from tests.factories import NOON, MilestoneFactory, NodeFactory, PortfolioFactory, ReportFactory, UserFactory, grant

pytestmark = pytest.mark.django_db
URL = "/api/v1/register/PRJ/report/"
GREEN = dict.fromkeys(("schedule", "cost", "scope", "risk", "benefit"), "on")


@pytest.fixture
def root():
    return PortfolioFactory(code="TOP")


@pytest.fixture
def prj(root):
    return NodeFactory(code="PRJ", parent=root)


def person(role, node):
    user = UserFactory(name=role)
    grant(user, role, node)
    client = Client()
    client.force_login(user)
    return client


def send(client, method, data, seen=""):
    headers = {"If-Match": f'"{seen}"'} if seen else {}
    return getattr(client, method)(URL, json.dumps(data), content_type="application/json", headers=headers)


@pytest.mark.usefixtures("prj")
def test_draft_is_saved_and_submitted_with_the_version_seen(root):
    client = person("project_manager", root)
    draft = client.get(URL)
    assert (draft.status_code, draft["ETag"]) == (200, '"0.0"')
    saved = send(client, "put", {"done": "Piers are up"}, "0.0")
    assert (saved.status_code, saved["ETag"]) == (200, '"1.0"')
    assert saved.json()["done"] == "Piers are up"
    assert send(client, "put", {"done": "x"}, "0.0").status_code == 412
    assert send(client, "put", {"done": "x"}).status_code == 428
    answer = send(client, "post", {**GREEN, "next_steps": "Deck"}, "1.0")
    assert answer.status_code == 201
    report = StatusReport.objects.get()
    assert (report.state, report.week_start) == ("submitted", date(2026, 11, 16))
    assert (report.done, report.next_steps) == ("Piers are up", "Deck")
    told = AuditEntry.objects.filter(verb__startswith="report.").order_by("pk")
    assert [(row.verb, row.actor_label) for row in told] == [
        ("report.drafted", "project_manager"),
        ("report.submitted", "project_manager"),
    ]


@pytest.mark.usefixtures("prj")
def test_report_that_lacks_a_status_is_refused_by_field_and_nothing_is_kept(root):
    answer = send(person("pmo_analyst", root), "post", {**GREEN, "cost": ""}, "0.0")
    assert answer.status_code == 422
    assert "cost" in [error["field"] for error in answer.json()["errors"]]
    assert not StatusReport.objects.exists()


@pytest.mark.usefixtures("prj")
def test_submission_in_between_is_a_conflict_and_no_correction(root):
    client = person("project_manager", root)
    assert send(client, "post", GREEN, "0.0").status_code == 201
    assert send(client, "post", GREEN, "0.0").status_code == 412
    assert StatusReport.objects.count() == 1


def test_new_forecast_of_a_milestone_goes_with_the_report_and_a_foreign_one_does_not(root, prj):
    client = person("project_manager", root)
    gate = MilestoneFactory(node=prj, name="Gate 3", forecast_date=date(2026, 12, 1))
    foreign = MilestoneFactory(node=NodeFactory(parent=PortfolioFactory(code="OUT")), forecast_date=date(2026, 12, 1))
    bad = send(client, "post", GREEN | {"milestones": {str(foreign.pk): "2027-01-01"}}, "0.0")
    assert bad.json()["errors"] == [{"field": f"milestones.{foreign.pk}", "message": "This does not exist."}]
    good = send(client, "post", GREEN | {"milestones": {str(gate.pk): "2027-01-15"}}, "0.0")
    assert good.status_code == 201, good.content
    gate.refresh_from_db()
    assert gate.forecast_date == date(2027, 1, 15)


@pytest.mark.parametrize("letter", ROLES)
def test_roles_read_and_write_as_on_the_page(letter, root, prj):
    report = ReportFactory(node=prj, state="submitted", submitted_at=NOON, week_start=date(2026, 11, 9))
    client, outside = person(ROLES[letter], root), person(ROLES[letter], PortfolioFactory(code="OUT"))
    reads, writes = letter in "HAMSEFU", letter in "HAM"
    assert client.get("/api/v1/reports/").status_code == (200 if reads else 404)
    assert client.get(f"/api/v1/reports/{report.pk}/").status_code == (200 if reads else 404)
    assert send(client, "put", {"done": "x"}, f"0.{report.pk}").status_code == (200 if writes else 404)
    assert outside.get(f"/api/v1/reports/{report.pk}/").status_code == 404
    assert send(outside, "put", {"done": "x"}, "0.0").status_code == 404
    if reads:
        assert [row["id"] for row in client.get("/api/v1/reports/?node=PRJ").json()["results"]] == [report.pk]
        assert outside.get("/api/v1/reports/").json()["results"] == []


def test_container_has_no_report(root):
    assert person("pmo_head", root).get("/api/v1/register/TOP/report/").status_code == 404
