"""Earned value and earned schedule against published numbers, copied from the publication before the code was written.

Sources: EV-1 worked by hand; EV-2 UT Dallas symposium slides; EV-3 wnwk.com deck (CPI .80, SPI .67, EAC 625);
EV-4 IE5411 homework (CV -62, SV -10, EAC 352, VAC -104); ES-1 OR-AS PM Knowledge Center, "Forecasting time";
ES-2 advantager's test suite; FIN-1 worked by hand.
"""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.finance.budget_chain import BudgetLine, PurchaseOrder
from portfolio.finance.earned_schedule import EarnedSchedule, earned_schedule
from portfolio.finance.earned_value import EarnedValue, estimate, together

D = Decimal
CASES = Path(__file__).resolve().parents[4] / "shared/data/oracles/evm/pmcontrols-validation_cases.json"
FOUND = json.loads(CASES.read_text(encoding="utf-8"))["cases"] if CASES.exists() else []
needs_cases = pytest.mark.skipif(not FOUND, reason="the cases of pmcontrols are not on this machine")

# name: (BAC, PV, EV, AC), then as printed: CV, SV, CPI, SPI, EAC1, EAC2, EAC3, EAC4, VAC1, TCPI(BAC)
PRINTED = {
    "EV-1": (
        "1000000 500000 400000 450000",
        "-50000 -100000 0.8889 0.8000 1125000 1050000 1293750 1138775.51 -125000 1.0909",
    ),
    "EV-2": ("100000 55000 50000 45000", "5000 -5000 1.1111 0.9091 90000 95000 94500 91698.11 10000 0.9091"),
    "EV-3": ("500 300 200 250", "-50 -100 0.8000 0.6667 625 550 812.50 637.93 -125 1.2000"),
    "EV-4": ("248 158 148 210", "-62 -10 0.7048 0.9367 351.89 310 361.48 343.13 -103.89 2.6316"),
}
NAMES = ("cv", "sv", "cpi", "spi", "eac1", "eac2", "eac3", "eac4", "vac", "tcpi_bac")


def as_printed(value, printed):
    """Return a value with as many decimals as the print has."""
    return value.quantize(D(printed))


@pytest.mark.parametrize("name", PRINTED)
def test_figures_equal_the_printed_ones(name):
    given_, printed = PRINTED[name]
    found = EarnedValue(*map(D, given_.split()))
    shown = {key: as_printed(getattr(found, key), number) for key, number in zip(NAMES, printed.split(), strict=True)}
    assert shown == dict(zip(NAMES, map(D, printed.split()), strict=True))


def test_ratios_to_complete_and_variances_of_the_first_example():
    """EV-1: CV% −50/400, SV% −100/500, ETC 1,125,000 − 450,000, EAC5 with 700,000 to go bottom-up."""
    found = EarnedValue(D(1_000_000), D(500_000), D(400_000), D(450_000), to_go=D(700_000))
    assert (found.cv_ratio, found.sv_ratio) == (D("-0.125"), D("-0.2"))
    assert (found.etc, found.eac5, found.left) == (D(675_000), D(1_150_000), D(600_000))
    assert found.span == (D(1_050_000), D(1_293_750))
    assert found.tcpi(found.eac5) == D(600) / D(700)


def test_portfolio_is_summed_first_and_divided_after():
    """EV-5: CPI 760/820 = 0.9268 and SPI 760/920 = 0.8261, where the mean of the three CPIs is 1.0088."""
    parts = [
        EarnedValue(D(bac), D(pv), D(ev), D(ac))
        for bac, ev, ac, pv in ((1000, 400, 450, 500), (100, 60, 50, 40), (400, 300, 320, 380))
    ]
    whole = together(parts)
    assert (whole.bac, whole.pv, whole.ev, whole.ac) == (1500, 920, 760, 820)
    assert as_printed(whole.cpi, "0.0001") == D("0.9268")
    assert as_printed(whole.spi, "0.0001") == D("0.8261")
    assert as_printed(sum(part.cpi for part in parts) / 3, "0.0001") == D("1.0088")
    assert as_printed(sum(part.eac1 for part in parts), "0.01") == D("1635.00")
    assert as_printed(whole.eac1, "0.01") == D("1618.42")


def test_one_unknown_part_makes_the_whole_unknown():
    known = EarnedValue(D(10), D(5), D(5), D(5))
    whole = together([known, EarnedValue(D(10), D(5), None, D(5))])
    assert (whole.bac, whole.ev, whole.cpi, whole.spi) == (20, None, None, None)
    assert together([]).cpi is None


def test_nothing_to_divide_by_is_unknown_and_never_zero_or_one():
    fresh = EarnedValue(D(1000), D(0), D(0), D(0))
    unknown = ("cpi", "spi", "cv_ratio", "sv_ratio", "eac1", "eac3", "eac4", "eac5", "etc", "vac")
    assert {name: getattr(fresh, name) for name in unknown} == dict.fromkeys(unknown)
    assert (fresh.eac2, fresh.tcpi_bac, fresh.span) == (1000, 1, (1000, 1000))
    spent = EarnedValue(D(1000), D(100), D(0), D(50))
    assert (spent.cpi, spent.eac1, spent.vac, spent.eac2) == (0, None, None, 1050)
    credit = EarnedValue(D(1000), D(100), D(10), D(-5))
    assert (credit.cpi, credit.eac1) == (None, None)


def test_nothing_known_gives_nothing():
    empty = EarnedValue(None, None, None, None)
    names = [*NAMES, "cv_ratio", "sv_ratio", "eac5", "etc", "left", "span"]
    assert {name: getattr(empty, name) for name in names} == dict.fromkeys(names)
    assert empty.unreachable is False


@pytest.mark.parametrize(("ac", "ev", "out_of_reach"), [(1000, 900, True), (1200, 900, True), (999, 900, False)])
def test_budget_that_is_spent_with_work_left_is_out_of_reach(ac, ev, out_of_reach):
    found = EarnedValue(D(1000), D(1000), D(ev), D(ac))
    assert found.unreachable is out_of_reach
    assert (found.tcpi_bac is None) is out_of_reach


def test_finished_work_is_never_out_of_reach():
    done = EarnedValue(D(1000), D(1000), D(1000), D(1300))
    assert (done.unreachable, done.tcpi_bac, done.left) == (False, None, 0)


def test_schedule_variance_in_money_falls_silent_at_the_end():
    done = EarnedValue(D(150), D(150), D(150), D(200))
    assert (done.sv, done.spi) == (0, 1)


def test_estimate_follows_the_performance_else_the_forecast_else_the_budget():
    assert estimate(EarnedValue(D(100), D(50), D(40), D(50)), D(999)) == 125
    fresh = EarnedValue(D(100), D(0), D(0), D(0))
    assert (estimate(fresh, D(110)), estimate(fresh, None)) == (110, 100)
    assert estimate(EarnedValue(D(100), D(0), D(0), D(30)), None) == 130


money = st.decimals(1, 10_000_000, places=2)


@given(bac=money, part=st.decimals("0.01", "0.99", places=2), ac=money, pv=money)
def test_identities_hold(bac, part, ac, pv):
    found = EarnedValue(bac, pv, bac * part, ac)
    near = D("1e-15")
    assert abs(found.tcpi(found.eac1) - found.cpi) < near * max(found.cpi, 1), "TCPI(EAC1) = CPI"
    assert abs(found.eac1 - found.ac - found.etc) < near
    assert abs(found.tcpi(found.eac2) - 1) < near, "the rest at budget needs a performance of 1"
    at_end = EarnedValue(bac, bac, bac, ac)
    assert (at_end.sv, at_end.spi) == (0, 1)
    low, high = found.span
    assert all(low <= eac <= high for eac in (found.eac1, found.eac2, found.eac3, found.eac4))


# --- Earned schedule -------------------------------------------------------------------------

WEEKS = "5 10 25 55 85 120 130 140 150 150 150"
EARNED = "3.33 6.67 10 22.5 70 82.5 90 120 130 140 150"
ES_1 = {
    "es": "0.67 1.33 2.00 2.83 4.50 4.92 5.14 6.00 7.00 8.00 9.00",
    "sv": "-0.33 -0.67 -1.00 -1.17 -0.50 -1.08 -1.86 -2.00 -2.00 -2.00 -2.00",
    "spi": "0.667 0.667 0.667 0.708 0.900 0.819 0.735 0.750 0.778 0.800 0.818",
    "ieac": "13.50 13.50 13.50 12.71 10.00 10.98 12.25 12.00 11.57 11.25 11.00",
}
SPI_IN_MONEY = "0.667 0.667 0.400 0.409 0.824 0.688 0.692 0.857 0.867 0.933 1.000"


def earned(week):
    """Return EV at the end of a week, 10/3 and 20/3 exactly."""
    return D(10 * week) / 3 if week < 3 else D(EARNED.split()[week - 1])


@pytest.mark.parametrize("week", range(1, 12))
def test_every_week_of_the_published_project(week):
    planned = list(map(D, WEEKS.split()))
    found = earned_schedule(planned, earned(week), D(week))
    assert found.pd == 9
    for name, row in ES_1.items():
        printed = row.split()[week - 1]
        assert as_printed(getattr(found, name), printed) == D(printed), name
    in_money = EarnedValue(D(150), planned[week - 1], earned(week), D(1)).spi
    assert as_printed(in_money, "0.001") == D(SPI_IN_MONEY.split()[week - 1])


def test_second_published_project():
    """ES-2: between 2,000 planned by period 6 and 2,500 by period 7; the length of 12 is all the rest tells."""
    planned = [D(value) for value in (1, 2, 3, 4, 5, 2000, 2500, 2600, 2700, 2800, 2900, 3000)]
    found = earned_schedule(planned, D(2260), D(7))
    assert (found.es, found.sv, found.pd) == (D("6.52"), D("-0.48"), 12)
    assert as_printed(found.spi, "0.001") == D("0.931")
    assert as_printed(found.ieac, "0.01") == D("12.88")


def test_flat_tail_adds_nothing_to_the_planned_length():
    planned = [D(50), D(100), D(100), D(100)]
    done = earned_schedule(planned, D(100), D(4))
    assert (done.es, done.pd, done.sv, done.spi) == (2, 2, -2, D("0.5"))


def test_both_forms_of_the_forecast_and_the_pace_that_is_left():
    """Half way at ES 3 of 10 after 4: 13.33 at the pace so far, 11 at the planned pace; 7 to do in 6 periods."""
    found = EarnedSchedule(D(3), D(4), 10)
    assert as_printed(found.ieac, "0.01") == D("13.33")
    assert as_printed(found.ieac_at(found.spi), "0.01") == D("13.33")
    assert (found.ieac_at(D(1)), found.ieac_at(D(0))) == (11, None)
    assert as_printed(found.tspi, "0.0001") == D("1.1667")
    late = EarnedSchedule(D(8), D(10), 10)
    assert (late.tspi, late.unreachable, found.unreachable) == (None, True, False)
    assert EarnedSchedule(D(10), D(12), 10).unreachable is False


def test_nothing_planned_has_no_earned_schedule():
    assert earned_schedule([], D(0), D(1)) is None
    assert earned_schedule([D(0), D(0)], D(0), D(1)) is None
    assert earned_schedule([D(10)], D(0), D(0)).spi is None


@given(steps=st.lists(st.integers(1, 500), min_size=1, max_size=24), part=st.decimals(0, 1, places=3))
def test_earned_schedule_reads_the_plan_backwards(steps, part):
    """The planned value at ES, interpolated, is what is earned; on plan ES = AT at the end of every period."""
    planned = [D(sum(steps[: number + 1])) for number in range(len(steps))]
    ev = planned[-1] * part
    found = earned_schedule(planned, ev, D(1))
    curve = [D(0), *planned, planned[-1]]
    whole = int(found.es)
    assert abs(curve[whole] + (curve[whole + 1] - curve[whole]) * (found.es - whole) - ev) < D("1e-20")
    for number, value in enumerate(planned, start=1):
        assert earned_schedule(planned, value, D(number)).es == number


# --- Published cases, and the budget chain ---------------------------------------------------

KEYS = {
    "pv": "pv", "cv": "cv", "sv": "sv", "cpi": "cpi", "spi": "spi", "eac_cpi": "eac1", "eac_typical": "eac2",
    "etc": "etc", "tcpi_bac": "tcpi_bac", "vac": "vac",
}  # fmt: skip
TIMES = {"es": "es", "sv_t": "sv", "spi_t": "spi", "ieac_t": "ieac"}


@needs_cases
@pytest.mark.parametrize("case", [c for c in FOUND if c["method"] == "evm"], ids=lambda case: case["id"])
def test_cases_of_earned_value(case):
    given_, expected, tolerance = case["inputs"], case["expected"], D(str(case["tol"]))
    planned = [D(value) for value in given_["pv"]]
    ev, at = D(given_["ev"]), given_["at"]
    money = EarnedValue(planned[-1], planned[given_["periods"].index(at)], ev, D(given_["ac"]))
    time = earned_schedule(planned[1:], ev, D(at))
    assert set(expected) <= set(KEYS) | set(TIMES)
    for key, number in expected.items():
        found = getattr(money, KEYS[key]) if key in KEYS else getattr(time, TIMES[key])
        assert abs(found - D(str(number))) <= tolerance, key


@needs_cases
@pytest.mark.parametrize("case", [c for c in FOUND if c["method"] == "earned_schedule"], ids=lambda case: case["id"])
def test_cases_of_earned_schedule(case):
    planned = [D(value) for value in case["inputs"]["pv"]]
    found = earned_schedule(planned[1:], D(case["inputs"]["ev"]), D(1))
    assert abs(found.es - D(str(case["expected"]["es"]))) <= D(str(case["tol"]))


@needs_cases
def test_all_cases_of_the_publication_are_asked():
    methods = [case["method"] for case in FOUND]
    assert (methods.count("evm"), methods.count("earned_schedule")) == (6, 3)


def test_budget_chain_of_one_line():
    """FIN-1: ordered 120,000, received 80,000, invoiced 70,000, paid 60,000; other 30,000; uncommitted 45,000."""
    order = PurchaseOrder(D(120_000), D(80_000), D(70_000), D(60_000))
    line = BudgetLine([order], D(30_000), D(45_000), D(200_000))
    assert (line.commitment, line.accrual, line.actual, line.eac) == (40_000, 10_000, 110_000, 195_000)
    assert line.headroom == 5_000
    assert BudgetLine([order]).headroom is None


def test_closing_an_order_releases_its_commitment_and_cash_plays_no_part():
    closed = PurchaseOrder(D(120_000), D(80_000), D(70_000), D(0), closed=True)
    assert BudgetLine([closed], D(30_000), D(45_000)).eac == 155_000


def test_invoice_beyond_its_order_shows():
    order = PurchaseOrder(D(100), D(100), D(130))
    assert (order.invoiced_beyond, order.accrual, order.commitment) == (30, -30, 0)
