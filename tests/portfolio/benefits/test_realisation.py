"""The arithmetic of benefits, against sums done by hand."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.benefits.charts import realisation_curve
from portfolio.benefits.findings import benefits_finding, realisation_finding, shares_gap
from portfolio.benefits.realisation import Claim, Rates, Value, apportion, realise

D = Decimal
TODAY = date(2026, 6, 15)
YEARS = {2025: "2025/26", 2026: "2026/27", 2027: "2027/28"}
HERE, THERE = 1, 2


def value(version, day, amount, benefit=7):
    """Return a value of the month in which `day` (2026-04) begins."""
    start = date.fromisoformat(f"{day}-01")
    end = date(start.year, start.month, 28)
    return Value(benefit, version, start, end, YEARS[start.year if start.month > 3 else start.year - 1], D(amount))


def realised(*values, claims=None, node=HERE, **dated):
    return realise(claims or [Claim(7, 1, "GBP")], values, node, Rates("GBP", dated), TODAY)


def numbers(line):
    found = (line.target, line.actual, line.forecast, line.variance)
    return tuple(None if amount is None else str(amount) for amount in found)


def test_forecast_is_what_was_realised_and_what_comes_after_it():
    """Realised to May 60 + 50; the forecasts of April and May are overtaken, 95 and 20 are to come: 225 of 200."""
    found = realised(
        value("target", "2026-04", "200"),
        value("actual", "2026-04", "60"),
        value("actual", "2026-05", "50"),
        value("forecast", "2026-04", "999"),
        value("forecast", "2026-05", "999"),
        value("forecast", "2026-06", "95"),
        value("forecast", "2026-07", "20"),
    )
    assert numbers(found.total) == ("200.00", "110.00", "225.00", "25.00")
    assert found.last_actual == date(2026, 5, 28)


def test_each_benefit_goes_by_its_own_last_actual():
    """Benefit 7 is realised to May, benefit 8 to nothing: its forecast of April still counts. 50 + 30 = 80."""
    claims = [Claim(7, 1, "GBP"), Claim(8, 1, "GBP")]
    values = [value("actual", "2026-05", "50"), value("forecast", "2026-04", "30", benefit=8)]
    found = realised(*values, claims=claims)
    assert [numbers(found.lines[key]) for key in (7, 8)] == [
        (None, "50.00", "50.00", None),
        (None, None, "30.00", None),
    ]
    assert numbers(found.total) == (None, "50.00", "80.00", None)


def test_disbenefit_counts_against():
    """Target 100 less 30, forecast 90 less 40."""
    claims = [Claim(7, 1, "GBP"), Claim(8, -1, "GBP")]
    values = [
        value("target", "2026-07", "100"), value("forecast", "2026-07", "90"),
        value("target", "2026-07", "30", benefit=8), value("forecast", "2026-07", "40", benefit=8),
    ]  # fmt: skip
    found = realised(*values, claims=claims)
    assert numbers(found.lines[8]) == ("-30.00", None, "-40.00", "-10.00")
    assert numbers(found.total) == ("70.00", None, "50.00", "-20.00")


@pytest.mark.parametrize(
    ("amount", "shares", "parts"),
    [
        ("100", {1: "60", 2: "40"}, ["60.00", "40.00"]),
        # 33.33 twice; the last gets 0.02 more than its rounded 33.33, so that nothing is lost.
        ("100", {1: "33.333", 2: "33.333", 3: "33.334"}, ["33.33", "33.33", "33.34"]),
        # 0.01 halved: 0.005 rounds up to 0.01, and the last gets nothing.
        ("0.01", {1: "50", 2: "50"}, ["0.01", "0.00"]),
        # Three parts of 0.005 each round up: 0.03 of 0.02 for the first three, so the last gives 0.01 back.
        ("0.02", {1: "25", 2: "25", 3: "25", 4: "25"}, ["0.01", "0.01", "0.01", "-0.01"]),
        ("-0.01", {1: "50", 2: "50"}, ["-0.01", "0.00"]),
        ("10.005", {1: "100"}, ["10.01"]),
    ],
)
def test_parts_of_a_benefit_add_up_to_it_to_the_cent(amount, shares, parts):
    found = apportion(D(amount), {node: D(percent) for node, percent in shares.items()})
    assert [str(found[node]) for node in sorted(found)] == parts


@st.composite
def split(draw):
    """Draw shares in thousandths of a per cent that add up to 100, by node ids in any order."""
    cuts = draw(st.lists(st.integers(1, 99_999), max_size=6, unique=True))
    ends = [0, *sorted(cuts), 100_000]
    percents = [D(high - low) / 1000 for low, high in pairwise(ends)]
    nodes = draw(st.lists(st.integers(1, 50), min_size=len(percents), max_size=len(percents), unique=True))
    return dict(zip(nodes, percents, strict=True))


@given(
    st.decimals(-(10**15), 10**15, places=2),
    st.decimals("0.00000001", 10**6, places=8),
    split(),
)
def test_a_benefit_is_counted_once_however_many_claim_it(amount, rate, shares):
    whole = realised(value("forecast", "2026-07", amount), claims=[Claim(7, 1, "EUR")], EUR=[(date(2026, 1, 1), rate)])
    claim = Claim(7, 1, "EUR", shares)
    parts = [
        realised(value("forecast", "2026-07", amount), claims=[claim], node=node, EUR=[(date(2026, 1, 1), rate)])
        for node in shares
    ]
    assert sum(part.total.forecast for part in parts) == whole.total.forecast


def test_node_counts_its_own_share_and_one_that_claims_nothing_counts_nothing():
    claim = Claim(7, 1, "GBP", {HERE: D(30), THERE: D(70)})
    values = [value("target", "2026-07", "200")]
    assert numbers(realised(*values, claims=[claim]).total) == ("60.00", None, None, None)
    assert numbers(realised(*values, claims=[claim], node=THERE).total) == ("140.00", None, None, None)
    nothing = realised(*values, claims=[claim], node=3)
    assert (numbers(nothing.total), bool(nothing)) == ((None, None, None, None), False)


def test_amounts_convert_at_the_rate_of_their_period_and_never_of_the_future():
    """100 EUR in April at 0.80; July's end lies ahead, so today's 0.90 holds and not July's 2.00."""
    dated = [(date(2026, 1, 1), D("0.80")), (date(2026, 6, 1), D("0.90")), (date(2026, 7, 1), D("2.00"))]
    values = [value("actual", "2026-04", "100"), value("forecast", "2026-07", "100")]
    found = realised(*values, claims=[Claim(7, 1, "EUR")], EUR=dated)
    assert numbers(found.total) == (None, "80.00", "170.00", None)


def test_missing_rate_makes_its_benefit_and_the_total_unknown_and_leaves_the_rest():
    claims = [Claim(7, 1, "GBP"), Claim(8, 1, "USD")]
    values = [value("target", "2026-07", "100"), value("target", "2026-07", "100", benefit=8)]
    found = realised(*values, claims=claims)
    assert [numbers(found.lines[key])[0] for key in (7, 8)] == ["100.00", None]
    assert (found.lines[7].lacks_rate, found.lines[8].lacks_rate) == (False, True)
    assert (found.total.target, found.missing) == (None, ["USD"])
    assert benefits_finding(found, 2, 0) == "The total is unknown: no exchange rate for USD"


def test_fiscal_years_add_up_to_the_total_and_nothing_realised_yet_is_unknown():
    """2025/26: target 10, realised 8. 2026/27: 40, realised 5, then 20. 2027/28: 50 against 60."""
    found = realised(
        value("target", "2026-03", "10"),
        value("target", "2026-09", "40"),
        value("target", "2027-09", "50"),
        value("actual", "2026-03", "8"),
        value("actual", "2026-05", "5"),
        value("forecast", "2026-09", "20"),
        value("forecast", "2027-09", "60"),
    )
    assert [(year, *numbers(line)) for year, line in found.years] == [
        ("2025/26", "10.00", "8.00", "8.00", "-2.00"),
        ("2026/27", "40.00", "5.00", "25.00", "-15.00"),
        ("2027/28", "50.00", None, "60.00", "10.00"),
    ]
    assert numbers(found.total) == ("100.00", "13.00", "93.00", "-7.00")
    figure = realisation_curve(found)
    assert [(trace["name"], trace["type"], trace["x"], trace["y"]) for trace in figure["data"]] == [
        ("Target", "scatter", ["2025/26", "2026/27", "2027/28"], [10.0, 40.0, 50.0]),
        ("Realised", "bar", ["2025/26", "2026/27", "2027/28"], [8.0, 5.0, None]),
        ("Forecast", "scatter", ["2025/26", "2026/27", "2027/28"], [8.0, 25.0, 60.0]),
    ]
    assert figure["data"][2]["line"]["dash"] == "dash"
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["Target", "Forecast", "Realised"]


def test_curve_is_drawn_in_the_unit_that_its_axis_names():
    found = realised(value("target", "2026-07", "2500000"))
    figure = realisation_curve(found)
    assert [trace["y"] for trace in figure["data"]] == [[2.5]]
    axis = figure["layout"]["yaxis"]
    assert (axis["tickprefix"], axis["ticksuffix"]) == ("£", "m")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "Benefits are named, and no value counts yet"),
        ([("target", "2026-07", "4000000")], "Benefits are targeted at £4.0m, no forecast yet"),
        (
            [("forecast", "2026-07", "3200000")],
            "Benefits are forecast at £3.2m, and no approved target stands against it",
        ),
        (
            [("target", "2026-07", "4000000"), ("forecast", "2026-07", "3200000")],
            "Benefits are forecast at £3.2m, £0.8m short of the target of £4.0m",
        ),
        (
            [("target", "2026-07", "4000000"), ("forecast", "2026-07", "3958000")],
            "Benefits are forecast at £4.0m, £42k short of the target of £4.0m",
        ),
        (
            [("target", "2026-07", "720000"), ("forecast", "2026-07", "528000")],
            "Benefits are forecast at £528k, £192k short of the target of £720k",
        ),
        (
            [("target", "2026-07", "900"), ("forecast", "2026-07", "1000")],
            "Benefits are forecast at £1k, £100 above the target of £900",
        ),
        (
            [("target", "2026-07", "4000000"), ("forecast", "2026-07", "4000000")],
            "Benefits are forecast on their target of £4.0m",
        ),
    ],
)
def test_finding_holds_the_forecast_against_the_target(values, words):
    assert benefits_finding(realised(*(value(*given) for given in values)), 1, 0) == words


def test_finding_of_benefits_that_are_none_or_not_in_money():
    assert benefits_finding(realised(), 0, 0) == "No benefit is profiled yet"
    assert benefits_finding(realised(), 2, 2) == "2 benefits, none in money"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "Nothing is realised yet"),
        ([("target", "2026-05", "900")], "Nothing is realised yet; £900 was targeted by now"),
        ([("actual", "2026-05", "900")], "£900 is realised to 28 May 2026; there is no target to compare with"),
        (
            [("actual", "2026-05", "700"), ("target", "2026-05", "900"), ("target", "2026-06", "50")],
            "£700 is realised to 28 May 2026, £200 behind the target to that day",
        ),
        (
            [("actual", "2026-05", "950"), ("target", "2026-04", "900")],
            "£950 is realised to 28 May 2026, £50 ahead of the target to that day",
        ),
        (
            [("actual", "2026-05", "900"), ("target", "2026-04", "900")],
            "£900 is realised to 28 May 2026, as targeted",
        ),
    ],
)
def test_curve_says_what_is_realised_against_the_target_to_the_same_day(values, words):
    assert realisation_finding(realised(*(value(*given) for given in values))) == words


def test_shares_say_what_keeps_them_from_a_hundred():
    assert shares_gap([D("33.333")] * 3) == "The shares add up to 99.999%, not to 100%."
    assert shares_gap([D(60), D(50)]) == "The shares add up to 110%, not to 100%."
    assert (shares_gap([]), shares_gap([D("33.333"), D("66.667")])) == ("", "")
