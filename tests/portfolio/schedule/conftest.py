"""One portfolio with two projects and people with roles."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from pmo.core import clock
from portfolio.models import Node, Role, User
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@dataclass
class House:
    """What most tests of the schedule need. `manager` may edit `project` only, `head` the whole portfolio."""

    portfolio: Node
    project: Node
    other: Node
    manager: User
    head: User
    executive: User


@pytest.fixture
def _november() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def house(db: None, _november: None) -> House:
    portfolio = PortfolioFactory(code="P")
    project, other = NodeFactory(code="A", parent=portfolio), NodeFactory(code="B", parent=portfolio)
    manager, head, executive = (UserFactory(name=name) for name in ("Hanne", "Noor", "Maren"))
    grant(manager, Role.PROJECT_MANAGER, project)
    grant(head, Role.PMO_HEAD, portfolio)
    grant(executive, Role.EXECUTIVE, portfolio)
    return House(portfolio, project, other, manager, head, executive)
