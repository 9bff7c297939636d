"""The money tab, cost rows, estimates, the grid of amounts and the calendar, as people use them."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from governance.audit.models import AuditEntry
from portfolio.finance import services
from portfolio.models import Baseline, CostRow, Currency, ExchangeRate, FiscalPeriod, WholeLifeEstimate
from portfolio.registry.services import baseline_approve, baseline_open

MONEY = "/nodes/A/money/"


@pytest.fixture
def as_(client):
    """Return a function that signs a person in and gives the client."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def funded(house):
    """Budget 3.0m, spent 1.0m to May, 2.8m to go: forecast 3.8m, +0.8m, of which data migration is +0.6m."""
    draft = baseline_open(house.project, actor=house.finance)
    budget = [
        ("Apr 2026", "Build", "1000000"),
        ("Jul 2026", "Build", "1000000"),
        ("Jul 2026", "Data migration", "1000000"),
    ]
    actual = [("Apr 2026", "Build", "600000"), ("May 2026", "Data migration", "400000")]
    forecast = [
        ("Apr 2026", "Build", "999"),
        ("Jul 2026", "Build", "1600000"),
        ("Apr 2027", "Data migration", "1200000"),
    ]
    services.periods_generate(date(2027, 4, 1), actor=house.finance)
    lines = [
        house.line(label, value, category=category, cost_version="budget", baseline=draft)
        for label, category, value in budget
    ]
    for version, rows in (("actual", actual), ("forecast", forecast)):
        lines += [house.line(label, value, category=category, cost_version=version) for label, category, value in rows]
    services.cost_rows_set(lines, actor=house.finance)
    baseline_approve(draft, actor=house.finance, reason="Gate 3")
    return house


def _text(response):
    return " ".join(response.content.decode().split())


def test_money_page_states_the_finding_and_its_figures(funded, as_):
    response = as_(funded.executive).get(MONEY)
    table = response.context["panel"]["table"]
    found = {
        line.label: (line.budget, line.actual, line.to_go, line.forecast, line.variance) for line in table.categories
    }
    assert found == {
        "Build": tuple(map(Decimal, ("2000000", "600000", "1600000", "2200000", "200000"))),
        "Data migration": tuple(map(Decimal, ("1000000", "400000", "1200000", "1600000", "600000"))),
    }
    page = _text(response)
    assert "Forecast +£0.8m, of which £0.6m is data migration" in page
    assert "actuals to 31 May 2026" in page
    assert "Baseline 1 is current" in page
    for figure in ("£3.0m", "£1.0m", "£2.8m", "£3.8m", "+£0.8m"):
        assert figure in page.split("<tfoot")[1].split("</tfoot>")[0]


def test_every_figure_opens_the_rows_that_add_up_to_it(funded, as_):
    client = as_(funded.executive)
    for query, total in (
        ("counted=1&cost_version=budget&category=Build", 2_000_000),
        ("cost_version=actual&category=Build", 600_000),
        ("cost_version=forecast&starts_later=2026-05-31&category=Build", 1_600_000),
        ("cost_version=forecast&starts_later=2026-05-31&fiscal_year=2027/28", 1_200_000),
        ("cost_version=actual&period_label=May 2026", 400_000),
    ):
        response = client.get(f"/nodes/A/costs/?{query}")
        assert sum(row.obj.amount for row in response.context["table"]["rows"]) == total
    page = client.get(MONEY).content.decode()
    assert "/nodes/A/costs/?cost_version=forecast&amp;starts_later=2026-05-31&amp;fiscal_year=2027%2F28" in page


def test_draft_budget_does_not_count(funded, as_):
    draft = baseline_open(funded.project, actor=funded.finance)
    line = funded.line("Aug 2026", "777", cost_version="budget", baseline=draft)
    services.cost_rows_set([line], actor=funded.finance)
    table = as_(funded.executive).get(MONEY).context["panel"]["table"]
    assert table.total.budget == Decimal(3000000)


def test_curve_gives_the_points_of_the_table(funded, as_):
    data = as_(funded.executive).get(f"{MONEY}spend.json").json()["data"]
    assert {trace["name"]: (trace["x"][-1], trace["y"][-1]) for trace in data} == {
        "Plan": ("2027-04-30", 3.0),
        "Actual": ("2026-05-31", 1.0),
        "Forecast": ("2027-04-30", 3.8),
    }


def test_nothing_of_a_project_outside_the_scope_is_shown(funded, as_):
    row = CostRow.objects.first()
    services.cost_rows_set([funded.line("Jul 2026", "5", node=funded.other, category="Canary")], actor=funded.finance)
    foreign = CostRow.objects.get(category="Canary")
    client = as_(funded.manager)
    for url in (
        "/nodes/B/money/",
        "/nodes/B/money/spend.json",
        "/nodes/B/money/edit/",
        "/nodes/B/costs/",
        "/nodes/B/costs/new/",
        "/nodes/B/costs/export.csv",
        "/nodes/B/estimates/",
        f"/costs/{foreign.pk}/",
        f"/costs/{foreign.pk}/edit/",
        f"/costs/{foreign.pk}/history/",
    ):
        assert client.get(url).status_code == 404, url
    for url in ("/costs/", "/costs/export.csv", "/nodes/A/costs/new/", f"/costs/{row.pk}/edit/"):
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code == 200
        assert b"Canary" not in body, url


def _post(house, **values):
    data = {"cost_version": "forecast", "period": house.month("Jul 2026").pk, "category": "Build", "cost_type": "capex"}
    return data | {"currency": house.pound.pk, "amount": "100"} | values


def test_create_ignores_keys_that_are_not_in_the_form(house, as_):
    approved = baseline_open(house.other, actor=house.finance)
    forged = {"node": house.other.pk, "baseline": approved.pk, "version": "9", "id": "777", "parent_key": "B"}
    response = as_(house.manager).post("/nodes/A/costs/new/", _post(house, reason="plan", **forged))
    row = CostRow.objects.get()
    assert response.status_code == 302
    assert (row.node, row.baseline, row.version, row.amount) == (house.project, None, 1, Decimal(100))
    assert row.pk != 777
    assert AuditEntry.objects.get(verb="cost.created").reason == "plan"


def test_form_starts_with_this_month_the_forecast_and_the_reporting_currency(house, as_):
    form = as_(house.manager).get("/nodes/A/costs/new/").context["form"]
    assert [form[name].value() for name in ("cost_version", "period", "currency")] == [
        "forecast",
        house.month("Jun 2026").pk,
        house.pound.pk,
    ]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"amount": "12,5"}, "amount", "Enter a number."),
        ({"period": "99999"}, "period", "Select a valid choice."),
        ({"cost_version": "actual"}, "period", "Jul 2026 has not begun: nothing is spent in it yet."),
        ({"category": ""}, "category", "This field is required."),
    ],
)
def test_create_shows_the_error_at_its_field_and_keeps_what_was_typed(house, as_, values, field, words):
    response = as_(house.manager).post("/nodes/A/costs/new/", _post(house, **{"category": "Typed words"} | values))
    assert response.status_code == 422
    assert response.context["form"].errors[field][0].startswith(words)
    assert CostRow.objects.count() == 0
    if field != "category":
        assert 'value="Typed words"' in response.content.decode()


def test_the_same_row_twice_is_refused_in_words(house, as_):
    client = as_(house.manager)
    client.post("/nodes/A/costs/new/", _post(house))
    response = client.post("/nodes/A/costs/new/", _post(house, amount="5"))
    assert "This row is already there: change its amount instead." in response.content.decode()
    assert CostRow.objects.get().amount == Decimal(100)


def test_edit_cannot_change_version_or_project_and_is_told_in_the_history(house, as_):
    (row,) = services.cost_rows_set([house.line("Jul 2026", "100")], actor=house.manager)
    forged = _post(house, amount="120", version="1", cost_version="actual", node=house.other.pk, reason="re-quoted")
    client = as_(house.manager)
    assert client.post(f"/costs/{row.pk}/edit/", forged).status_code == 302
    row.refresh_from_db()
    assert (row.cost_version, row.node, row.amount, row.version) == ("forecast", house.project, Decimal(120), 2)
    page = _text(client.get(f"/costs/{row.pk}/history/"))
    assert "re-quoted" in page
    assert "100.00" in page
    assert "120.00" in page


def test_stale_edit_is_refused_and_the_typed_text_stays(house, as_):
    (row,) = services.cost_rows_set([house.line("Jul 2026", "100")], actor=house.manager)
    services.cost_row_update(row, {"amount": Decimal(130)}, actor=house.finance)
    response = as_(house.manager).post(
        f"/costs/{row.pk}/edit/", _post(house, amount="90", category="Mine", version="1")
    )
    row.refresh_from_db()
    assert (response.status_code, row.amount, row.category) == (409, Decimal(130), "Build")
    assert response.context["form"]["category"].value() == "Mine"
    assert "130" in _text(response)


def _grid(rows, **typed):
    data = {"reason": "month end"}
    for row in rows:
        data |= {f"amount-{row.pk}": "11", f"seen-{row.pk}": str(row.amount), f"version-{row.pk}": str(row.version)}
    return data | typed


def test_grid_saves_changed_cells_only(house, as_):
    rows = services.cost_rows_set(
        [house.line(m, "10.00") for m in ("Jul 2026", "Aug 2026", "Sep 2026")], actor=house.manager
    )
    data = _grid(rows) | {f"amount-{rows[2].pk}": "10.00"}
    response = as_(house.manager).post(f"{MONEY}edit/?year=2026/27", data)
    assert response.status_code == 302
    stored = CostRow.objects.order_by("period__start").values_list("amount", "version")
    assert list(stored) == [(Decimal(11), 2), (Decimal(11), 2), (Decimal(10), 1)]
    assert set(AuditEntry.objects.filter(verb="cost.edited").values_list("reason", flat=True)) == {"month end"}


def test_grid_with_a_row_of_another_project_is_not_found_and_writes_nothing(house, as_):
    mine = services.cost_rows_set([house.line("Jul 2026", "10")], actor=house.manager)
    foreign = services.cost_rows_set([house.line("Jul 2026", "10", node=house.other)], actor=house.finance)
    for person in (house.manager, house.finance):  # finance may edit both rows, but not through this project's page
        response = as_(person).post(f"{MONEY}edit/?year=2026/27", _grid([*mine, *foreign]))
        assert response.status_code == 404
    assert set(CostRow.objects.values_list("amount", flat=True)) == {Decimal(10)}


def test_grid_conflict_shows_both_amounts_and_saving_again_overwrites(house, as_):
    rows = services.cost_rows_set([house.line(m, "10") for m in ("Jul 2026", "Aug 2026")], actor=house.manager)
    services.cost_row_update(rows[0], {"amount": Decimal(99)}, actor=house.finance)
    client = as_(house.manager)
    response = client.post(f"{MONEY}edit/?year=2026/27", _grid(rows))
    page = response.content.decode()
    assert response.status_code == 409
    assert set(CostRow.objects.values_list("amount", flat=True)) == {Decimal(99), Decimal(10)}
    assert "Now saved: £99.00." in page
    assert page.count('value="11"') == 2
    again = _grid(rows) | {f"version-{rows[0].pk}": "2", f"seen-{rows[0].pk}": "99.00"}
    assert client.post(f"{MONEY}edit/?year=2026/27", again).status_code == 302
    assert set(CostRow.objects.values_list("amount", flat=True)) == {Decimal(11)}


def test_grid_names_the_unreadable_amount_and_saves_none(house, as_):
    rows = services.cost_rows_set([house.line(m, "10") for m in ("Jul 2026", "Aug 2026")], actor=house.manager)
    response = as_(house.manager).post(f"{MONEY}edit/?year=2026/27", _grid(rows) | {f"amount-{rows[1].pk}": "ten"})
    assert response.status_code == 422
    assert 'value="ten"' in response.content.decode()
    assert "Enter a number." in response.content.decode()
    assert set(CostRow.objects.values_list("amount", flat=True)) == {Decimal(10)}


def test_grid_offers_the_year_that_runs_and_only_the_draft_budget(funded, as_):
    client = as_(funded.manager)
    response = client.get(f"{MONEY}edit/")
    assert (response.context["year"], [year["label"] for year in response.context["years"]]) == (
        "2026/27",
        ["2026/27", "2027/28"],
    )
    assert client.get(f"{MONEY}edit/?version=budget").context["lines"] == []
    client.post(f"{MONEY}baseline/")
    assert len(client.get(f"{MONEY}edit/?version=budget").context["lines"]) == 2
    assert client.get(f"{MONEY}edit/?version=other").status_code == 404


def test_opening_a_baseline_takes_a_post_and_the_right_to_edit(funded, as_):
    assert as_(funded.executive).post(f"{MONEY}baseline/").status_code == 404
    client = as_(funded.manager)
    assert client.get(f"{MONEY}baseline/").status_code == 405
    client.post(f"{MONEY}baseline/")
    draft = Baseline.objects.get(state="draft")
    assert (draft.number, draft.cost_rows.count()) == (2, 3)
    assert reverse("baseline-approve", args=[draft.pk]) not in client.get(MONEY).content.decode()
    assert reverse("baseline-approve", args=[draft.pk]) in as_(funded.finance).get(MONEY).content.decode()


def test_row_of_an_approved_baseline_is_not_edited(funded, as_):
    row = CostRow.objects.filter(cost_version="budget").first()
    response = as_(funded.manager).post(f"/costs/{row.pk}/edit/", _post(funded, amount="5", version="1"))
    assert response.status_code == 422
    assert "An approved baseline is frozen." in response.content.decode()


def _rows_of(house, count):
    currencies = [services.currency_ensure(code, code, actor=house.finance) for code in ("EUR", "USD", "CHF")[:count]]
    months = [house.month(label) for label in ("Jul 2026", "Aug 2026", "Sep 2026")[:count]]
    services.cost_rows_set(
        [house.line(month.label, "10", category=month.label) for month in months], actor=house.manager
    )
    services.estimates_put(
        [services.EstimateLine(house.project, month.start, Decimal(10), house.pound) for month in months],
        actor=house.manager,
    )
    for currency in currencies:
        services.rate_put(currency, date(2026, 1, 1), Decimal("0.5"), actor=house.finance)


@pytest.mark.parametrize(
    "url",
    ["/costs/", "/nodes/A/costs/", "/estimates/", "/nodes/A/estimates/", MONEY, f"{MONEY}edit/"]
    + [f"/calendar/{name}/" for name in ("periods", "currencies", "rates")],
)
def test_lists_take_as_many_queries_for_three_rows_as_for_one(house, as_, url, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_(house.finance)
    _rows_of(house, 1)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        assert client.get(url).status_code == 200
    _rows_of(house, 3)
    with django_assert_num_queries(len(one)):
        client.get(url)


@pytest.mark.parametrize("url", ["/nodes/A/costs/", "/nodes/A/estimates/", "/calendar/rates/"])
def test_export_has_the_rows_and_order_of_the_page(house, as_, url):
    _rows_of(house, 3)
    client = as_(house.finance)
    page = client.get(f"{url}")
    first = page.context["table"]["columns"][0].column
    shown = [str(first.raw(row.obj)) for row in page.context["table"]["rows"]]
    lines = b"".join(client.get(f"{url}export.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].split(",") == [str(heading.label) for heading in page.context["table"]["columns"]]
    assert [line.split(",")[0] for line in lines[1:]] == shown
    assert len(shown) == 3


def test_lists_refuse_unknown_filters_and_sort_keys(house, as_):
    client = as_(house.finance)
    for query in ("amount__gt=1", "node__parent=1", "sort=node__owner__password", "cols=version"):
        assert client.get(f"/costs/?{query}").status_code == 400, query


def test_estimate_is_added_with_blank_amount_as_unknown(house, as_):
    services.estimates_put(
        [services.EstimateLine(house.project, date(2025, 3, 31), Decimal(1000000), house.pound, "2025")],
        actor=house.manager,
    )
    client = as_(house.manager)
    client.post("/nodes/A/estimates/new/", {"as_of": "2026-03-31", "amount": "1500000", "currency": house.pound.pk})
    assert "Whole-life cost £1.5m at 31 Mar 2026" in _text(client.get(MONEY))
    assert "+£0.5m" in _text(client.get(MONEY))
    client.post("/nodes/A/estimates/new/", {"as_of": "2026-06-01", "amount": "", "currency": house.pound.pk})
    assert WholeLifeEstimate.objects.count() == 3
    assert "Whole-life cost unknown at 1 Jun 2026" in _text(client.get(MONEY))


def test_calendar_is_read_by_all_and_changed_by_finance(house, as_):
    client = as_(house.manager)
    assert client.get("/calendar/periods/").status_code == 200
    for url in ("/calendar/periods/new/", "/calendar/periods/generate/", "/calendar/rates/new/"):
        assert client.get(url).status_code == 404
    client = as_(house.finance)
    form = client.get("/calendar/periods/generate/").context["form"]
    assert form["start"].value() == date(2027, 4, 1)
    assert client.post("/calendar/periods/generate/", {"start": "2027-04-01"}).status_code == 302
    assert FiscalPeriod.objects.filter(fiscal_year="2027/28").count() == 12
    assert client.post("/calendar/periods/generate/", {"start": "2028-04-30"}).status_code == 422


def test_rate_makes_an_unknown_total_known(house, as_):
    euro = services.currency_ensure("EUR", "Euro", actor=house.finance)
    services.cost_rows_set(
        [house.line("Apr 2026", "2000000", cost_version="actual", currency=euro)], actor=house.manager
    )
    client = as_(house.finance)
    assert "The total is unknown: no exchange rate for EUR" in _text(client.get(MONEY))
    client.post("/calendar/rates/new/", {"currency": euro.pk, "valid_from": "2026-01-01", "rate": "0.85"})
    assert ExchangeRate.objects.get().rate == Decimal("0.85")
    assert "Forecast £1.7m, and no approved budget to hold it against" in _text(client.get(MONEY))


def test_overview_shows_the_money_panel_only_where_it_says_something(funded, as_):
    client = as_(funded.executive)
    assert "Forecast +£0.8m, of which £0.6m is data migration" in _text(client.get("/nodes/A/"))
    assert "No money is planned or spent yet" in _text(client.get("/nodes/B/"))
    assert "No money is planned or spent yet" not in _text(client.get("/nodes/P/"))


def test_empty_money_page_offers_the_next_step_to_those_who_may(house, as_):
    assert "Add the first cost row" in _text(as_(house.manager).get(MONEY))
    assert "Add the first cost row" not in _text(as_(house.executive).get(MONEY))


def test_currency_in_use_is_not_deleted(house, as_):
    services.cost_rows_set([house.line("Jul 2026", "1")], actor=house.manager)
    response = as_(house.finance).post(f"/calendar/currencies/{house.pound.pk}/delete/")
    assert response.status_code == 422
    assert Currency.objects.count() == 1
