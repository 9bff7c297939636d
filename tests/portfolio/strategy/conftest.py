"""A portfolio with three objectives, a programme and three projects, and people with roles."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from pmo.core import clock
from portfolio.models import Contribution, Node, Objective, Role, User
from tests.factories import (
    ContributionFactory,
    NodeFactory,
    ObjectiveFactory,
    PortfolioFactory,
    UserFactory,
    grant,
)

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@dataclass
class House:
    """P holds G (a programme) and C; G holds A and B. `analyst` may edit all of it, `manager` only look at A.

    Objectives of P: O1 weighs 40, O2 30, O3 30.
    """

    portfolio: Node
    programme: Node
    a: Node
    b: Node
    c: Node
    objectives: list[Objective]
    analyst: User
    manager: User
    executive: User

    def give(self, node: Node, number: int, strength: Any) -> Contribution:
        """Let a node contribute to objective `number`, counted from 1."""
        return ContributionFactory(node=node, objective=self.objectives[number - 1], strength=strength)


@pytest.fixture
def _mid_june() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def house(db: None, _mid_june: None) -> House:
    top = PortfolioFactory(code="P")
    programme = NodeFactory(code="G", kind="programme", parent=top)
    a, b = (NodeFactory(code=code, parent=programme) for code in "AB")
    c = NodeFactory(code="C", parent=top)
    objectives = [
        ObjectiveFactory(node=top, code=f"O{number}", name=f"Aim {number}", weight=weight)
        for number, weight in enumerate((40, 30, 30), start=1)
    ]
    analyst, manager, executive = (UserFactory(name=name) for name in ("Ana", "Hanne", "Maren"))
    grant(analyst, Role.PMO_ANALYST, top)
    grant(manager, Role.PROJECT_MANAGER, a)
    grant(executive, Role.EXECUTIVE, top)
    return House(top, programme, a, b, c, objectives, analyst, manager, executive)


@pytest.fixture
def as_(client: Any) -> Any:
    """Return a function that signs a person in and gives the client."""

    def sign_in(person: User) -> Any:
        client.force_login(person)
        return client

    return sign_in
