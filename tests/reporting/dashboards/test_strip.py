"""The six figures: words where a number is unknown, never 0."""

import re
from datetime import date
from decimal import Decimal

from reporting.dashboards.strip import Editions, Numbers, figures
from reporting.dashboards.totals import Totals

M = Decimal(1_000_000)
NO_SLIP = {"needy": 0, "slips": 0, "late": 0, "median": None}
FULL = Totals(
    projects=118, n_on=71, n_risk=26, n_off=9, n_hold=3, n_nr=6, n_done=3,
    budget=Decimal("186.4") * M, forecast=Decimal("192.5") * M, actual=Decimal("61.8") * M,
    planned_to_date=Decimal("64.9") * M,
    budgeted=118, forecasted=118, compared=118,
    whole_life=Decimal("541951.37") * M, whole_life_known=164, whole_life_unknown=20, reports_due=118, reports_in=112,
)  # fmt: skip


def texts(total, before=None, spread=NO_SLIP, editions=None):
    register = lambda **parameters: "/register/?" + "&".join(f"{k}={v}" for k, v in parameters.items())  # noqa: E731
    numbers = Numbers(total, before, date(2026, 10, 31), spread, editions or Editions(), register)
    strip = lambda text: re.sub(r"<[^>]+>", "", str(text))  # noqa: E731
    return [(figure.value, figure.unit, *map(strip, figure.notes)) for figure in figures(numbers)]


def test_figures_of_a_whole_portfolio():
    before = Totals(forecast=Decimal("191.1") * M, forecasted=118)
    spread = {"needy": 35, "slips": 112, "late": 40, "median": 10.5}
    assert texts(FULL, before, spread) == [
        ("118", "", "71 on track, 26 at risk, 9 off track", "3 on hold, 6 unreported, 3 done"),
        ("£192.5m", "", "+£6.1m (+3.3%) on £186.4m", "↑ £1.4m since 31 Oct"),
        ("£61.8m", "", "95% of £64.9m planned", "£3.1m behind plan"),
        ("£541,951.37m", "", "164 projects with a figure, 20 without"),
        ("112", "of 118 due", "6 projects have not reported"),
        ("11\N{NO-BREAK SPACE}d", "late", "40 of 112 finish late"),
    ]


def test_figures_of_nothing_are_words():
    assert texts(Totals()) == [
        ("0", ""),
        ("Unknown", "", "no project has a forecast"),
        ("Unknown", "", "no project has recorded money"),
        ("Unknown", "", "no project has a figure"),
        ("None due", "", "no project owes a report this week"),
        ("Unknown", "", "no project has a baseline and a forecast of its finish"),
    ]


def test_figures_without_an_exchange_rate_are_unknown():
    total = Totals(**{**vars(FULL), "rates_missing": 2})
    assert [found[0] for found in texts(total)[1:4]] == ["Unknown"] * 3
    assert texts(total)[1][2] == "2 amounts have no exchange rate"


def test_variance_is_told_only_of_the_same_projects():
    assert texts(Totals(**{**vars(FULL), "compared": 117}))[1][2] == "£186.4m budget is not of the same projects"
    assert texts(Totals(**{**vars(FULL), "budgeted": 0}))[1][2] == "no approved budget to hold it against"


def test_spending_without_a_plan_is_not_compared():
    assert texts(Totals(**{**vars(FULL), "budgeted": 0}))[2][2] == "no plan to compare with"
    assert texts(Totals(**{**vars(FULL), "planned_to_date": Decimal(0)}))[2][2] == "nothing was planned to date"
    assert texts(Totals(**{**vars(FULL), "actual": Decimal("64.9") * M}))[2][3] == "as planned"
    assert texts(Totals(**{**vars(FULL), "actual": Decimal("65.9") * M}))[2][3] == "£1.0m ahead of plan"


def test_forecast_tells_that_it_did_not_move():
    assert texts(FULL, FULL)[1][3] == "unchanged since 31 Oct"
    assert texts(FULL, Totals(forecast=195 * M, forecasted=1))[1][3] == "↓ £2.5m since 31 Oct"


def test_whole_life_cost_tells_the_part_of_the_latest_edition():
    editions = Editions(2022, 235, 25, Decimal("494181.00") * M)
    assert texts(FULL, editions=editions)[3][2] == "£494,181.00m of it in the 2022 edition"


def test_all_reports_in_is_said():
    assert texts(Totals(**{**vars(FULL), "reports_in": 118}))[4][2] == "all projects have reported"
