"""Many actions at once: all or none, told one by one, inside the scope only."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from pmo.core import clock
from pmo.core.errors import NotPermitted
from portfolio.actions import services
from portfolio.models import Action
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY, DAY = NOW.date(), timedelta(days=1)


@pytest.fixture(autouse=True)
def _november():
    with clock.at(NOW):
        yield


@pytest.fixture
def node():
    return NodeFactory(code="A", parent=PortfolioFactory(code="P"))


@pytest.fixture
def manager(node):
    user = UserFactory(name="Hanne")
    grant(user, "project_manager", node)
    return user


def test_add_writes_all_and_tells_each(node, manager):
    wanted = [Action(node=node, title=title, due=TODAY + DAY, owner=manager) for title in ("Ask", "Test")]
    rows = services.actions_add(wanted, actor=manager, reason="Workshop")
    assert [(row.title, row.version, row.owner) for row in rows] == [("Ask", 1, manager), ("Test", 1, manager)]
    entries = AuditEntry.objects.filter(verb="action.created").order_by("pk")
    assert [(entry.object_label, entry.node_id, entry.reason) for entry in entries] == [
        ("Ask", node.pk, "Workshop"),
        ("Test", node.pk, "Workshop"),
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": ""}, "Line 2: title: This field cannot be blank."),
        ({"done_on": TODAY + DAY, "evidence": "Minutes"}, "Line 2: An action is done today or was before."),
        ({"done_on": TODAY, "evidence": " "}, "Line 2: Say what shows that it was done."),
    ],
)
def test_add_refuses_all_and_names_the_line(node, manager, values, words):
    values = {"title": "Test"} | values
    with pytest.raises(ValidationError) as caught:
        services.actions_add(
            [Action(node=node, title="Ask", due=TODAY), Action(node=node, due=TODAY, **values)], actor=manager
        )
    assert caught.value.messages == [words]
    assert not Action.objects.exists()


def test_add_refuses_foreign_projects_as_if_they_did_not_exist(node, manager):
    other = NodeFactory(code="B", parent=node.parent)
    with pytest.raises(NotPermitted, match="This does not exist"):
        services.actions_add([Action(node=each, title="Ask", due=TODAY) for each in (node, other)], actor=manager)
    assert not Action.objects.exists()


def test_add_asks_as_much_for_three_as_for_one(node, manager):
    counts = []
    for number in (1, 3):
        with CaptureQueriesContext(connection) as found:
            services.actions_add([Action(node=node, title="Ask", due=TODAY) for _ in range(number)], actor=manager)
        counts.append(len(found))
    assert counts[0] == counts[1]
