"""Sentences: each has its number, and none says more than is known."""

from datetime import date
from decimal import Decimal

import pytest

from reporting.dashboards.findings import (
    Point,
    attention_title,
    changes_title,
    children_title,
    confidence_title,
    moved,
    trend_title,
)
from reporting.dashboards.totals import Totals


@pytest.mark.parametrize(
    ("needy", "shown", "asks", "sentence"),
    [
        (0, 0, 0, "No project needs attention"),
        (1, 1, 1, "One project needs attention; one asks something of you"),
        (8, 8, 3, "Eight projects need attention; three ask something of you"),
        (8, 8, 0, "Eight projects need attention; none asks anything of you"),
        (35, 8, 7, "35 projects need attention; seven of the first eight ask something of you"),
    ],
)
def test_attention_title_counts_projects_and_asks(needy, shown, asks, sentence):
    assert attention_title(needy, shown, asks) == sentence


def point(when, off=0, on=0):
    return Point(when, f"in {when}", Totals(projects=off + on, n_off=off, n_on=on))


def test_trend_title_compares_with_six_points_before():
    points = [
        point("April", 3, 22),
        point("May", 1, 21),
        *[point(str(n), 2, 20) for n in range(5)],
        point("November", 4, 15),
    ]
    assert trend_title(points) == "Four projects are off track, up from one in May; on track fell from 21 to 15"


def test_trend_title_says_down_none_and_same():
    assert trend_title([point("May", 2, 3), point("June", 1, 4)]) == (
        "One project is off track, down from two in May; on track rose from 3 to 4"
    )
    assert trend_title([point("May", 0, 5), point("June", 1, 5)]) == "One project is off track, up from none in May"
    assert trend_title([point("May", 1, 5), point("June", 1, 5)]) == "One project is off track, as in May"


def test_trend_title_with_one_point_or_none_compares_nothing():
    assert trend_title([point("June", 2)]) == "Two projects are off track"
    assert trend_title([Point("May", "in May", None), point("June", 0, 2)]) == "No projects are off track"
    assert trend_title([]) == "Nothing is rolled up yet"


def part(budget, forecast):
    return Totals(budget=Decimal(budget), forecast=Decimal(forecast), budgeted=1, forecasted=1, compared=1)


def test_children_title_names_who_carries_the_overrun():
    parts = [
        ("A", part(48_200_000, 51_000_000)),
        ("B", part(41_900_000, 43_700_000)),
        ("C", part(71_600_000, 73_100_000)),
    ]
    total = Totals(budget=Decimal(161_700_000), forecast=Decimal(167_800_000), budgeted=3, forecasted=3, compared=3)
    assert children_title(parts, total, "GBP", "portfolios") == "Two portfolios carry £4.6m of the £6.1m overrun"
    assert children_title([("A", part(1, 3_000_001)), ("B", part(1, 1))], part(2, 3_000_002), "GBP", "parts") == (
        "A carries all of the £3.0m overrun"
    )


def test_children_title_without_an_overrun():
    assert (
        children_title([], part(10_000_000, 9_700_000), "GBP", "parts") == "The forecast stays £300k below the budget"
    )
    assert (
        children_title([], part(10_000_000, 10_000_000), "GBP", "parts") == "The forecast equals the budget of £10.0m"
    )
    assert children_title([], Totals(budgeted=1), "GBP", "parts").startswith("The overrun is unknown")
    assert children_title([], part(1, 2_000_001), "GBP", "parts") == "The forecast ends £2.0m above the budget"


@pytest.mark.parametrize(
    ("before", "now", "move"),
    [
        ("on", "off", "worse"),
        ("off", "risk", "better"),
        ("risk", "nr", "silent"),
        ("nr", "off", ""),
        ("on", "done", ""),
        ("on", "on", ""),
    ],
)
def test_moved_compares_only_what_was_reported(before, now, move):
    assert moved(before, now) == move


def test_changes_title_counts_the_three_moves():
    day = date(2026, 10, 31)
    assert changes_title(day, 5, 2, 0) == "Since 31 Oct 2026: five projects got worse, two got better"
    assert (
        changes_title(day, 1, 0, 1)
        == "Since 31 Oct 2026: one project got worse, none got better, one is not reported any more"
    )
    assert changes_title(day, 0, 0, 0) == "Since 31 Oct 2026: no project got better or worse"


def test_confidence_title_names_the_two_worst_ratings_given():
    assert confidence_title([("Red", 27), ("Amber/Red", 0), ("Amber", 170), ("Green", 24)], 221) == (
        "Of 221 projects, reviewers rate 27 Red and 170 Amber"
    )
    assert confidence_title([], 0) == "No project is rated"
