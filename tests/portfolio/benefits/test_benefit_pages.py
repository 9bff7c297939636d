"""The benefits tab, profiles, the grid of values and the form of shares, as people use them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.audit.models import AuditEntry
from portfolio.benefits import services
from portfolio.models import Baseline, Benefit, BenefitValue, Currency
from tests.contracts.pages import page_of
from tests.factories import BenefitFactory, BenefitShareFactory, NodeFactory

D = Decimal
TAB, GRID = "/nodes/A/benefits/", "/nodes/A/benefits/edit/"


@pytest.fixture
def as_(client):
    """Return a function that signs a person in and gives the client."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def worked(house):
    """Target 4.0m, realised 1.0m to May, forecast 3.2m after it; a dis-benefit of 0.2m, not targeted at all.

    Saving: 1.0m of 1.5m in Apr and May, 2.2m of 2.5m in Jul. Forecast 3.2m; less 0.2m is 3.0m in all, of 4.0m.
    """
    saving = house.benefit(review_on=date(2026, 6, 1))
    loss = house.benefit(name="Longer queues", kind="disbenefit", nature="non_cashable")
    house.approved(saving, Apr_2026="500000", May_2026="1000000", Jul_2026="2500000")
    house.set(saving, "actual", Apr_2026="400000", May_2026="600000")
    house.set(saving, "forecast", May_2026="999", Jul_2026="2200000")
    house.set(loss, "forecast", Jul_2026="200000")
    return house


def _text(response):
    return " ".join("".join(page_of(response).text).split())


def test_tab_states_the_finding_and_its_figures(worked, as_):
    response = as_(worked.executive).get(TAB)
    lines = [
        (line["held"].benefit.name, *(figure.text for figure in line["figures"]))
        for line in response.context["panel"]["lines"]
    ]
    assert lines == [
        ("Longer queues", "–", "−£0.2m", "–", "–"),
        ("Paperless claims", "£4.0m", "£3.2m", "£1.0m", "−£0.8m"),
    ]
    page = _text(response)
    assert "Benefits are forecast at £3.0m, £1.0m short of the target of £4.0m" in page
    assert "realised to 31 May 2026" in page
    assert "£1.0m is realised to 31 May 2026, £0.5m behind the target to that day" in page
    assert "1 review is overdue" in page
    assert "Baseline 1 is current" in page
    total = [figure.text for figure in response.context["panel"]["total"]]
    assert total == ["£4.0m", "£3.0m", "£1.0m", "−£1.0m"]


def test_every_figure_of_a_benefit_opens_the_rows_that_add_up_to_it(worked, as_):
    client = as_(worked.executive)
    panel = client.get(TAB).context["panel"]
    for line in panel["lines"]:
        row = line["held"].line
        for figure, amount in zip(line["figures"], (row.target, row.forecast, row.actual), strict=False):
            assert bool(figure.url) is (amount is not None)
            if figure.url:
                rows = client.get(figure.url).context["table"]["rows"]
                assert sum(found.obj.amount for found in rows) == abs(amount), figure
    assert [figure.url for figure in panel["total"]] == [""] * 4


def test_curve_and_table_have_the_same_points_and_sum_to_the_total(worked, as_):
    services.benefit_values_set(
        [worked.line(Benefit.objects.get(kind="benefit"), "Mar 2026", "50000", value_version="actual")],
        actor=worked.head,
    )
    client = as_(worked.executive)
    response = client.get(TAB)
    fig = response.context["fig"]
    assert fig["rows"] == [
        ["2025/26", "£0.00", "£50,000.00", "£50,000.00"],
        ["2026/27", "£4,000,000.00", "£3,000,000.00", "£1,000,000.00"],
    ]
    data = {trace["name"]: trace for trace in client.get(fig["figure_url"]).json()["data"]}
    assert {name: trace["y"] for name, trace in data.items()} == {
        "Target": [0.0, 4.0],
        "Forecast": [0.05, 3.0],
        "Realised": [0.05, 1.0],
    }
    total = response.context["panel"]["held"].found.total
    assert (total.target, total.forecast, total.actual) == (D(4_000_000), D(3_050_000), D(1_050_000))
    assert "as of 15 Jun 2026" in fig["note"]
    assert "2 benefits in money" in fig["note"]


def test_draft_target_does_not_count(worked, as_):
    worked.set(Benefit.objects.get(kind="disbenefit"), "target", Jul_2026="777")
    total = as_(worked.executive).get(TAB).context["panel"]["held"].found.total
    assert total.target == D(4_000_000)


def test_measured_benefit_stands_apart_in_its_own_unit(house, as_):
    made = house.benefit(
        name="Faster payment", nature="measured", currency=None, measure="Days from claim to payment",
        baseline_value=12, target_value=D("4.5"), target_date=date(2027, 3, 31),
    )  # fmt: skip
    house.set(made, "actual", Apr_2026="11", May_2026="10")
    house.set(made, "forecast", Jul_2026="8", Sep_2026="6")
    response = as_(house.executive).get(TAB)
    page = _text(response)
    assert "One benefit is measured in its own unit" in page
    cells = page_of(response).table()[1]
    assert [" ".join(cell.split()) for cell in cells[0][1:]] == ["12", "4.50by 31 Mar 2027", "10May 2026", "6Sep 2026"]
    assert "1 benefit, measured and not in money" in page
    assert not response.context["panel"]["lines"]


def test_share_of_a_benefit_is_said_and_opens_no_rows(worked, as_):
    saving = Benefit.objects.get(kind="benefit")
    with transaction.atomic():
        BenefitShareFactory(benefit=saving, node=worked.project, percent=75)
        BenefitShareFactory(benefit=saving, node=worked.other, percent=25)
    client = as_(worked.executive)
    line = client.get(TAB).context["panel"]["lines"][1]
    assert (line["note"], line["figures"][0].text, line["figures"][0].url) == ("75% of it counts here", "£3.0m", "")
    other = _text(client.get("/nodes/B/benefits/"))
    assert "25% of it counts here" in other
    assert "stands on Name of A" in other


def test_benefit_claimed_wholly_elsewhere_counts_nothing_where_it_stands(worked, as_):
    saving = Benefit.objects.get(kind="benefit")
    BenefitShareFactory(benefit=saving, node=worked.other, percent=100)
    line = as_(worked.executive).get(TAB).context["panel"]["lines"][1]
    assert [figure.text for figure in line["figures"]] == ["–"] * 4
    assert line["note"] == "counts for those who claim it"


def test_missing_rate_is_a_word(house, as_):
    made = house.benefit(currency=Currency.objects.create(code="USD", name="Dollar"))
    house.set(made, "forecast", Jul_2026="5")
    page = _text(as_(house.executive).get(TAB))
    assert "The total is unknown: no exchange rate for USD" in page
    assert "Unknown" in page


def test_empty_tab_says_what_to_do(house, as_):
    page = _text(as_(house.manager).get(TAB))
    assert "No benefit is profiled yet" in page
    assert "Add the first benefit" in page
    page = _text(as_(house.executive).get(TAB))
    assert "Add the first benefit" not in page


def test_portfolio_lists_the_open_benefits_below_it(worked, as_):
    worked.benefit(name="Closed", closed_on=date(2026, 6, 1), node=worked.other)
    late = worked.benefit(name="Later", review_on=date(2026, 5, 1), node=worked.other)
    response = as_(worked.executive).get("/nodes/P/benefits/")
    assert [
        (
            line["benefit"].name,
            line["benefit"].target,
            line["benefit"].forecast,
            line["benefit"].actual,
            line["overdue"],
        )
        for line in response.context["below"]["rows"]
    ] == [
        ("Later", None, None, None, True),
        ("Paperless claims", 4_000_000, 3_200_000, 1_000_000, True),
        ("Longer queues", None, -200_000, None, False),
    ]
    page = page_of(response)
    assert "3 open benefits below, 2 reviews overdue" in "".join(page.text)
    links = {attrs.get("href") for attrs in page.of("a")}
    assert {reverse("benefit-detail", args=[late.pk]), "/benefit-profiles/?within=P&state=open"} <= links


def test_list_of_benefits_tells_what_each_brings(worked, as_):
    measured = worked.benefit(name="Days", nature="measured", currency=None, target_value=3)
    worked.set(measured, "actual", Apr_2026="9", May_2026="7")
    worked.set(measured, "forecast", Jul_2026="5")
    table = as_(worked.executive).get("/benefit-profiles/?sort=name").context["table"]
    assert [(row.obj.name, row.obj.target, row.obj.forecast, row.obj.actual) for row in table["rows"]] == [
        ("Days", 3, 5, 7),
        ("Longer queues", None, -200_000, None),
        ("Paperless claims", 4_000_000, 3_200_000, 1_000_000),
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("within=A", {"Paperless claims", "Longer queues"}),
        ("within=P", {"Paperless claims", "Longer queues", "Closed"}),
        ("within=OUT", set()),
        ("state=open", {"Paperless claims", "Longer queues"}),
        ("state=closed", {"Closed"}),
        ("review=overdue", {"Paperless claims"}),
        ("kind=disbenefit", {"Longer queues"}),
    ],
)
def test_filters_of_benefits(worked, as_, query, names):
    worked.benefit(name="Closed", closed_on=date(2026, 6, 1), review_on=date(2026, 5, 1), node=worked.other)
    BenefitFactory(name="Foreign", node=NodeFactory(code="OUT", kind="portfolio"))
    table = as_(worked.executive).get(f"/benefit-profiles/?{query}").context["table"]
    assert {row.obj.name for row in table["rows"]} == names


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ("figure=target", [500_000, 1_000_000, 2_500_000]),
        ("figure=actual", [400_000, 600_000]),
        ("figure=forecast", [400_000, 600_000, 2_200_000, 200_000]),
        ("value_version=forecast", [999, 2_200_000, 200_000]),
        ("value_version=target&fiscal_year=2026/27", [500_000, 1_000_000, 2_500_000]),
        ("q=queues", [200_000]),
    ],
)
def test_filters_of_values(worked, as_, query, amounts):
    table = as_(worked.executive).get(f"/benefit-values/?{query}").context["table"]
    assert sorted(row.obj.amount for row in table["rows"]) == sorted(amounts)


def test_overview_says_forecast_target_and_next_review(worked, as_):
    Benefit.objects.filter(kind="benefit").update(review_on=date(2026, 9, 1))
    page = _text(as_(worked.executive).get("/nodes/A/"))
    assert "Benefits are forecast at £3.0m, £1.0m short of the target of £4.0m" in page
    assert "Next review 1 Sep 2026" in page
    page = _text(as_(worked.executive).get("/nodes/P/"))
    assert "No benefit is profiled yet" not in page


def test_nothing_of_a_project_outside_the_scope_is_shown(worked, as_):
    foreign = worked.benefit(name="Canary", node=worked.other)
    worked.set(foreign, "forecast", Jul_2026="5")
    value = foreign.values.get()
    client = as_(worked.manager)
    for url in (
        "/nodes/B/benefits/",
        "/nodes/B/benefits/realisation.json",
        "/nodes/B/benefits/edit/",
        "/nodes/B/benefit-profiles/",
        "/nodes/B/benefit-profiles/new/",
        "/nodes/B/benefit-values/export.csv",
        f"/benefit-profiles/{foreign.pk}/",
        f"/benefit-profiles/{foreign.pk}/shares/",
        f"/benefit-values/{value.pk}/",
        f"/benefit-values/{value.pk}/history/",
    ):
        assert client.get(url).status_code == 404, url
    for url in ("/benefit-profiles/", "/benefit-values/", "/benefit-values/export.csv", "/nodes/A/benefit-values/new/"):
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code == 200
        assert b"Canary" not in body, url
    grid = {f"amount-{foreign.pk}-{value.period_id}": "9", f"seen-{foreign.pk}-{value.period_id}": "5"}
    assert client.post(GRID, grid).status_code == 404
    value.refresh_from_db()
    assert value.amount == D(5)


def test_tab_asks_as_many_queries_for_three_benefits_as_for_one(house, as_):
    client = as_(house.executive)

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(TAB).status_code == 200
        return len(found)

    def add(number):
        made = house.benefit(name=f"Benefit {number}", review_on=date(2026, 5, number))
        measured = house.benefit(name=f"Measured {number}", nature="measured", currency=None)
        for one in (made, measured):
            house.set(one, "forecast", Jul_2026="5")
        with transaction.atomic():
            BenefitShareFactory(benefit=made, node=house.project, percent=50)
            BenefitShareFactory(benefit=made, node=house.other, percent=50)

    add(1)
    asked()
    one = asked()
    add(2)
    add(3)
    assert asked() == one
    assert one < 25


# --- forms -----------------------------------------------------------------------------------


def _profile(house, **values):
    data = {"name": "Fewer letters", "kind": "benefit", "nature": "cashable", "measure": "Pounds, ledger"}
    return data | {"currency": house.pound.pk} | values


def test_create_ignores_keys_that_are_not_in_the_form(house, as_):
    forged = {"node": house.other.pk, "version": "9", "id": "777", "closed_on": "2026-01-01"}
    response = as_(house.manager).post("/nodes/A/benefit-profiles/new/", _profile(house, **forged))
    made = Benefit.objects.get()
    assert response.status_code == 302
    assert (made.node, made.version, made.closed_on) == (house.project, 1, None)
    assert made.pk != 777


def test_currency_of_a_measured_benefit_is_left_out(house, as_):
    as_(house.manager).post("/nodes/A/benefit-profiles/new/", _profile(house, nature="measured"))
    assert Benefit.objects.get().currency is None


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"currency": ""}, "currency", "A benefit in money has a currency."),
        ({"baseline_date": "2026-07-01"}, "baseline_date", "This date lies in the past or is today."),
        ({"measure": ""}, "measure", "This field is required."),
    ],
)
def test_create_shows_the_error_at_its_field(house, as_, values, field, words):
    response = as_(house.manager).post("/nodes/A/benefit-profiles/new/", _profile(house, **values))
    assert (response.status_code, response.context["form"].errors) == (422, {field: [words]})
    assert Benefit.objects.count() == 0


def test_target_typed_on_the_form_goes_into_the_draft(house, as_):
    made = house.benefit()
    data = {"benefit": made.pk, "value_version": "target", "period": house.month("Jul 2026").pk, "amount": "40"}
    assert as_(house.manager).post("/nodes/A/benefit-values/new/", data | {"reason": "Case"}).status_code == 302
    assert BenefitValue.objects.get().baseline == Baseline.objects.get(node=house.project, state="draft")


def _grid(rows, **typed):
    data = {"reason": "month end"}
    for benefit, month, seen in rows:
        key = f"{benefit.pk}-{month.pk}"
        data |= {f"amount-{key}": seen, f"seen-{key}": seen}
    return data | typed


def test_grid_offers_every_period_of_the_year_and_saves_what_was_changed(house, as_):
    made = house.benefit()
    house.set(made, "forecast", Jul_2026="10", Aug_2026="20")
    client = as_(house.manager)
    page = client.get(GRID)
    assert [period.label for period in page.context["periods"]][::11] == ["Apr 2026", "Mar 2027"]
    months = [house.month(f"{name} 2026") for name in ("Jul", "Aug", "Sep")]
    july, august, september = (f"amount-{made.pk}-{month.pk}" for month in months)
    data = _grid(zip([made] * 3, months, ("10", "20", ""), strict=True), **{july: "11.50", august: "", september: "7"})
    assert client.post(GRID, data).status_code == 302
    found = BenefitValue.objects.order_by("period__start").values_list("period__label", "amount")
    assert list(found) == [("Jul 2026", D("11.50")), ("Sep 2026", D(7))]
    assert set(AuditEntry.objects.filter(reason="month end").values_list("verb", flat=True)) == {
        "benefitvalue.created",
        "benefitvalue.edited",
        "benefitvalue.deleted",
    }


def test_grid_of_actuals_offers_only_periods_that_have_begun(house, as_):
    house.benefit()
    page = as_(house.manager).get(f"{GRID}?version=actual")
    assert [period.label for period in page.context["periods"]] == ["Apr 2026", "May 2026", "Jun 2026"]


def test_grid_of_targets_needs_an_open_draft(house, as_):
    made = house.benefit()
    client = as_(house.manager)
    assert "No draft baseline is open" in _text(client.get(f"{GRID}?version=target"))
    response = client.post("/nodes/A/benefits/baseline/")
    assert (response.status_code, response.url) == (302, f"{GRID}?version=target")
    july = house.month("Jul 2026")
    data = _grid([(made, july, "")], **{f"amount-{made.pk}-{july.pk}": "40"})
    assert client.post(f"{GRID}?version=target", data).status_code == 302
    row = BenefitValue.objects.get()
    assert (row.value_version, row.baseline.state, row.amount) == ("target", "draft", D(40))
    assert "Targets 2026/27 of draft baseline 1" in _text(client.get(f"{GRID}?version=target"))


def test_grid_with_an_unreadable_cell_saves_nothing_and_keeps_what_was_typed(house, as_):
    made = house.benefit()
    july, august = house.month("Jul 2026"), house.month("Aug 2026")
    typed = {f"amount-{made.pk}-{july.pk}": "12,5x", f"amount-{made.pk}-{august.pk}": "9"}
    response = as_(house.manager).post(GRID, _grid([(made, july, ""), (made, august, "")], **typed))
    assert (response.status_code, BenefitValue.objects.count()) == (422, 0)
    page = page_of(response)
    fields = {attrs.get("name"): attrs.get("value") for attrs in page.of("input")}
    assert {name: fields[name] for name in typed} == typed
    assert "Enter a number." in "".join(page.text)


def test_grid_refuses_an_amount_below_zero_in_words(house, as_):
    made, july = house.benefit(kind="disbenefit"), house.month("Jul 2026")
    response = as_(house.manager).post(GRID, _grid([(made, july, "")], **{f"amount-{made.pk}-{july.pk}": "-5"}))
    assert response.status_code == 422
    assert "a dis-benefit is counted against by its kind" in _text(response)


def test_stale_grid_shows_what_stands_and_the_second_save_overwrites(house, as_):
    made, july = house.benefit(), house.month("Jul 2026")
    house.set(made, "forecast", Jul_2026="10")
    key = f"{made.pk}-{july.pk}"
    data = _grid([(made, july, "10")], **{f"amount-{key}": "30"})
    house.set(made, "forecast", Jul_2026="20")
    client = as_(house.manager)
    response = client.post(GRID, data)
    assert (response.status_code, BenefitValue.objects.get().amount) == (409, D(20))
    assert "Now saved: 20. Save again to write yours over it." in _text(response)
    fields = {attrs.get("name"): attrs.get("value") for attrs in page_of(response).of("input")}
    assert (fields[f"amount-{key}"], fields[f"seen-{key}"]) == ("30", "20")
    assert client.post(GRID, data | {f"seen-{key}": "20"}).status_code == 302
    assert BenefitValue.objects.get().amount == D(30)


def test_cell_that_is_not_on_the_page_is_unknown(house, as_):
    made, foreign = house.benefit(), house.benefit(node=house.other, name="Foreign")
    july = house.month("Jul 2026")
    for key in (f"{foreign.pk}-{july.pk}", f"{made.pk}-999999", f"{made.pk}", "x", "9" * 500, ""):
        assert as_(house.manager).post(GRID, {f"amount-{key}": "1"}).status_code == 404, key
    assert as_(house.manager).get(f"{GRID}?version=hope").status_code == 404
    assert as_(house.manager).get(f"{GRID}?year=1066").status_code == 200


def shares_url(benefit):
    return reverse("benefit-shares", args=[benefit.pk])


def test_shares_are_typed_by_code_and_told_with_before_and_after(house, as_):
    made = house.benefit()
    client = as_(house.head)
    typed = {"code-0": "A", "percent-0": "60", "code-1": "B", "percent-1": "40", "reason": "Steering group", "seen": ""}
    assert client.post(shares_url(made), typed).status_code == 302
    assert sorted(made.shares.values_list("node__code", "percent")) == [("A", D(60)), ("B", D(40))]
    page = _text(client.get(reverse("benefit-history", args=[made.pk])))
    assert "A 60%, B 40%" in page
    fields = {attrs.get("name"): attrs.get("value") for attrs in page_of(client.get(shares_url(made))).of("input")}
    assert (fields["code-0"], fields["percent-0"], fields["code-1"], fields["seen"]) == ("A", "60", "B", "A=60 B=40")
    page = _text(client.get(reverse("benefit-detail", args=[made.pk])))
    assert "2 projects claim it" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"code-0": "A", "percent-0": "60"}, "The shares add up to 60%, not to 100%."),
        ({"code-0": "NONE", "percent-0": "100"}, "There is no project of this code."),
        ({"code-0": "OUT", "percent-0": "100"}, "There is no project of this code."),
        ({"code-0": "A"}, "Say how much of the benefit it claims."),
        ({"percent-0": "100"}, "Say who claims this share."),
        ({"code-0": "A", "percent-0": "50", "code-1": "A", "percent-1": "50"}, "One project claims a benefit once."),
        ({"code-0": "A", "percent-0": "100", "code-1": "B", "percent-1": "0"}, "Line 2: A share is more than 0%."),
    ],
)
def test_shares_that_cannot_be_are_refused_in_words(house, as_, typed, words):
    NodeFactory(code="OUT", kind="portfolio")
    made = house.benefit()
    response = as_(house.head).post(shares_url(made), typed)
    assert (response.status_code, made.shares.count()) == (422, 0)
    assert words in _text(response)


def test_stale_shares_show_what_stands_and_the_second_save_overwrites(house, as_):
    made = house.benefit()
    client = as_(house.head)
    services.benefit_shares_set(made, [services.ShareLine(house.other, D(100))], actor=house.head)
    typed = {"code-0": "A", "percent-0": "100", "seen": ""}
    response = client.post(shares_url(made), typed)
    assert response.status_code == 409
    assert "Somebody saved other shares meanwhile: B 100%." in _text(response)
    fields = {attrs.get("name"): attrs.get("value") for attrs in page_of(response).of("input")}
    assert (fields["code-0"], fields["seen"]) == ("A", "B=100")
    assert client.post(shares_url(made), typed | {"seen": "B=100"}).status_code == 302
    assert made.shares.get().node == house.project


@pytest.mark.parametrize("seen", ["A=x", "A", "=", "A=NaN", "A=sNaN", "A=1e999"])
def test_forged_shares_seen_write_nothing(house, as_, seen):
    made = house.benefit()
    response = as_(house.head).post(shares_url(made), {"code-0": "A", "percent-0": "100", "seen": seen})
    assert response.status_code in (404, 409)
    assert made.shares.count() == 0


def test_shares_outside_ones_view_are_counted_without_their_names(house, as_):
    made = house.benefit()
    lines = [services.ShareLine(house.project, D(60)), services.ShareLine(house.other, D(40))]
    services.benefit_shares_set(made, lines, actor=house.head)
    client = as_(house.manager)
    page = _text(client.get(shares_url(made)))
    assert "One project outside your view claims 40% and keeps it." in page
    assert "Name of B" not in page
    detail = _text(client.get(reverse("benefit-detail", args=[made.pk])))
    assert ("A project outside your view" in detail, "Name of B" in detail) == (True, False)
    assert client.post(shares_url(made), {"code-0": "A", "percent-0": "100", "seen": "A=60"}).status_code == 422
    assert made.shares.count() == 2
