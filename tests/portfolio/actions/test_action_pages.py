"""The pages of actions: lists by state, everything below a programme, completing with evidence, the panel."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pmo.core import clock
from portfolio.actions.standing import finding, state_of
from portfolio.models import Action
from tests.contracts.pages import page_of
from tests.factories import ActionFactory, NodeFactory, PortfolioFactory, UserFactory, grant
from tests.sheets import body, csv_rows

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY, DAY = NOW.date(), timedelta(days=1)


@pytest.fixture(autouse=True)
def _november():
    with clock.at(NOW):
        yield


class House:
    """A portfolio with a programme and two projects; four actions on project A, one each above and beside it."""

    def __init__(self):
        self.portfolio = PortfolioFactory(code="P")
        self.programme = NodeFactory(code="G", kind="programme", parent=self.portfolio)
        self.project, self.other = (
            NodeFactory(code="A", parent=self.programme),
            NodeFactory(code="B", parent=self.portfolio),
        )
        self.manager, self.executive = UserFactory(name="Hanne"), UserFactory(name="Maren")
        grant(self.manager, "project_manager", self.project)
        grant(self.executive, "executive", self.portfolio)
        on = {"node": self.project, "owner": self.manager}
        ActionFactory(**on, title="Later", due=TODAY + 9 * DAY)
        ActionFactory(**on, title="Late", due=TODAY - DAY)
        ActionFactory(**on, title="Today", due=TODAY)
        ActionFactory(**on, title="Done", due=TODAY - 30 * DAY, done_on=TODAY - 31 * DAY, evidence="Minutes")
        ActionFactory(node=self.programme, title="Above", due=TODAY - 2 * DAY)
        ActionFactory(node=self.other, title="Beside", due=TODAY - 3 * DAY)


@pytest.fixture
def house():
    return House()


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def titles(response):
    return [str(row.obj) for row in response.context["table"]["rows"]]


def words(response):
    return " ".join(" ".join(page_of(response).text).split())


@pytest.mark.parametrize(
    ("due", "done", "state"),
    [(-1, None, "overdue"), (0, None, "open"), (1, None, "open"), (-1, 0, "done"), (1, -1, "done")],
)
def test_action_is_overdue_only_after_its_day(due, done, state):
    assert state_of(TODAY + due * DAY, None if done is None else TODAY + done * DAY, TODAY) == state


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0, None), "No action is open"),
        ((1, 1, None), "The only open action is overdue"),
        ((9, 1, TODAY), "One of 9 open actions is overdue"),
        ((9, 2, TODAY), "Two of 9 open actions are overdue"),
        ((12, 11, TODAY), "11 of 12 open actions are overdue"),
        ((1, 0, TODAY), "One action is open, due 20 Nov 2026"),
        ((3, 0, TODAY), "Three actions are open, the next due 20 Nov 2026"),
    ],
)
def test_finding_says_how_the_actions_stand(counts, sentence):
    assert finding(*counts) == sentence


def test_list_has_the_longest_overdue_on_top_and_what_is_done_last(house, as_):
    assert titles(as_(house.executive).get("/actions/")) == ["Beside", "Above", "Late", "Today", "Later", "Done"]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("A", ["Late", "Today", "Later", "Done"]),
        ("G", ["Above", "Late", "Today", "Later", "Done"]),
        ("P", ["Beside", "Above", "Late", "Today", "Later", "Done"]),
    ],
)
def test_list_of_a_node_holds_everything_below_it(house, as_, code, found):
    client = as_(house.executive)
    assert titles(client.get(f"/nodes/{code}/actions/")) == found
    assert titles(client.get(f"/actions/?below={code}")) == found
    exported = csv_rows(body(client.get(f"/nodes/{code}/actions/export.csv?cols=title,state")))
    assert [row[0] for row in exported[1:]] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=overdue", ["Above", "Late"]),
        ("state=open", ["Today", "Later"]),
        ("state=overdue&state=open", ["Above", "Late", "Today", "Later"]),
        ("state=done", ["Done"]),
        ("due_after=2026-11-20&due_before=2026-11-20", ["Today"]),
        ("mine=true", []),
        ("q=lat", ["Late", "Later"]),
    ],
)
def test_list_is_filtered(house, as_, query, found):
    assert titles(as_(house.executive).get(f"/nodes/G/actions/?{query}")) == found


def test_list_offers_its_views_with_their_counts(house, as_):
    page = as_(house.executive).get("/nodes/G/actions/?state=overdue")
    assert [(view["label"], view["count"], view["current"]) for view in page.context["views"]] == [
        ("All", 5, False), ("Open and overdue", 4, False), ("Overdue", 2, True), ("Done", 1, False),
    ]  # fmt: skip


def test_manager_sees_their_own_project_only(house, as_):
    client = as_(house.manager)
    assert titles(client.get("/actions/")) == ["Late", "Today", "Later", "Done"]
    assert client.get("/nodes/G/actions/").status_code == 404
    assert titles(client.get("/actions/?below=G")) == titles(client.get("/actions/?below=NO-SUCH")) == []
    beside = Action.objects.get(title="Beside")
    for url in (f"/actions/{beside.pk}/", f"/actions/{beside.pk}/complete/"):
        assert client.get(url).status_code == 404
    assert client.post(f"/actions/{beside.pk}/complete/", {"evidence": "x", "done_on": "2026-11-20"}).status_code == 404
    beside.refresh_from_db()
    assert beside.done_on is None


def test_action_is_completed_with_one_sentence(house, as_):
    client, row = as_(house.manager), Action.objects.get(title="Late")
    page = client.get(f"/actions/{row.pk}/")
    assert page.context["complete"]["done_on"].value() == TODAY
    url = f"/actions/{row.pk}/complete/"
    assert client.post(url, {"evidence": " ", "done_on": "2026-11-20"}).status_code == 422
    assert client.post(url, {"evidence": "Order", "done_on": "2026-11-21"}).status_code == 422
    done = client.post(url, {"evidence": "Order 4711", "done_on": "2026-11-19"})
    assert (done.status_code, done["Location"]) == (302, "/nodes/A/actions/")
    row.refresh_from_db()
    assert (row.done_on, row.evidence) == (TODAY - DAY, "Order 4711")
    assert client.get(f"/actions/{row.pk}/").context["complete"] is None
    assert client.post(url, {"evidence": "Again", "done_on": "2026-11-20"}).status_code == 422


def test_reader_gets_no_form(house, as_):
    row = Action.objects.get(title="Late")
    page = as_(house.executive).get(f"/actions/{row.pk}/")
    assert page.context["complete"] is None
    assert "Complete the action" not in words(page)
    assert as_(house.executive).get(f"/actions/{row.pk}/complete/").status_code == 404


def test_overview_shows_what_is_overdue_and_due_next(house, as_):
    panel = as_(house.manager).get("/nodes/A/")
    text = words(panel)
    assert "One of 3 open actions is overdue" in text
    shown = panel.content.decode()
    assert shown.index(">Late<") < shown.index(">Today<") < shown.index(">Later<")
    assert ">Done<" not in shown
    assert f"/actions/{Action.objects.get(title='Late').pk}/complete/" in shown
    assert "Two of 4 open actions are overdue" in words(as_(house.executive).get("/nodes/G/"))
    assert "/complete/" not in as_(house.executive).get("/nodes/A/").content.decode()


def test_overview_of_a_node_without_actions_shows_no_panel(house, as_):
    Action.objects.all().delete()
    assert "No action is open" not in words(as_(house.executive).get("/nodes/A/"))


@pytest.mark.parametrize("url", ["/actions/", "/nodes/G/actions/", "/nodes/A/"])
def test_pages_ask_the_same_queries_for_one_row_and_for_three(house, as_, url):
    Action.objects.all().delete()
    client = as_(house.executive)
    ActionFactory(node=house.project, owner=house.manager)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _number in (2, 3):
        ActionFactory(node=house.project, owner=UserFactory())
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    assert len(three) == len(one)
