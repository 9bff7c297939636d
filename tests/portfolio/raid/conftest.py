"""A portfolio, a programme and two projects, with people who hold roles on each level."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from pmo.core import clock
from portfolio.models import Node, Role, User
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


@dataclass
class House:
    """`manager` may edit project A only, `lead` the programme above it, `head` everything; `stranger` project B."""

    portfolio: Node
    programme: Node
    project: Node
    other: Node
    manager: User
    lead: User
    head: User
    executive: User
    stranger: User


@pytest.fixture
def _november() -> Any:
    with clock.at(NOW):
        yield


def build() -> House:
    """Return the house."""
    portfolio = PortfolioFactory(code="P", name="Change portfolio")
    programme = NodeFactory(code="G", kind="programme", parent=portfolio, name="Billing programme")
    project = NodeFactory(code="A", parent=programme, name="Billing platform")
    other = NodeFactory(code="B", parent=portfolio, name="Contact centre")
    people = {name: UserFactory(name=name) for name in ("Hanne", "Lars", "Noor", "Maren", "Ole")}
    grant(people["Hanne"], Role.PROJECT_MANAGER, project)
    grant(people["Lars"], Role.PROJECT_MANAGER, programme)
    grant(people["Noor"], Role.PMO_HEAD, portfolio)
    grant(people["Maren"], Role.EXECUTIVE, portfolio)
    grant(people["Ole"], Role.PROJECT_MANAGER, other)
    return House(portfolio, programme, project, other, *people.values())


@pytest.fixture
def house(db: None, _november: None) -> House:
    return build()


@pytest.fixture
def as_(client):
    """Return a function that signs a person in and gives the client."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in
