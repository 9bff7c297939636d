"""A small house on the day the test runs: ten projects, money, dates, last week's reports, one person a role.

The browser asks a server in another thread, so the clock is the real one and every date is relative to today.
"""

from datetime import date, timedelta

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.models import Node, StatusReport, User
from reporting.health.services import rules_install_defaults
from reporting.rollup.services import recompute
from tests.factories import UserFactory, grant
from tests.reporting import world

M = 1_000_000
LATE = "Cut-over is held back by the supplier's missing test certificate; a second rehearsal is booked"
# code, name, millions (budget, spent, still to come), days late; by hand: forecast = spent + still to come
PROJECTS = (
    ("PAY-1", "Instant payments for all retail and business customers", (20, 8, 18), 63),
    ("PAY-2", "Card scheme migration", (10, 4, 8), 21),
    ("PAY-3", "Fraud screening of outgoing transfers", (8, 3, 6), 14),
    ("PAY-4", "Open banking consent renewal", (6, 2, 5), 0),
    ("PAY-5", "Ledger modernisation", (5, 1, 4), 0),
    ("COR-1", "Core data centre exit, first and second hall", (30, 12, 22), 90),
    ("COR-2", "Identity and access renewal", (4, 2, 3), 35),
    ("COR-3", "Network segmentation", (3, 1, 3), 10),
    ("COR-4", "Workplace refresh", (2, 1, 2), 40),
    ("COR-5", "Archive retention", (1, 0.5, 0.5), 0),
)
BUDGET, FORECAST = 89, 106  # millions: 20+10+8+6+5+30+4+3+2+1, and 26+12+9+7+5+34+5+4+3+1
NEEDY = 8  # all but PAY-5 and COR-5, which are on budget and on time


def today() -> date:
    return clock.today()


def monday(weeks_ago: int = 0) -> date:
    """Return the Monday of this week or of an earlier one."""
    return today() - timedelta(days=today().weekday(), weeks=weeks_ago)


def month(step: int) -> str:
    """Return the month so many months from now, as 2026-11."""
    count = today().year * 12 + today().month - 1 + step
    return f"{count // 12}-{count % 12 + 1:02d}"


class House:
    """The rows, with the people by role."""

    def __init__(self) -> None:
        rules_install_defaults(actor=SYSTEM)
        self.root = world.portfolio("HOUSE", name="Change portfolio")
        self.parents = {
            "PAY": world.programme("PAY", self.root, name="Payments programme"),
            "COR": world.programme("COR", self.root, name="Core systems programme"),
        }
        self.owner = UserFactory(name="Hanne Brandt")
        self.projects = {row[0]: self._project(*row) for row in PROJECTS}
        recompute()

    def _project(self, code: str, name: str, millions: tuple[float, float, float], late: int) -> Node:
        budget, spent, to_come = (amount * M for amount in millions)
        node = world.project(code, self.parents[code[:3]], name=name, owner=self.owner)
        finish = today() + timedelta(days=20)
        begun = today() - timedelta(days=300)
        dates = {
            world.milestone(node, "Start", "start", actual_date=begun): begun,
            world.milestone(node, "Finish", "finish", forecast_date=finish + timedelta(days=late)): finish,
        }
        world.baseline(node, {month(1): budget}, dates)
        world.cost(node, "actual", month(-1), spent)
        world.cost(node, "forecast", month(1), to_come)
        self.report(node, late=late)
        return node

    def report(self, node: Node, *, late: int = 0) -> StatusReport:
        """File last week's report: amber or red where late."""
        colour = "off" if late > 30 else "risk" if late else "on"
        return StatusReport.objects.create(
            node=node,
            week_start=monday(1),
            state="submitted",
            schedule=colour,
            cost="off" if node.code == "PAY-4" else "on",
            scope="on",
            risk=colour,
            benefit="on",
            done="The rehearsal ran.",
            next_steps="The second rehearsal.",
            help_needed=LATE if late else "",
            author=self.owner,
            created_at=clock.now() - timedelta(days=7),
            submitted_at=clock.now() - timedelta(days=7),
        )

    def person(self, role: str, node: Node | None = None) -> User:
        """Return a new person with a role, on the whole portfolio unless said otherwise."""
        user = UserFactory(name=f"{role.replace('_', ' ').title()}")
        grant(user, role, node or self.root)
        return user
