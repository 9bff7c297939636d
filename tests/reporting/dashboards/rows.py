"""Roll-up rows written by hand, past the roll-up: what a test writes is what a page must show."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from pmo.core import clock
from portfolio.models import Node
from reporting.rollup.columns import COUNTS
from reporting.rollup.models import NodeRollup, NodeRollupHistory
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant

M = Decimal(1_000_000)


def project_columns(status: str = "on", budget: Any = None, forecast: Any = None, **columns: Any) -> dict[str, Any]:
    """Return the columns of one project: money in millions, a report due and in unless said otherwise."""
    found = {
        "projects": 1,
        "status": status,
        **{count: int(count == f"n_{status}") for count in COUNTS},
        "budgeted": int(budget is not None),
        "forecasted": int(forecast is not None),
        "compared": int(budget is not None and forecast is not None),
        "budget": Decimal(str(budget or 0)) * M,
        "forecast": Decimal(str(forecast or 0)) * M,
        "reports_due": 1,
        "reports_in": 1,
        "missed_cycles": 0,
    }
    found["value"] = found["forecast"]
    return found | columns


def roll(node: Node, **columns: Any) -> NodeRollup:
    """Write the present roll-up row of a node."""
    return NodeRollup.objects.create(node=node, parent=node.parent, updated_at=clock.now(), **columns)


def project(parent: Node, code: str, **columns: Any) -> NodeRollup:
    """Make a project with its roll-up row; `name` and `owner` belong to the project."""
    own = {name: columns.pop(name) for name in ("name", "owner") if name in columns}
    return roll(NodeFactory(parent=parent, code=code, **own), **project_columns(**columns))


ADDITIVE = (
    "projects", *COUNTS, "budget", "forecast", "actual", "planned_to_date", "budgeted", "forecasted", "compared",
    "rates_missing", "whole_life", "whole_life_known", "whole_life_unknown", "reports_due", "reports_in", "value",
)  # fmt: skip


def sum_up(node: Node, rows: list[Any]) -> NodeRollup:
    """Write a container's row as the sum of `rows`."""
    return roll(node, **{column: sum(getattr(row, column) for row in rows) for column in ADDITIVE})


def remember(row: Any, days_ago: int, until_days_ago: int | None = None, **columns: Any) -> NodeRollupHistory:
    """Write what the row held from so many days ago until so many days ago; None is until now."""
    names = [
        field.attname
        for field in NodeRollupHistory._meta.fields
        if field.attname not in ("id", "recorded_from", "recorded_to")
    ]
    values = {name: getattr(row, name) for name in names} | columns
    return NodeRollupHistory.objects.create(
        **values,
        recorded_from=clock.now() - timedelta(days=days_ago),
        recorded_to=None if until_days_ago is None else clock.now() - timedelta(days=until_days_ago),
    )


class World:
    """A portfolio of two sub-portfolios, three projects and one, summed up by hand.

    north: N-1 off, 12 on 10; N-2 risk, 21 on 20; N-3 on, 5 on 5. south: S-1 not reported, 9 on 10 (money in millions).
    """

    def __init__(self) -> None:
        self.root = PortfolioFactory(code="TOP", name="Change portfolio")
        self.north = NodeFactory(kind="sub_portfolio", code="NORTH", name="North", parent=self.root)
        self.south = NodeFactory(kind="sub_portfolio", code="SOUTH", name="South", parent=self.root)
        self.owner = UserFactory(name="Hanne Brandt")
        one = {
            "name": "Billing",
            "owner": self.owner,
            "severity": 6,
            "slip_days": 63,
            "actual": 4 * M,
            "planned_to_date": 5 * M,
        }
        self.n1 = project(
            self.north,
            "N-1",
            status="off",
            budget=10,
            forecast=12,
            reported="on",
            computed="off",
            cost_colour="off",
            **one,
        )
        self.n2 = project(
            self.north,
            "N-2",
            status="risk",
            budget=20,
            forecast=21,
            name="Identity",
            severity=2,
            slip_days=11,
            computed="risk",
        )
        self.n3 = project(self.north, "N-3", status="on", budget=5, forecast=5, name="Portal", slip_days=-2)
        silent = {"reports_in": 0, "missed_cycles": 3, "severity": 1, "slip_days": None}
        self.s1 = project(self.south, "S-1", status="nr", budget=10, forecast=9, name="Canarywharf", **silent)
        self.north_row = sum_up(self.north, [self.n1, self.n2, self.n3])
        self.south_row = sum_up(self.south, [self.s1])
        self.top = sum_up(self.root, [self.north_row, self.south_row])

    def person(self, role: str = "executive", node: Node | None = None) -> Any:
        """Return a person with a role on a node, the portfolio unless said otherwise."""
        user = UserFactory()
        grant(user, role, node or self.root)
        return user
