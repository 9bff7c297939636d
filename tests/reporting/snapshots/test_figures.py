"""Figures that moved: each column is read or is not, on purpose; unknown is a word; the sign says the direction."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from pmo.core import format as fmt
from reporting.rollup.models import RollupColumns
from reporting.snapshots import figures, findings
from reporting.snapshots.moves import moved

M = Decimal(1_000_000)
COLUMNS = {field.name: field.get_default() for field in RollupColumns._meta.get_fields()}


def row(**values):
    return SimpleNamespace(**COLUMNS | values)


def told(before, after, *, project=False):
    return [(move.label, move.then, move.now, move.change) for move in figures.moves(before, after, project=project)]


def test_every_column_is_read_or_not_on_purpose():
    """Whoever adds a column of the roll-up says here whether people read it: FIGURES, or NOT_READ."""
    read = {figure.column for figure in figures.FIGURES if not figure.derive}
    assert read | figures.NOT_READ == set(COLUMNS)
    assert not read & figures.NOT_READ


def test_columns_that_decide_what_is_known_exist():
    named = {name for figure in figures.FIGURES for name in (figure.counted, figure.unrated) if name}
    assert named <= set(figures.HELPERS) <= set(COLUMNS)


def test_money_count_date_and_slip_carry_their_sign():
    before = row(projects=4, n_off=3, forecast=20 * M, forecasted=4, slip_days=10, forecast_finish=date(2027, 1, 31))
    after = row(projects=5, n_off=1, forecast=Decimal("19.6") * M, forecasted=5, slip_days=24)
    after.forecast_finish = date(2027, 2, 14)
    assert told(before, after) == [
        ("Projects", "4", "5", "+1"),
        ("Off track", "3", "1", "−2"),
        ("Forecast at completion", "£20.0m", "£19.6m", "−£0.4m"),
        ("Forecast finish", "31 Jan 2027", "14 Feb 2027", "14 d later"),
        ("Slip", f"+10{fmt.THIN}d", f"+24{fmt.THIN}d", f"+14{fmt.THIN}d"),
    ]


def test_figure_that_becomes_known_is_no_jump_from_nought():
    before, after = row(), row(budget=5 * M, budgeted=1)
    assert ("Budget", "Unknown", "£5.0m", "now known") in told(before, after)
    assert ("Budget", "£5.0m", "Unknown", "not known any more") in told(after, before)


def test_missing_rate_makes_money_unknown():
    before = row(budget=5 * M, budgeted=1)
    after = row(budget=6 * M, budgeted=1, rates_missing=2)
    found = told(before, after)
    assert ("Budget", "£5.0m", "Unknown", "not known any more") in found
    assert ("Amounts without an exchange rate", "0", "2", "+2") in found


def test_variance_needs_the_same_projects_on_both_sides():
    same = {"budgeted": 1, "forecasted": 1, "compared": 1}
    before, after = row(budget=10 * M, forecast=11 * M, **same), row(budget=10 * M, forecast=12 * M, **same)
    assert ("Forecast against budget", "+£1.0m", "+£2.0m", "+£1.0m") in told(before, after)
    other = row(budget=10 * M, forecast=12 * M, budgeted=1, forecasted=2, compared=1)
    assert ("Forecast against budget", "+£1.0m", "Unknown", "not known any more") in told(before, other)


def test_project_is_not_counted_among_projects():
    before, after = row(projects=1, n_on=1, status="on"), row(projects=1, n_off=1, status="off")
    assert [move.label for move in figures.moves(before, after, project=True)] == ["Health"]
    assert "Off track" in [move.label for move in figures.moves(before, after, project=False)]


def test_status_is_shown_by_shape_and_word_without_a_difference():
    [move] = figures.moves(row(status="on"), row(status="risk"), project=True)
    assert (move.is_status, move.before, move.after, move.change) == (True, "on", "risk", "")


def test_band_of_risk_is_a_word():
    assert told(row(top_risk=1), row(top_risk=3), project=True) == [("Highest band of risk", "Yellow", "Red", "")]


def test_nothing_on_both_sides_is_not_shown():
    assert figures.beside(row(), row(), project=False) == []
    same = figures.beside(row(status="on", projects=2), row(status="on", projects=2), project=False)
    assert [(move.label, move.change) for move in same] == [("Health", ""), ("Projects", "")]


def test_rows_that_do_not_contain_each_other_add_up():
    one = row(projects=2, forecast=2 * M, forecasted=2, forecast_finish=date(2027, 1, 1), status="on", slip_days=3)
    two = row(projects=3, forecast=3 * M, forecasted=1, forecast_finish=date(2028, 1, 1), status="off")
    both = figures.folded([one, two])
    assert (both.projects, both.forecast, both.forecasted, both.forecast_finish) == (5, 5 * M, 3, date(2028, 1, 1))
    assert (both.status, both.slip_days, both.baseline_start) == (None, None, None)
    assert figures.folded([one]) is one
    assert figures.folded([]) is None


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {}, "No figure moved"),
        ({"actions_open": 1}, {"actions_open": 2}, "1 figure moved"),
        ({"status": "on"}, {"status": "off"}, "Health went from on track to off track"),
        (
            {"forecast": 1 * M, "forecasted": 1, "n_off": 2},
            {"forecast": 2 * M, "forecasted": 1, "n_off": 5},
            "The forecast rose by £1.0m; 3 more projects are off track",
        ),
        ({"slip_days": 10}, {"slip_days": 3}, f"The finish moved 7{fmt.THIN}d earlier"),
        ({}, {"forecast": 2 * M, "forecasted": 1}, "The forecast is now known"),
    ],
)
def test_title_says_what_matters_most(before, after, words):
    assert findings.figures_title(figures.moves(row(**before), row(**after), project=False)) == words


def test_statuses_title_counts_by_direction():
    assert findings.statuses_title({"worse": 2, "better": 1, "silent": 0, "": 0}) == (
        "2 projects got worse, 1 project got better"
    )
    assert findings.statuses_title({"worse": 0}) == "No project changed its status"
    assert moved("on", "off") == "worse"
