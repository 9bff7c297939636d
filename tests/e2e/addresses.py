"""The address of every page a person can open, with a row behind each key."""

from datetime import timedelta

from django.urls import reverse

from portfolio.models import (
    AssuranceRating,
    Baseline,
    CostRow,
    Currency,
    ExchangeRate,
    FiscalPeriod,
    Membership,
    Milestone,
    StatusReport,
    WholeLifeEstimate,
)
from tests.contracts.access_expectations import EXPECTED, SIGNED_IN
from tests.e2e.house import House, today
from tests.factories import UserFactory, grant
from tests.test_architecture import routes

ROUTES = {entry.name: route for route, entry in routes()}
NOT_PAGES = ("chart", "node-money-curve", "import-progress", "import-run")  # data; runs: test_accessibility_of_work
GROUPS = {
    "tree": ("home", "help", "portfolios", "node", "baseline", "audit"),
    "people": ("user", "membership", "password"),
    "money": ("cost", "estimate", "node-money"),
    "calendar": ("period", "currency", "rate"),
    "schedule": ("milestone", "node-schedule", "node-baseline"),
    "status": ("status", "report", "rating", "node-status", "import"),
}


def readable() -> list[str]:
    """Return the names of all routes that answer a read with a page for some role."""
    names = [name for name, (readers, _writers) in EXPECTED.items() if readers != "-"]
    names += [name for name in sorted(SIGNED_IN) if name not in EXPECTED and name != "sign-out"]
    return [name for name in names if "export" not in name and name not in NOT_PAGES]


def group_of(name: str) -> str:
    """Return the group whose longest prefix fits the route's name."""
    fitting = [(len(p), group) for group, prefixes in GROUPS.items() for p in prefixes if name.startswith(p)]
    return max(fitting)[1]


class Addresses:
    """Adds to the house a row of every noun that it has none of, and names each page's address."""

    def __init__(self, house: House) -> None:
        node = house.projects["COR-1"]
        self.house, self.node = house, node
        currency = Currency.objects.get()
        euro = Currency.objects.create(code="EUR", name="Euro")
        someone = UserFactory(name="Sinead O'Brien", job_title="Analyst")
        grant(someone, "sponsor", node)
        for days, value in ((200, "amber"), (20, "red")):
            AssuranceRating.objects.create(
                node=node,
                as_of=today() - timedelta(days=days),
                source="internal",
                scale="five",
                value=value,
                comment="No supplier has confirmed the date.",
            )
        for days, amount in ((400, 40_000_000), (30, 42_500_000)):
            WholeLifeEstimate.objects.create(
                node=node,
                as_of=today() - timedelta(days=days),
                amount=amount,
                currency=currency,
                source="Annual return",
            )
        self.draft = Baseline.objects.create(node=node, number=2)
        self.keys = {
            "baseline": self.draft.pk,
            "user": someone.pk,
            "membership": Membership.objects.get(user=someone).pk,
            "cost": CostRow.objects.filter(node=node, cost_version="forecast").values_list("pk", flat=True)[0],
            "estimate": WholeLifeEstimate.objects.latest("pk").pk,
            "period": FiscalPeriod.objects.latest("pk").pk,
            "currency": euro.pk,
            "rate": ExchangeRate.objects.create(currency=euro, valid_from=today(), rate="0.85").pk,
            "milestone": Milestone.objects.filter(node=node, kind="finish").values_list("pk", flat=True)[0],
            "report": StatusReport.objects.get(node=node).pk,
            "rating": AssuranceRating.objects.latest("pk").pk,
        }

    def of(self, name: str) -> str:
        """Return the address of a route's page about the house's first project."""
        route = ROUTES[name]
        for keyword in ("code", "parent_key"):
            if f"<str:{keyword}>" in route:
                return reverse(name, args=[self.node.code])
        if ":key>" in route:
            return reverse(name, args=[self.keys.get(name.split("-", maxsplit=1)[0], self.node.code)])
        return reverse(name)
