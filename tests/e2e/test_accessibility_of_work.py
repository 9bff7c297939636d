"""axe on pages that only stand for a while: every stage of an import, and a report that two people have changed."""

import pytest

from pmo.core import jobs
from portfolio.exchange import services
from portfolio.status.services import report_save
from portfolio.status.services.reports import TYPED, draft_for
from tests.e2e.axe import SOURCE, Inspector
from tests.portfolio.exchange.conftest import edition

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not SOURCE.exists(), reason="axe-core is not installed (npm ci)"),
]


@pytest.fixture
def inspector(page, console):
    return Inspector(page, console)


@pytest.fixture
def upload(house, sign_in):
    """Return a function that takes an edition to its dry run, as a person does."""
    head = sign_in(house.person("pmo_head"))

    def start(content, *, check=True):
        run = services.upload_start(content, file_name="edition.csv", into="HOUSE", actor=head)
        return work(run) if check else run

    return start


def work(run):
    jobs.run(run.job_id)
    run.refresh_from_db()
    return run


def test_every_stage_of_an_import(upload, inspector, page, visit):
    def look(run, stage, words):
        visit(f"/import/{run.pk}/")
        page.get_by_text(words).first.wait_for()
        inspector.look(stage)

    two = edition(2021, {}, {"project_number": "B", "project_name": "Old bridge"})
    look(upload(two, check=False), "working", "Waiting for a worker")
    run = upload(two)
    look(run, "review", "Import 2 projects")
    look(work(services.upload_apply(run, actor=run.created_by)), "done", "Imported: 2 projects")
    look(upload(two), "same", "there is nothing to import")
    look(upload(edition(2022, {"project_name": "Railway"})), "review of changes", "Railway")
    look(upload(edition(2022, {"start_date": "next spring"})), "refused", "Why, and what to write")
    stopped = upload(two, check=False)
    jobs.cancel(stopped.job)
    look(stopped, "stopped", "Stopped as you asked")
    visit("/import/")
    inspector.look("recent imports")
    inspector.approve()


def test_report_that_two_people_have_changed(house, inspector, sign_in, page, visit):
    sign_in(house.person("pmo_analyst"))
    node = house.projects["COR-5"]
    visit("/nodes/COR-5/report/")
    theirs = {name: getattr(draft_for(node), name) for name in TYPED} | {"done": "Theirs.", "risk": "risk"}
    report_save(node, theirs, actor=house.person("pmo_analyst"), expected_version=0)
    page.get_by_label("What happened", exact=True).fill("Mine.")
    with page.expect_navigation() as answer:
        page.locator("[data-primary]").click()
    assert answer.value.status == 409
    inspector.look("merge", status=409)
    visit("/nodes/COR-5/status/")
    inspector.look("status of a project")
    inspector.approve()
