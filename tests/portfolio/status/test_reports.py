"""The weekly report: prefilled, frozen, superseded; stale saves never overwrite. Week 47 of 2026 begins on 16 Nov."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from governance.models import AuditEntry
from pmo.core import clock, ui
from pmo.core.errors import DomainError, NotPermitted, StaleWrite
from portfolio.models import Node, StatusReport
from portfolio.status import queries, services
from portfolio.status.services.reports import draft_for
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant
from tests.portfolio.status.conftest import VALUES

pytestmark = pytest.mark.django_db
NEXT_WEEK = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def computed():
    """Register computed health as reporting does, for the length of a test."""
    before = ui._providers.pop("status.report.health", {})
    health = {"schedule": {"colour": "off", "reason": "63 d late"}}
    ui.provide("status.report.health", "test", lambda _node: health)
    yield health
    ui._providers["status.report.health"] = before


@pytest.fixture(autouse=True)
def no_computed(request):
    """Without rows nothing is computed; keep the reporting app's provider out of tests that do not ask for it."""
    if "computed" in request.fixturenames:
        yield
        return
    before = ui._providers.pop("status.report.health", {})
    yield
    ui._providers["status.report.health"] = before


def test_reading_the_form_writes_nothing(project):
    draft_for(project)
    assert StatusReport.objects.count() == 0


def test_draft_is_filled_from_the_last_report(project, submit):
    submit(help_needed="Decide by Friday")
    with clock.at(NEXT_WEEK):
        draft = draft_for(project)
    assert (draft.week_start, draft.number, draft.pk) == (date(2026, 11, 23), 1, None)
    assert (draft.cost, draft.help_needed) == ("risk", "Decide by Friday")


def test_submitted_report_is_frozen_by_the_database(submit):
    report = submit()
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        StatusReport.objects.filter(pk=report.pk).update(cost="on")
    report.refresh_from_db()
    assert (report.cost, report.state, report.submitted_at) == ("risk", "submitted", clock.now())


def test_correction_is_a_new_version_of_the_same_week(project, analyst, submit):
    first = submit()
    second = submit(cost="off")
    assert (second.week_start, second.number) == (first.week_start, 2)
    assert queries.latest(analyst, project) == second
    assert AuditEntry.objects.get(verb="report.corrected").object_id == second.pk


def test_saving_a_draft_is_audited_with_field_changes(project, analyst):
    services.report_save(project, VALUES, actor=analyst, expected_version=0)
    services.report_save(project, VALUES | {"done": "More."}, actor=analyst, expected_version=1)
    entry = AuditEntry.objects.get(verb="report.edited")
    assert entry.changes == {"done": ["Rehearsal ran.", "More."]}


def test_submission_is_one_entry_that_says_what_is_new_since_the_last_report(project, analyst, submit):
    with clock.at(datetime(2026, 11, 12, 12, tzinfo=UTC)):
        submit()
    reasons = {"cost": {"text": "Reserve asked", "until": "2026-12-18"}}
    submit(cost="off", done="Re-run done.", reasons=reasons)
    entries = AuditEntry.objects.filter(object_type="portfolio.statusreport", at=clock.now())
    assert [(entry.verb, entry.changes) for entry in entries] == [
        (
            "report.submitted",
            {
                "cost": ["risk", "off"],
                "done": ["Rehearsal ran.", "Re-run done."],
                "reasons": ["", "cost: Reserve asked (2026-12-18)"],
            },
        )
    ]


def test_same_save_again_writes_nothing(project, analyst):
    services.report_save(project, VALUES, actor=analyst, expected_version=0)
    again = services.report_save(project, VALUES, actor=analyst, expected_version=1)
    assert again.version == 1
    assert AuditEntry.objects.filter(object_type="portfolio.statusreport").count() == 1


def test_author_of_a_draft_is_who_saved_last(project, analyst):
    services.report_save(project, VALUES, actor=analyst, expected_version=0)
    colleague = UserFactory()
    grant(colleague, "pmo_analyst", project)
    services.report_save(project, VALUES | {"done": "Mine"}, actor=colleague, expected_version=1)
    assert StatusReport.objects.get().author == colleague


def test_stale_save_is_refused_and_overwrites_nothing(project, analyst):
    services.report_save(project, VALUES, actor=analyst, expected_version=0)
    services.report_save(project, VALUES | {"done": "Theirs"}, actor=analyst, expected_version=1)
    with pytest.raises(StaleWrite):
        services.report_save(project, VALUES | {"done": "Mine"}, actor=analyst, expected_version=1)
    assert StatusReport.objects.get().done == "Theirs"


def test_two_first_saves_at_once_make_one_draft(project, analyst):
    services.report_save(project, VALUES, actor=analyst, expected_version=0)
    with pytest.raises(StaleWrite):
        services.report_save(project, VALUES | {"done": "Mine"}, actor=analyst, expected_version=0)
    assert StatusReport.objects.count() == 1


def test_save_after_somebody_submitted_is_a_conflict_with_the_sent_report(project, analyst, submit):
    services.report_save(project, VALUES, actor=analyst, expected_version=0)
    sent = submit(version=1)
    with pytest.raises(StaleWrite) as caught:
        services.report_save(project, VALUES | {"done": "Mine"}, actor=analyst, expected_version=1)
    assert caught.value.current == sent


def test_every_dimension_needs_a_status_on_submit(submit):
    with pytest.raises(ValidationError, match="Choose a status for scope"):
        submit(scope="")
    assert not StatusReport.objects.filter(state="submitted").exists()


def test_better_than_computed_needs_a_reason(submit, computed):
    with pytest.raises(ValidationError, match="reported better than computed"):
        submit(schedule="risk")
    submit(schedule="risk", reasons={"schedule": {"text": "Re-plan agreed", "until": "2026-12-18"}})


def test_expired_reason_does_not_count(submit, computed):
    with pytest.raises(ValidationError, match="reported better than computed"):
        submit(schedule="on", reasons={"schedule": {"text": "Old", "until": "2026-11-18"}})


def test_worse_than_computed_needs_no_reason(submit, computed):
    computed["schedule"] = {"colour": "on", "reason": "In time"}
    assert submit(schedule="off").schedule == "off"


def test_computed_health_is_frozen_with_the_report(submit, computed):
    report = submit(schedule="off")
    assert report.frozen["health"] == {"schedule": {"colour": "off", "reason": "63 d late"}}


def test_expired_reasons_are_not_carried_forward(project, submit):
    submit(
        reasons={
            "cost": {"text": "Kept", "until": "2026-12-18"},
            "schedule": {"text": "Gone", "until": "2026-11-20"},
        }
    )
    with clock.at(NEXT_WEEK):
        assert draft_for(project).reasons == {"cost": {"text": "Kept", "until": "2026-12-18"}}


def test_report_goes_grey_when_the_next_week_has_ended(project, analyst, submit):
    submit()
    for day, expected in ((29, "risk"), (30, "nr")):
        with clock.at(datetime(2026, 11, day, 12, tzinfo=UTC)):
            assert queries.overall(queries.latest(analyst, project)) == expected


@pytest.mark.parametrize("role", ["executive", "sponsor", "finance", "auditor"])
def test_readers_may_not_report(project, role):
    reader = UserFactory()
    grant(reader, role, project)
    with pytest.raises(NotPermitted):
        services.report_save(project, VALUES, actor=reader, expected_version=0)


def test_only_projects_report(project, analyst):
    with pytest.raises(DomainError, match="Only projects report"):
        services.report_save(project.parent, VALUES, actor=analyst, expected_version=0)


def test_queue_knows_who_owes_this_weeks_report(project, analyst, submit):
    other = NodeFactory(parent=project.parent, code="B")
    NodeFactory(parent=project.parent, code="HOLD", lifecycle="on_hold")
    drafted = NodeFactory(parent=project.parent, code="C")
    services.report_save(drafted, VALUES, actor=analyst, expected_version=0)
    submit()
    states = {node.code: node.report_state for node in queries.with_report_state(Node.objects.all())}
    assert states == {"CD-014": "submitted", "B": "late", "C": "draft"}
    assert set(queries.queue(analyst)) == {other, drafted}
    with clock.at(NEXT_WEEK):
        states = {node.code: node.report_state for node in queries.with_report_state(Node.objects.all())}
    assert states["CD-014"] == "due"


def test_queue_holds_only_ones_own_scope(project):
    stranger = UserFactory()
    grant(stranger, "pmo_analyst", PortfolioFactory())
    assert list(queries.queue(stranger)) == []


def test_counts_of_the_queue_are_those_of_its_rows(project, analyst, submit):
    submit()
    NodeFactory(parent=project.parent, owner=analyst)
    NodeFactory(parent=project.parent, lifecycle="complete")
    NodeFactory(parent=PortfolioFactory())
    counts = {"all": 2, "late": 1, "due": 0, "draft": 0, "submitted": 1, "mine": 1}
    assert queries.queue_counts(analyst) == counts


def test_bulk_submission_reports_many_with_one_entry_each(project, analyst):
    other = NodeFactory(parent=project.parent)
    lines = [services.ReportLine(node, {"schedule": "on"}, {"done": "x"}) for node in (project, other)]
    services.reports_submit_bulk(lines, actor=analyst)
    assert AuditEntry.objects.filter(verb="report.submitted").count() == 2
    with pytest.raises(ValidationError):
        services.reports_submit_bulk(lines[:1], actor=analyst)


def test_bulk_submission_refuses_all_when_one_is_outside(project, analyst):
    outside = NodeFactory(parent=PortfolioFactory())
    lines = [services.ReportLine(node, {"schedule": "on"}) for node in (project, outside)]
    with pytest.raises(NotPermitted):
        services.reports_submit_bulk(lines, actor=analyst)
    assert StatusReport.objects.count() == 0
