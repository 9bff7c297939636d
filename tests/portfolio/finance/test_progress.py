"""What packages have earned by each technique, the plan by days and months, and a project's performance; by hand."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.finance.money import Amount, Rates, tabulate
from portfolio.finance.performance import perform
from portfolio.finance.planned_value import Months, Planned, monthly, planned_value
from portfolio.finance.progress import Package, Share, earned, loop_of, share_of, total_weight, untold

D = Decimal
TODAY = date(2026, 6, 15)


def day(text):
    return date.fromisoformat(f"2026-{text}")


def package(technique, weight="100", key=1, **values):
    return Package(key, f"Package {key}", technique, D(weight), **values)


def part(one, on=TODAY, *others):
    share = earned(one, {other.key: other for other in (one, *others)}, on)
    return None if share is None else (share.measured, share.planned)


STARTED = {"started_on": day("05-01")}
FINISHED = STARTED | {"finished_on": day("06-10")}


@pytest.mark.parametrize(
    ("technique", "values", "measured"),
    [
        ("0/100", {}, 0),
        ("0/100", STARTED, 0),
        ("0/100", FINISHED, 1),
        ("50/50", {}, 0),
        ("50/50", STARTED, "0.5"),
        ("50/50", FINISHED, 1),
        ("physical", {}, 0),
        ("physical", STARTED | {"readings": [(day("05-31"), D(40)), (day("05-15"), D(10))]}, "0.4"),
        ("physical", {"readings": [(day("05-15"), D(60)), (day("05-31"), D(45))]}, "0.45"),
        ("physical", {"readings": [(day("06-16"), D(60))]}, 0),
        ("physical", FINISHED | {"readings": [(day("05-31"), D(90))]}, 1),
        ("milestones", {"milestones": [(D(30), day("05-01")), (D(20), day("06-15")), (D(50), None)]}, "0.5"),
        ("milestones", FINISHED | {"milestones": [(D(100), None)]}, 0),
    ],
)
def test_each_technique_earns_by_its_own_evidence(technique, values, measured):
    assert part(package(technique, **values)) == (D(measured), 0)


def test_day_of_the_evidence_counts_and_the_day_before_does_not():
    halves = package("50/50", **FINISHED)
    days = ("04-30", "05-01", "06-09", "06-10")
    assert [part(halves, day(text))[0] for text in days] == [0, D("0.5"), D("0.5"), 1]


def test_begun_work_without_a_reading_is_unknown():
    assert part(package("physical", **STARTED)) is None
    assert part(package("physical", **STARTED), day("04-30")) == (0, 0)


@pytest.mark.parametrize("weights", [(), ("60",), ("60", "50")])
def test_milestones_that_do_not_add_up_tell_nothing(weights):
    milestones = [(D(weight), day("05-01")) for weight in weights]
    assert part(package("milestones", milestones=milestones)) is None


def test_apportioned_earns_as_much_as_the_other_and_level_of_effort_as_planned():
    base = package("physical", key=1, readings=[(day("06-01"), D(40))])
    first = package("apportioned", key=2, follows=1)
    second = package("apportioned", key=3, follows=2)
    effort = package("effort", key=4)
    shadow = package("apportioned", key=5, follows=4)
    others = (base, first, second, effort, shadow)
    assert [part(one, TODAY, *others) for one in others] == [(D("0.4"), 0)] * 3 + [(0, 1)] * 2


def test_ring_of_apportioned_packages_tells_nothing_and_is_named():
    ring = [package("apportioned", key=1, follows=2), package("apportioned", key=2, follows=1)]
    assert part(ring[0], TODAY, ring[1]) is None
    assert part(package("apportioned", key=3, follows=99)) is None
    assert loop_of(3, {3: 1, 1: 2, 2: 1}) == [1, 2, 1]
    assert loop_of(1, {1: 1}) == [1, 1]
    assert loop_of(3, {3: 1, 1: 2, 2: None}) == []


def test_project_earns_the_weighted_sum_of_its_packages():
    """60% × 0.5 + 25% × 0.4 = 0.40 measured, 15% as planned: of 1,000 with 300 planned it is 400 + 45."""
    packages = [
        package("50/50", "60", key=1, **STARTED),
        package("physical", "25", key=2, readings=[(day("06-01"), D(40))]),
        package("effort", "15", key=3),
    ]
    share = share_of(packages, TODAY)
    assert share == Share(D("0.40"), D("0.15"))
    assert share.of(D(1000), D(300)) == 445
    assert total_weight(packages) == 100


@pytest.mark.parametrize("weight", ["39.999", "40.001", "0"])
def test_shares_that_do_not_add_up_to_the_budget_tell_nothing(weight):
    packages = [package("0/100", "60", key=1), package("0/100", weight, key=2)]
    assert share_of(packages, TODAY) is None


def test_one_untold_package_makes_the_project_untold_and_is_named():
    packages = [package("0/100", "60", key=1), package("physical", "40", key=2, **STARTED)]
    assert share_of(packages, TODAY) is None
    assert [found.name for found in untold(packages, TODAY)] == ["Package 2"]
    assert share_of([], TODAY) is None


# --- The plan --------------------------------------------------------------------------------


def month(number, amount, year=2026):
    start = date(year, number, 1)
    end = date(year + number // 12, number % 12 + 1, 1)
    return Planned(start, date.fromordinal(end.toordinal() - 1), D(amount))


@pytest.mark.parametrize(
    ("on", "value"),
    [
        ("03-31", "0"),
        ("04-01", "10.00"),
        ("04-30", "300.00"),
        ("05-31", "610.00"),
        ("06-15", "760.00"),
        ("06-30", "910.00"),
        ("12-31", "910.00"),
    ],
)
def test_plan_counts_whole_periods_and_the_passed_days_of_the_running_one(on, value):
    """300 in April, 310 in May and 300 in June are 10 a day."""
    periods = [month(4, 300), month(5, 310), month(6, 300)]
    assert planned_value(periods, day(on)) == D(value)


def test_plan_by_the_day_is_in_whole_cents():
    assert planned_value([month(5, "0.05")], day("05-16")) == D("0.03")  # 0.05 × 16 / 31 = 0.0258


def test_months_are_filled_where_nothing_is_planned():
    found = monthly([month(6, 300), month(4, 100), month(3, 0), month(12, 0)])
    assert (found.start, list(found.amounts)) == (day("04-01"), [100, 0, 300])
    assert found.added_up() == [100, 100, 400]


@pytest.mark.parametrize(
    "periods",
    [
        [Planned(day("04-01"), day("06-30"), D(100))],
        [month(4, 100), Planned(day("01-01"), day("12-31"), D(100))],
        [Planned(day("04-06"), day("05-05"), D(100)), month(6, 100)],
        [Planned(day("01-29"), day("02-28"), D(100))],
        [month(4, 0)],
        [],
    ],
)
def test_plan_that_is_not_by_months_is_no_plan_by_months(periods):
    assert monthly(periods) is None


def test_months_of_another_calendar_are_months_too():
    """Months from the 6th: 15 June is day 10 of 30 of the third month."""
    found = monthly([Planned(day("04-06"), day("05-05"), D(100)), Planned(day("06-06"), day("07-05"), D(200))])
    assert list(found.amounts) == [100, 0, 200]
    assert found.elapsed(TODAY) == 2 + D(10) / 30


@pytest.mark.parametrize(
    ("on", "elapsed"), [("03-31", 0), ("04-15", "0.5"), ("04-30", 1), ("05-31", 2), ("06-15", "2.5"), ("12-31", 9)]
)
def test_time_is_counted_in_months(on, elapsed):
    assert Months(day("04-01"), [D(1)]).elapsed(day(on)) == D(elapsed)


@pytest.mark.parametrize(("months", "on"), [("1", "04-30"), ("2.5", "06-15"), ("9", "12-31")])
def test_months_lead_to_a_day(months, on):
    assert Months(day("04-01"), [D(1)]).day(D(months)) == day(on)


def test_months_beyond_the_calendar_lead_nowhere():
    assert Months(day("04-01"), [D(1)]).day(D(10**6)) is None


# --- Performance -----------------------------------------------------------------------------


def amount(version, number, value, currency="GBP"):
    found = month(number, value)
    return Amount(version, "", found.start, found.end, f"{found.start:%b}", "2026", currency, found.amount)


def performed(packages, *amounts, on=TODAY, **dated):
    bounds = {row.period: (row.start, row.end) for row in amounts}
    return perform(packages, tabulate(amounts, Rates("GBP", dated), on), bounds, on)


PLAN = [amount("budget", number, 300) for number in (4, 5, 6, 7)]
HALF_DONE = [package("physical", "100", readings=[(day("04-30"), D(20)), (day("05-31"), D(35)), (day("06-12"), D(40))])]


def test_performance_puts_plan_work_and_cost_together():
    """BAC 1,200; 300 + 300 + 150 planned; 40% earned; 600 spent: CPI 0.8, SPI 0.64, EAC 1,500."""
    spent = [amount("actual", 4, 280), amount("actual", 5, 320), amount("forecast", 6, 300), amount("forecast", 7, 350)]
    found = performed(HALF_DONE, *PLAN, *spent)
    figures = found.figures
    assert (figures.bac, figures.pv, figures.ev, figures.ac) == (1200, 750, 480, 600)
    assert (figures.cpi, figures.spi, figures.eac5) == (D("0.8"), D("0.64"), 1250)
    assert found.estimate == 1500
    assert [(point.label, point.pv, point.ev, point.ac) for point in found.curve] == [
        ("Apr", 300, 240, 280),
        ("May", 600, 420, 600),
        ("", 750, 480, None),
        ("Jun", 900, None, None),
        ("Jul", 1200, None, None),
    ]
    schedule = found.schedule
    assert (schedule.es, schedule.at, schedule.pd, schedule.sv) == (D("1.6"), D("2.5"), 4, D("-0.9"))


def test_actual_of_the_running_month_counts_today():
    found = performed(HALF_DONE, *PLAN, amount("actual", 4, 280), amount("actual", 6, 10))
    assert [(point.label, point.ac) for point in found.curve][:3] == [("Apr", 280), ("May", 280), ("", 290)]


@pytest.mark.parametrize(
    ("packages", "amounts"),
    [
        ([], PLAN),
        (HALF_DONE, [amount("actual", 4, 10)]),
        (HALF_DONE, [amount("budget", 4, 0)]),
        (HALF_DONE, [*PLAN, amount("actual", 4, 10, "EUR")]),
        ([package("physical", "99")], PLAN),
    ],
)
def test_earned_value_is_unknown_where_a_part_is_missing(packages, amounts):
    found = performed(packages, *amounts)
    assert (found.figures.ev, found.estimate, found.schedule, found.figures.cpi) == (None, None, None, None)


def test_without_performance_the_forecast_stands_in_and_without_one_the_budget():
    fresh = [package("physical", "100")]
    assert performed(fresh, *PLAN, amount("forecast", 6, 1300)).estimate == 1300
    assert performed(fresh, *PLAN).estimate == 1200
    assert performed(fresh, *PLAN, amount("actual", 4, 50)).estimate == 1250


def test_yearly_plan_has_planned_value_and_no_earned_schedule():
    """365 for the year is 1 a day: 166 days until 15 June."""
    year = Amount("budget", "", day("01-01"), day("12-31"), "2026", "2026", "GBP", D(365))
    found = performed(HALF_DONE, year)
    assert (found.figures.pv, found.figures.ev, found.schedule) == (166, 146, None)
