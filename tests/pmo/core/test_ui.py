"""What upper areas add to lower pages: shown in order, to whoever holds the action, where it applies."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from pmo.core import ui
from tests.factories import UserFactory, grant

pytestmark = pytest.mark.django_db
PAGE = "test.page"


@pytest.fixture
def page():
    yield PAGE
    for register in (ui._tabs, ui._actions, ui._panels, ui._providers):
        register.pop(PAGE, None)


@pytest.fixture
def reader(place):
    person = UserFactory()
    grant(person, "executive", place.root)
    return person


def request_of(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user
    return request


def test_tabs_stand_in_order_for_whoever_may_open_them(page, place, reader):
    ui.add_tab(page, ui.Tab("last", "Last", "node-timeline", "node.view", 90))
    ui.add_tab(page, ui.Tab("edit", "Edit", "node-edit", "node.edit", 20))
    ui.add_tab(page, ui.Tab("first", "First", "node-detail", "node.view", 10))
    ui.add_tab(page, ui.Tab("odd", "Odd", "node-detail", "node.view", 5, applies=lambda node: not node.is_project))
    found = ui.tabs(page, place.project, reader, "PRJ", "first")
    assert [(tab["key"], tab["url"], tab["current"]) for tab in found] == [
        ("first", "/nodes/PRJ/", True),
        ("last", "/nodes/PRJ/history/", False),
    ]
    assert [tab["key"] for tab in ui.tabs(page, place.root, place.head, "TOP", "")] == ["odd", "first", "edit", "last"]


def test_primary_button_stands_last(page, place, reader):
    ui.add_action(page, ui.Action("Report", "report-edit", "status.report", 1, primary=True))
    ui.add_action(page, ui.Action("Move", "node-move", "node.edit", 9, icon="move"))
    ui.add_action(page, ui.Action("Never", "node-move", "node.edit", 2, applies=lambda _node: False))
    found = ui.actions(page, place.project, place.head, "PRJ")
    assert [(action["label"], action["url"], action["primary"]) for action in found] == [
        ("Move", "/nodes/PRJ/move/", False),
        ("Report", "/nodes/PRJ/report/", True),
    ]
    assert ui.actions(page, place.project, reader, "PRJ") == []


def test_button_of_a_list_needs_no_key(page, place):
    ui.add_action(page, ui.Action("Import", "import-upload", "import.run", 1))
    assert [action["url"] for action in ui.actions(page, None, place.head)] == ["/import/"]


def test_panels_stand_in_their_column_and_ask_nothing_for_whoever_may_not_see_them(page, place, reader):
    asked = []

    def context(key, found=True):
        def give(request, node):
            asked.append(key)
            return {"node": node} if found else None

        return give

    ui.add_panel(page, ui.Panel("b", "b.html", context("b"), "node.view", 2))
    ui.add_panel(page, ui.Panel("a", "a.html", context("a"), "node.view", 1))
    ui.add_panel(page, ui.Panel("s", "s.html", context("s"), "node.view", 3, side=True))
    ui.add_panel(page, ui.Panel("w", "w.html", context("w"), "node.view", 4, wide=True))
    ui.add_panel(page, ui.Panel("none", "n.html", context("none", False), "node.view", 5))
    ui.add_panel(page, ui.Panel("secret", "x.html", context("secret"), "people.view", 6))
    found = ui.panels(page, request_of(reader), place.project)
    keys = {place: [panel["key"] for panel in panels] for place, panels in found.items()}
    assert keys == {"wide": ["w"], "main": ["a", "b"], "side": ["s"]}
    assert sorted(asked) == ["a", "b", "none", "s", "w"]


def test_providers_are_asked_by_name_and_may_be_nobody(page):
    assert ui.providers(page) == {}
    ui.provide(page, "health", len)
    ui.provide(page, "health", sum)
    given = ui.providers(page)
    assert given == {"health": sum}
    given.clear()
    assert ui.providers(page) == {"health": sum}


def test_navigation_shows_what_one_may_open_and_where_one_is(place, reader):
    context = ui.page_context(request_of(place.head, "/register/PRJ/edit/"))
    labels = [str(item["label"]) for item in context["navigation"]]
    assert labels[:2] == ["Home", "Portfolios"]
    assert [str(item["label"]) for item in context["navigation"] if item["current"]] == ["Register"]
    assert "People" in labels
    fewer = [str(item["label"]) for item in ui.page_context(request_of(reader))["navigation"]]
    assert "People" not in fewer
    assert "Register" in fewer


def test_pages_before_sign_in_have_no_navigation(settings):
    context = ui.page_context(request_of(AnonymousUser()))
    assert (context["navigation"], context["version"]) == ([], settings.VERSION)
    assert ui.page_context(RequestFactory().get("/"))["navigation"] == []
