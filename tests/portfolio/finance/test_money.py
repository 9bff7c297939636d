"""The arithmetic of money, against sums done by hand."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.finance.charts import spend_curve
from portfolio.finance.findings import money_finding, spend_finding
from portfolio.finance.money import Amount, Rates, tabulate

D = Decimal
MONTHS = {"Apr": (date(2026, 4, 1), date(2026, 4, 30)), "May": (date(2026, 5, 1), date(2026, 5, 31))}
MONTHS |= {"Jun": (date(2026, 6, 1), date(2026, 6, 30)), "Jul": (date(2026, 7, 1), date(2026, 7, 31))}
TODAY = date(2026, 6, 15)


def amount(version, month, value, category="Build", currency="GBP"):
    start, end = MONTHS[month]
    return Amount(version, category, start, end, month, "2026/27", currency, D(value))


def table(*amounts, **dated):
    return tabulate(amounts, Rates("GBP", dated), TODAY)


def numbers(line):
    return tuple(
        None if value is None else str(value)
        for value in (line.budget, line.actual, line.to_go, line.forecast, line.variance)
    )


def test_forecast_is_actual_plus_the_forecast_after_the_last_actual():
    """Actuals to May; the forecasts of April and May no longer count, June and July do: 110 + 95 + 20 = 225."""
    found = table(
        amount("budget", "Apr", "200"),
        amount("actual", "Apr", "60"),
        amount("actual", "May", "50"),
        amount("forecast", "Apr", "999"),
        amount("forecast", "May", "999"),
        amount("forecast", "Jun", "95"),
        amount("forecast", "Jul", "20"),
    )
    assert numbers(found.total) == ("200", "110", "115", "225", "25")
    assert found.last_actual == date(2026, 5, 31)


def test_fin_1_committed_and_uncommitted_forecast_make_the_estimate_at_completion():
    """domain.md FIN-1: actual cost 110,000, open 40,000 and uncommitted 45,000 to go: 195,000."""
    found = table(
        amount("actual", "May", "80000", "Invoiced and accrued"),
        amount("actual", "May", "30000", "Other"),
        amount("forecast", "Jun", "40000", "Open commitment"),
        amount("forecast", "Jul", "45000", "Uncommitted"),
    )
    assert numbers(found.total) == (None, "110000", "85000", "195000", None)


def test_categories_periods_and_years_each_add_up_to_the_total():
    found = table(
        amount("budget", "Apr", "10.10", "Build"),
        amount("budget", "May", "20.20", "Data"),
        amount("actual", "Apr", "7.07", "Build"),
        amount("forecast", "May", "30.30", "Data"),
        amount("forecast", "Jun", "1.01", "Build"),
    )
    for lines in (found.categories, found.periods, found.years):
        sums = [
            sum(getattr(line, name) for line in lines) for name in ("budget", "actual", "to_go", "forecast", "variance")
        ]
        assert sums == [D("30.30"), D("7.07"), D("31.31"), D("38.38"), D("8.08")]
    assert [line.label for line in found.categories] == ["Build", "Data"]
    assert [line.label for line in found.periods] == ["Apr", "May", "Jun"]


def test_amounts_convert_at_the_rate_of_their_period_and_never_of_the_future():
    """100 EUR in April at 0.80 and 100 in July: its end lies ahead, so today's 0.90 holds, not July's 2.00."""
    dated = [(date(2026, 1, 1), D("0.80")), (date(2026, 6, 1), D("0.90")), (date(2026, 7, 1), D("2.00"))]
    found = table(
        amount("actual", "Apr", "100", currency="EUR"), amount("forecast", "Jul", "100", currency="EUR"), EUR=dated
    )
    assert numbers(found.total) == (None, "80.00", "90.00", "170.00", None)


def test_a_missing_rate_makes_its_line_and_the_total_unknown_and_leaves_the_rest():
    found = table(
        amount("actual", "Apr", "100", "Build"),
        amount("actual", "Apr", "100", "Data", "EUR"),
        EUR=[(date(2026, 5, 1), D("0.80"))],
    )
    assert [numbers(line)[1] for line in found.categories] == ["100", None]
    assert (found.total.actual, found.missing) == (None, ["EUR"])
    assert money_finding(found) == "The total is unknown: no exchange rate for EUR"


def test_without_a_budget_or_a_forecast_the_variance_is_unknown():
    assert numbers(table(amount("budget", "Apr", "10")).total) == ("10", "0", None, None, None)
    assert numbers(table(amount("forecast", "Apr", "10")).total) == (None, "0", "10", "10", None)
    assert not table()


def test_curve_joins_the_forecast_to_the_last_actual():
    found = table(
        amount("budget", "Apr", "50"),
        amount("budget", "May", "50"),
        amount("budget", "Jun", "50"),
        amount("actual", "Apr", "40"),
        amount("actual", "May", "30"),
        amount("forecast", "Jun", "100"),
    )
    points = [(point.label, point.plan, point.actual, point.forecast) for point in found.curve]
    assert points == [("Apr", 50, 40, None), ("May", 100, 70, 70), ("Jun", 150, None, 170)]
    assert spend_finding(found) == "Spend is £30 behind plan, yet the forecast ends £20 above it"
    figure = spend_curve(found)
    assert [(trace["name"], trace["x"], trace["y"]) for trace in figure["data"]] == [
        ("Plan", ["2026-04-30", "2026-05-31", "2026-06-30"], [50.0, 100.0, 150.0]),
        ("Actual", ["2026-04-30", "2026-05-31"], [40.0, 70.0]),
        ("Forecast", ["2026-05-31", "2026-06-30"], [70.0, 170.0]),
    ]
    assert [label["text"] for label in figure["layout"]["annotations"]] == ["Plan", "Actual", "Forecast"]


def test_curve_of_nothing_is_empty():
    assert spend_curve(table()) == {
        "data": [],
        "layout": {"yaxis": {"tickprefix": "£", "ticksuffix": "", "rangemode": "tozero"}, "annotations": []},
    }


@pytest.mark.parametrize(
    ("budgets", "forecasts", "sentence"),
    [
        ({}, {}, "No money is planned or spent yet"),
        ({"A": "2000000"}, {}, "Budget £2.0m, no forecast yet"),
        ({}, {"A": "2000000"}, "Forecast £2.0m, and no approved budget to hold it against"),
        ({"A": "5", "B": "5"}, {"A": "4", "B": "6"}, "The forecast equals the budget of £10"),
        (
            {"Data migration": "2600000", "IT": "4400000"},
            {"Data migration": "4500000", "IT": "5300000"},
            "Forecast +£2.8m, of which £1.9m is data migration",
        ),
        ({"IT": "4000000", "B": "1000000"}, {"IT": "5000000", "B": "1000000"}, "Forecast +£1.0m, all of it IT"),
        (
            {"Build": "1000000", "Test": "3000000"},
            {"Build": "3000000", "Test": "2000000"},
            "Forecast +£1.0m, though build alone is +£2.0m",
        ),
        ({"Build": "3000000"}, {"Build": "2000000"}, "Forecast −£1.0m against the budget"),
    ],
)
def test_finding_names_the_variance_and_its_driver(budgets, forecasts, sentence):
    rows = [amount("budget", "Jun", value, name) for name, value in budgets.items()]
    rows += [amount("forecast", "Jul", value, name) for name, value in forecasts.items()]
    assert money_finding(table(*rows)) == sentence


@pytest.mark.parametrize(
    ("spent", "to_go", "sentence"),
    [
        ("100", "100", "Spend is as planned, and the forecast ends on the budget"),
        ("120", "100", "Spend is £20 ahead of plan, and the forecast ends £20 above it"),
        ("120", "50", "Spend is £20 ahead of plan, yet the forecast ends £30 below it"),
    ],
)
def test_spend_finding_compares_to_the_same_day(spent, to_go, sentence):
    rows = [amount("budget", "Apr", "100"), amount("budget", "May", "100")]
    assert spend_finding(table(*rows, amount("actual", "Apr", spent), amount("forecast", "May", to_go))) == sentence


def test_spend_finding_without_plan_or_spend_says_so():
    assert spend_finding(table(amount("budget", "Apr", "100"))) == "Nothing is spent yet"
    assert (
        spend_finding(table(amount("actual", "Apr", "100")))
        == "£100 spent by the end of Apr; there is no plan to compare with"
    )
