"""Colours by the rules: boundaries, order, what is missing; with the same comparison in plain Python beside it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmo.core.access import SYSTEM
from reporting.health.defaults import DEFAULT_RULES
from reporting.health.queries import EMPTY, rules_in_force
from reporting.health.rules import MEASURES, Rule, RuleSet, colour_sql
from reporting.health.services import rules_install_defaults
from reporting.models import HealthRule, HealthRuleSet
from tests.reporting import world

pytestmark = pytest.mark.django_db
START, FINISH = date(2026, 1, 1), date(2027, 5, 16)  # 500 days
RANK = {"on": 0, "risk": 1, "off": 2}


def rule(*values) -> Rule:
    return Rule("cost", "missed_cycles", *(None if value is None else Decimal(value) for value in values))


def colours(rules: list[Rule], values: list) -> list[str]:
    """Return the colour the database gives each value of the measure `missed_cycles`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {colour_sql(rules)} FROM unnest(%s::numeric[]) WITH ORDINALITY v (missed_cycles, n) ORDER BY n",
            [values],
        )
        return [colour for (colour,) in cursor.fetchall()]


def plain(rules: list[Rule], value) -> str:
    if value is None or not rules:
        return "nr"
    if any(one.grey_above is not None and value > one.grey_above for one in rules):
        return "nr"
    ranks = [
        2
        if one.off_above is not None and value > one.off_above
        else int(one.risk_above is not None and value > one.risk_above)
        for one in rules
    ]
    return ("on", "risk", "off")[max(ranks)]


# --- One rule --------------------------------------------------------------------------------


def test_boundaries_belong_to_the_better_side():
    values = [Decimal(text) for text in ("-9", "0", "0.05", "0.0500001", "0.1", "0.1000001", "9")]
    assert colours([rule("0.05", "0.1")], values) == ["on", "on", "on", "risk", "risk", "off", "off"]


def test_no_value_is_grey():
    assert colours([rule("0.05", "0.1")], [None]) == ["nr"]


def test_no_rule_is_grey():
    assert colours([], [Decimal(0)]) == ["nr"]


def test_beyond_grey_the_dimension_is_not_reported_whatever_else_says():
    assert colours([rule(0, 5, None), rule(None, None, 2)], [Decimal(n) for n in (0, 1, 2, 3)]) == [
        "on",
        "risk",
        "risk",
        "nr",
    ]


def test_worst_of_several_rules_counts():
    assert colours([rule(1, 5), rule(2, 3)], [Decimal(n) for n in (1, 2, 3, 4)]) == ["on", "risk", "risk", "off"]


def test_rule_on_no_measure_is_refused():
    with pytest.raises(ValueError, match="No such measure: budget; DROP"):
        colour_sql([Rule("cost", "budget; DROP")])


limits = st.decimals(-10, 10, places=4)
optional = st.none() | limits


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(limits, limits, optional).map(lambda t: rule(*sorted(t[:2]), t[2])), max_size=3),
    st.lists(st.none() | st.decimals(-12, 12, places=5), min_size=1, max_size=30),
)
def test_colours_equal_plain_python_for_any_rules(rules, values):
    assert colours(rules, values) == [plain(rules, value) for value in values]


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(limits, limits).map(sorted), min_size=1, max_size=3), st.lists(limits, min_size=2, max_size=30)
)
def test_colours_never_get_better_as_the_value_gets_worse(bounds, values):
    ranks = [RANK[colour] for colour in colours([rule(*pair) for pair in bounds], sorted(values))]
    assert ranks == sorted(ranks)


# --- The defaults on projects ----------------------------------------------------------------


def cost_colour(budget, forecast) -> str:
    node = world.project("X", world.portfolio())
    if budget is not None:
        world.baseline(node, {"2026-10": budget})
    if forecast is not None:
        world.cost(node, "forecast", "2026-10", forecast)
    return world.rolled(node).cost_colour


@pytest.mark.parametrize(
    ("budget", "forecast", "colour"),
    [
        (1000, 900, "on"),
        (1000, 1000, "on"),
        (1000, 1050, "on"),
        (1000, "1050.01", "risk"),
        (1000, 1100, "risk"),
        (1000, "1100.01", "off"),
        (0, 100, "nr"),
        (None, 100, "nr"),
        (1000, None, "nr"),
    ],
)
def test_cost_is_judged_by_forecast_over_budget(budget, forecast, colour):
    assert cost_colour(budget, forecast) == colour


@pytest.mark.parametrize(
    ("slip", "colour"), [(-40, "on"), (0, "on"), (25, "on"), (26, "risk"), (50, "risk"), (51, "off")]
)
def test_schedule_is_judged_by_slip_over_baseline_duration(slip, colour):
    node = world.project("X", world.portfolio())
    world.planned(node, START, FINISH, forecast=FINISH + timedelta(days=slip))
    assert world.rolled(node).schedule_colour == colour


def test_schedule_without_duration_is_grey():
    node = world.project("X", world.portfolio())
    world.planned(node, START, START, forecast=FINISH)
    row = world.rolled(node)
    assert (row.slip_days, row.schedule_colour) == (500, "nr")


@pytest.mark.parametrize(("late", "colour"), [(0, "on"), (1, "risk"), (2, "off"), (3, "off")])
def test_schedule_is_judged_by_late_critical_milestones_even_without_a_finish(late, colour):
    node = world.project("X", world.portfolio())
    gates = [world.milestone(node, f"Gate {n}", "gate") for n in range(3)]
    world.baseline(
        node, dates={gate: world.TODAY + timedelta(days=-1 if n < late else 1) for n, gate in enumerate(gates)}
    )
    assert world.rolled(node).schedule_colour == colour


def test_worse_of_slip_and_late_milestones_is_the_schedules_colour():
    node = world.project("X", world.portfolio())
    gate = world.milestone(node, "Gate", "gate")
    start, finish = world.milestone(node, "S", "start"), world.milestone(node, "F", "finish", forecast_date=FINISH)
    world.baseline(node, dates={gate: world.TODAY - timedelta(days=1), start: START, finish: FINISH})
    assert world.rolled(node).schedule_colour == "risk"


def test_default_rules_are_those_of_the_design():
    assert [(one[:2], *map(str, one[2:])) for one in DEFAULT_RULES] == [
        (("cost", "cost_overrun_ratio"), "0.05", "0.10", "None"),
        (("schedule", "slip_ratio"), "0.05", "0.10", "None"),
        (("schedule", "late_critical"), "0", "1", "None"),
        (("reporting", "missed_cycles"), "None", "None", "0"),
    ]
    assert {one[1] for one in DEFAULT_RULES} <= set(MEASURES)


# --- Versions --------------------------------------------------------------------------------


def strict(version: int, day: date) -> HealthRuleSet:
    made = HealthRuleSet.objects.create(version=version, effective_from=day)
    HealthRule.objects.create(ruleset=made, dimension="cost", column="cost_overrun_ratio", risk_above=0, off_above=0)
    return made


def test_defaults_are_installed_once():
    before = rules_install_defaults(actor=SYSTEM)
    assert rules_install_defaults(actor=SYSTEM) == before
    assert (HealthRuleSet.objects.count(), HealthRule.objects.count()) == (1, 4)


def test_newest_version_whose_date_has_come_is_in_force():
    strict(2, date(2026, 11, 19))
    strict(3, date(2026, 12, 1))
    assert [rules_in_force(day).version for day in (date(2026, 11, 18), date(2026, 11, 19), date(2026, 12, 1))] == [
        1,
        2,
        3,
    ]
    assert rules_in_force(date(2026, 11, 19)).next_on == date(2026, 12, 1)
    assert rules_in_force(date(2026, 11, 19)).of("schedule") == []


def test_without_rules_nothing_is_judged():
    HealthRuleSet.objects.all().delete()
    assert rules_in_force(world.TODAY) == EMPTY
    assert cost_colour(1000, 2000) == "nr"


def test_coming_version_makes_every_row_look_again_on_its_day():
    node = world.project("X", world.portfolio())
    world.baseline(node, {"2026-10": 1000})
    world.cost(node, "forecast", "2026-10", 1001)
    strict(2, date(2026, 12, 1))
    row = world.rolled(node)
    assert (row.cost_colour, row.rules_version, row.recheck_on) == ("on", 1, date(2026, 12, 1))
    row = world.rolled(node, world.NOW + timedelta(days=12))
    assert (row.cost_colour, row.rules_version, row.recheck_on) == ("off", 2, None)


def test_rule_set_finds_a_rule_by_its_measure():
    one = rule(1, 2)
    assert RuleSet(1, (one,)).rule("missed_cycles") is one
    assert RuleSet(1, (one,)).rule("slip_ratio") is None
