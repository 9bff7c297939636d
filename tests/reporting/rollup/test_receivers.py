"""Which nodes an event marks dirty."""

from datetime import date

import pytest

from pmo.core.access import SYSTEM
from pmo.core.events import Event, emit
from portfolio.models import ExchangeRate
from portfolio.registry.services import node_create, node_move, node_update
from reporting.models import DirtyNode, HealthRuleSet
from tests.reporting import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    top = world.portfolio("P")
    nodes = {"P": top, "L": world.programme("L", top), "R": world.programme("R", top)}
    return nodes | {"A": world.project("A", nodes["L"]), "B": world.project("B", nodes["R"])}


@pytest.fixture(autouse=True)
def clean():
    DirtyNode.objects.all().delete()


def dirty() -> list[str]:
    """Return the codes of the dirty rows, one for each row."""
    return sorted(DirtyNode.objects.values_list("node__code", flat=True))


def happened(obj) -> None:
    emit("node.edited", obj, actor=SYSTEM)


def test_edit_marks_its_node(tree):
    node_update(tree["A"], {"name": "New"}, actor=SYSTEM)
    assert dirty() == ["A"]


def test_save_that_changes_nothing_marks_nothing(tree):
    node_update(tree["A"], {"name": tree["A"].name}, actor=SYSTEM)
    assert dirty() == []


def test_new_node_is_marked(tree):
    node_create(actor=SYSTEM, kind="project", code="N", name="N", parent=tree["L"])
    assert dirty() == ["N"]


def test_move_marks_the_node_and_both_parents(tree):
    node_move(tree["A"], tree["R"], actor=SYSTEM)
    assert dirty() == ["A", "L", "R"]


def test_many_events_of_one_emit_mark_each_node_once(tree, django_assert_num_queries):
    rows = [world.cost(tree["A"], "actual", month, 1) for month in ("2026-09", "2026-10")]
    rows.append(world.cost(tree["B"], "actual", "2026-09", 1))
    with django_assert_num_queries(2):  # audit entries, dirty rows
        emit("node.edited", [Event(row) for row in rows], actor=SYSTEM)
    assert dirty() == ["A", "B"]


def test_milestones_baseline_date_marks_the_milestones_node(tree):
    made = world.milestone(tree["A"], "Gate", "gate")
    world.baseline(tree["A"], dates={made: date(2026, 1, 1)})
    happened(made.baseline_dates.get())
    assert dirty() == ["A"]


def test_rate_marks_the_nodes_with_foreign_money(tree):
    world.cost(tree["A"], "actual", "2026-09", 1, "EUR")
    world.estimate(tree["B"], date(2026, 1, 1), 1, "EUR")
    world.cost(tree["L"], "actual", "2026-09", 1, "GBP")
    happened(ExchangeRate.objects.create(currency=world.currency("EUR"), valid_from=date(2026, 1, 1), rate=1))
    assert dirty() == ["A", "B"]


def test_currency_marks_the_nodes_with_its_money_also_when_it_became_the_reporting_one(tree):
    world.cost(tree["L"], "actual", "2026-09", 1, "GBP")
    happened(world.currency("GBP"))
    assert dirty() == ["L"]


def test_period_marks_the_nodes_with_money_in_it(tree):
    world.cost(tree["A"], "actual", "2026-09", 1)
    world.cost(tree["B"], "actual", "2026-10", 1)
    happened(world.period("2026-10"))
    assert dirty() == ["B"]


def test_rules_mark_every_node(tree):
    happened(HealthRuleSet.objects.create(version=9, effective_from=date(2026, 1, 1)))
    assert dirty() == ["A", "B", "L", "P", "R"]


def test_event_that_touches_no_node_marks_nothing(tree):
    happened(world.period("2031-10"))
    assert dirty() == []
