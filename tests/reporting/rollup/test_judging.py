"""Status, computed colour and severity of a project, and the colours of what contains projects."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from reporting.models import NodeRollup, NodeRollupHistory
from reporting.rollup.statement import COLUMNS
from tests.reporting import world

pytestmark = pytest.mark.django_db
OLD = world.MONDAY - timedelta(weeks=2)
FORECAST = {"on": 1000, "risk": 1100, "off": 1200}


def project(code="X", parent=None, cost=None, budget=1000, **values):
    """A project whose computed cost colour is `cost` on `budget`; nothing else is known of it."""
    node = world.project(code, parent or world.portfolio(f"P{code}"), **values)
    if cost:
        world.baseline(node, {"2026-10": budget})
        world.cost(node, "forecast", "2026-10", budget * FORECAST[cost] / 1000)
    return node


def test_statement_writes_every_column_of_the_model():
    written = {field.attname for field in NodeRollup._meta.concrete_fields}
    assert written == {*COLUMNS, "node_id", "parent_id", "updated_at"}
    kept = {field.attname for field in NodeRollupHistory._meta.concrete_fields}
    assert kept == {*COLUMNS, "id", "node_id", "recorded_from", "recorded_to"}


@pytest.mark.parametrize(
    ("cost", "week", "colour", "computed", "status"),
    [
        ("on", world.MONDAY, "on", "on", "on"),
        ("on", OLD, "on", "nr", "nr"),
        ("on", None, None, "nr", "nr"),
        ("risk", None, None, "risk", "risk"),
        ("off", OLD, "on", "off", "off"),
        ("off", world.MONDAY, "on", "off", "off"),
        ("on", world.MONDAY, "off", "on", "off"),
        ("risk", world.MONDAY, "off", "risk", "off"),
        (None, world.MONDAY, "on", "nr", "on"),
        (None, world.MONDAY, "risk", "nr", "risk"),
        (None, OLD, "off", "nr", "nr"),
        (None, world.MONDAY, "", "nr", "nr"),
        ("on", world.MONDAY, "", "on", "nr"),
        ("on", world.MONDAY, "hold", "on", "hold"),
        ("risk", world.MONDAY, "hold", "risk", "risk"),
    ],
)
def test_status_is_the_worst_of_reported_and_computed_and_green_needs_a_current_report(
    cost, week, colour, computed, status
):
    node = project(cost=cost)
    if week:
        world.report(node, week, colour=colour)
    row = world.rolled(node)
    assert (row.cost_colour, row.computed, row.status) == (cost or "nr", computed, status)
    assert [getattr(row, f"n_{name}") for name in ("on", "risk", "off", "nr", "hold", "done")] == [
        int(status == name) for name in ("on", "risk", "off", "nr", "hold", "done")
    ]


@pytest.mark.parametrize(("lifecycle", "status"), [("on_hold", "hold"), ("complete", "done"), ("stopped", "done")])
def test_lifecycle_overrules_colours(lifecycle, status):
    node = project(cost="off", lifecycle=lifecycle)
    world.report(node, colour="off")
    row = world.rolled(node)
    assert (row.status, row.severity, row.computed) == (status, 0, "off")


@pytest.mark.parametrize(
    ("cost", "report", "severity"),
    [
        ("on", {}, 0),
        ("off", {}, 3),
        ("risk", {}, 1),
        ("off", {"cost": "off"}, 3),
        ("risk", {"cost": "off"}, 3),
        (
            "off",
            {"cost": "risk", "schedule": "risk", "scope": "off", "risk": "risk", "benefit": "off"},
            3 + 1 + 3 + 1 + 3,
        ),
        ("off", None, 3 + 1),
        (None, None, 1),
    ],
)
def test_severity_adds_the_worse_of_reported_and_computed_and_a_missing_report(cost, report, severity):
    node = project(cost=cost)
    if report is not None:
        world.report(node, **report)
    assert world.rolled(node).severity == severity


def test_money_at_stake_is_the_forecast_else_the_budget_else_the_whole_life_cost():
    top = world.portfolio()
    nodes = [world.project(code, top) for code in "ABC"]
    for node in nodes:
        world.estimate(node, date(2026, 1, 1), 7)
    for node in nodes[:2]:
        world.baseline(node, {"2026-10": 50})
    world.cost(nodes[0], "forecast", "2026-10", 300)
    world.full()
    assert [world.row(node).value for node in (*nodes, top)] == [300, 50, 7, 357]


def three(weights=(1000, 400, 100), colours=("on", "risk", "off")):
    """RAG-1 of design/domain.md §10: green with budget 1000, amber with 400, red with 100."""
    top = world.portfolio()
    for code, weight, colour in zip("GAR", weights, colours, strict=True):
        world.report(project(code, top, cost=colour, budget=weight))
    world.full()
    return world.row(top)


def test_container_is_the_budget_weighted_mean_and_keeps_its_red_in_sight():
    row = three()
    assert (row.weighted / row.weight, row.status, row.computed) == (Decimal("0.4"), "on", "on")
    assert (row.n_on, row.n_risk, row.n_off) == (1, 1, 1)


@pytest.mark.parametrize(
    ("weights", "status"),
    [
        ((1000, 0, 0), "on"),
        ((500, 300, 100), "risk"),
        ((2, 2, 1), "risk"),
        ((500, 500, 0), "on"),
        ((0, 1, 1), "risk"),
        ((0, 1, 2), "off"),
    ],
)
def test_container_is_cut_at_a_half_and_one_and_a_half_inclusive_on_the_better_side(weights, status):
    top = world.portfolio()
    for code, weight, colour in zip("GAR", weights, ("on", "risk", "off"), strict=True):
        node = world.project(code, top)
        world.baseline(node, {"2026-10": weight})
        world.report(node, colour=colour)
    assert world.rolled(top).status == status


def test_container_without_budgets_weighs_every_project_alike():
    top = world.portfolio()
    for code, colour in (("A", "on"), ("B", "risk"), ("C", "off")):
        world.report(world.project(code, top), colour=colour)
    row = world.rolled(top)
    assert (row.weight, row.status) == (0, "risk")


def test_grey_projects_take_no_part_in_the_mean_and_are_counted():
    top = world.portfolio()
    world.report(project("R", top, cost="on", budget=10), colour="off")
    project("N", top, cost="on", budget=9999)
    row = world.rolled(top)
    assert (row.weight, row.status, row.n_nr) == (10, "off", 1)


@pytest.mark.parametrize(
    ("lives", "status"),
    [((), "nr"), (("complete", "stopped"), "done"), (("complete", "on_hold"), "hold"), (("complete", "deliver"), "nr")],
)
def test_container_without_a_colour_below_is_on_hold_or_done_only_if_everything_is(lives, status):
    top = world.portfolio()
    for n, lifecycle in enumerate(lives):
        world.project(f"X{n}", top, lifecycle=lifecycle)
    assert world.rolled(top).status == status


def test_containers_cost_is_judged_by_its_sums():
    top = world.portfolio()
    project("A", top, cost="on", budget=1000)
    project("B", top, cost="off", budget=2000)
    row = world.rolled(top)
    assert (row.budget, row.forecast, row.cost_colour) == (3000, 3400, "off")


def test_containers_cost_is_grey_where_a_forecast_is_missing():
    top = world.portfolio()
    project("A", top, cost="on")
    world.baseline(world.project("B", top), {"2026-10": 5})
    row = world.rolled(top)
    assert (row.budgeted, row.forecasted, row.compared, row.cost_colour) == (2, 1, 1, "nr")
