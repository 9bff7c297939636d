"""The benchmark's own parts that need no server: its data, its arithmetic and its table. Nothing here is timed."""

from collections import Counter
from datetime import date
from itertools import islice

import pytest

from tests.bench import table
from tests.bench.timing import Series, exponent, percentile
from tests.bench.world import FACTS, World

DAY = date(2026, 11, 19)
PARTS = (
    "containers", "users", "memberships", "periods", "rates", "baselines", "costs", "milestones", "baseline_dates",
    "risks", "benefits", "benefit_values", "reports",
)  # fmt: skip


def everything(world):
    return {part: list(getattr(world, part)()) for part in PARTS} | {
        "nodes": [list(world.nodes(d)) for d in (1, 2, 3, 4)]
    }


def test_world_is_the_same_for_the_same_seed_and_another_for_another():
    first, again = everything(World(120, today=DAY)), everything(World(120, today=DAY))
    assert first == again
    assert everything(World(120, seed=1, today=DAY))["costs"] != first["costs"]


def test_larger_world_holds_the_facts_of_the_smaller_one():
    small, large = World(100, today=DAY), World(200, today=DAY)
    shift = large.first_project - small.first_project
    assert [(row[0] + shift, *row[3:]) for row in small.costs()] == [
        (row[0], *row[3:]) for row in islice(large.costs(), 100 * 288)
    ]
    assert [row[1:] for row in small.risks()] == [row[1:] for row in islice(large.risks(), 1_000)]


def test_world_has_the_rows_of_the_design_for_each_project():
    world = World(100, today=DAY)
    found = everything(world)
    assert [len(depth) for depth in found["nodes"]] == [1, 2, 2, 100]
    assert len(found["periods"]) == 36
    assert (found["periods"][0][1:4], found["periods"][18][1]) == (
        (date(2025, 5, 1), date(2025, 5, 31), "May 2025"),
        date(2026, 11, 1),
    )
    # by hand: 36 months x 4 categories, each with its budget and its actual (18 months) or forecast (18 months)
    assert Counter(row[1] for row in found["costs"] if row[0] == world.first_project) == {
        "budget": 144, "actual": 72, "forecast": 72,
    }  # fmt: skip
    # 12 targets, 6 months behind and 6 ahead, in each of 4 benefits
    first = {row[0] for row in found["benefits"] if row[1] == world.first_project}
    assert Counter(row[1] for row in found["benefit_values"] if row[0] in first) == {
        "target": 48, "actual": 24, "forecast": 24,
    }  # fmt: skip
    sizes = {part: len(found[part]) for part in ("milestones", "baseline_dates", "risks", "benefits", "reports")}
    assert sizes == {"milestones": 2_000, "baseline_dates": 2_000, "risks": 1_000, "benefits": 400, "reports": 1_200}
    assert FACTS == {"cost": 288, "milestone": 40, "risk": 10, "benefit": 100, "report": 12}


def test_every_report_is_of_a_monday_that_has_passed():
    weeks = {row[1] for row in World(50, today=DAY).reports()}
    assert {week.weekday() for week in weeks} == {0}
    assert max(weeks) == date(2026, 11, 9)


def test_nothing_is_done_in_the_future():
    assert max(row[6] for row in World(50, today=DAY).milestones() if row[6]) <= DAY


def test_percentile_is_the_nearest_rank():
    assert [percentile(range(1, 101), share) for share in (0.5, 0.95, 1)] == [50, 95, 100]
    assert percentile([7], 0.95) == 7
    assert Series([3, 1, 2]).p50 == 2


def test_exponent_of_what_grows_tenfold_with_ten_times_the_size_is_one():
    assert exponent([1_000, 10_000], [0.2, 2.0]) == pytest.approx(1)
    assert exponent([1_000, 100_000], [1, 1]) == 0


def test_goal_is_met_up_to_its_limit_and_missed_beyond():
    at, over = table.times("G1", "x", 2.0, 3.0, 1.5), table.times("G1", "x", 2.0, 3.1, 1.5)
    assert [(line.ratio, line.verdict) for line in (at, over)] == [("1.50x", "met"), ("1.55x", "MISSED")]
    assert [table.faster("G3", "x", 50, 2, 25).verdict, table.faster("G3", "x", 49, 2, 25).verdict] == ["met", "MISSED"]
    assert [table.limit("G4", "x", n, 8, str).verdict for n in (8, 9)] == ["met", "MISSED"]
    assert [table.least("G14", "x", n, 20, str).verdict for n in (20, 19)] == ["met", "MISSED"]


def test_table_lines_up_and_tells_what_was_not_measured():
    lines = [
        table.times("G1", "full", 1.5, 2.0, 1.5, note="why"),
        table.limit("G4", "one change", 0.0123, 0.010, table.told),
        table.unmeasured("G11", "import", "there is none"),
    ]
    assert table.lines_of_text(lines) == [
        "goal  what        reference  product  ratio  wanted                   note",
        "G1    full        1.50 s     2.00 s   1.33x  ≤ 1.5x     met           why",
        "G4    one change  –          12.3 ms  –      ≤ 10.0 ms  MISSED",
        "G11   import      –          –        –                 not measured  there is none",
    ]
    assert table.summary(lines) == "1 met, 1 missed, 1 not measured; missed: G4"
