"""Benefits as they enter the roll-up; sums worked by hand. The business date is 19 November 2026."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.benefits import facts
from portfolio.benefits.queries import node_benefits
from portfolio.models import ExchangeRate
from tests.portfolio.benefits import worlds
from tests.reporting import world

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def root():
    return world.portfolio()


@pytest.fixture
def node(root):
    return world.project("X", root)


def sums(row, *names):
    return tuple(row[f"benefit_{name}"] for name in names or ("target", "forecast", "actual"))


def rate(code, day, value):
    ExchangeRate.objects.create(currency=world.currency(code), valid_from=day, rate=value)


def test_forecast_is_actuals_and_the_forecast_of_later_periods(node):
    made = worlds.benefit(node)
    worlds.approve((made, {"m2026_10": 300, "m2026_12": 100}))
    worlds.put(made, "actual", m2026_09=100, m2026_10=120)
    worlds.put(made, "forecast", m2026_08=40, m2026_10=110, m2026_11=130, m2026_12=70)
    row = worlds.contributed(node)
    assert sums(row) == (400, 100 + 120 + 130 + 70, 220)
    assert (row["benefits_targeted"], row["benefits_forecasted"], row["benefits_compared"]) == (1, 1, 1)


def test_each_benefit_goes_by_its_own_last_actual(node):
    first, second = worlds.benefit(node), worlds.benefit(node)
    worlds.put(first, "actual", m2026_10=50)
    worlds.put(second, "forecast", m2026_09=30)
    assert sums(worlds.contributed(node)) == (0, 80, 50)


def test_disbenefit_counts_against(node):
    gain, loss = worlds.benefit(node), worlds.benefit(node, kind="disbenefit")
    worlds.approve((gain, {"m2026_12": 100}), (loss, {"m2026_12": 30}))
    worlds.put(loss, "actual", m2026_10=5)
    worlds.put(loss, "forecast", m2026_12=40)
    assert sums(worlds.contributed(node)) == (70, -45, -5)


def test_measured_benefit_is_counted_and_never_summed_with_money(node):
    made = worlds.measured(node)
    worlds.put(made, "actual", m2026_10=12)
    row = worlds.contributed(node)
    assert (row["benefits"], row["benefit_forecast"], row["benefits_forecasted"]) == (1, None, None)


def test_targets_are_of_the_current_baseline_only(node):
    made = worlds.benefit(node)
    worlds.approve((made, {"m2026_10": 1000, "m2026_12": 500}))
    worlds.approve((made, {"m2026_10": 800}))
    worlds.approve((made, {"m2026_10": 1}), state="draft")
    row = worlds.contributed(node)
    assert (row["benefit_target"], row["benefits_targeted"], row["benefits_compared"]) == (800, 1, 0)


def test_target_to_date_counts_periods_that_ended_and_moves_on_by_itself(node):
    made = worlds.benefit(node)
    worlds.approve((made, {"m2026_10": 100, "m2026_11": 30}))
    row = worlds.contributed(node)
    assert (row["benefit_target_to_date"], row["recheck_on"]) == (100, date(2026, 11, 30))
    row = worlds.contributed(node, datetime(2026, 11, 30, 12, tzinfo=UTC))
    assert (row["benefit_target_to_date"], row["recheck_on"]) == (130, None)


def test_shared_benefit_counts_for_those_who_claim_it_and_not_where_it_stands(root, node):
    world.project("Y", root)
    made = worlds.benefit(root)
    worlds.approve((made, {"m2026_12": 200}))
    worlds.put(made, "actual", m2026_10=30)
    worlds.share(made, X=60, Y=40)
    other = node.parent.children.get(code="Y")
    assert [sums(worlds.contributed(place), "target", "actual") for place in (node, other)] == [(120, 18), (80, 12)]
    stands = worlds.contributed(root)
    assert (stands["benefits"], stands["benefit_target"], stands["benefits_targeted"]) == (1, None, None)


def test_claim_of_a_node_is_right_when_only_that_node_is_asked_for(root, node):
    """The roll-up asks for changed nodes: the benefit stands, and another claim lies, outside of what is asked."""
    world.project("Y", root)
    made = worlds.benefit(world.project("Z", root))
    worlds.put(made, "forecast", m2026_12="0.01")
    worlds.share(made, X=50, Y=50)
    other = root.children.get(code="Y")
    # 0.005 rounds up to 0.01 for X, whose id is lower; nothing is left for Y, whoever is asked for.
    assert node.pk < other.pk
    assert [sums(worlds.contributed(place, ids=[place.pk]), "forecast") for place in (node, other)] == [
        (D("0.01"),),
        (D("0.00"),),
    ]


def test_last_share_by_node_id_takes_the_rest(root):
    """A third each of 100.00: 33.33, 33.33 and, though 33.334% is 33.33 as well, 33.34."""
    nodes = [world.project(code, root) for code in ("A", "B", "C")]
    made = worlds.benefit(nodes[1])
    worlds.put(made, "forecast", m2026_12=100)
    worlds.share(made, A="33.333", B="33.333", C="33.334")
    assert [worlds.contributed(node)["benefit_forecast"] for node in nodes] == [D("33.33"), D("33.33"), D("33.34")]


def test_rounding_of_each_period_is_apportioned_by_itself(root):
    """0.01 in each of two months, halved: the first gets 0.01 of each, the last nothing."""
    nodes = [world.project(code, root) for code in ("A", "B")]
    made = worlds.benefit(root)
    worlds.put(made, "forecast", m2026_11="0.01", m2026_12="0.01")
    worlds.share(made, A=50, B=50)
    assert [worlds.contributed(node)["benefit_forecast"] for node in nodes] == [D("0.02"), D("0.00")]


def test_foreign_money_takes_the_latest_rate_up_to_the_periods_end_and_todays_for_coming_ones(node):
    for day, value in ((date(2026, 1, 1), "0.8"), (date(2026, 10, 1), "0.7"), (date(2026, 11, 25), "0.6")):
        rate("EUR", day, value)
    made = worlds.benefit(node, "EUR")
    worlds.put(made, "actual", m2026_09=100)
    worlds.put(made, "forecast", m2026_12=100)
    row = worlds.contributed(node)
    assert (row["benefit_forecast"], row["recheck_on"]) == (80 + 70, date(2026, 11, 25))
    assert worlds.contributed(node, datetime(2026, 11, 25, 12, tzinfo=UTC))["benefit_forecast"] == 80 + 60


def test_foreign_money_is_converted_before_it_is_shared(root):
    """10.00 EUR at 0.333 is 3.33; halved 1.665 → 1.67, and the rest 1.66. Halved first it would be 1.67 twice."""
    rate("EUR", date(2026, 1, 1), "0.333")
    nodes = [world.project(code, root) for code in ("A", "B")]
    made = worlds.benefit(root, "EUR")
    worlds.put(made, "actual", m2026_09=10)
    worlds.share(made, A=50, B=50)
    assert [worlds.contributed(node)["benefit_actual"] for node in nodes] == [D("1.67"), D("1.66")]


def test_missing_rate_is_counted_and_adds_nothing(node):
    known, unknown = worlds.benefit(node), worlds.benefit(node, "USD")
    worlds.put(known, "forecast", m2026_12=100)
    worlds.put(unknown, "forecast", m2026_12=7)
    row = worlds.contributed(node)
    assert (row["benefit_forecast"], row["rates_missing"], row["benefits_forecasted"]) == (100, 1, 1)


@pytest.mark.parametrize(
    ("review", "closed", "overdue", "recheck"),
    [
        (date(2026, 11, 18), None, 1, None),
        (date(2026, 11, 19), None, 0, date(2026, 11, 20)),
        (date(2027, 1, 1), None, 0, date(2027, 1, 2)),
        (None, None, 0, None),
    ],
)
def test_review_is_overdue_from_the_day_after(node, review, closed, overdue, recheck):
    worlds.benefit(node, review_on=review, closed_on=closed)
    row = worlds.contributed(node)
    assert (row["benefits"], row["reviews_overdue"], row["recheck_on"]) == (1, overdue, recheck)


def test_closed_benefit_is_not_counted_nor_reviewed_and_its_money_stays(node):
    made = worlds.benefit(node, review_on=date(2026, 1, 1), closed_on=date(2026, 11, 1))
    worlds.put(made, "actual", m2026_10=120)
    row = worlds.contributed(node)
    assert (row["benefits"], row["reviews_overdue"], row["benefit_actual"]) == (None, None, 120)


def test_measured_benefit_is_reviewed_too(node):
    worlds.measured(node, review_on=date(2026, 11, 1))
    assert worlds.contributed(node)["reviews_overdue"] == 1


def test_node_without_benefits_contributes_nothing(node):
    assert worlds.contributed(node) is None


def test_periods_add_up_to_the_node(node):
    made = worlds.benefit(node)
    worlds.approve((made, {"m2026_10": 90, "m2026_12": 60}))
    worlds.put(made, "actual", m2026_09=100)
    worlds.put(made, "forecast", m2026_09=90, m2026_12=70)
    assert worlds.by_period(node) == [("2026-09", 0, 100, 100), ("2026-10", 90, 0, 0), ("2026-12", 60, 70, 0)]
    assert sums(worlds.contributed(node)) == (150, 170, 100)


def test_contribution_names_what_it_gives(node):
    worlds.put(worlds.benefit(node), "forecast", m2026_12=1)
    row = worlds.contributed(node)
    assert set(row) == {"node_id", "recheck_on", *facts.BENEFITS.sums}
    assert facts.BENEFITS.rechecks


MONTHS = ["m2026_09", "m2026_10", "m2026_11", "m2026_12", "m2027_01"]
AMOUNTS = st.dictionaries(st.sampled_from(MONTHS), st.decimals(0, 10**9, places=2), max_size=3)
PERCENTS = st.sampled_from([None, (100,), (50, 50), ("33.333", "33.333", "33.334"), ("0.001", "99.999"), (10, 20, 70)])
PROFILE = st.tuples(
    st.integers(0, 3), st.sampled_from(["GBP", "EUR", "USD"]), st.sampled_from(["benefit", "disbenefit"]),
    AMOUNTS, AMOUNTS, AMOUNTS, PERCENTS, st.permutations(range(4)),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PROFILE, min_size=1, max_size=4))
def test_a_benefit_is_counted_once_and_children_sum_to_the_total(db, drawn):
    """Whoever claims what, the nodes together have each benefit once, as if nobody shared; page and SQL agree."""
    from django.db import transaction

    with transaction.atomic():
        root = world.portfolio()
        rate("EUR", date(2026, 1, 1), "0.87654321")
        rate("EUR", date(2026, 11, 1), "0.9")
        nodes = [root] + [world.project(f"X{number}", root) for number in range(3)]
        made = [_draw(nodes, profile) for profile in drawn]
        whole = _whole(made)
        rows = [worlds.contributed(node) for node in nodes]
        for name in ("target", "forecast", "actual"):
            assert sum((row and row[f"benefit_{name}"]) or 0 for row in rows) == whole[name], name
        assert sum((row and row["benefits"]) or 0 for row in rows) == len(made)
        for node, row in zip(nodes, rows, strict=True):
            _assert_page_agrees(node, row)
        transaction.set_rollback(True)


def _draw(nodes, profile):
    place, currency, kind, target, forecast, actual, percents, order = profile
    made = worlds.benefit(nodes[place], currency, kind=kind)
    worlds.approve((made, target))
    worlds.put(made, "forecast", **forecast)
    worlds.put(made, "actual", **actual)
    if percents:
        worlds.share(made, **{nodes[at].code: part for at, part in zip(order, percents, strict=False)})
    return made, (currency, -1 if kind == "disbenefit" else 1, target, forecast, actual)


def _whole(made):
    """Add up all benefits in plain loops, without any share. A later baseline of a node leaves out earlier targets."""
    found = {"target": D(0), "forecast": D(0), "actual": D(0)}
    last_of_node = {one.node_id: one.pk for one, _values in made}
    for one, (currency, sign, target, forecast, actual) in made:
        last = max(actual, default="")
        to_come = {month: amount for month, amount in forecast.items() if month > last}
        parts = {"target": target if last_of_node[one.node_id] == one.pk else {}, "actual": actual}
        for name, amounts in (*parts.items(), ("forecast", actual), ("forecast", to_come)):
            found[name] += sum((_worth(amount, currency, month) * sign for month, amount in amounts.items()), D(0))
    return found


def _worth(amount, currency, month):
    if currency == "USD":
        return D(0)
    # Periods that end before 1 November take the first rate; those of November and later today's.
    factor = {"GBP": D(1), "EUR": D("0.87654321") if month < "m2026_11" else D("0.9")}[currency]
    return (amount * factor).quantize(D("0.01"), "ROUND_HALF_UP")


def _assert_page_agrees(node, row):
    with clock.at(world.NOW):
        total = node_benefits(SYSTEM, node).found.total
    if total.lacks_rate or row is None:
        return
    shown = (total.target or 0, total.forecast or 0, total.actual or 0)
    assert tuple(amount or 0 for amount in sums(row)) == shown
