"""Actions: done with evidence and not in the future, told as what it was, inside the scope only."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from governance.audit.models import AuditEntry
from pmo.core import clock
from pmo.core.errors import NotPermitted, StaleWrite
from portfolio.actions import services
from portfolio.models import Action
from tests.factories import ActionFactory, NodeFactory, PortfolioFactory, UserFactory, grant

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


def verbs():
    return list(AuditEntry.objects.filter(verb__startswith="action.").order_by("pk").values_list("verb", flat=True))


def test_action_is_added_completed_opened_again_and_edited(node, manager):
    row = services.action_create(actor=manager, node=node, title="Order the lift", due=TODAY + DAY)
    row = services.action_complete(row, actor=manager, evidence="Order 4711")
    assert (row.done_on, row.evidence, row.version) == (TODAY, "Order 4711", 2)
    row = services.action_update(row, {"done_on": None}, actor=manager, expected_version=2)
    row = services.action_update(row, {"due": TODAY + 9 * DAY}, actor=manager)
    row = services.action_update(row, {"done_on": TODAY - DAY}, actor=manager)
    services.action_delete(row, actor=manager)
    assert verbs() == [
        "action.created", "action.completed", "action.reopened", "action.edited", "action.completed", "action.deleted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"done_on": TODAY}, "evidence"),
        ({"done_on": TODAY, "evidence": " \n "}, "evidence"),
        ({"done_on": TODAY + DAY, "evidence": "Order 4711"}, "done_on"),
        ({"title": ""}, "title"),
        ({"due": None}, "due"),
    ],
)
def test_action_that_cannot_be_is_refused(node, manager, values, field):
    row = ActionFactory(node=node, title="Order")
    with pytest.raises(ValidationError) as caught:
        services.action_update(row, values, actor=manager)
    assert list(caught.value.message_dict) == [field]
    with pytest.raises(ValidationError):
        services.action_create(actor=manager, node=node, **{"title": "New", "due": TODAY} | values)
    row.refresh_from_db()
    assert (row.done_on, row.version, Action.objects.count()) == (None, 1, 1)


@pytest.mark.parametrize(("evidence", "done_on"), [("", None), ("  ", None), ("Order 4711", TODAY + DAY)])
def test_completion_needs_evidence_of_a_day_that_has_come(node, manager, evidence, done_on):
    row = ActionFactory(node=node)
    with pytest.raises(ValidationError):
        services.action_complete(row, actor=manager, evidence=evidence, done_on=done_on)
    row.refresh_from_db()
    assert row.done_on is None


def test_action_is_completed_once(node, manager):
    row = ActionFactory(node=node, done_on=TODAY - DAY, evidence="Minutes")
    with pytest.raises(ValidationError, match="This action is done already"):
        services.action_complete(row, actor=manager, evidence="Again")
    row.refresh_from_db()
    assert row.evidence == "Minutes"


def test_database_refuses_done_without_evidence(node):
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.create(node=node, title="X", due=TODAY, done_on=TODAY)


def test_action_stays_with_its_project_and_a_stale_edit_is_refused(node, manager):
    row = services.action_create(actor=manager, node=node, title="Order", due=TODAY)
    with pytest.raises(ValidationError) as caught:
        services.action_update(row, {"node": node.parent}, actor=manager)
    assert list(caught.value.message_dict) == ["node"]
    services.action_update(row, {"title": "Mine"}, actor=manager, expected_version=1)
    with pytest.raises(StaleWrite):
        services.action_update(row, {"title": "Yours"}, actor=manager, expected_version=1)
    assert Action.objects.get().title == "Mine"


def test_nobody_writes_outside_their_scope(node, manager):
    foreign = ActionFactory(node=NodeFactory(parent=node.parent), title="Theirs")
    for write in (
        lambda: services.action_create(actor=manager, node=foreign.node, title="X", due=TODAY),
        lambda: services.action_update(foreign, {"title": "X"}, actor=manager),
        lambda: services.action_complete(foreign, actor=manager, evidence="X"),
        lambda: services.action_delete(foreign, actor=manager),
    ):
        with pytest.raises(NotPermitted):
            write()
    assert Action.objects.get().title == "Theirs"
