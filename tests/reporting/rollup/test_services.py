"""Increments, history, moves and the passing of time; and what one change costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.models import CostRow, Node
from portfolio.registry.services import node_move
from reporting.models import DirtyNode, NodePeriodRollup, NodeRollup
from reporting.rollup import services
from tests.reporting import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with clock.at(world.NOW):
        yield


@pytest.fixture
def tree():
    """A tree of depth 4 with money in two projects of two programmes, rolled up."""
    top = world.portfolio("P")
    sub = world.NodeFactory(code="S", kind="sub_portfolio", parent=top)
    left, right = world.programme("L", sub), world.programme("R", sub)
    nodes = {"P": top, "S": sub, "L": left, "R": right, "A": world.project("A", left), "B": world.project("B", right)}
    world.cost(nodes["A"], "forecast", "2026-12", 100)
    world.cost(nodes["B"], "forecast", "2026-12", 30)
    services.recompute()
    DirtyNode.objects.all().delete()
    return nodes


def forecasts(tree) -> dict:
    return {code: int(world.row(node).forecast) for code, node in tree.items()}


def change(node, amount) -> None:
    CostRow.objects.filter(node=node).update(amount=amount)
    services.mark([node.pk])


def test_one_change_reaches_every_ancestor_and_nobody_else(tree):
    before = {code: world.row(node).updated_at for code, node in tree.items()}
    with clock.at(world.NOW + timedelta(minutes=1)):
        change(tree["A"], 150)
        assert services.roll_up() == 1
    assert forecasts(tree) == {"P": 180, "S": 180, "L": 150, "R": 30, "A": 150, "B": 30}
    touched = {code for code, node in tree.items() if world.row(node).updated_at != before[code]}
    assert touched == {"P", "S", "L", "A"}


def test_dirty_rows_go_with_the_result(tree):
    change(tree["A"], 150)
    change(tree["A"], 160)
    assert services.roll_up() == 2
    assert DirtyNode.objects.count() == 0
    assert services.roll_up() == 0


def test_one_change_costs_at_most_eight_queries_at_depth_four(tree):
    change(tree["A"], 150)
    with CaptureQueriesContext(connection) as seen:
        services.roll_up()
    own = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]
    assert len(own) == 6  # lock, claim, rules, write, close history, open history


def test_number_of_queries_does_not_grow_with_the_number_of_changes(tree):
    for code in ("A", "B", "L", "P"):
        services.mark([tree[code].pk])
    change(tree["A"], 150)
    with CaptureQueriesContext(connection) as seen:
        services.roll_up()
    assert len([query for query in seen if "SAVEPOINT" not in query["sql"]]) == 6


def test_jit_is_off_on_the_applications_connections():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_nothing_changed_writes_nothing(tree):
    before = {code: (world.row(node).updated_at, len(world.history(node))) for code, node in tree.items()}
    with clock.at(world.NOW + timedelta(minutes=1)):
        services.mark(node.pk for node in tree.values())
        services.roll_up()
        assert services.recompute() == 0
    assert {code: (world.row(node).updated_at, len(world.history(node))) for code, node in tree.items()} == before


def test_history_keeps_what_stood_from_when_to_when(tree):
    later = world.NOW + timedelta(days=1)
    with clock.at(later):
        change(tree["A"], 150)
        services.roll_up()
    old, new = world.history(tree["P"])
    assert (old.forecast, old.recorded_from, old.recorded_to) == (130, world.NOW, later)
    assert (new.forecast, new.recorded_from, new.recorded_to) == (180, later, None)
    assert len(world.history(tree["B"])) == 1


def test_new_node_gets_its_row(tree):
    made = world.project("N", tree["R"])
    services.mark([made.pk])
    services.roll_up()
    assert (world.row(made).projects, world.row(tree["P"]).projects) == (1, 3)
    assert world.row(made).parent_id == tree["R"].pk


def test_move_of_a_subtree_tells_both_chains(tree):
    node_move(tree["L"], tree["P"], actor=SYSTEM)
    services.roll_up()
    assert forecasts(tree) == {"P": 130, "S": 30, "L": 100, "R": 30, "A": 100, "B": 30}
    assert world.row(tree["L"]).parent_id == tree["P"].pk
    assert services.differences() == []


def test_move_whose_chains_are_rolled_up_apart_counts_nothing_twice(tree, monkeypatch):
    monkeypatch.setattr(services, "CHUNK", 1)
    Node.objects.filter(pk=tree["A"].pk).update(parent=tree["R"])
    for order in (("L", "A", "R"), ("R", "A", "L"), ("A", "L", "R")):
        for code in order:
            services.mark([tree[code].pk])
            services.roll_up()
        assert forecasts(tree) == {"P": 130, "S": 130, "L": 0, "R": 130, "A": 100, "B": 30}
        assert services.differences() == []


def test_many_dirty_nodes_are_taken_in_chunks(tree, monkeypatch):
    monkeypatch.setattr(services, "CHUNK", 2)
    for node in tree.values():
        services.mark([node.pk])
    change(tree["A"], 150)
    assert services.roll_up() == 7
    assert forecasts(tree)["P"] == 180
    assert DirtyNode.objects.count() == 0


def test_period_rows_follow_and_vanish_with_the_last_amount(tree):
    rows = NodePeriodRollup.objects.filter(node=tree["P"])
    assert [(row.period.label, row.forecast) for row in rows] == [("2026-12", 130)]
    world.cost(tree["A"], "forecast", "2027-01", 9)
    CostRow.objects.filter(node=tree["B"]).delete()
    services.mark([tree["A"].pk, tree["B"].pk])
    services.roll_up()
    assert [(row.period.label, row.forecast) for row in rows.order_by("period__start")] == [
        ("2026-12", 100),
        ("2027-01", 9),
    ]
    assert not NodePeriodRollup.objects.filter(node__in=[tree["B"], tree["R"]]).exists()


def test_sweep_finds_what_changes_by_the_mere_passing_of_time(tree):
    world.report(tree["A"], colour="risk")
    services.mark([tree["A"].pk])
    services.roll_up()
    assert (world.row(tree["A"]).status, world.row(tree["P"]).n_risk) == ("risk", 1)
    with clock.at(world.NOW + timedelta(days=10)):
        services.sweep()
        assert DirtyNode.objects.count() == 0
    with clock.at(world.NOW + timedelta(days=11)):  # the Monday two weeks after the report's
        services.sweep()
        services.sweep()
        assert [dirty.node_id for dirty in DirtyNode.objects.all()] == [tree["A"].pk]
        services.roll_up()
    assert (world.row(tree["A"]).status, world.row(tree["P"]).n_nr) == ("nr", 2)


def test_full_run_takes_what_is_dirty(tree):
    change(tree["A"], 150)
    assert services.recompute() == 4
    assert DirtyNode.objects.count() == 0
    assert forecasts(tree)["P"] == 180


def test_full_run_makes_every_row_anew(tree):
    NodeRollup.objects.all().delete()
    NodePeriodRollup.objects.all().delete()
    services.recompute()
    assert forecasts(tree) == {"P": 130, "S": 130, "L": 100, "R": 30, "A": 100, "B": 30}


def test_differences_name_row_column_and_both_values(tree):
    NodeRollup.objects.filter(node=tree["L"]).update(forecast=99)
    NodePeriodRollup.objects.filter(node=tree["P"]).update(actual=1)
    found = {(one.what, one.node_id): one.values for one in services.differences()}
    assert found["now", tree["L"].pk] == {"forecast": (99, 100)}
    assert found["period", tree["P"].pk] == {"actual": (1, 0)}
    assert found["history", tree["L"].pk] == {"forecast": (100, 99)}
    assert len(found) == 3


def test_differences_tell_rows_that_are_missing_or_too_many(tree):
    NodeRollup.objects.filter(node=tree["B"]).delete()
    NodePeriodRollup.objects.create(node=tree["S"], period=world.period("2020-01"))
    found = {(one.what, one.node_id): one.values for one in services.differences()}
    assert found["now", tree["B"].pk]["forecast"] == (None, 30)
    assert found["period", tree["S"].pk]["forecast"] == (0, None)
    assert found["history", tree["B"].pk]["forecast"] == (30, None)
    assert len(found) == 3
