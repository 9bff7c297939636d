"""The six figures of a portfolio's page: the mock's words, and words where nothing is known. No figure is ever 0."""

import re
from datetime import date
from decimal import Decimal

from reporting.dashboards.nodes.strip import Links, Numbers, figures
from reporting.dashboards.totals import Totals

M = Decimal(1_000_000)


def m(millions):
    return Decimal(str(millions)) * M


NOW = Totals(
    projects=31, n_on=15, n_risk=9, n_off=4, n_hold=1, n_nr=2,
    budget=m(48.2), forecast=m(51.0), actual=m(23.7), planned_to_date=m(25.6),
    budgeted=31, forecasted=31, compared=31,
    contingency=m(3.8), contingency_left=m(1.3), ev_projects=12, ev_budget=m(30), ev_earned=m(13.8),
    benefits=22, benefits_targeted=9, benefits_forecasted=9, benefits_compared=9,
    benefit_target=m(7.4), benefit_forecast=m(6.1), risks_open=58, risks_red=3, emv_threat=m(6.4),
)  # fmt: skip
BEFORE = Totals(
    projects=31, n_off=3, n_on=28, budget=m(48.2), forecast=m(50.3), actual=m(21.0), planned_to_date=m(22.4),
    budgeted=31, forecasted=31, compared=31, contingency=m(3.8), contingency_left=m(1.8),
    benefits=22, benefits_targeted=9, benefits_forecasted=9, benefits_compared=9, benefit_target=m(7.4),
    benefit_forecast=m(6.5), risks_open=57, risks_red=2,
)  # fmt: skip


def address(kind):
    return lambda *of, **parameters: f"/{kind}/" + "&".join([*of, *(f"{k}={v}" for k, v in parameters.items())])


LINKS = Links(address("register"), address("figures"), address("risks"))
PAST = Links(address("register"), lambda _of: "", lambda **_parameters: "")


def strip(total, before=None, links=LINKS):
    return figures(Numbers(total, before, date(2026, 10, 31), links))


def texts(found):
    plain = lambda text: re.sub(r"<[^>]+>", "", str(text))  # noqa: E731
    return [tuple(filter(None, (plain(figure.value), figure.unit, *map(plain, figure.notes)))) for figure in found]


def test_figures_of_the_mock():
    assert texts(strip(NOW, BEFORE)) == [
        ("4 off track", "9 at risk, 2 not reported, 1 on hold, 15 on track", "↑ 1 off track since 31 Oct"),
        ("£51.0m", "+£2.8m (+5.8%) on £48.2m", "↑ £0.7m since 31 Oct"),
        ("£23.7m", "£1.9m behind £25.6m planned", "↓ from £1.4m behind on 31 Oct"),
        ("£1.3m", "34% of £3.8m, work 46% done", "↓ £0.5m since 31 Oct"),
        ("£6.1m", "82% of £7.4m target", "↓ £0.4m since 31 Oct"),
        ("3", "of 58 open", "EMV £6.4m against £1.3m left", "↑ 1 since 31 Oct"),
    ]


def test_every_figure_leads_to_its_rows():
    assert [figure.url for figure in strip(NOW)] == [
        "/register/health=off",
        "/figures/money",
        "/figures/spend",
        "/figures/contingency",
        "/figures/benefits",
        "/risks/state=open&kind=threat&band=red",
    ]
    assert 'href="/figures/risks">EMV £6.4m' in str(strip(NOW)[5].notes[0])
    assert 'href="/register/health=hold">1 on hold' in str(strip(NOW)[0].notes[0])


def test_of_a_past_day_only_what_the_register_keeps_is_underlined():
    assert [bool(figure.url) for figure in strip(NOW, links=PAST)] == [True, True, True, False, False, False]
    assert "EMV £6.4m" in strip(NOW, links=PAST)[5].notes[0]


def test_figures_of_nothing_are_words():
    assert texts(strip(Totals())) == [
        ("No project", "nothing lies below yet"),
        ("Unknown", "no project has a forecast"),
        ("Unknown", "no project has recorded money"),
        ("None", "no project has set any aside"),
        ("Unknown", "no benefit is on record"),
        ("None", "no risk is open"),
    ]


def test_without_a_rate_money_is_unknown():
    assert [found[0] for found in texts(strip(Totals(**{**vars(NOW), "rates_missing": 2})))[1:3]] == ["Unknown"] * 2
    found = texts(strip(Totals(**{**vars(NOW), "values_without_rate": 1})))[3:]
    assert found[0] == found[1] == ("Unknown", "1 amount has no exchange rate")
    assert found[2] == ("3", "of 58 open", "1 amount has no exchange rate")


def test_no_appetite_is_broken_leads_nowhere():
    calm = strip(Totals(**{**vars(NOW), "risks_red": 0, "contingency": Decimal(0)}))
    assert (texts(calm)[5][0], calm[5].url) == ("0", "")
    assert texts(calm)[5][2] == "EMV £6.4m, no contingency"
    assert texts(calm)[3][0] == "None"


def test_benefits_of_other_projects_are_not_compared():
    found = strip(Totals(**{**vars(NOW), "benefits_compared": 8}))
    assert texts(found)[4][1] == "£7.4m target is not of the same projects"
    untargeted = strip(Totals(**{**vars(NOW), "benefits_targeted": 0}))
    assert texts(untargeted)[4][1] == "no approved target to hold it against"
    assert texts(strip(Totals(benefits=3)))[4] == ("Unknown", "no benefit is forecast in money")


def test_whole_life_cost_stands_below_the_forecast_where_it_is_known():
    found = strip(Totals(**{**vars(NOW), "whole_life": m("541951.37"), "whole_life_known": 164}))
    assert texts(found)[1][-1] == "whole life £541,951.37m"


def test_nothing_moved_is_said():
    same = texts(strip(NOW, NOW))
    assert [found[-1] for found in same] == ["unchanged since 31 Oct"] * 6
