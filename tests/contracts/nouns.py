"""Every declared noun with what its contract tests need: how a row is made, and what a person types for one.

A noun that is declared and not listed in `RECIPES` fails the tests; so does a recipe nobody needs any more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.test import Client
from django.urls import reverse

from pmo.core.access import SYSTEM
from pmo.core.crud import Crud
from portfolio.registry.services import node_update
from tests.factories import (
    ActionFactory,
    AssumptionFactory,
    BenefitFactory,
    BenefitValueFactory,
    ContributionFactory,
    CostRowFactory,
    CurrencyFactory,
    DependencyFactory,
    EstimateFactory,
    IssueFactory,
    MembershipFactory,
    MilestoneFactory,
    NodeFactory,
    ObjectiveFactory,
    PackageMilestoneFactory,
    PeriodFactory,
    PortfolioFactory,
    RateFactory,
    RatingFactory,
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


def declared() -> dict[str, Crud]:
    """Return every noun of the URLconf by its name."""
    found = (getattr(entry.callback, "crud", None) for _route, entry in routes())
    return {crud.name: crud for crud in found if crud is not None}


NOUNS = declared()
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class House:
    """A portfolio, a person with one role on it who may do nearly everything, and a project when one is needed."""

    def __init__(self, *more_roles: str) -> None:
        self.root = PortfolioFactory(code="TOP", name="Top")
        self.person = UserFactory(name="Hanna Head")
        for role in ("pmo_head", *more_roles):
            grant(self.person, role, self.root)
        self.client = Client()
        self.client.force_login(self.person)

    @cached_property
    def project(self) -> Any:
        return NodeFactory(code="PRJ", parent=self.root, name="Bridge")

    @cached_property
    def period(self) -> Any:
        return PeriodFactory(label="Apr 2026")

    def count(self, name: str) -> int:
        """Return how many rows the noun's list has for the person."""
        return self.client.get(reverse(f"{name}-list")).context["table"]["count"]


def audited(house: House, number: int) -> None:
    node_update(house.root, {"name": f"Top {number}"}, actor=SYSTEM, reason="Because")


def person(number: int) -> Any:
    return UserFactory(name=f"Person {number:02}")


def action(house: House, number: int) -> Any:
    """Return an action that answers a risk, so that the column of what raised it has something to say."""
    made = ActionFactory(node=NodeFactory(parent=house.root), owner=person(number))
    RiskResponseFactory(risk=RiskFactory(node=made.node), action=made)
    return made


def risk(house: House, number: int) -> Any:
    node = NodeFactory(parent=house.root)
    money = {"probability_percent": number, "impact_amount": 1000, "currency": CurrencyFactory()}
    return RiskFactory(node=node, owner=person(number), title=f"Risk {number}", **money)


def measured(house: House, technique: str, node: Any = None) -> Any:
    return WorkPackageFactory(node=node or NodeFactory(parent=house.root), technique=technique)


def counted(house: House, number: int) -> Any:
    package = measured(house, "milestones")
    return PackageMilestoneFactory(package=package, milestone=MilestoneFactory(node=package.node), weight=number)


@dataclass(frozen=True)
class Recipe:
    """How a noun's rows come to be.

    `make` writes row `number` past the services, each with related rows of its own where it may have them. `typed` is
    what a person types for a new row; `edited` what they type over it, and `told` the change that history then shows:
    label, before and after. `parent` is the node on which it is typed, for nested nouns.
    """

    make: Callable[[House, int], Any]
    typed: Callable[[House], dict[str, Any]] | None = None
    edited: dict[str, Any] | None = None
    told: tuple[str, Any, Any] | None = None
    parent: Callable[[House], Any] = lambda house: house.project


RECIPES = {
    "node": Recipe(
        lambda house, n: NodeFactory(parent=house.root, owner=person(n), sponsor=person(n + 50), name=f"Node {n}"),
        lambda house: {
            "kind": "project", "code": "NEW", "name": "Canal", "parent": house.root.pk, "lifecycle": "define",
        },
        {"name": "Aqueduct", "lifecycle": "define"},
        ("name", "Canal", "Aqueduct"),
    ),
    "status": Recipe(lambda house, n: NodeFactory(parent=house.root, owner=person(n), name=f"Node {n}")),
    "audit": Recipe(audited),
    "user": Recipe(
        lambda _house, n: person(n),
        lambda _house: {"name": "Ann Lee", "email": "ann@example.org", "password": "a long enough secret"},
        {"name": "Ann Li", "email": "ann@example.org", "job_title": ""},
        ("name", "Ann Lee", "Ann Li"),
    ),
    "membership": Recipe(
        lambda house, n: MembershipFactory(user=person(n), node=NodeFactory(parent=house.root)),
        lambda _house: {"user": person(1).pk, "role": "sponsor"},
    ),
    "cost": Recipe(
        lambda house, n: CostRowFactory(node=NodeFactory(parent=house.root), period=PeriodFactory(), amount=n),
        lambda house: {
            "cost_version": "forecast", "period": house.period.pk, "category": "Build", "cost_type": "capex",
            "currency": CurrencyFactory().pk, "amount": "100",
        },
        {"category": "Build", "cost_type": "capex", "amount": "250.50"},
        ("amount", "100.00", "250.50"),
    ),
    "estimate": Recipe(
        lambda house, _n: EstimateFactory(node=NodeFactory(parent=house.root)),
        lambda _house: {"as_of": "2026-11-01", "amount": "9000", "currency": CurrencyFactory().pk, "source": "Gate 2"},
        {"as_of": "2026-11-01", "amount": "9500", "source": "Gate 2"},
        ("amount", "9000.00", "9500.00"),
    ),
    "period": Recipe(
        lambda _house, _n: PeriodFactory(),
        lambda _house: {"label": "Jan 2027", "start": "2027-01-01", "end": "2027-01-31", "fiscal_year": "2026/27"},
        {"label": "January", "start": "2027-01-01", "end": "2027-01-31", "fiscal_year": "2026/27"},
        ("label", "Jan 2027", "January"),
    ),
    "currency": Recipe(
        lambda _house, n: CurrencyFactory(code=f"X{LETTERS[n // 26]}{LETTERS[n % 26]}", name=f"Currency {n}"),
        lambda _house: {"code": "EUR", "name": "Euro"},
        {"code": "EUR", "name": "Euros"},
        ("name", "Euro", "Euros"),
    ),
    "rate": Recipe(
        lambda _house, n: RateFactory(currency=CurrencyFactory(code=f"X{LETTERS[n // 26]}{LETTERS[n % 26]}")),
        lambda _house: {"currency": CurrencyFactory(code="USD").pk, "valid_from": "2026-11-01", "rate": "0.79"},
        {"valid_from": "2026-11-01", "rate": "0.81"},
        ("rate", "0.79000000", "0.81000000"),
    ),
    "milestone": Recipe(
        lambda house, n: MilestoneFactory(node=NodeFactory(parent=house.root), name=f"Milestone {n}"),
        lambda _house: {"name": "Gate 3", "kind": "gate", "forecast_date": "2027-07-02"},
        {"name": "Gate 3", "kind": "gate", "forecast_date": "2027-08-03"},
        ("forecast", "2027-07-02", "2027-08-03"),
    ),
    "benefit": Recipe(
        lambda house, n: BenefitFactory(node=NodeFactory(parent=house.root), name=f"Benefit {n}", owner=person(n)),
        lambda _house: {
            "name": "Paperless claims", "kind": "benefit", "nature": "cashable", "measure": "Pounds, ledger",
            "currency": CurrencyFactory().pk, "review_on": "2027-03-01",
        },
        {"name": "Paperless claims", "measure": "Pounds, budget"},
        ("measure", "Pounds, ledger", "Pounds, budget"),
    ),
    "benefitvalue": Recipe(
        lambda house, n: BenefitValueFactory(
            benefit=BenefitFactory(node=NodeFactory(parent=house.root)), period=PeriodFactory(), amount=n
        ),
        lambda house: {
            "benefit": BenefitFactory(node=house.project).pk, "value_version": "forecast", "period": house.period.pk,
            "amount": "100",
        },
        {"amount": "250.50"},
        ("value", "100.00", "250.50"),
    ),
    "action": Recipe(
        action,
        lambda _house: {"title": "Order the lift", "owner": person(1).pk, "due": "2026-12-04"},
        {"title": "Order the crane", "due": "2026-12-04"},
        ("what is to be done", "Order the lift", "Order the crane"),
    ),
    "risk": Recipe(
        risk,
        lambda _house: {
            "title": "Second supplier fails", "current_probability": "4", "current_impact": "5", "kind": "threat",
            "review_on": "2026-12-04",
        },
        {"title": "Second supplier fails", "current_probability": "2"},
        ("probability now", 4, 2),
    ),
    "issue": Recipe(
        lambda house, n: IssueFactory(node=NodeFactory(parent=house.root), owner=person(n)),
        lambda _house: {"title": "Site is flooded", "severity": "3_high", "due": "2026-12-04"},
        {"title": "Site is under water"},
        ("issue", "Site is flooded", "Site is under water"),
    ),
    "assumption": Recipe(
        lambda house, n: AssumptionFactory(node=NodeFactory(parent=house.root), owner=person(n)),
        lambda _house: {"title": "Prices hold", "confirm_by": "2026-12-04", "state": "open"},
        {"title": "Prices hold until May"},
        ("assumption", "Prices hold", "Prices hold until May"),
    ),
    "dependency": Recipe(
        lambda house, n: DependencyFactory(
            node=NodeFactory(parent=house.root), provider=NodeFactory(parent=house.root), owner=person(n)
        ),
        lambda house: {
            "title": "Signed interface", "provider": house.root.pk, "needed_by": "2027-03-01", "state": "proposed",
        },
        {"title": "Signed interface", "state": "agreed"},
        ("state", "proposed", "agreed"),
    ),
    "workpackage": Recipe(
        lambda house, n: WorkPackageFactory(node=NodeFactory(parent=house.root), name=f"Package {n}", weight=n),
        lambda _house: {"name": "Cut-over", "weight": "40", "technique": "50/50", "started_on": "2026-11-02"},
        {"name": "Cut-over", "weight": "35.5"},
        ("share of the budget", "40.000", "35.500"),
    ),
    "reading": Recipe(
        lambda house, n: ReadingFactory(package=measured(house, "physical"), note=f"Walk {n}"),
        lambda house: {
            "package": measured(house, "physical", house.project).pk, "as_of": "2026-11-02", "percent": "40",
            "note": "14 of 35 sites",
        },
        {"as_of": "2026-11-02", "percent": "42.5"},
        ("% complete", "40.000", "42.500"),
    ),
    "packagemilestone": Recipe(
        counted,
        lambda house: {
            "package": measured(house, "milestones", house.project).pk,
            "milestone": MilestoneFactory(node=house.project).pk, "weight": "40",
        },
        {"weight": "60"},
        ("share of the package", "40.000", "60.000"),
    ),
    "reserve": Recipe(
        lambda house, n: ReserveFactory(node=NodeFactory(parent=house.root), name=f"Reserve {n}", amount=n),
        lambda _house: {"kind": "contingency", "name": "Ground", "amount": "1000", "currency": CurrencyFactory().pk},
        {"kind": "contingency", "name": "Ground", "amount": "1200"},
        ("amount set aside", "1000.00", "1200.00"),
    ),
    "reservedraw": Recipe(
        lambda house, n: ReserveDrawFactory(
            reserve=ReserveFactory(node=NodeFactory(parent=house.root)), amount=n + 1, purpose=f"Draw {n}"
        ),
        lambda house: {
            "reserve": ReserveFactory(node=house.project).pk, "amount": "250", "drawn_on": "2026-11-02",
            "purpose": "Wet ground",
        },
        {"amount": "250.50", "drawn_on": "2026-11-02", "purpose": "Wet ground"},
        ("amount drawn", "250.00", "250.50"),
    ),
    "objective": Recipe(
        lambda house, n: ObjectiveFactory(node=NodeFactory(kind="programme", parent=house.root), owner=person(n)),
        lambda _house: {"code": "O1", "name": "Cheaper claims", "weight": "40"},
        {"code": "O1", "name": "Cheaper claims", "weight": "55.5"},
        ("weight", "40.00", "55.50"),
        lambda house: house.root,
    ),
    "contribution": Recipe(
        lambda house, _n: ContributionFactory(
            node=NodeFactory(parent=house.root), objective=ObjectiveFactory(node=house.root)
        ),
        lambda house: {
            "objective": ObjectiveFactory(node=house.root).pk, "strength": "40", "rationale": "Fewer letters",
        },
        {"strength": "75", "rationale": "Fewer letters"},
        ("contribution", "40.00", "75.00"),
    ),
    "rating": Recipe(
        lambda house, _n: RatingFactory(node=NodeFactory(parent=house.root)),
        lambda _house: {"as_of": "2026-11-01", "source": "internal", "scale": "five", "value": "amber", "comment": ""},
        {"as_of": "2026-11-01", "source": "internal", "scale": "five", "value": "red", "comment": ""},
        ("rating", "amber", "red"),
    ),
}  # fmt: skip
