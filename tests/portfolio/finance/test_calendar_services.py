"""Fiscal periods, currencies, rates and whole-life estimates."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError

from governance.audit.models import AuditEntry
from pmo.core.access import SYSTEM
from pmo.core.errors import NotPermitted, StaleWrite
from portfolio.finance import services
from portfolio.finance.services.calendar import fiscal_year_label
from portfolio.models import Currency, ExchangeRate, FiscalPeriod, WholeLifeEstimate


def test_a_uk_fiscal_year_is_twelve_months_from_april_without_gap(house):
    months = list(FiscalPeriod.objects.filter(fiscal_year="2026/27"))
    assert [month.label for month in months][::11] == ["Apr 2026", "Mar 2027"]
    assert [(month.start, month.end) for month in months][10] == (date(2027, 2, 1), date(2027, 2, 28))
    assert all((later.start - earlier.end).days == 1 for earlier, later in pairwise(months))


def test_generating_a_year_again_adds_nothing(house):
    again = services.periods_generate(date(2026, 4, 1), actor=house.finance)
    assert (len(again), FiscalPeriod.objects.count()) == (12, 24)
    assert AuditEntry.objects.filter(verb="period.created").count() == 24


def test_generating_needs_the_calendar_right_and_a_day_that_every_month_has(house):
    with pytest.raises(NotPermitted):
        services.periods_generate(date(2030, 4, 1), actor=house.manager)
    with pytest.raises(ValidationError):
        services.periods_generate(date(2030, 4, 30), actor=house.finance)


@pytest.mark.parametrize(
    ("start", "label"), [(date(2026, 4, 1), "2026/27"), (date(2099, 7, 1), "2099/00"), (date(2026, 1, 1), "2026")]
)
def test_fiscal_year_is_named_by_its_calendar_years(start, label):
    assert fiscal_year_label(start) == label


def test_ensure_returns_what_is_there(house):
    year = services.period_ensure(date(2020, 4, 1), date(2021, 3, 31), "2020/21", "2020/21", actor=SYSTEM)
    assert services.period_ensure(date(2020, 4, 1), date(2021, 3, 31), "x", "x", actor=house.manager) == year
    assert services.currency_ensure("GBP", "x", actor=house.manager) == house.pound
    assert services.currency_ensure("EUR", "Euro", actor=house.finance).name == "Euro"


def test_currency_code_is_three_capital_letters(house):
    with pytest.raises(ValidationError) as caught:
        services.currency_create(actor=house.finance, code="eur", name="Euro")
    assert list(caught.value.message_dict) == ["code"]


def test_rate_put_writes_once_a_day_and_edits_after(house):
    euro = services.currency_ensure("EUR", "Euro", actor=house.finance)
    for rate in ("0.85", "0.85", "0.86"):
        services.rate_put(euro, date(2026, 1, 1), Decimal(rate), actor=house.finance)
    assert ExchangeRate.objects.get().rate == Decimal("0.86")
    assert list(AuditEntry.objects.filter(verb__startswith="rate.").order_by("pk").values_list("verb", flat=True)) == [
        "rate.created",
        "rate.edited",
    ]


def test_calendar_is_closed_to_a_manager(house):
    for write in (
        lambda: services.currency_create(actor=house.manager, code="EUR", name="Euro"),
        lambda: services.rate_create(actor=house.manager, currency=house.pound, valid_from=date(2026, 1, 1), rate=1),
        lambda: services.period_create(
            actor=house.manager, start=date(2030, 1, 1), end=date(2030, 1, 31), label="x", fiscal_year="x"
        ),
        lambda: services.period_delete(house.month("Jul 2026"), actor=house.manager),
        lambda: services.currency_delete(house.pound, actor=house.manager),
    ):
        with pytest.raises(NotPermitted):
            write()
    assert (Currency.objects.count(), ExchangeRate.objects.count(), FiscalPeriod.objects.count()) == (1, 0, 24)


def test_what_money_stands_in_is_not_deleted(house):
    services.cost_rows_set([house.line("Jul 2026", "1")], actor=house.manager)
    for delete, row in ((services.period_delete, house.month("Jul 2026")), (services.currency_delete, house.pound)):
        with pytest.raises(ValidationError, match="Other rows need this one"):
            delete(row, actor=house.finance)


def _estimate(house, amount, day=date(2026, 3, 31), **values):
    return services.EstimateLine(values.pop("node", house.project), day, amount, house.pound, **values)


def test_estimates_put_upserts_by_node_and_date(house):
    services.estimates_put([_estimate(house, Decimal(100), source="2025")], actor=house.manager)
    (row,) = services.estimates_put([_estimate(house, None, source="2025", note="Exempt")], actor=house.manager)
    row.refresh_from_db()
    assert (row.amount, row.note, row.version, WholeLifeEstimate.objects.count()) == (None, "Exempt", 2, 1)
    assert AuditEntry.objects.get(verb="estimate.edited").changes == {
        "amount": ["100.00", None],
        "note": ["", "Exempt"],
    }


def test_estimates_put_refuses_all_for_one_foreign_node_and_a_negative_amount(house):
    with pytest.raises(NotPermitted):
        services.estimates_put(
            [_estimate(house, Decimal(1)), _estimate(house, Decimal(1), node=house.other)], actor=house.manager
        )
    with pytest.raises(ValidationError, match="Line 1: amount"):
        services.estimates_put([_estimate(house, Decimal(-1))], actor=house.manager)
    assert WholeLifeEstimate.objects.count() == 0


def test_estimate_edits_one_by_one(house):
    row = services.estimate_create(
        actor=house.manager, node=house.project, as_of=date(2026, 3, 31), amount=Decimal(5), currency=house.pound
    )
    services.estimate_update(row, {"amount": Decimal(6)}, actor=house.manager, expected_version=1)
    with pytest.raises(StaleWrite):
        services.estimate_update(row, {"amount": Decimal(7)}, actor=house.manager, expected_version=1)
    with pytest.raises(ValidationError):
        services.estimate_update(row, {"node": house.other}, actor=house.finance)
    row.refresh_from_db()
    assert (row.amount, row.node) == (Decimal(6), house.project)
    services.estimate_delete(row, actor=house.manager)
    assert WholeLifeEstimate.objects.count() == 0
