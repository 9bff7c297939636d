"""Measured progress and reserves as they enter the roll-up, by hand, and the SQL against the pure arithmetic.

The business date is 19 November 2026.
"""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.finance import facts, queries
from portfolio.models import ExchangeRate, Milestone
from tests.factories import (
    CurrencyFactory,
    PackageMilestoneFactory,
    ReadingFactory,
    ReserveDrawFactory,
    ReserveFactory,
    WorkPackageFactory,
)
from tests.portfolio.facts import facts_of
from tests.reporting import world

pytestmark = pytest.mark.django_db
NOW, TODAY = world.NOW, world.TODAY
YESTERDAY = TODAY - timedelta(days=1)
KNOWN = ("ev_budget", "ev_planned", "ev_earned", "ev_actual", "ev_estimate")
NEEDED = f"WITH finance_sums AS ({facts.SUMS}), finance_periods AS ({facts.PERIODS}) SELECT * FROM"
EARNED = replace(facts.EARNED, sql=f"{NEEDED} ({facts.EARNED.sql}) told")


@pytest.fixture
def node():
    return world.project("X", world.portfolio())


def told(today=TODAY):
    """Return what the statement says of project X, or None."""
    row = facts_of(EARNED, today).get("X")
    return row and tuple(row[name] for name in KNOWN)


def planned(node, **more):
    """Budget 920: 310 in October, 300 in November, 310 in December. On 19 November 310 + 300 × 19/30 = 500."""
    world.baseline(node, {"2026-10": 310, "2026-11": 300, "2026-12": 310}, **more)


def package(node, technique="physical", weight=100, percent=None, **values):
    made = WorkPackageFactory(node=node, technique=technique, weight=weight, **values)
    if percent is not None:
        ReadingFactory(package=made, as_of=YESTERDAY, percent=percent)
    return made


def test_project_tells_plan_work_and_cost(node):
    """40% of 920 = 368; 460 spent: CPI 0.8, so 920 / 0.8 = 1,150."""
    planned(node)
    package(node, percent=40)
    world.cost(node, "actual", "2026-10", 460)
    world.cost(node, "forecast", "2026-12", 9)
    assert facts_of(EARNED)["X"]["ev_projects"] == 1
    assert told() == (920, 500, 368, 460, 1150)


def test_estimate_is_the_forecast_where_nothing_is_earned_or_spent_and_else_the_rest_of_the_budget(node):
    planned(node)
    package(node, percent=0)
    assert told() == (920, 500, 0, 0, 920)
    world.cost(node, "forecast", "2026-12", 1000)
    assert told() == (920, 500, 0, 0, 1000)
    world.cost(node, "actual", "2026-12", 30)  # the forecast of December is overtaken, and the budget at its end
    assert told()[4] == 30


def test_spent_and_nothing_earned_ends_where_the_rest_costs_what_was_budgeted(node):
    planned(node)
    package(node, percent=0)
    world.cost(node, "actual", "2026-10", 50)
    assert told() == (920, 500, 0, 50, 970)


@pytest.mark.parametrize(
    ("technique", "values", "earned"),
    [
        ("0/100", {"started_on": YESTERDAY}, 0),
        ("0/100", {"started_on": YESTERDAY, "finished_on": TODAY}, 920),
        ("50/50", {"started_on": YESTERDAY}, 460),
        ("50/50", {}, 0),
        ("physical", {}, 0),
        ("physical", {"started_on": YESTERDAY, "finished_on": TODAY, "percent": 90}, 920),
        ("effort", {}, 500),
    ],
)
def test_each_technique_counts(node, technique, values, earned):
    planned(node)
    package(node, technique, **values)
    assert told()[2] == earned


def test_begun_work_without_a_reading_is_not_told(node):
    planned(node)
    package(node, started_on=YESTERDAY)
    assert told() is None


def test_reading_and_achievement_of_tomorrow_do_not_count(node):
    planned(node)
    read = package(node, weight=50, percent=40)
    ReadingFactory(package=read, as_of=TODAY + timedelta(days=1), percent=90)
    counted = package(node, "milestones", weight=50)
    for weight, done in ((60, TODAY), (40, TODAY + timedelta(days=1))):
        milestone = world.milestone(node, f"M{weight}", actual_date=done)
        PackageMilestoneFactory(package=counted, milestone=milestone, weight=weight)
    assert told()[2] == Decimal("460.00")  # (50 × 0.4 + 50 × 0.6)% of 920


@pytest.mark.parametrize("weight", [39, 41])
def test_milestones_that_do_not_add_up_are_not_told(node, weight):
    planned(node)
    counted = package(node, "milestones")
    for number, share in enumerate((60, weight)):
        milestone = world.milestone(node, f"M{number}", actual_date=TODAY)
        PackageMilestoneFactory(package=counted, milestone=milestone, weight=share)
    assert told() is None


def test_apportioned_follows_its_chain_and_a_ring_is_not_told(node):
    planned(node)
    base = package(node, weight=50, percent=40)
    first = package(node, "apportioned", weight=30, apportioned_to=base)
    second = package(node, "apportioned", weight=20, apportioned_to=first)
    assert told()[2] == 368
    type(first).objects.filter(pk=first.pk).update(apportioned_to=second)
    assert told() is None


@pytest.mark.parametrize("weights", [(50, "49.999"), (50, "50.001"), (0,)])
def test_shares_that_do_not_add_up_are_not_told(node, weights):
    planned(node)
    for weight in weights:
        package(node, weight=weight, percent=40)
    assert told() is None


def test_only_a_budget_of_the_current_baseline_and_of_more_than_nothing_is_measured(node):
    package(node, percent=40)
    assert told() is None
    world.baseline(node, {"2026-10": 100})
    world.baseline(node, {"2026-10": 0})
    assert told() is None
    world.baseline(node, {"2026-10": 80})
    draft = world.Baseline.objects.create(node=node, number=4)
    world.cost(node, "budget", "2026-10", 100, baseline=draft)
    assert told()[:3] == (80, 80, 32)


def test_budget_of_a_draft_alone_is_not_measured(node):
    package(node, percent=40)
    draft = world.Baseline.objects.create(node=node, number=1)
    world.cost(node, "budget", "2026-10", 100, baseline=draft)
    assert told() is None


def test_missing_rate_leaves_the_project_out(node):
    planned(node)
    package(node, percent=40)
    world.cost(node, "actual", "2026-10", 10, "USD")
    assert told() is None
    ExchangeRate.objects.create(currency=world.currency("USD"), valid_from=date(2026, 1, 1), rate="0.8")
    assert told()[3] == 8


def test_programme_measures_no_progress(node):
    above = world.programme("G", node.parent)
    world.baseline(above, {"2026-10": 100})
    package(above, percent=40)
    assert facts_of(EARNED) == {}


def test_planned_value_moves_by_the_day_until_the_budget_ends(node):
    planned(node)
    package(node, percent=40)
    for day, value, next_on in (
        (date(2026, 9, 1), 0, date(2026, 10, 1)),
        (date(2026, 10, 1), 10, date(2026, 10, 2)),
        (date(2026, 10, 31), 310, date(2026, 11, 1)),
        (TODAY, 500, date(2026, 11, 20)),
        (date(2026, 12, 30), 910, date(2026, 12, 31)),
        (date(2026, 12, 31), 920, None),
        (date(2027, 6, 1), 920, None),
    ):
        row = facts_of(EARNED, day)["X"]
        assert (row["ev_planned"], row["recheck_on"]) == (value, next_on), day


# --- The same by hypothesis ------------------------------------------------------------------

TECHNIQUES = ["0/100", "50/50", "milestones", "physical", "effort", "apportioned"]
MONTHS = ["2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2027-02"]
CURRENCIES = ["GBP", "GBP", "GBP", "EUR"]


def some_day(chance, *, empty=0.4):
    return None if chance.random() < empty else TODAY - timedelta(days=chance.randint(0, 90))


def some_package(node, weight, chance, others):
    technique = chance.choice(TECHNIQUES if others else TECHNIQUES[:-1])
    started = some_day(chance)
    finished = TODAY if started and chance.random() < 0.3 else None
    base = chance.choice(others) if technique == "apportioned" else None
    values = {"started_on": started, "finished_on": finished, "apportioned_to": base}
    made = package(node, technique, weight, **values)
    for days in chance.sample(range(100), chance.randint(0 if chance.random() < 0.2 else 1, 3)):
        ReadingFactory(package=made, as_of=TODAY - timedelta(days=days), percent=chance.randint(0, 100_000) / 1000)
    cuts = sorted(chance.sample(range(1, 100), chance.randint(0, 3)))
    for number, (low, high) in enumerate(zip([0, *cuts], [*cuts, 100 if chance.random() < 0.9 else 99], strict=True)):
        milestone = world.milestone(node, f"{made} {number}", actual_date=some_day(chance))
        PackageMilestoneFactory(package=made, milestone=milestone, weight=high - low)
    return made


def some_project(node, chance):
    budget = {
        month: Decimal(chance.randint(-500, 100_000)) / 100 for month in chance.sample(MONTHS, chance.randint(0, 4))
    }
    if budget:
        world.baseline(node, budget, currency=chance.choice(CURRENCIES))
    for version in ("actual", "forecast"):
        for month in chance.sample(MONTHS, chance.randint(0, 3)):
            world.cost(node, version, month, Decimal(chance.randint(-100, 90_000)) / 100, chance.choice(CURRENCIES))
    cuts = sorted(chance.sample(range(1, 100_000), chance.randint(0, 3)))
    others = []
    for low, high in zip([0, *cuts], [*cuts, 100_000 if chance.random() < 0.9 else 99_999], strict=True):
        others.append(some_package(node, Decimal(high - low) / 1000, chance, others))


def by_the_pages(node, today):
    """Return what the pure arithmetic says of a node, as the statement would, or None."""
    with clock.at(datetime(today.year, today.month, today.day, 12, tzinfo=UTC)):
        found = queries.performance(SYSTEM, node)
    figures = found.figures
    if figures.ev is None:
        return None
    return figures.bac, figures.pv, figures.ev, figures.ac, found.estimate


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_statement_says_what_the_pages_say(seed):
    chance = random.Random(seed)
    with transaction.atomic():
        top = world.portfolio()
        start = date(2026, 8, 10) if chance.random() < 0.3 else date(2026, 1, 1)
        ExchangeRate.objects.create(currency=world.currency("EUR"), valid_from=start, rate="0.837219")
        nodes = [world.project(f"X{number}", top) for number in range(4)]
        for node in nodes:
            some_project(node, chance)
        for today in (TODAY, date(2026, 9, 30)):
            Milestone.objects.filter(actual_date__gt=today).update(actual_date=None)
            said = {code: tuple(row[name] for name in KNOWN) for code, row in facts_of(EARNED, today).items()}
            expected = {node.code: figures for node in nodes if (figures := by_the_pages(node, today))}
            assert said == expected
        transaction.set_rollback(True)


def test_hypothesis_meets_projects_that_are_told(node):
    """The control of the test above: about half of its projects have a figure, so it compares more than nothing."""
    chance = random.Random(7)
    for number in range(20):
        some_project(world.project(f"Y{number}", node.parent), chance)
    ExchangeRate.objects.create(currency=world.currency("EUR"), valid_from=date(2026, 1, 1), rate="0.8")
    assert len(facts_of(EARNED)) >= 6


# --- Reserves --------------------------------------------------------------------------------

HELD = ("contingency", "contingency_left", "management_reserve", "management_reserve_left", "rates_missing")


def held(today=TODAY):
    return {code: tuple(row[name] for name in HELD) for code, row in facts_of(facts.RESERVES, today).items()}


def test_reserves_are_told_by_kind_with_what_is_left(node):
    ground, price = ReserveFactory(node=node, amount=500), ReserveFactory(node=node, amount=300)
    ReserveFactory(node=node, kind="management", amount=900)
    ReserveFactory(node=node.parent, kind="management", amount=50)
    for reserve, amount in ((ground, 120), (ground, 30), (price, 300)):
        ReserveDrawFactory(reserve=reserve, amount=amount)
    assert held() == {"X": (800, 350, 900, 900, 0), "P": (0, 0, 50, 50, 0)}


def test_reserve_converts_at_the_rate_of_the_day_and_comes_due_with_the_next(node):
    euro = CurrencyFactory(code="EUR", name="Euro")
    reserve = ReserveFactory(node=node, amount=100, currency=euro)
    ReserveDrawFactory(reserve=reserve, amount="33.33")
    for day, rate in ((date(2026, 11, 1), "0.855"), (date(2026, 12, 1), "0.9")):
        ExchangeRate.objects.create(currency=euro, valid_from=day, rate=rate)
    assert held() == {"X": (Decimal("85.50"), Decimal("57.00"), 0, 0, 0)}  # 66.67 × 0.855 = 57.00285
    assert facts_of(facts.RESERVES)["X"]["recheck_on"] == date(2026, 12, 1)
    assert held(date(2026, 12, 1))["X"][0] == 90
    assert facts_of(facts.RESERVES, date(2026, 12, 1))["X"]["recheck_on"] is None


def test_reserve_without_a_rate_is_counted_as_missing(node):
    ReserveFactory(node=node, amount=100, currency=CurrencyFactory(code="USD", name="Dollar"))
    ReserveFactory(node=node, amount=70)
    assert held() == {"X": (70, 70, 0, 0, 1)}


def test_page_and_statement_tell_the_same_reserves(node):
    euro = CurrencyFactory(code="EUR", name="Euro")
    ExchangeRate.objects.create(currency=euro, valid_from=date(2026, 1, 1), rate="0.777777")
    for kind, currency, amount, drawn in (
        ("contingency", None, "100.01", "0.02"),
        ("contingency", euro, "33.33", "11.11"),
        ("management", euro, "0.05", None),
    ):
        more = {"currency": currency} if currency else {}
        reserve = ReserveFactory(node=node, kind=kind, amount=Decimal(amount), **more)
        if drawn:
            ReserveDrawFactory(reserve=reserve, amount=Decimal(drawn))
    with clock.at(NOW):
        found = {kind.kind: (kind.amount, kind.left) for kind in queries.reserves(SYSTEM, node)}
    row = facts_of(facts.RESERVES)["X"]
    assert found == {
        "contingency": (row["contingency"], row["contingency_left"]),
        "management": (row["management_reserve"], row["management_reserve_left"]),
    }
    assert found["contingency"] == (Decimal("125.93"), Decimal("117.27"))  # 100.01 + 25.92; 99.99 + 17.28
