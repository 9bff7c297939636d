"""One portfolio with two projects, two fiscal years of months and people with roles."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.finance import services
from portfolio.models import Currency, FiscalPeriod, Node, Role, User
from tests.factories import CurrencyFactory, NodeFactory, PortfolioFactory, UserFactory, grant

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@dataclass
class House:
    """What most tests of money need. `manager` may edit `project` only, `finance` the whole portfolio."""

    portfolio: Node
    project: Node
    other: Node
    manager: User
    finance: User
    executive: User
    pound: Currency

    def month(self, label: str) -> FiscalPeriod:
        """Return a month such as `Apr 2026`."""
        return FiscalPeriod.objects.get(label=label)

    def line(self, label: str, amount: str, **values: Any) -> services.CostLine:
        """Return a forecast line of the project, in pounds, capex, category Build."""
        values = {"node": self.project, "cost_version": "forecast", "category": "Build", "cost_type": "capex"} | values
        return services.CostLine(**{"currency": self.pound} | values, period=self.month(label), amount=Decimal(amount))


@pytest.fixture
def _mid_june() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def house(db: None, _mid_june: None) -> House:
    portfolio = PortfolioFactory(code="P")
    project, other = NodeFactory(code="A", parent=portfolio), NodeFactory(code="B", parent=portfolio)
    manager, finance, executive = (UserFactory(name=name) for name in ("Hanne", "Noor", "Maren"))
    grant(manager, Role.PROJECT_MANAGER, project)
    grant(finance, Role.FINANCE, portfolio)
    grant(executive, Role.EXECUTIVE, portfolio)
    for year in (2025, 2026):
        services.periods_generate(date(year, 4, 1), actor=SYSTEM)
    return House(portfolio, project, other, manager, finance, executive, CurrencyFactory())
