"""Figures: the same numbers as the table, gaps where nothing is known, labels that do not overlap."""

from datetime import date
from decimal import Decimal

from portfolio.finance.money import CurvePoint
from reporting.dashboards.charts import apart, cost, trend
from reporting.dashboards.findings import Point
from reporting.dashboards.totals import Totals


def test_trend_stacks_counts_and_leaves_gaps():
    points = [
        Point("Oct", "in October", None),
        Point("Nov", "in November", Totals(projects=6, n_off=1, n_on=4, n_nr=1)),
    ]
    figure = trend(points)
    assert [(bar["name"], bar["y"]) for bar in figure["data"]] == [
        ("off track", [None, 1]),
        ("on track", [None, 4]),
        ("not reported", [None, 1]),
    ]
    assert [label["text"] for label in figure["layout"]["annotations"]] == [
        "1 off track",
        "4 on track",
        "1 not reported",
    ]


def test_trend_of_nothing_is_empty():
    assert trend([])["data"] == []


def test_cost_draws_millions_and_dashes_the_forecast():
    points = [
        CurvePoint("P1", date(2026, 10, 31), Decimal(2_000_000), Decimal(1_500_000), Decimal(1_500_000)),
        CurvePoint("P2", date(2026, 11, 30), None, None, Decimal(4_000_000)),
    ]
    figure = cost(points, "GBP")
    assert [(line["name"], line["y"]) for line in figure["data"]] == [
        ("plan", [2.0, None]),
        ("actual", [1.5, None]),
        ("forecast", [1.5, 4.0]),
    ]
    assert figure["data"][2]["line"]["dash"]
    assert {label["text"] for label in figure["layout"]["annotations"]} == {
        "£2.0m plan",
        "£1.5m actual",
        "£4.0m forecast",
    }
    assert figure["layout"]["yaxis"]["tickprefix"] == "£"


def test_cost_of_nothing_is_empty():
    assert cost([], "GBP")["data"] == []


def test_apart_moves_labels_up_only():
    assert apart([1, 1.5, 9], 2) == [1, 3, 9]
