"""Reserves and approved budgets on the money tab, as people use them. Sums worked by hand."""

from datetime import date
from decimal import Decimal

from portfolio.finance import services
from portfolio.models import Reserve, ReserveDraw
from portfolio.registry.services import baseline_open
from tests.factories import ReserveDrawFactory, ReserveFactory
from tests.portfolio.finance.pages import approve, text

MONEY, COMPARE = "/nodes/A/money/", "/nodes/A/money/baselines/"


def test_money_tab_shows_reserves_by_kind(house, as_):
    ground = ReserveFactory(node=house.project, name="Ground", amount=800_000)
    ReserveFactory(node=house.project, name="Price", amount=200_000)
    ReserveFactory(node=house.project, name="Board", kind="management", amount=300_000)
    ReserveDrawFactory(reserve=ground, amount=250_000, drawn_on=date(2026, 6, 1))
    response = as_(house.executive).get(MONEY)
    page = text(response)
    assert "£750k of £1.0m contingency and £300k of £300k management reserve left" in page
    assert "Contingency, inside the budget" in page
    assert "Management reserve, outside the budget" in page
    assert "/nodes/A/reserve-draws/?kind=contingency" in page
    rows = as_(house.executive).get("/nodes/A/reserve-draws/?kind=contingency").context["table"]["rows"]
    assert sum(row.obj.amount for row in rows) == 250_000
    assert "/nodes/A/reserve-draws/new/" not in page
    assert "/nodes/A/reserve-draws/new/" in as_(house.manager).get(MONEY).content.decode()


def test_reserve_is_drawn_on_its_page_and_never_beyond_what_is_left(house, as_):
    reserve = ReserveFactory(node=house.project, name="Ground", amount=1000)
    client = as_(house.manager)
    data = {"reserve": reserve.pk, "amount": "600", "drawn_on": "2026-06-15", "purpose": "Wet ground"}
    assert client.post("/nodes/A/reserve-draws/new/", data).status_code == 302
    refused = client.post("/nodes/A/reserve-draws/new/", data)
    assert refused.status_code == 422
    assert "Only £400.00 is left in Ground." in text(refused)
    assert 'value="600"' in refused.content.decode()
    page = text(client.get(f"/reserves/{reserve.pk}/"))
    assert "£400.00 of £1,000.00 is left" in page
    assert "Wet ground" in page
    assert ReserveDraw.objects.count() == 1


def test_list_of_reserves_shows_what_is_left(house, as_):
    reserve = ReserveFactory(node=house.project, amount=1000)
    ReserveFactory(node=house.project, amount=50)
    for amount in (100, 250):
        ReserveDrawFactory(reserve=reserve, amount=amount)
    rows = as_(house.executive).get("/nodes/A/reserves/?sort=-left").context["table"]["rows"]
    assert [(row.obj.drawn, row.obj.left) for row in rows] == [(350, 650), (0, 50)]


def test_reserve_without_a_rate_is_unknown(house, as_):
    euro = services.currency_ensure("EUR", "Euro", actor=house.finance)
    Reserve.objects.create(node=house.project, kind="contingency", name="X", currency=euro, amount=5)
    page = text(as_(house.executive).get(MONEY))
    assert "What is left of the reserves is unknown: a rate is missing" in page


# --- Approved budgets ------------------------------------------------------------------------


def test_money_tab_lists_approved_budgets_and_their_change(house, as_):
    approve(house, {"Apr 2026": "1000000", "May 2026": "2000000"})
    approve(house, {"May 2026": "2500000"})
    approve(house, {"Jul 2026": "100000"}, category="Data")
    draft = baseline_open(house.project, actor=house.finance)
    services.cost_rows_set(
        [house.line("Jul 2026", "9", cost_version="budget", baseline=draft, category="Draft")], actor=house.finance
    )
    response = as_(house.executive).get(MONEY)
    assert [(row.baseline.number, row.budget, row.change) for row in response.context["versions"]["rows"]] == [
        (3, Decimal(3_600_000), Decimal(100_000)),
        (2, Decimal(3_500_000), Decimal(500_000)),
        (1, Decimal(3_000_000), None),
    ]
    assert "The budget was approved anew twice, +£0.6m since baseline 1" in text(response)
    rows = as_(house.executive).get("/nodes/A/costs/?cost_version=budget&baseline=2").context["table"]["rows"]
    assert sum(row.obj.amount for row in rows) == 3_500_000


def test_two_baselines_are_compared_by_category_and_year(house, as_):
    approve(house, {"Mar 2026": "100", "Apr 2026": "1000"})
    approve(house, {"Apr 2026": "1500"})
    approve(house, {"Jul 2026": "70"}, category="Data")
    client = as_(house.executive)
    latest = client.get(COMPARE)
    assert (latest.context["before"].number, latest.context["after"].number) == (2, 3)
    assert "Baseline 3 holds +£70 against baseline 2" in text(latest)
    found = client.get(f"{COMPARE}?from=1&to=3").context["tables"]
    lines = [
        [(line["step"].label, line["step"].before, line["step"].after, line["step"].change) for line in table["rows"]]
        for table in found
    ]
    assert lines == [
        [("Build", 1100, 1600, 500), ("Data", 0, 70, 70)],
        [("2025/26", 100, 100, 0), ("2026/27", 1000, 1570, 570)],
    ]
    for table in found:
        total = table["total"]["step"]
        assert (total.before, total.after, total.change) == (1100, 1670, 570)
        for line in [*table["rows"], table["total"]]:
            for side in ("before", "after"):
                rows = client.get(line[f"{side}_url"]).context["table"]["rows"]
                assert sum(row.obj.amount for row in rows) == getattr(line["step"], side)


def test_comparison_of_one_baseline_or_an_unknown_one(house, as_):
    client = as_(house.executive)
    assert "There are not two baselines to compare" in text(client.get(COMPARE))
    approve(house, {"Apr 2026": "1"})
    assert "There are not two baselines to compare" in text(client.get(COMPARE))
    approve(house, {"Apr 2026": "2"})
    answers = {query: client.get(f"{COMPARE}?{query}").status_code for query in ("to=9", "to=x", "from=-1", "to=2")}
    assert answers == {"to=9": 404, "to=x": 400, "from=-1": 400, "to=2": 200}


def test_baseline_with_an_unknown_rate_has_no_sum(house, as_):
    euro = services.currency_ensure("EUR", "Euro", actor=house.finance)
    approve(house, {"Apr 2026": "1"})
    approve(house, {"Apr 2026": "5"}, currency=euro)
    rows = as_(house.executive).get(MONEY).context["versions"]["rows"]
    assert [(row.budget, row.change) for row in rows] == [(None, None), (1, None)]
