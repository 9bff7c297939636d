"""What the matrix of rights is asked about: one row of everything, and for each role a person inside and outside."""

import hashlib
from datetime import UTC, date, datetime

from django.urls import reverse

from portfolio.models import (
    AssuranceRating,
    Currency,
    ExchangeRate,
    ImportRun,
    Membership,
    StatusReport,
    WholeLifeEstimate,
)
from reporting.rollup.services import recompute
from tests.contracts.access_expectations import ROLES
from tests.factories import (
    ActionFactory,
    AssumptionFactory,
    BaselineFactory,
    BenefitFactory,
    BenefitValueFactory,
    ContributionFactory,
    CostRowFactory,
    CurrencyFactory,
    DependencyFactory,
    EscalationFactory,
    IssueFactory,
    MilestoneFactory,
    NodeFactory,
    ObjectiveFactory,
    PackageMilestoneFactory,
    PeriodFactory,
    PortfolioFactory,
    ReadingFactory,
    ReserveDrawFactory,
    ReserveFactory,
    RiskFactory,
    RiskResponseFactory,
    UserFactory,
    WorkPackageFactory,
    grant,
)
from tests.test_architecture import routes

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)
CANARY = "CANARY-7f3a"
# The API has its own matrix, test_api_access.
ROUTES = {entry.name: route for route, entry in routes() if not entry.name.startswith("api-")}


class House:
    """One row of everything on one project, and for each role a person inside and one outside its scope."""

    def __init__(self):
        self.root = PortfolioFactory(code="IN")
        self.project = NodeFactory(code=CANARY, parent=self.root, name=f"{CANARY} project")
        self.elsewhere = PortfolioFactory(code="OUT")
        self.other_project = NodeFactory(code="OUT-1", parent=self.elsewhere)
        self.inside, self.outside = {}, {}
        for letter, role in ROLES.items():
            for people, node in ((self.inside, self.root), (self.outside, self.elsewhere)):
                people[letter] = UserFactory(name=f"{role} of {node.code}")
                grant(people[letter], role, node)
        self.rows()

    def rows(self):
        project = self.project
        self.target = UserFactory(name="Target")
        grant(self.target, "executive", self.elsewhere)
        period = PeriodFactory(label="Apr 2026", start=date(2026, 4, 1), end=date(2026, 4, 30), fiscal_year="2026/27")
        currency = CurrencyFactory()
        euro = Currency.objects.create(code="EUR", name="Euro")
        self.keys = {
            "node": project.code,
            "baseline": BaselineFactory(node=project).pk,
            "user": self.target.pk,
            "membership": Membership.objects.create(user=self.target, role="sponsor", node=project).pk,
            "cost": CostRowFactory(node=project, period=period, amount=1, category=CANARY).pk,
            "estimate": WholeLifeEstimate.objects.create(
                node=project, as_of=NOW.date(), amount=1, currency=currency, source=CANARY
            ).pk,
            "period": period.pk,
            "currency": euro.pk,
            "rate": ExchangeRate.objects.create(currency=euro, valid_from=NOW.date(), rate="0.85").pk,
            "milestone": MilestoneFactory(node=project, name=CANARY, forecast_date=NOW.date()).pk,
            "report": StatusReport.objects.create(
                node=project, week_start=date(2026, 11, 16), state="submitted", created_at=NOW, submitted_at=NOW,
                done=CANARY,
            ).pk,
            "benefit": BenefitFactory(node=project, name=CANARY).pk,
            "benefitvalue": BenefitValueFactory(
                benefit=BenefitFactory(node=project, name=f"{CANARY} saving"), period=period, amount=1
            ).pk,
            "objective": ObjectiveFactory(node=self.root, name=CANARY).pk,
            "contribution": ContributionFactory(
                node=project, objective=ObjectiveFactory(node=self.root), rationale=CANARY
            ).pk,
            "rating": AssuranceRating.objects.create(
                node=project, as_of=NOW.date(), source="internal", scale="five", value="red", comment=CANARY
            ).pk,
        }  # fmt: skip
        self.raid()
        self.progress()
        recompute()

    def raid(self):
        project, title = self.project, {"node": self.project, "title": CANARY}
        risk = RiskFactory(**title)
        provider = NodeFactory(code="GIVES", parent=self.root)
        self.keys |= {
            "action": ActionFactory(**title).pk,
            "risk": RiskFactory(**title, current_probability=5, current_impact=5).pk,
            "issue": IssueFactory(**title).pk,
            "assumption": AssumptionFactory(**title).pk,
            "dependency": DependencyFactory(**title, provider=provider).pk,
            "response": RiskResponseFactory(risk=risk, action__title=CANARY).pk,
            "escalation": EscalationFactory(node=project, to_node=self.root, risk=risk, reason=CANARY).pk,
        }

    def progress(self):
        package = WorkPackageFactory(node=self.project, name=CANARY)
        counted = WorkPackageFactory(node=self.project, technique="milestones")
        milestone = MilestoneFactory(node=self.project, name=f"{CANARY} rehearsal")
        reserve = ReserveFactory(node=self.project, name=CANARY)
        self.keys |= {
            "workpackage": package.pk,
            "reading": ReadingFactory(package=package, note=CANARY).pk,
            "packagemilestone": PackageMilestoneFactory(package=counted, milestone=milestone).pk,
            "reserve": reserve.pk,
            "reservedraw": ReserveDrawFactory(reserve=reserve, purpose=CANARY).pk,
        }

    def import_run_of(self, user):
        content = b"x"
        return ImportRun.objects.create(
            portfolio_code="IN", preset="gmpp", edition_year=2021, file_name="a.csv", content=content,
            sha256=hashlib.sha256(content).hexdigest(), created_by=user, created_at=NOW,
        ).pk  # fmt: skip

    def url(self, name, user):
        route = ROUTES[name]
        noun = name.split("-")[0]
        kwargs = {}
        if "<str:code>" in route or "<str:parent_key>" in route:
            kwargs["code" if "<str:code>" in route else "parent_key"] = self.project.code
        if "<slug:file_format>" in route:
            kwargs["file_format"] = "csv"
        if ":key>" in route and name != "chart":
            kwargs["key"] = self.import_run_of(user) if noun == "import" else self.keys[noun]
        if name == "chart":
            kwargs["key"] = "trend"
        return reverse(name, kwargs=kwargs)
