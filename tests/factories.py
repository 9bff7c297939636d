"""Rows for tests, without surprises: every value that matters is passed in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory

from pmo.core.models import Job
from portfolio.models import (
    AssuranceRating,
    Baseline,
    CostRow,
    Currency,
    Edition,
    EditionPresence,
    ExchangeRate,
    FiscalPeriod,
    ImportRun,
    Lifecycle,
    Membership,
    Milestone,
    MilestoneBaseline,
    Node,
    NodeKind,
    StatusReport,
    User,
    WholeLifeEstimate,
)

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)  # a Thursday
PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")

    @factory.post_generation
    def password(self: User, create: bool, extracted: str | None, **_: Any) -> None:
        self.set_password(extracted or PASSWORD)
        self.save()


class NodeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Node
        skip_postgeneration_save = True

    kind = NodeKind.PROJECT
    code = factory.Sequence(lambda n: f"N-{n:03d}")
    name = factory.LazyAttribute(lambda o: f"Name of {o.code}")
    lifecycle = Lifecycle.DELIVER

    @factory.post_generation
    def path(self: Node, create: bool, extracted: None, **_: Any) -> None:
        self.refresh_from_db(fields=["ancestors"])


class PortfolioFactory(NodeFactory):
    kind = NodeKind.PORTFOLIO


class CurrencyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Currency
        django_get_or_create = ("code",)

    code = "GBP"
    name = "Pound sterling"


class PeriodFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FiscalPeriod
        django_get_or_create = ("label",)

    label = factory.Sequence(lambda n: f"Day {n}")
    start = factory.Sequence(lambda n: date(2030, 1, 1) + timedelta(days=n))
    end = factory.SelfAttribute("start")
    fiscal_year = "2030"


class RateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ExchangeRate

    currency = factory.SubFactory(CurrencyFactory, code="EUR", name="Euro")
    valid_from = factory.Sequence(lambda n: date(2026, 1, 1) + timedelta(days=n))
    rate = "0.85"


class BaselineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Baseline

    number = 1


class MilestoneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Milestone

    name = factory.Sequence(lambda n: f"Milestone {n}")


class CostRowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CostRow

    cost_version = "forecast"
    category = "Build"
    cost_type = "capex"
    currency = factory.SubFactory(CurrencyFactory)


class MilestoneBaselineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MilestoneBaseline

    date = date(2027, 1, 31)


class EstimateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WholeLifeEstimate

    as_of = factory.Sequence(lambda n: date(2026, 1, 1) + timedelta(days=n))
    amount = 1_000_000
    currency = factory.SubFactory(CurrencyFactory)
    source = "Business case"


class RatingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AssuranceRating

    as_of = factory.Sequence(lambda n: date(2026, 1, 1) + timedelta(days=n))
    source = "internal"
    scale = "five"
    value = "amber"


class ReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StatusReport

    week_start = date(2026, 11, 16)  # a Monday
    created_at = NOON


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = "executive"


class JobFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Job

    actor = factory.SubFactory(UserFactory)
    created_at = NOON


class ImportRunFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ImportRun

    portfolio_code = "GMPP"
    preset = "gmpp"
    edition_year = 2021
    file_name = "edition.csv"
    sha256 = "0" * 64
    content = b"x"
    created_by = factory.SubFactory(UserFactory)
    created_at = NOON


class EditionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Edition

    preset = "gmpp"
    year = 2021
    as_of = date(2021, 3, 31)
    file_name = "edition.csv"
    sha256 = "0" * 64
    imported_at = NOON


class EditionPresenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EditionPresence


def grant(user: User, role: str, node: Node) -> Membership:
    """Give `user` a role on `node`, past the services."""
    return Membership.objects.create(user=user, role=role, node=node)
