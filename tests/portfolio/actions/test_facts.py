"""What actions give to the roll-up. The business date is 19 November 2026."""

from datetime import timedelta

import pytest

from portfolio.actions.facts import ACTIONS
from tests.factories import ActionFactory, NodeFactory, PortfolioFactory
from tests.portfolio.facts import TODAY, facts_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def node():
    return NodeFactory(code="X", parent=PortfolioFactory(code="P"))


def said(today=TODAY):
    row = facts_of(ACTIONS, today)["X"]
    return row["actions_open"], row["actions_overdue"], row["recheck_on"]


def test_action_is_overdue_from_the_day_after_it_was_due(node):
    ActionFactory(node=node, due=TODAY - DAY)
    ActionFactory(node=node, due=TODAY)
    ActionFactory(node=node, due=TODAY + 9 * DAY)
    ActionFactory(node=node, due=TODAY - 20 * DAY, done_on=TODAY, evidence="Minutes")
    assert said() == (3, 1, TODAY + DAY)
    assert said(TODAY + DAY) == (3, 2, TODAY + 10 * DAY)
    assert said(TODAY + 10 * DAY) == (3, 3, None)


def test_node_whose_actions_are_done_has_no_row(node):
    ActionFactory(node=node, done_on=TODAY, evidence="Minutes")
    assert facts_of(ACTIONS) == {}
