"""Money as it enters the roll-up; sums worked by hand. The business date is 19 November 2026."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portfolio.models import ExchangeRate
from reporting.models import NodePeriodRollup
from tests.reporting import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def node():
    return world.project("X", world.portfolio())


def test_forecast_is_actuals_and_the_forecast_of_later_periods(node):
    world.cost(node, "actual", "2026-09", 100)
    world.cost(node, "actual", "2026-10", 120)
    for month, amount in (("2026-09", 90), ("2026-10", 110), ("2026-11", 130), ("2026-12", 70)):
        world.cost(node, "forecast", month, amount)
    row = world.rolled(node)
    assert (row.actual, row.forecast, row.forecasted) == (220, 100 + 120 + 130 + 70, 1)


def test_forecast_of_a_gap_before_the_last_actual_is_overtaken(node):
    world.cost(node, "actual", "2026-10", 120)
    world.cost(node, "forecast", "2026-08", 40)
    world.cost(node, "forecast", "2026-11", 5)
    assert world.rolled(node).forecast == 125


def test_forecast_without_actuals_is_every_forecast_row(node):
    world.cost(node, "forecast", "2026-08", 40)
    world.cost(node, "forecast", "2027-01", 2)
    row = world.rolled(node)
    assert (row.actual, row.forecast) == (0, 42)


def test_actual_alone_is_a_forecast(node):
    world.cost(node, "actual", "2026-08", 40)
    row = world.rolled(node)
    assert (row.forecast, row.forecasted, row.budgeted, row.compared) == (40, 1, 0, 0)


def test_forecast_by_period_adds_up_to_the_forecast_at_completion(node):
    world.cost(node, "actual", "2026-09", 100)
    world.cost(node, "forecast", "2026-09", 90)
    world.cost(node, "forecast", "2026-12", 70)
    world.full()
    rows = (
        NodePeriodRollup.objects.filter(node=node)
        .order_by("period__start")
        .values_list("period__label", "actual", "forecast")
    )
    assert list(rows) == [("2026-09", 100, 100), ("2026-12", 0, 70)]
    assert world.row(node).forecast == 170


def test_budget_is_of_the_current_baseline_only(node):
    world.baseline(node, {"2026-10": 1000, "2026-12": 500})
    world.baseline(node, {"2026-10": 800})
    row = world.rolled(node)
    assert (row.budget, row.budgeted) == (800, 1)


def test_budget_of_a_draft_baseline_does_not_count(node):
    draft = world.Baseline.objects.create(node=node, number=1)
    world.cost(node, "budget", "2026-10", 1000, baseline=draft)
    row = world.rolled(node)
    assert (row.budget, row.budgeted) == (0, 0)


def test_planned_to_date_counts_periods_that_ended_and_moves_on_by_itself(node):
    world.baseline(node, {"2026-10": 100, "2026-11": 30})
    row = world.rolled(node)
    assert (row.planned_to_date, row.recheck_on) == (100, date(2026, 11, 30))
    row = world.rolled(node, datetime(2026, 11, 30, 12, tzinfo=UTC))
    assert (row.planned_to_date, row.recheck_on) == (130, None)


def test_foreign_money_takes_the_latest_rate_up_to_the_periods_end(node):
    for day, rate in ((date(2026, 1, 1), "0.8"), (date(2026, 9, 30), "0.9"), (date(2026, 10, 1), "0.7")):
        ExchangeRate.objects.create(currency=world.currency("EUR"), valid_from=day, rate=rate)
    world.cost(node, "actual", "2026-09", 100, "EUR")
    world.cost(node, "actual", "2026-10", 100, "EUR")
    assert world.rolled(node).actual == 90 + 70


def test_foreign_money_of_a_coming_period_takes_todays_rate_until_the_next_one_comes(node):
    for day, rate in ((date(2026, 11, 19), "0.5"), (date(2026, 11, 25), "0.6")):
        ExchangeRate.objects.create(currency=world.currency("EUR"), valid_from=day, rate=rate)
    world.cost(node, "forecast", "2026-12", 100, "EUR")
    row = world.rolled(node)
    assert (row.forecast, row.recheck_on) == (50, date(2026, 11, 25))
    assert world.rolled(node, datetime(2026, 11, 25, 12, tzinfo=UTC)).forecast == 60


def test_conversion_rounds_each_period_to_cents_once(node):
    ExchangeRate.objects.create(currency=world.currency("EUR"), valid_from=date(2026, 1, 1), rate="0.333")
    world.cost(node, "actual", "2026-09", "0.05", "EUR")
    world.cost(node, "actual", "2026-09", "0.05", "EUR", category="Run")
    # 0.10 × 0.333 = 0.0333 → 0.03; each row by itself would be 0.01665 → 0.02 twice.
    assert world.rolled(node).actual == Decimal("0.03")


def test_missing_rate_is_counted_and_turns_the_cost_grey(node):
    world.baseline(node, {"2026-10": 100})
    world.cost(node, "forecast", "2026-12", 100)
    world.cost(node, "forecast", "2026-12", 7, "USD")
    row = world.rolled(node)
    assert (row.forecast, row.rates_missing, row.cost_colour) == (100, 1, "nr")
    parent = world.row(node.parent)
    assert (parent.rates_missing, parent.cost_colour) == (1, "nr")


def test_rate_that_starts_after_the_period_is_missing_for_it(node):
    ExchangeRate.objects.create(currency=world.currency("USD"), valid_from=date(2026, 10, 1), rate="0.8")
    world.cost(node, "actual", "2026-09", 100, "USD")
    row = world.rolled(node)
    assert (row.actual, row.rates_missing) == (0, 1)


def test_whole_life_is_the_latest_estimate_whose_date_has_come(node):
    world.estimate(node, date(2026, 3, 31), 500)
    world.estimate(node, date(2026, 11, 19), 600)
    world.estimate(node, date(2026, 12, 1), 700)
    row = world.rolled(node)
    assert (row.whole_life, row.whole_life_known, row.whole_life_unknown) == (600, 1, 0)
    assert (row.value, row.recheck_on) == (600, date(2026, 12, 1))


def test_blank_estimate_clears_the_figure(node):
    world.estimate(node, date(2026, 3, 31), 500)
    world.estimate(node, date(2026, 9, 30), None)
    row = world.rolled(node)
    assert (row.whole_life, row.whole_life_known, row.whole_life_unknown) == (0, 0, 1)


def test_project_without_estimate_is_unknown_and_a_portfolio_without_one_is_not(node):
    world.full()
    assert (world.row(node).whole_life_unknown, world.row(node.parent).whole_life_unknown) == (1, 1)
    assert world.row(node.parent).whole_life_known == 0


def test_estimate_converts_with_the_rate_of_its_own_date(node):
    for day, rate in ((date(2026, 1, 1), "0.8"), (date(2026, 6, 1), "0.9")):
        ExchangeRate.objects.create(currency=world.currency("EUR"), valid_from=day, rate=rate)
    world.estimate(node, date(2026, 3, 31), 100, "EUR")
    assert world.rolled(node).whole_life == 80


def test_estimate_without_a_rate_is_unknown(node):
    world.estimate(node, date(2026, 3, 31), 100, "USD")
    row = world.rolled(node)
    assert (row.whole_life, row.whole_life_known, row.whole_life_unknown, row.rates_missing) == (0, 0, 1, 1)


def test_sums_of_the_largest_amounts_do_not_overflow(node):
    ExchangeRate.objects.create(currency=world.currency("EUR"), valid_from=date(2026, 1, 1), rate="9999999999.99999999")
    world.cost(node, "actual", "2026-09", "999999999999999999.99", "EUR")
    world.cost(node, "actual", "2026-10", "999999999999999999.99", "EUR")
    # (10^18 − 0.01) × (10^10 − 10^-8) = 10^28 − 10^10 − 10^8 + 10^-10 twice, to cents
    assert world.rolled(node.parent).actual == 2 * (10**28 - 10**10 - 10**8)
