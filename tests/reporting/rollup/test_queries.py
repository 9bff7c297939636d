"""What pages read: restricted to the reader, from rolled-up rows only."""

from datetime import timedelta

import pytest

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.models import Role
from reporting.models import DirtyNode
from reporting.rollup import queries, services
from tests.factories import UserFactory, grant
from tests.reporting import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    top, other = world.portfolio("P"), world.portfolio("Q")
    nodes = {"P": top, "Q": other, "L": world.programme("L", top), "R": world.programme("R", top)}
    nodes |= {"A": world.project("A", nodes["L"]), "B": world.project("B", nodes["R"])}
    world.cost(nodes["A"], "forecast", "2026-12", 100)
    world.full()
    return nodes


def reader(*nodes, role=Role.EXECUTIVE):
    user = UserFactory()
    for node in nodes:
        grant(user, role, node)
    return user


def codes(rows) -> list[str]:
    return [row.node.code for row in rows]


@pytest.mark.parametrize(
    ("granted", "expected"),
    [("", ""), ("P", "P"), ("PLA", "P"), ("LB", "BL"), ("ALR", "LR"), ("PQ", "PQ")],
)
def test_rollup_for_a_reader_is_the_topmost_nodes_granted(tree, granted, expected):
    user = reader(*(tree[code] for code in granted))
    assert codes(queries.rollup_for(user)) == list(expected)


def test_rollup_for_the_house_is_every_portfolio(tree):
    assert codes(queries.rollup_for(SYSTEM)) == ["P", "Q"]


def test_role_without_health_sees_no_rollup(tree):
    user = reader(tree["P"], role=Role.ADMINISTRATOR)
    assert queries.rollup_for(user) == []
    assert list(queries.projects_for(user)) == []
    assert queries.health_of(tree["P"], user) is None


def test_projects_and_children_stay_inside_what_the_reader_may_see(tree):
    user = reader(tree["L"])
    assert codes(queries.projects_for(user)) == ["A"]
    assert codes(queries.children_of(tree["L"], user)) == ["A"]
    assert codes(queries.children_of(tree["P"], user)) == ["L"]
    assert list(queries.periods_of(tree["R"], user)) == []
    assert list(queries.history_of(tree["P"], user)) == []


def test_periods_come_oldest_first(tree):
    world.cost(tree["A"], "forecast", "2026-10", 1)
    world.full()
    rows = queries.periods_of(tree["P"], reader(tree["P"]))
    assert [(row.period.label, row.forecast) for row in rows] == [("2026-10", 1), ("2026-12", 100)]


def test_history_since_an_instant_begins_with_what_held_then(tree):
    for day in (1, 2):
        world.cost(tree["A"], "forecast", f"2026-0{day}", 1)
        world.full(world.NOW + timedelta(days=day))
    rows = queries.history_of(tree["P"], SYSTEM)
    assert [row.forecast for row in rows] == [100, 101, 102]
    rows = queries.history_of(tree["P"], SYSTEM, since=world.NOW + timedelta(days=1, hours=3))
    assert [row.forecast for row in rows] == [101, 102]


def test_health_of_a_node_has_a_reason_for_each_dimension(tree):
    health = queries.health_of(tree["A"], reader(tree["L"]))
    assert [reason.text for reason in health.reasons] == [
        "No approved budget",
        "No forecast of the finish",
        "Never reported",
    ]
    assert health.reason("cost").colour == health.row.cost_colour == "nr"
    assert health.reason("scope") is None


def test_health_of_a_node_that_is_not_rolled_up_yet_is_unknown(tree):
    assert queries.health_of(world.project("N", tree["L"]), SYSTEM) is None


def test_freshness_names_the_oldest_change_that_waits(tree):
    DirtyNode.objects.all().delete()
    with clock.at(world.NOW):
        assert queries.freshness() == queries.Freshness(world.NOW, 0)
        services.mark([tree["A"].pk])
        services.mark([tree["A"].pk])
    with clock.at(world.NOW + timedelta(minutes=3)):
        services.mark([tree["B"].pk])
        assert queries.freshness() == queries.Freshness(world.NOW, 2)
