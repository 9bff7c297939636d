"""The address of every page a person can open, with a row behind each key."""

from datetime import timedelta

from django.urls import reverse

from portfolio.models import (
    Action,
    AssuranceRating,
    Baseline,
    Benefit,
    BenefitShare,
    BenefitValue,
    Contribution,
    CostRow,
    Currency,
    ExchangeRate,
    FiscalPeriod,
    Membership,
    Milestone,
    Node,
    Objective,
    StatusReport,
    WholeLifeEstimate,
)
from tests.contracts.access_expectations import EXPECTED, SIGNED_IN
from tests.e2e.house import House, today
from tests.factories import UserFactory, grant
from tests.portfolio.finance.measured import Measured
from tests.portfolio.raid.register import Register
from tests.test_architecture import routes

ROUTES = {entry.name: route for route, entry in routes()}
# Data; the runs stand in test_accessibility_of_work.
NOT_PAGES = ("chart", "node-money-curve", "node-benefits-curve", "import-progress", "import-run")
GROUPS = {
    "tree": ("home", "figures", "help", "portfolios", "node", "baseline", "audit", "changes"),
    "people": ("user", "membership", "password", "token"),
    "money": ("cost", "estimate", "node-money", "reserve", "reservedraw"),
    "progress": ("workpackage", "reading", "packagemilestone", "node-earned", "node-progress"),
    "calendar": ("period", "currency", "rate"),
    "schedule": ("milestone", "node-schedule", "node-baseline"),
    "benefits": ("benefit", "node-benefits"),
    "strategy": ("objective", "contribution", "node-strategy"),
    "raid": ("action", "risk", "issue", "assumption", "dependency", "response", "escalation", "node-raid"),
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


def give_benefits(node: Node, currency: Currency, draft: Baseline) -> Benefit:
    """Give the node a shared benefit, a dis-benefit and a measured one, with reviews and values; return the first."""
    periods = list(FiscalPeriod.objects.order_by("start"))
    for name, kind, money, days in (
        ("Two halls less to run", "benefit", currency, -5),
        ("Longer ways for the night shift", "disbenefit", currency, 40),
        ("Hours a year without service", "benefit", None, 90),
    ):
        made = Benefit.objects.create(
            node=node,
            name=name,
            kind=kind,
            nature="cashable" if money else "measured",
            measure="Running cost, ledger" if money else "Hours, monitoring",
            currency=money,
            baseline_value=12,
            target_value=3,
            review_on=today() + timedelta(days=days),
        )
        rows = (("actual", periods[0], None), ("forecast", periods[-1], None), ("target", periods[-1], draft))
        for version, period, baseline in rows:
            BenefitValue.objects.create(
                benefit=made, value_version=version, period=period, baseline=baseline, amount=1_200_000 if money else 9
            )
    first = Benefit.objects.get(node=node, name="Two halls less to run")
    shares = [(node, 60), (node.parent, 40)]
    BenefitShare.objects.bulk_create(BenefitShare(benefit=first, node=place, percent=part) for place, part in shares)
    return first


def give_strategy(house: House) -> Contribution:
    """Give the portfolio three objectives, and two projects that serve some of them; return one contribution."""
    rows = [("O1", "Fewer outages in the halls", 50), ("O2", "Cheaper to run", 30), ("O3", "Open to other banks", 20)]
    aims = [Objective.objects.create(node=house.root, code=code, name=name, weight=part) for code, name, part in rows]
    for code, aim, strength in (("PAY-1", aims[2], 80), ("COR-1", aims[1], 100), ("COR-1", aims[0], 60)):
        made = Contribution.objects.create(
            node=house.projects[code], objective=aim, strength=strength, rationale="The second hall is the older one."
        )
    return made


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
        measured = Measured(node, today(), currency)
        self.draft = Baseline.objects.create(node=node, number=3)
        benefit = give_benefits(node, currency, self.draft)
        contribution = give_strategy(house)
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
            "benefit": benefit.pk,
            "objective": contribution.objective_id,
            "contribution": contribution.pk,
            "benefitvalue": benefit.values.latest("pk").pk,
            "report": StatusReport.objects.get(node=node).pk,
            "rating": AssuranceRating.objects.latest("pk").pk,
            **self.raid(),
            **measured.keys,
        }

    def raid(self) -> dict[str, int]:
        """Fill the register of the node and return a row of each kind."""
        made = Register(self.node, self.house.parents["COR"], self.house.projects["COR-2"], today(), self.house.owner)
        return {
            "action": Action.objects.filter(node=self.node, done_on=None).values_list("pk", flat=True)[0],
            "risk": made.risks[0].pk,
            "issue": made.issue.pk,
            "assumption": made.assumption.pk,
            "dependency": made.dependency.pk,
            "response": made.response.pk,
            "escalation": made.escalation.pk,
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
