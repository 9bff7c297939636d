"""The report's pages: what the form holds, conflicts by field, rights, and what a reader sees."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from pmo.core import clock
from portfolio.models import Milestone, StatusReport
from portfolio.status import services
from tests.factories import MilestoneFactory, NodeFactory, PortfolioFactory, UserFactory, grant
from tests.portfolio.status.conftest import COLOURS, TEXTS, VALUES

pytestmark = pytest.mark.django_db
REASON = {"text": "Reserve asked", "until": "2026-12-18"}


@pytest.fixture
def post(project, analyst, client_of):
    client = client_of(analyst)
    url = reverse("report-edit", args=[project.code])

    def send(act="save", version=0, **changed):
        return client.post(url, {**COLOURS, **TEXTS, "version": version, "after": 0, "act": act, **changed})

    send.get = lambda: client.get(url)
    return send


@pytest.fixture(autouse=True)
def live_clock(thursday):
    """Requests run in this thread, so the fixed clock holds for them too."""
    assert clock.today().isoformat() == "2026-11-19"


def test_submit_from_the_form_freezes_the_report(post):
    response = post("submit")
    report = StatusReport.objects.get()
    assert (response.status_code, response.url) == (302, "/status/")
    assert (report.state, report.done, report.cost) == ("submitted", "Rehearsal ran.", "risk")


def test_missing_status_keeps_what_was_typed(post):
    response = post("submit", scope="", done="A long text")
    assert response.status_code == 422
    assert "Choose a status for scope" in response.content.decode()
    assert "A long text" in response.content.decode()
    assert StatusReport.objects.count() == 0


def test_changes_to_different_fields_merge_and_one_submit_resolves(post, project, analyst):
    post(done="Ours")
    services.report_save(project, VALUES | {"done": "Ours", "cost": "off"}, actor=analyst, expected_version=1)
    response = post("submit", version=1, done="Ours", help_needed="Mine")
    body = response.content.decode()
    assert response.status_code == 409
    assert "both your changes are merged" in body
    assert 'id="id_cost-off" value="off" checked' in body
    assert "Mine" in body
    assert StatusReport.objects.get().help_needed == ""
    assert post("submit", version=2, done="Ours", help_needed="Mine", cost="off").status_code == 302


def test_milestones_and_reasons_merge_one_by_one(post, project, analyst):
    first, second = (MilestoneFactory(node=project, name=name, forecast_date="2026-12-01") for name in ("M1", "M2"))
    post()
    theirs = VALUES | {"frozen": {"forecasts": {str(first.pk): "2026-12-08"}}, "reasons": {"cost": REASON}}
    services.report_save(project, theirs, actor=analyst, expected_version=1)
    posted = {f"milestone_{first.pk}": "2026-12-01", f"milestone_{second.pk}": "2026-12-15"}
    seen = {f"seen_{pk}": "2026-12-01" for pk in (first.pk, second.pk)}
    body = post(version=1, **posted, **seen).content.decode()
    assert "both your changes are merged" in body
    assert f'name="milestone_{first.pk}" value="2026-12-08"' in body
    assert f'name="milestone_{second.pk}" value="2026-12-15"' in body
    assert 'value="Reserve asked"' in body


def test_report_submitted_meanwhile_is_shown_and_never_superseded_unseen(post, project, submit):
    first = submit()
    response = post("submit", after=0, cost="on", done="Mine")
    body = response.content.decode()
    assert response.status_code == 409
    assert "submitted this report meanwhile" in body
    assert [row.pk for row in StatusReport.objects.all()] == [first.pk]
    assert f'name="after" value="{first.pk}"' in body
    assert 'id="id_cost-on" value="on" checked' in body
    assert post("submit", after=first.pk, cost="on", done="Mine").status_code == 302
    assert [row.number for row in StatusReport.objects.order_by("number")] == [1, 2]


def test_refused_form_keeps_the_version_it_was_typed_upon(post, project, analyst):
    post()
    services.report_save(project, VALUES | {"done": "Theirs"}, actor=analyst, expected_version=1)
    body = post("submit", version=1, done="Mine", help_needed="x" * 5001).content.decode()
    assert 'name="version" id="id_version" value="1"' in body
    response = post("submit", version=1, done="Mine")
    assert response.status_code == 409
    assert "Theirs" in response.content.decode()


def test_forecast_changed_elsewhere_meanwhile_is_not_overwritten(post, project):
    milestone = MilestoneFactory(node=project, name="Go-live", forecast_date="2026-12-01")
    Milestone.objects.update(forecast_date="2026-12-10")
    fields = {f"milestone_{milestone.pk}": "2026-12-20", f"seen_{milestone.pk}": "2026-12-01"}
    response = post("submit", **fields)
    assert response.status_code == 422
    assert "Go-live: the forecast was set to 10 Dec 2026 meanwhile" in response.content.decode()
    milestone.refresh_from_db()
    assert milestone.forecast_date == date(2026, 12, 10)
    fields[f"seen_{milestone.pk}"] = "2026-12-10"
    assert post("submit", **fields).status_code == 302
    milestone.refresh_from_db()
    assert milestone.forecast_date == date(2026, 12, 20)


def test_untouched_forecast_keeps_a_change_made_elsewhere(post, project):
    milestone = MilestoneFactory(node=project, name="Go-live", forecast_date="2026-12-01")
    Milestone.objects.update(forecast_date="2026-12-10")
    same = {f"milestone_{milestone.pk}": "2026-12-01", f"seen_{milestone.pk}": "2026-12-01"}
    assert post("submit", **same).status_code == 302
    milestone.refresh_from_db()
    assert milestone.forecast_date == date(2026, 12, 10)


def test_milestone_of_another_project_is_left_alone(post, project):
    foreign = MilestoneFactory(node=NodeFactory(parent=project.parent), forecast_date="2026-12-01")
    assert post("submit", **{f"milestone_{foreign.pk}": "2027-12-01"}).status_code == 302
    foreign.refresh_from_db()
    assert foreign.forecast_date == date(2026, 12, 1)


def test_what_the_report_will_say_names_every_change(post, project, submit, analyst):
    MilestoneFactory(node=project, name="Go-live", forecast_date="2026-12-01")
    with clock.at(datetime(2026, 11, 12, 12, tzinfo=UTC)):
        submit()
    Milestone.objects.update(forecast_date="2026-12-22")
    values = VALUES | {"cost": "off", "help_needed": "Decide"}
    services.report_save(project, values, actor=analyst, expected_version=0)
    body = post.get().content.decode()
    said = body[body.index('id="say"') : body.index("What happens when you submit")]
    assert "4 changes since week 46" in said
    assert [words in said for words in ("Overall, worst of five", "Cost", "Go-live", "+21", "Help needed")] == [
        True
    ] * 5


def test_autosave_with_a_wrong_field_answers_in_words_alone(client_of, analyst, project):
    url = reverse("report-edit", args=[project.code])
    fields = {**COLOURS, **TEXTS, "version": 0, "after": 0, "cost": "purple"}
    response = client_of(analyst).post(url, fields, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert "Not saved yet; what you typed stays." in response.content.decode()
    assert "<main" not in response.content.decode()


def test_changes_to_the_same_field_show_both_and_keep_the_typed_text(post, project, analyst):
    post()
    services.report_save(project, VALUES | {"done": "Theirs"}, actor=analyst, expected_version=1)
    response = post(version=1, done="Mine, long and dear")
    body = response.content.decode()
    assert response.status_code == 409
    assert "Theirs" in body
    assert body.count("Mine, long and dear") >= 2
    assert 'name="version" id="id_version" value="2"' in body
    assert StatusReport.objects.get().done == "Theirs"


def test_autosave_answers_with_the_new_version(post, client_of, analyst, project):
    client = client_of(analyst)
    url = reverse("report-edit", args=[project.code])
    response = client.post(url, {**COLOURS, **TEXTS, "version": 0, "act": "save"}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert 'id="id_version" value="1"' in response.content.decode()


@pytest.mark.parametrize(
    "forged", [{"state": "submitted"}, {"number": "9"}, {"author": "1"}, {"submitted_at": "2020-01-01"}, {"node": "1"}]
)
def test_read_only_fields_cannot_be_forged(post, analyst, forged):
    post(**forged)
    report = StatusReport.objects.get()
    assert (report.state, report.number, report.author, report.submitted_at) == ("draft", 1, analyst, None)


def test_hidden_project_reads_like_an_unknown_one(client_of, project):
    stranger = UserFactory()
    grant(stranger, "pmo_analyst", PortfolioFactory())
    client = client_of(stranger)
    for code in (project.code, "NO-SUCH"):
        assert client.get(f"/nodes/{code}/report/").status_code == 404
        assert client.post(f"/nodes/{code}/report/", {}).status_code == 404


def test_frozen_report_of_a_hidden_project_is_unknown(client_of, submit):
    report = submit()
    stranger = UserFactory()
    grant(stranger, "executive", PortfolioFactory())
    assert client_of(stranger).get(f"/reports/{report.pk}/").status_code == 404


def test_frozen_report_shows_its_words_and_that_it_was_corrected(client_of, analyst, submit):
    first = submit()
    second = submit(done="Corrected words")
    body = client_of(analyst).get(f"/reports/{first.pk}/").content.decode()
    assert "Rehearsal ran." in body
    assert "This report was corrected" in body
    assert f"/reports/{second.pk}/" in body


def test_draft_is_not_shown_as_a_report(client_of, analyst, project):
    draft = services.report_save(project, VALUES, actor=analyst, expected_version=0)
    assert client_of(analyst).get(f"/reports/{draft.pk}/").status_code == 404


def test_executive_reads_but_is_offered_no_form(client_of, project, submit):
    submit()
    reader = UserFactory()
    grant(reader, "executive", project.parent)
    client = client_of(reader)
    body = client.get(f"/nodes/{project.code}/status/").content.decode()
    assert "week 47" in body
    assert f"/nodes/{project.code}/report/" not in body
    assert client.get(f"/nodes/{project.code}/report/").status_code == 404


def test_queue_asks_the_same_queries_for_one_and_three_rows(
    client_of, analyst, project, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_of(analyst)
    with django_assert_max_num_queries(14) as one:
        client.get("/status/")
    NodeFactory(parent=project.parent)
    NodeFactory(parent=project.parent)
    with django_assert_num_queries(len(one)):
        assert client.get("/status/").content.decode().count('href="/nodes/') >= 6


def test_queue_says_how_many_are_missing_and_offers_them(client_of, analyst, project, submit):
    submit()
    missing = NodeFactory(parent=project.parent, name="Silent one")
    client = client_of(analyst)
    body = client.get("/status/").content.decode()
    assert "1 of 2 reports of week 47 are missing" in body
    body = client.get("/status/?state=late&state=due&state=draft").content.decode()
    assert missing.name in body
    assert project.name not in body
    assert re.search(r'aria-current="page">Missing <span[^>]*>1<', body)


def test_status_page_tells_the_finding_since_when_and_the_reason(client_of, analyst, project, submit):
    for week in (5, 12):
        with clock.at(datetime(2026, 11, week, 12, tzinfo=UTC)):
            submit(cost="off" if week == 5 else "risk", reasons={"cost": REASON})
    submit(reasons={"cost": REASON})
    body = client_of(analyst).get(f"/nodes/{project.code}/status/").content.decode()
    assert "At risk in cost" in body
    assert "Reported so because: Reserve asked (holds until 18 Dec 2026)" in body
    cost = body[body.index("Cost</th>") : body.index("Scope</th>")]
    assert "9 Nov 2026" in cost, "off track in week 45, at risk since week 46"
    assert "3 reports on record" in body
    assert "Correct report" in body


def test_stale_report_is_grey_with_its_last_value_and_date(client_of, analyst, project, submit):
    submit()
    client = client_of(analyst)
    with clock.at(datetime(2026, 11, 29, 12, tzinfo=UTC)):
        assert "At risk in cost" in client.get(f"/nodes/{project.code}/").content.decode()
    with clock.at(datetime(2026, 11, 30, 12, tzinfo=UTC)):
        body = client.get(f"/nodes/{project.code}/").content.decode()
    panel = body[body.index("Not reported since 30 Nov 2026") :]
    assert "last seen" in panel
    assert panel[: panel.index("</table>")].count("rag--nr") >= 5


def test_forged_version_or_report_before_is_a_conflict(post, project, submit):
    submit()
    for forged in ({"version": 7, "after": 0}, {"version": 0, "after": 999_999}, {"version": 0, "after": ""}):
        assert post("submit", **forged).status_code == 409
    assert StatusReport.objects.count() == 1
