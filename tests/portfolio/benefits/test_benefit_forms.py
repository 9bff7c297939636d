"""The form of a profile, the grid of values and the form of shares: what is taken, what is refused and what is kept."""

from decimal import Decimal

import pytest
from django.urls import reverse

from governance.audit.models import AuditEntry
from portfolio.benefits import services
from portfolio.models import Baseline, Benefit, BenefitValue
from tests.contracts.pages import page_of
from tests.factories import NodeFactory
from tests.portfolio.benefits.worlds import text_of

D = Decimal
GRID = "/nodes/A/benefits/edit/"


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
    assert "No draft baseline is open" in text_of(client.get(f"{GRID}?version=target"))
    response = client.post("/nodes/A/benefits/baseline/")
    assert (response.status_code, response.url) == (302, f"{GRID}?version=target")
    july = house.month("Jul 2026")
    data = _grid([(made, july, "")], **{f"amount-{made.pk}-{july.pk}": "40"})
    assert client.post(f"{GRID}?version=target", data).status_code == 302
    row = BenefitValue.objects.get()
    assert (row.value_version, row.baseline.state, row.amount) == ("target", "draft", D(40))
    assert "Targets 2026/27 of draft baseline 1" in text_of(client.get(f"{GRID}?version=target"))


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
    assert "a dis-benefit is counted against by its kind" in text_of(response)


def test_stale_grid_shows_what_stands_and_the_second_save_overwrites(house, as_):
    made, july = house.benefit(), house.month("Jul 2026")
    house.set(made, "forecast", Jul_2026="10")
    key = f"{made.pk}-{july.pk}"
    data = _grid([(made, july, "10")], **{f"amount-{key}": "30"})
    house.set(made, "forecast", Jul_2026="20")
    client = as_(house.manager)
    response = client.post(GRID, data)
    assert (response.status_code, BenefitValue.objects.get().amount) == (409, D(20))
    assert "Now saved: 20. Save again to write yours over it." in text_of(response)
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
    page = text_of(client.get(reverse("benefit-history", args=[made.pk])))
    assert "A 60%, B 40%" in page
    fields = {attrs.get("name"): attrs.get("value") for attrs in page_of(client.get(shares_url(made))).of("input")}
    assert (fields["code-0"], fields["percent-0"], fields["code-1"], fields["seen"]) == ("A", "60", "B", "A=60 B=40")
    page = text_of(client.get(reverse("benefit-detail", args=[made.pk])))
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
    assert words in text_of(response)


def test_stale_shares_show_what_stands_and_the_second_save_overwrites(house, as_):
    made = house.benefit()
    client = as_(house.head)
    services.benefit_shares_set(made, [services.ShareLine(house.other, D(100))], actor=house.head)
    typed = {"code-0": "A", "percent-0": "100", "seen": ""}
    response = client.post(shares_url(made), typed)
    assert response.status_code == 409
    assert "Somebody saved other shares meanwhile: B 100%." in text_of(response)
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
    page = text_of(client.get(shares_url(made)))
    assert "One project outside your view claims 40% and keeps it." in page
    assert "Name of B" not in page
    detail = text_of(client.get(reverse("benefit-detail", args=[made.pk])))
    assert ("A project outside your view" in detail, "Name of B" in detail) == (True, False)
    assert client.post(shares_url(made), {"code-0": "A", "percent-0": "100", "seen": "A=60"}).status_code == 422
    assert made.shares.count() == 2
