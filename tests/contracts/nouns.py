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
    CostRowFactory,
    CurrencyFactory,
    EstimateFactory,
    MembershipFactory,
    MilestoneFactory,
    NodeFactory,
    PeriodFactory,
    PortfolioFactory,
    RateFactory,
    RatingFactory,
    UserFactory,
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


@dataclass(frozen=True)
class Recipe:
    """How a noun's rows come to be.

    `make` writes row `number` past the services, each with related rows of its own where it may have them. `typed` is
    what a person types for a new row; `edited` what they type over it, and `told` the change that history then shows:
    label, before and after.
    """

    make: Callable[[House, int], Any]
    typed: Callable[[House], dict[str, Any]] | None = None
    edited: dict[str, Any] | None = None
    told: tuple[str, Any, Any] | None = None


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
    "rating": Recipe(
        lambda house, _n: RatingFactory(node=NodeFactory(parent=house.root)),
        lambda _house: {"as_of": "2026-11-01", "source": "internal", "scale": "five", "value": "amber", "comment": ""},
        {"as_of": "2026-11-01", "source": "internal", "scale": "five", "value": "red", "comment": ""},
        ("rating", "amber", "red"),
    ),
}  # fmt: skip
