"""The upload page: choose, check, review, import; stop, leave and come back; rights at run time."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pmo.core import jobs
from pmo.core.models import JobState
from portfolio.exchange import services
from portfolio.exchange.forms import NEW
from portfolio.exchange.models import ImportRun
from portfolio.models import CostRow, EditionPresence, Milestone, Node, WholeLifeEstimate
from tests.factories import UserFactory, grant
from tests.portfolio.exchange.conftest import CELLS, edition, load, needs_data, published

CODE = CELLS["project_number"]


def send(client, content, into="GMPP", name="uk.csv", **more):
    data = {"into": into, "file": SimpleUploadedFile(name, content)} | more
    return client.post(reverse("import-upload"), data)


def text_of(client, run):
    return client.get(reverse("import-run", args=[run.pk])).content.decode()


@pytest.fixture
def head(client, office):
    client.force_login(office.head)
    return client


def checked(client, content):
    """Upload a file and let a worker check it; return the upload."""
    response = send(client, content)
    assert response.status_code == 302, response.context["form"].errors
    run = ImportRun.objects.latest("pk")
    jobs.run(run.job_id)
    run.refresh_from_db()
    return run


def applied(client, run):
    client.post(reverse("import-apply", args=[run.pk]))
    run.refresh_from_db()
    jobs.run(run.job_id)
    run.refresh_from_db()
    return run


def test_upload_is_kept_and_its_check_writes_nothing(head, office):
    run = checked(head, edition(2021, {}))
    assert (run.edition_year, run.file_name, run.created_by, run.job.kind) == (
        2021,
        "uk.csv",
        office.head,
        "exchange.check",
    )
    assert bytes(run.content) == edition(2021, {})
    assert (run.job.state, run.outcome["created"], Node.objects.filter(kind="project").count()) == (JobState.DONE, 1, 0)
    page = text_of(head, run)
    assert "1 new, 0 changed, 0 the same; 0 not in this edition" not in page  # no changed row, so no table of changes
    assert "Import one project" in page
    assert "£2,013.02m" in page


def test_review_shows_before_and_after_and_what_is_left_out(head, office):
    load(edition(2021, {}, {"project_number": "GONE", "project_name": "Old bridge"}))
    run = checked(
        head, edition(2022, {"project_name": "Rail II"}, {"project_number": "NEW-1", "project_name": "Tunnel"})
    )
    page = text_of(head, run)
    assert "1 new, 1 changed, 0 the same; 1 not in this edition" in page
    for words in ("Rail II", "Old bridge", "Tunnel", "One project is not in this edition", "Import 2 projects"):
        assert words in page


def test_import_of_a_checked_file_ends_with_figures_and_links(head, office):
    run = applied(head, checked(head, edition(2021, {})))
    assert (run.job.kind, run.job.state) == ("exchange.apply", JobState.DONE)
    assert Node.objects.get(code=CODE).parent == office.portfolio
    page = text_of(head, run)
    assert "Imported: one project" in page
    assert f'href="{reverse("node-detail", args=["GMPP"])}"' in page
    assert "/register/?within=GMPP" in page


@needs_data
def test_upload_gives_the_same_rows_as_the_command(head, office):
    for year in (2021, 2022):
        run = applied(head, checked(head, published(year)))
        assert run.job.state == JobState.DONE
    assert {key: run.outcome[key] for key in ("rows", "created", "updated", "absent")} == {
        "rows": 235,
        "created": 76,
        "updated": 159,
        "absent": 25,
    }
    by_upload = rows_below()
    again = load(published(2022)).as_json()
    assert (again["unchanged"], again["live_whole_life_cost"]) == (235, 580829.84)
    assert rows_below() == by_upload


def rows_below():
    return [
        sorted(Node.objects.values_list("code", "name", "version")),
        sorted(CostRow.objects.values_list("node__code", "cost_version", "period__label", "amount")),
        sorted(Milestone.objects.values_list("node__code", "kind", "version")),
        sorted(WholeLifeEstimate.objects.values_list("node__code", "as_of", "version")),
        sorted(EditionPresence.objects.values_list("node__code", "in_latest")),
    ]


def test_a_file_with_errors_says_what_to_write_and_cannot_be_imported(head, office):
    run = checked(head, edition(2021, {}, {"project_number": "B", "end_date": "03.04.2012"}))
    page = text_of(head, run)
    assert "1 of 2 rows cannot be read" in page
    assert "If the day comes first, write 2012-04-03." in page
    head.post(reverse("import-apply", args=[run.pk]))
    run.refresh_from_db()
    assert (run.job.kind, Node.objects.filter(kind="project").count()) == ("exchange.check", 0)


def test_a_file_without_changes_says_so(head, office):
    load(edition(2021, {}))
    page = text_of(head, checked(head, edition(2021, {})))
    assert "there is nothing to import" in page
    assert "Import one project" not in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The submitted file is empty."),
        (b"PK\x03\x04", "This is an Excel workbook."),
        (b"a;b\n1;2\n", "There is no column “year”"),
        (b"x" * (10 * 1024 * 1024 + 1), "The file is larger than 10 MB."),
    ],
)
def test_a_file_that_is_no_edition_is_refused_at_the_door(head, content, words):
    response = send(head, content)
    assert response.status_code == 422
    assert response.context["form"].errors["file"][0].startswith(words)
    assert ImportRun.objects.count() == 0


def test_a_new_portfolio_is_named_by_its_code(head, office):
    assert send(head, edition(2021, {}), into=NEW, new_code="no spaces").status_code == 422
    response = send(head, edition(2021, {}), into=NEW, new_code="GMPP")
    assert response.status_code == 302  # the code of a portfolio that this person leads is that portfolio
    send(head, edition(2021, {}), into=NEW, new_code="FRESH")
    run = ImportRun.objects.latest("pk")
    jobs.run(run.job_id)
    run.refresh_from_db()
    assert "a new portfolio" in text_of(head, run)
    applied(head, run)
    assert Node.objects.get(code=CODE).parent.code == "FRESH"


def test_asked_twice_it_is_imported_once(head, office):
    run = checked(head, edition(2021, {}))
    head.post(reverse("import-apply", args=[run.pk]))
    run.refresh_from_db()
    first = run.job_id
    head.post(reverse("import-apply", args=[run.pk]))
    run.refresh_from_db()
    assert run.job_id == first
    jobs.run(first)
    head.post(reverse("import-apply", args=[run.pk]))
    head.post(reverse("import-check", args=[run.pk]))
    run.refresh_from_db()
    assert run.job_id == first


def test_rights_are_asked_again_when_the_job_runs(head, office):
    run = checked(head, edition(2021, {}))
    head.post(reverse("import-apply", args=[run.pk]))
    office.head.memberships.all().delete()
    run.refresh_from_db()
    jobs.run(run.job_id)
    run.job.refresh_from_db()
    assert (run.job.state, run.job.error) == (
        JobState.FAILED,
        "You are no longer permitted to import. Nothing was written.",
    )
    assert Node.objects.filter(kind="project").count() == 0


def test_a_right_kept_elsewhere_does_not_import_here(head, office):
    other = Node.objects.create(kind="portfolio", code="OTHER", name="Other")
    grant(office.head, "pmo_head", other)
    run = checked(head, edition(2021, {}))
    office.head.memberships.filter(node=office.portfolio).delete()
    run = applied(head, run)
    assert run.outcome["errors"][0]["message"].startswith("Project with this Code already exists.")
    assert Node.objects.filter(kind="project").count() == 0


def test_progress_polls_while_it_works_and_then_leads_to_the_page(head, office):
    send(head, edition(2021, {}))
    run = ImportRun.objects.get()
    page = text_of(head, run)
    assert reverse("import-progress", args=[run.pk]) in page
    assert "Waiting for a worker" in page
    fragment = head.get(reverse("import-progress", args=[run.pk]), headers={"HX-Request": "true"})
    assert (fragment.status_code, b"<html" in fragment.content) == (200, False)
    plain = head.get(reverse("import-progress", args=[run.pk]))
    assert (plain.status_code, plain["Location"]) == (302, reverse("import-run", args=[run.pk]))
    jobs.run(run.job_id)
    ended = head.get(reverse("import-progress", args=[run.pk]), headers={"HX-Request": "true"})
    assert (ended.status_code, ended["HX-Redirect"]) == (204, reverse("import-run", args=[run.pk]))


def test_a_waiting_import_stops_at_once_and_can_be_checked_again(head, office):
    send(head, edition(2021, {}))
    run = ImportRun.objects.get()
    head.post(reverse("import-stop", args=[run.pk]))
    jobs.run(run.job_id)
    assert "Stopped as you asked; nothing was written" in text_of(head, run)
    head.post(reverse("import-check", args=[run.pk]))
    run.refresh_from_db()
    jobs.run(run.job_id)
    assert "Import one project" in text_of(head, run)


def stop_from_another_process(job):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("UPDATE core_job SET cancel_requested = true WHERE id = %s", [job.pk])
    other.close()


@pytest.mark.django_db(transaction=True)
def test_a_running_import_stops_at_its_next_step_and_writes_nothing(client, office):
    client.force_login(office.head)
    run = checked(client, edition(2021, {}))
    client.post(reverse("import-apply", args=[run.pk]))
    run.refresh_from_db()
    steps = []

    def step(words, done, total):
        steps.append(words)
        progress.step(words, done, total)
        if words == "Ratings":
            stop_from_another_process(job)

    job = jobs._claim(run.job_id)
    progress = jobs.Progress(job)
    with pytest.raises(jobs.Cancelled):
        services.upload_run(run.pk, actor=office.head, dry_run=False, step=step)
    progress.close()
    assert steps[-2:] == ["Ratings", "Annual forecasts"]
    assert Node.objects.filter(kind="project").count() == 0
    job.refresh_from_db()
    assert (job.step, job.done_count, job.total_count) == ("Annual forecasts", 6, 8)


def test_imports_are_seen_by_their_owner_only(head, client, office):
    run = checked(head, edition(2021, {}))
    colleague = UserFactory()
    grant(colleague, "pmo_head", office.portfolio)
    client.force_login(colleague)
    assert client.get(reverse("import-run", args=[run.pk])).status_code == 404
    assert client.post(reverse("import-apply", args=[run.pk])).status_code == 404
    assert b"uk.csv" not in client.get(reverse("import-upload")).content


def test_whoever_may_not_import_finds_no_page(client, office):
    client.force_login(office.executive)
    assert client.get(reverse("import-upload")).status_code == 404


def test_the_door_lists_recent_imports_and_only_own_portfolios(head, office):
    Node.objects.create(kind="portfolio", code="HIDDEN", name="Hidden")
    checked(head, edition(2021, {}))
    page = head.get(reverse("import-upload"))
    assert [value for value, _label in page.context["form"].fields["into"].choices] == ["GMPP", NEW]
    assert "Checked, waiting for you" in page.content.decode()


def test_absent_projects_are_marked_on_their_page_and_in_the_register(head, office):
    load(edition(2021, {}, {"project_number": "GONE", "project_name": "Old bridge"}))
    load(edition(2022, {}))
    assert "Not in the latest edition" in head.get(reverse("node-detail", args=["GONE"])).content.decode()
    assert "Not in the latest edition" not in head.get(reverse("node-detail", args=[CODE])).content.decode()
    left_out = head.get(reverse("node-list"), {"edition": "absent"}).content.decode()
    assert "Old bridge" in left_out
    assert CODE not in left_out
    assert CODE in head.get(reverse("node-list"), {"edition": "latest"}).content.decode()


def test_the_register_asks_the_same_queries_for_one_project_and_for_three(head, office):
    def queries():
        with CaptureQueriesContext(connection) as found:
            head.get(reverse("node-list"))
        return len(found)

    load(edition(2021, {}))
    queries()  # warm
    one = queries()
    load(edition(2022, {}, {"project_number": "B"}, {"project_number": "C"}))
    assert queries() == one
