"""Strategy as it enters the roll-up: orphans and weighted contributions, worked by hand."""

from datetime import date
from decimal import Decimal

import pytest

from pmo.core.access import SYSTEM
from portfolio.models import Contribution, Objective
from portfolio.registry.services import node_move
from portfolio.strategy.facts import STRATEGY
from portfolio.strategy.queries import contributions, live_projects, nodes_judged_by
from tests.factories import NodeFactory, ObjectiveFactory, PortfolioFactory
from tests.portfolio.facts import facts_of

D = Decimal


def told():
    return {code: (row["orphans"], row["alignment"]) for code, row in facts_of(STRATEGY).items()}


def test_alignment_is_the_weighted_contribution_and_an_orphan_gives_nothing(house):
    """A: (50 × 40 + 100 × 30) / 100 = 50. C: 10 × 30 / 100 = 3. B gives nothing: an orphan, served 0."""
    house.give(house.a, 1, 50)
    house.give(house.a, 2, 100)
    house.give(house.c, 3, 10)
    assert told() == {"G": (0, D(0)), "A": (0, D(50)), "B": (1, D(0)), "C": (0, D(3))}


def test_programme_contributes_itself_and_is_no_orphan(house):
    house.give(house.programme, 1, 100)
    assert told()["G"] == (0, D(40))
    assert told()["A"] == (1, D(0))


def test_objectives_of_every_level_above_count(house):
    """G adds an objective of weight 100: A gives it all of its strength, 100 × 100 / (100 + 100) = 50."""
    own = ObjectiveFactory(node=house.programme, code="G1", weight=100)
    Contribution.objects.create(node=house.a, objective=own, strength=100)
    assert told() == {"G": (0, D(0)), "A": (0, D(50)), "B": (1, D(0)), "C": (1, D(0))}


def test_closed_objective_neither_counts_nor_asks(house):
    house.give(house.a, 1, 80)
    Objective.objects.filter(code="O1").update(closed_on=date(2026, 6, 1))
    assert told()["A"] == (1, D(0))
    Objective.objects.update(closed_on=date(2026, 6, 1))
    assert told() == {}


def test_contribution_of_nothing_is_none(house):
    house.give(house.a, 1, 0)
    assert told()["A"] == (1, D(0))


@pytest.mark.parametrize(
    ("lifecycle", "orphan"),
    [("proposed", 1), ("define", 1), ("deliver", 1), ("on_hold", 1), ("complete", 0), ("stopped", 0)],
)
def test_only_live_projects_are_orphans(house, lifecycle, orphan):
    house.a.lifecycle = lifecycle
    house.a.save()
    assert told()["A"] == (orphan, D(0))


def test_project_without_an_objective_above_is_no_orphan(house):
    NodeFactory(code="FREE", parent=PortfolioFactory(code="Q"))
    assert "FREE" not in told()


def test_without_a_weight_the_alignment_is_unknown(house):
    house.give(house.a, 1, 50)
    Objective.objects.update(weight=0)
    assert told()["A"] == (0, None)


def test_moved_project_leaves_its_objectives_behind(house):
    other = PortfolioFactory(code="Q")
    ObjectiveFactory(node=other, code="Q1", weight=10)
    house.give(house.a, 1, 50)
    node_move(house.a, other, actor=SYSTEM)
    assert told()["A"] == (1, D(0))
    assert [node.orphan for node in live_projects(SYSTEM, other)] == [True]
    house.a.refresh_from_db()
    found = contributions(SYSTEM, house.a)
    assert [(line.counts, line.part) for line in found.rows] == [(False, None)]
    assert (found.offered, found.served, found.alignment) == (1, 0, D(0))


def test_pages_say_the_same_as_the_roll_up(house):
    house.give(house.a, 1, "33.33")
    house.give(house.a, 3, "12.5")
    house.give(house.b, 2, 0)
    rows = told()
    for node in (house.programme, house.a, house.b, house.c):
        assert contributions(SYSTEM, node).alignment == rows[node.code][1], node
    orphans = {node.code for node in live_projects(SYSTEM, house.portfolio) if node.orphan}
    assert orphans == {code for code, (orphan, _alignment) in rows.items() if orphan} == {"B", "C"}


def test_change_of_an_objective_touches_all_that_lies_below(house):
    NodeFactory(code="FREE", parent=PortfolioFactory(code="Q"))
    touched = nodes_judged_by(house.objectives)
    assert touched == {node.pk for node in (house.portfolio, house.programme, house.a, house.b, house.c)}
    own = ObjectiveFactory(node=house.programme)
    assert nodes_judged_by([own]) == {node.pk for node in (house.programme, house.a, house.b)}
    assert nodes_judged_by([]) == set()
