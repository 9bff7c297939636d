"""Random portfolios, random edits and moves: SQL equals the plain Python oracle, and incremental equals full."""

import random
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.models import CostRow, ExchangeRate, Milestone, Node, StatusReport
from portfolio.registry.services import node_move
from reporting.models import NodePeriodRollup, NodeRollup
from reporting.rollup import services
from tests.reporting import oracle, world

pytestmark = pytest.mark.django_db
MONTHS = ["2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2027-01"]
CURRENCIES = ["GBP", "GBP", "EUR", "USD"]
COLOURS = ["on", "on", "risk", "off", "hold", ""]
LIVES = ["proposed", "define", "deliver", "deliver", "on_hold", "complete", "stopped"]


def some_tree(chance: random.Random) -> list[Node]:
    nodes = [world.portfolio("P1"), world.portfolio("P2")]
    for n in range(chance.randint(3, 5)):
        nodes.append(world.programme(f"G{n}", chance.choice([node for node in nodes if node.kind != "project"])))
    for n in range(chance.randint(3, 8)):
        parent = chance.choice([node for node in nodes if node.kind != "project"])
        nodes.append(world.project(f"X{n}", parent, lifecycle=chance.choice(LIVES)))
    return nodes


def furnish(node: Node, chance: random.Random) -> None:
    """Give a node some of everything, or nothing."""
    if chance.random() < 0.7:
        budget = {month: chance.randint(-5, 1000) for month in chance.sample(MONTHS, 3)}
        start = date(2026, 1, 1) + timedelta(days=chance.randint(0, 90))
        finish = start + timedelta(days=chance.randint(0, 600))
        dates = {
            world.milestone(node, "Start", "start"): start,
            world.milestone(
                node, "Finish", "finish", forecast_date=finish + timedelta(days=chance.randint(-30, 90))
            ): finish,
        }
        for n in range(chance.randint(0, 3)):
            done = chance.choice([None, None, date(2026, 10, 1)])
            gate = world.milestone(node, f"Gate {n}", "gate", actual_date=done)
            dates[gate] = world.TODAY + timedelta(days=chance.randint(-3, 3))
        world.baseline(node, budget, dates, chance.choice(CURRENCIES))
    for version in ("forecast", "actual"):
        for month in chance.sample(MONTHS, chance.randint(0, 3)):
            world.cost(node, version, month, chance.randint(0, 900), chance.choice(CURRENCIES))
    for n in range(chance.randint(0, 2)):
        amount = chance.choice([None, chance.randint(0, 9000)])
        world.estimate(node, date(2026, 10, 1) + timedelta(days=40 * n), amount, chance.choice(CURRENCIES))
    if node.is_project and chance.random() < 0.7:
        week = world.MONDAY - timedelta(weeks=chance.randint(0, 4))
        world.report(node, week, **{name: chance.choice(COLOURS) for name in oracle.DIMENSIONS})


def some_world(chance: random.Random) -> list[Node]:
    nodes = some_tree(chance)
    ExchangeRate.objects.create(currency=world.currency("EUR"), valid_from=date(2026, 9, 10), rate="0.83")
    ExchangeRate.objects.create(currency=world.currency("EUR"), valid_from=date(2026, 11, 10), rate="0.851234")
    for node in nodes:
        furnish(node, chance)
    return nodes


def edit(nodes: list[Node], chance: random.Random) -> None:
    """Change one thing and mark what it touches, as the receiver would."""
    node = chance.choice(nodes)
    kind = chance.randint(0, 5)
    if kind == 0 and node.is_project:
        parent = chance.choice([other for other in nodes if not other.is_project])
        with transaction.atomic():
            node_move(Node.objects.get(pk=node.pk), Node.objects.get(pk=parent.pk), actor=SYSTEM)
        return
    if kind == 1:
        CostRow.objects.filter(node=node, cost_version="forecast").delete()
    elif kind == 2:
        CostRow.objects.filter(node=node, cost_version="actual").update(amount=chance.randint(0, 99))
    elif kind == 3:
        Milestone.objects.filter(node=node, kind="gate").update(actual_date=date(2026, 11, 1))
    elif kind == 4:
        Node.objects.filter(pk=node.pk).update(lifecycle=chance.choice(LIVES))
    elif node.is_project:
        number = StatusReport.objects.filter(node=node, week_start=world.MONDAY).count() + 1
        world.report(node, number=number, colour=chance.choice(COLOURS[:5]))
    services.mark([node.pk])


def assert_equal_to_oracle() -> None:
    expected, by_period = oracle.rows(world.TODAY)
    stored = {row.pk: row for row in NodeRollup.objects.all()}
    assert set(stored) == set(expected)
    for node_id, values in expected.items():
        assert {name: getattr(stored[node_id], name) for name in values} == values
    periods = {
        (row.node_id, row.period_id): [row.budget, row.forecast, row.actual, row.rates_missing]
        for row in NodePeriodRollup.objects.all()
    }
    assert periods == by_period


def assert_children_add_up() -> None:
    for row in NodeRollup.objects.exclude(node__kind="project"):
        own, _, _ = oracle.own(row.node, world.TODAY)
        below = NodeRollup.objects.filter(parent=row.node).aggregate(**{name: Sum(name) for name in oracle.ADDED})
        for name in oracle.ADDED:
            extra = oracle.value(own) if name == "value" else own[name]
            assert getattr(row, name) == (below[name] or 0) + extra, name


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000))
def test_rollup_of_any_portfolio_equals_the_oracle_and_increments_equal_a_full_run(seed):
    chance = random.Random(seed)
    with transaction.atomic(), clock.at(world.NOW):
        nodes = some_world(chance)
        services.recompute()
        assert_equal_to_oracle()
        for _ in range(3):
            edit(nodes, chance)
            edit(nodes, chance)
            services.roll_up()
            assert services.differences() == []
        assert_equal_to_oracle()
        assert_children_add_up()
        transaction.set_rollback(True)
