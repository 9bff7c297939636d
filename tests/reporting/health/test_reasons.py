"""The words of computed health, with their numbers, as the design writes them."""

from datetime import date
from decimal import Decimal

import pytest

from reporting.health.defaults import DEFAULT_RULES
from reporting.health.reasons import cost_words, reasons, reporting_words, schedule_words
from reporting.health.rules import Rule, RuleSet
from reporting.models import NodeRollup

RULES = RuleSet(1, tuple(Rule(*values) for values in DEFAULT_RULES))
MONEY = {"budgeted": 1, "forecasted": 1, "compared": 1, "budget": Decimal(18_600_000), "forecast": Decimal(21_412_345)}
DATES = {
    "baseline_start": date(2025, 11, 21),
    "baseline_finish": date(2027, 4, 30),
    "forecast_finish": date(2027, 7, 2),
    "slip_days": 63,
}
LATE = "Finish 2 Jul 2027, baseline 30 Apr 2027: 63\N{NO-BREAK SPACE}d late, 12.0% of 525 d, tolerance 5%"
NBSP = "\N{NO-BREAK SPACE}"


def row(**values) -> NodeRollup:
    return NodeRollup(**values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Forecast £21.4m on £18.6m: +15.1%, tolerance 5%"),
        ({"forecast": Decimal(17_670_000)}, "Forecast £17.7m on £18.6m: −5.0%, tolerance 5%"),
        ({"rates_missing": 1}, "1 amount has no exchange rate"),
        ({"rates_missing": 2}, "2 amounts have no exchange rate"),
        ({"budgeted": 0, "budget": Decimal(0)}, "No approved budget"),
        ({"forecasted": 0, "forecast": Decimal(0)}, "No forecast and nothing spent"),
        ({"budgeted": 2}, "Budget and forecast are not of the same projects"),
    ],
)
def test_cost_is_explained_with_its_numbers(values, words):
    assert cost_words(row(**(MONEY | values)), RULES) == words


def test_cost_without_a_rule_names_no_tolerance():
    assert cost_words(row(**MONEY), RuleSet(2, ())) == "Forecast £21.4m on £18.6m: +15.1%"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (DATES, LATE),
        (
            DATES | {"slip_days": -5, "forecast_finish": date(2027, 4, 25)},
            f"Finish 25 Apr 2027, baseline 30 Apr 2027: 5{NBSP}d early",
        ),
        (
            DATES | {"slip_days": 0, "forecast_finish": date(2027, 4, 30)},
            "Finish 30 Apr 2027, baseline 30 Apr 2027: on the day",
        ),
        ({"late_critical": 2}, "2 critical milestones are late"),
        (
            DATES | {"late_critical": 1},
            f"1 critical milestone is late; {LATE}",
        ),
        ({"schedule_colour": "on"}, "No critical milestone is late"),
        ({}, "No forecast of the finish"),
        ({"forecast_finish": date(2027, 7, 2)}, "No baseline of start and finish"),
    ],
)
def test_schedule_is_explained_with_its_numbers(values, words):
    assert schedule_words(row(**values), RULES) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"report_week": date(2026, 11, 16), "missed_cycles": 0}, "Report of week 47 is in"),
        ({"report_week": date(2026, 10, 26), "missed_cycles": 2}, "No report since week 44, 2 missed"),
        ({"report_week": date(2026, 10, 26)}, "Last report of week 44; none is due"),
        ({"reports_due": 1}, "Never reported"),
        ({}, "No report is due"),
    ],
)
def test_reporting_is_explained_with_its_week(values, words):
    assert reporting_words(row(**values)) == words


def test_reasons_carry_the_colour_of_the_row_and_where_the_rows_behind_it_stand():
    found = reasons(row(**MONEY, cost_colour="off", schedule_colour="nr", reporting_colour="on"), RULES)
    assert [(one.dimension, one.colour) for one in found] == [("cost", "off"), ("schedule", "nr"), ("reporting", "on")]
    assert all(one.url_name for one in found)
