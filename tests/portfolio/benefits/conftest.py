"""One portfolio with two projects, two fiscal years of months and people with roles."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.benefits import services
from portfolio.finance.services import periods_generate
from portfolio.models import Baseline, Benefit, Currency, FiscalPeriod, Node, Role, User
from portfolio.registry.services import baseline_approve, baseline_open
from tests.factories import BenefitFactory, CurrencyFactory, NodeFactory, PortfolioFactory, UserFactory, grant

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@dataclass
class House:
    """What most tests of benefits need. `manager` may edit `project` only, `head` the whole portfolio."""

    portfolio: Node
    project: Node
    other: Node
    manager: User
    head: User
    executive: User
    pound: Currency

    def month(self, label: str) -> FiscalPeriod:
        """Return a month such as `Apr 2026`."""
        return FiscalPeriod.objects.get(label=label)

    def benefit(self, **values: Any) -> Benefit:
        """Return a new benefit of the project, in pounds unless said otherwise."""
        values = {"node": self.project, "name": "Paperless claims", "currency": self.pound} | values
        return BenefitFactory(**values)

    def line(self, benefit: Benefit, label: str, amount: str | None, **values: Any) -> services.ValueLine:
        """Return a forecast line of a benefit."""
        values = {"value_version": "forecast"} | values
        number = None if amount is None else Decimal(amount)
        return services.ValueLine(benefit, period=self.month(label), amount=number, **values)

    def set(self, benefit: Benefit, version: str, **amounts: str) -> None:
        """Give a benefit values by month, written Apr_2026; a target goes into the open draft."""
        draft = baseline_open(benefit.node, actor=self.head, action="benefit.edit") if version == "target" else None
        lines = [
            self.line(benefit, month.replace("_", " "), amount, value_version=version, baseline=draft)
            for month, amount in amounts.items()
        ]
        services.benefit_values_set(lines, actor=self.head)

    def approved(self, benefit: Benefit, **amounts: str) -> Baseline:
        """Approve targets of a benefit by month."""
        self.set(benefit, "target", **amounts)
        draft = baseline_open(benefit.node, actor=self.head, action="benefit.edit")
        return baseline_approve(draft, actor=self.head, reason="Gate 3")


@pytest.fixture
def _mid_june() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def house(db: None, _mid_june: None) -> House:
    portfolio = PortfolioFactory(code="P")
    project, other = NodeFactory(code="A", parent=portfolio), NodeFactory(code="B", parent=portfolio)
    manager, head, executive = (UserFactory(name=name) for name in ("Hanne", "Noor", "Maren"))
    grant(manager, Role.PROJECT_MANAGER, project)
    grant(head, Role.PMO_HEAD, portfolio)
    grant(executive, Role.EXECUTIVE, portfolio)
    for year in (2025, 2026):
        periods_generate(date(year, 4, 1), actor=SYSTEM)
    return House(portfolio, project, other, manager, head, executive, CurrencyFactory())


@pytest.fixture
def as_(client):
    """Return a function that signs a person in and gives the client."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in
