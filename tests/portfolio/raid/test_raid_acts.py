"""What people do with risks: answer, raise, close, escalate, and set the matrix. Today is 20 November 2026."""

from datetime import date

import pytest

from portfolio.models import Action, Dependency, Escalation, Issue, RiskMatrix, RiskResponse
from portfolio.raid import services
from tests.contracts.pages import page_of
from tests.factories import RiskFactory
from tests.portfolio.raid.conftest import TODAY
from tests.portfolio.raid.register import Register

RAID = "/nodes/A/raid/"


@pytest.fixture
def register(house):
    return Register(house.project, house.programme, house.other, TODAY, house.manager)


def words(response):
    return " ".join(" ".join(page_of(response).text).split())


# --- What happens to a risk ------------------------------------------------------------------


def test_response_and_action_are_made_in_one_form(house, register, as_):
    client, row = as_(house.manager), register.risks[0]
    data = {"strategy": "transfer", "title": "Insure the cutover", "owner": house.lead.pk, "due": "2027-01-15"}
    response = client.post(f"/risks/{row.pk}/respond/", data)
    assert (response.status_code, response["Location"]) == (302, f"/risks/{row.pk}/")
    made = RiskResponse.objects.get(risk=row, strategy="transfer")
    assert (made.action.title, made.action.owner, made.action.node) == ("Insure the cutover", house.lead, house.project)
    page = as_(house.lead).get(f"/actions/{made.action.pk}/")
    assert page.context["origin"] == (row.title, f"/risks/{row.pk}/")
    listed = as_(house.lead).get("/nodes/A/actions/?q=insure").context["table"]["rows"]
    assert row.title in [str(cell.html) for cell in listed[0].cells]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"strategy": "exploit"}, "strategy"), ({"due": ""}, "due"), ({"title": "  "}, "title"), ({"due": "soon"}, "due")],
)
def test_response_says_what_to_correct(house, register, as_, values, field):
    data = {"strategy": "avoid", "title": "Do it", "due": "2027-01-15"} | values
    response = as_(house.manager).post(f"/risks/{register.risks[0].pk}/respond/", data)
    assert (response.status_code, list(response.context["fields"].errors)) == (422, [field])
    assert Action.objects.count() == 3


def test_strategy_is_changed_and_response_removed(house, register, as_):
    client, pk = as_(house.manager), register.response.pk
    form = client.get(f"/responses/{pk}/edit/").context["fields"]
    assert (form["strategy"].value(), form["version"].value()) == ("reduce", 1)
    assert client.post(f"/responses/{pk}/edit/", {"strategy": "share", "version": "1"}).status_code == 302
    stale = client.post(f"/responses/{pk}/edit/", {"strategy": "avoid", "version": "1"})
    assert (stale.status_code, RiskResponse.objects.get(pk=pk).strategy) == (422, "share")
    assert client.post(f"/responses/{pk}/remove/", {"reason": "Not ours"}).status_code == 302
    assert not RiskResponse.objects.filter(pk=pk).exists()


def test_risk_becomes_an_issue(house, register, as_):
    client, row = as_(house.manager), register.risks[0]
    form = client.get(f"/risks/{row.pk}/occurred/").context["fields"]
    assert form["title"].value() == row.title
    data = {"title": "Reconciliation failed", "severity": "4_critical", "due": "2026-11-27"}
    assert client.post(f"/risks/{row.pk}/occurred/", data).status_code == 302
    issue = Issue.objects.get(title="Reconciliation failed")
    row.refresh_from_db()
    assert (row.state, issue.raised_from, issue.due) == ("occurred", row, date(2026, 11, 27))
    assert "It has become an issue" in words(client.get(f"/risks/{row.pk}/"))
    assert f'href="/risks/{row.pk}/"' in client.get(f"/issues/{issue.pk}/").content.decode()
    again = client.post(f"/risks/{row.pk}/occurred/", data)
    assert (again.status_code, Issue.objects.count()) == (422, 2)


def test_risk_is_closed_and_issue_resolved_with_words(house, register, as_):
    client, row, issue = as_(house.manager), register.risks[2], register.issue
    assert client.post(f"/risks/{row.pk}/close/", {"closed_on": "2026-11-20"}).status_code == 422
    assert client.post(f"/risks/{row.pk}/close/", {"outcome": "Stays", "closed_on": "2026-11-19"}).status_code == 302
    data = {"resolution": "Re-dated by hand", "resolved_on": "2026-11-20"}
    assert client.post(f"/issues/{issue.pk}/resolve/", data | {"resolution": ""}).status_code == 422
    assert client.post(f"/issues/{issue.pk}/resolve/", data).status_code == 302
    row.refresh_from_db()
    issue.refresh_from_db()
    assert (row.state, row.closed_on, issue.state, issue.resolution) == (
        "closed", date(2026, 11, 19), "resolved", "Re-dated by hand",
    )  # fmt: skip


def test_question_about_a_row_outside_the_scope_is_unknown(house, register, as_):
    pages = [f"/risks/{register.risks[1].pk}/{page}/" for page in ("respond", "occurred", "close", "escalate")]
    pages += [f"/issues/{register.issue.pk}/{page}/" for page in ("resolve", "escalate")]
    pages += [f"/responses/{register.response.pk}/{page}/" for page in ("edit", "remove")]
    pages += [f"/escalations/{register.escalation.pk}/withdraw/"]
    for person, status in ((house.manager, 200), (house.executive, 404), (house.stranger, 404)):
        assert {url: as_(person).get(url).status_code for url in pages} == dict.fromkeys(pages, status)


# --- Escalations -----------------------------------------------------------------------------


def test_escalation_goes_up_is_seen_there_and_answered(house, register, as_):
    row = register.risks[0]
    client = as_(house.manager)
    form = client.get(f"/risks/{row.pk}/escalate/").context["fields"]
    assert [label for _key, label in form.fields["to_node"].choices] == [
        "Billing programme (Programme)", "Change portfolio (Portfolio)",
    ]  # fmt: skip
    data = {"to_node": house.programme.pk, "reason": "A second window is needed"}
    assert client.post(f"/risks/{row.pk}/escalate/", data).status_code == 302
    asked = Escalation.objects.get(risk=row)
    assert "Two escalations wait above" in words(client.get(RAID))
    there = as_(house.lead).get("/nodes/G/raid/")
    assert "Two escalations wait for an answer here" in words(there)
    assert f"/escalations/{asked.pk}/" in there.content.decode()
    assert "A second window is needed" in words(as_(house.lead).get(f"/escalations/{asked.pk}/"))
    for data, status in (({}, 422), ({"decision": "decline"}, 422), ({"decision": "accept", "answer": "Ours"}, 302)):
        assert as_(house.lead).post(f"/escalations/{asked.pk}/", data).status_code == status, data
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by, asked.answer) == ("accepted", house.lead, "Ours")
    late = as_(house.head).post(f"/escalations/{asked.pk}/", {"decision": "decline", "answer": "No"})
    assert late.status_code == 422
    assert "This was answered meanwhile: accepted." in words(late)


def test_answering_is_for_those_who_may_edit_where_it_was_asked(house, register, as_):
    url = f"/escalations/{register.escalation.pk}/"
    for person in (house.manager, house.executive, house.stranger):
        assert as_(person).get(url).status_code == 404
        assert as_(person).post(url, {"decision": "accept"}).status_code == 404
    assert "Answer" not in words(as_(house.executive).get("/nodes/G/raid/"))
    register.escalation.refresh_from_db()
    assert register.escalation.state == "asked"


def test_escalation_is_withdrawn_by_the_side_that_asked(house, register, as_):
    url = f"/escalations/{register.escalation.pk}/withdraw/"
    assert as_(house.stranger).post(url, {}).status_code == 404
    assert as_(house.manager).post(url, {"reason": "Solved"}).status_code == 302
    register.escalation.refresh_from_db()
    assert (register.escalation.state, register.escalation.answer) == ("withdrawn", "Solved")


def test_node_that_is_not_above_is_no_choice(house, register, as_):
    for target in (house.other.pk, house.project.pk, 999999, "x"):
        data = {"to_node": target, "reason": "Help"}
        assert as_(house.manager).post(f"/risks/{register.risks[0].pk}/escalate/", data).status_code == 422
    assert Escalation.objects.count() == 1


def test_portfolio_on_top_has_nobody_to_escalate_to(house, as_):
    row = RiskFactory(node=house.portfolio)
    assert "Escalate" not in words(as_(house.head).get(f"/risks/{row.pk}/"))


# --- The matrix ------------------------------------------------------------------------------

MATRIX = {
    "probability_labels": "Low\nMid\n\n High ", "impact_labels": "Small\r\nLarge\r\nFatal",
    "yellow_from": "2", "amber_from": "4", "red_from": "6", "version": "0",
}  # fmt: skip


def test_matrix_is_set_shown_and_taken_away(house, as_):
    client, url = as_(house.head), "/nodes/G/raid/matrix/"
    assert client.get(url).context["form"]["impact_labels"].value() == (
        "Minor\nModerate\nMajor\nSevere\nCritical"
    )  # fmt: skip
    assert client.post(url, MATRIX).status_code == 302
    row = RiskMatrix.objects.get()
    assert (row.node, row.probability_labels, row.impact_labels, row.red_from) == (
        house.programme, ["Low", "Mid", "High"], ["Small", "Large", "Fatal"], 6,
    )  # fmt: skip
    form = as_(house.manager).get("/nodes/A/risks/new/").context["form"]
    assert [label for _key, label in form.fields["current_impact"].choices][1:] == ["1 Small", "2 Large", "3 Fatal"]
    stale = as_(house.head).post(url, MATRIX | {"red_from": "9"})
    assert stale.status_code == 409
    assert 'name="version" value="1"' in stale.content.decode()
    assert client.post(url, MATRIX | {"red_from": "9", "version": "1"}).status_code == 302
    assert client.post(url, {"remove": "1"}).status_code == 302
    assert not RiskMatrix.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"impact_labels": "One\nTwo"}, "impact_labels"),
        ({"impact_labels": "1\n2\n3\n4\n5\n6\n7"}, "impact_labels"),
        ({"impact_labels": f"One\nTwo\n{'x' * 41}"}, "impact_labels"),
        ({"impact_labels": "One\nTwo\nTwo"}, "impact_labels"),
        ({"red_from": "37"}, "red_from"),
        ({"red_from": "10"}, "red_from"),
        ({"amber_from": "2"}, "amber_from"),
        ({"version": "x"}, "version"),
    ],
)
def test_matrix_says_what_to_correct(house, as_, values, field):
    response = as_(house.head).post("/nodes/G/raid/matrix/", MATRIX | values)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not RiskMatrix.objects.exists()


def test_matrix_of_a_project_is_that_of_its_programme(house, as_):
    assert as_(house.head).get("/nodes/A/raid/matrix/")["Location"] == RAID
    assert as_(house.head).post("/nodes/A/raid/matrix/", MATRIX)["Location"] == RAID
    assert as_(house.lead).get("/nodes/G/raid/matrix/").status_code == 404
    assert not RiskMatrix.objects.exists()


# --- Dependencies ----------------------------------------------------------------------------


def test_dependency_offers_what_one_may_see_and_both_sides_edit_it(house, as_):
    client = as_(house.manager)
    offered = client.get("/nodes/A/dependencies/new/").context["form"].fields["provider"].queryset
    assert set(offered) == set()
    needed = {"title": "Interface", "needed_by": "2027-03-01", "state": "proposed"}
    assert client.post("/nodes/A/dependencies/new/", needed | {"provider": house.other.pk}).status_code == 422
    made = as_(house.head).post("/nodes/A/dependencies/new/", needed | {"provider": house.other.pk})
    row = Dependency.objects.get()
    assert made["Location"] == f"/dependencies/{row.pk}/"
    promise = needed | {"provider": house.other.pk, "promised_for": "2027-03-20", "state": "agreed", "version": "1"}
    assert as_(house.stranger).post(f"/dependencies/{row.pk}/edit/", promise).status_code == 302
    for person, url in ((house.manager, RAID), (house.stranger, "/nodes/B/raid/")):
        text = words(as_(person).get(url))
        assert "The only open dependency comes too late" in text
        assert "+19 d" in text.replace("\u00a0", " ")
    assert services.dependency_update(row, {"state": "met"}, actor=house.manager).state == "met"
