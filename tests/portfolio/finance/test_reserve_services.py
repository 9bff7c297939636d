"""Reserves and what is drawn from them: never more than what is left, also by two people at once."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from governance.audit.models import AuditEntry
from pmo.core.errors import NotPermitted
from portfolio.finance import services
from portfolio.models import ReserveDraw
from tests.factories import CurrencyFactory, ReserveDrawFactory, ReserveFactory
from tests.portfolio.finance.test_cost_locks import meanwhile

TODAY = date(2026, 6, 15)


def draw(house, reserve, amount, **values):
    values = {"actor": house.manager, "drawn_on": TODAY, "purpose": "Wet ground"} | values
    return services.reservedraw_create(reserve=reserve, amount=Decimal(amount), **values)


def told():
    return list(AuditEntry.objects.filter(node__isnull=False).order_by("pk").values_list("verb", flat=True))


@pytest.fixture
def reserve(house):
    return ReserveFactory(node=house.project, name="Ground", amount=1000)


def test_reserve_is_drawn_to_nothing_and_no_further(house, reserve):
    draw(house, reserve, "600")
    draw(house, reserve, "399.99")
    with pytest.raises(ValidationError, match=re.escape("Only £0.01 is left in Ground")):
        draw(house, reserve, "0.02")
    draw(house, reserve, "0.01")
    with pytest.raises(ValidationError, match=re.escape("Only £0.00 is left in Ground")):
        draw(house, reserve, "0.01")
    assert told() == ["reservedraw.created"] * 3


def test_draw_is_corrected_within_what_the_others_left(house, reserve):
    draw(house, reserve, "600")
    row = draw(house, reserve, "300")
    services.reservedraw_update(row, {"amount": Decimal(400)}, actor=house.manager)
    with pytest.raises(ValidationError, match=re.escape("Only £400.00 is left in Ground")):
        services.reservedraw_update(row, {"amount": Decimal("400.01")}, actor=house.manager)
    assert sorted(ReserveDraw.objects.values_list("amount", flat=True)) == [400, 600]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"drawn_on": date(2026, 6, 16)}, "This day has not come yet"),
        ({"amount": Decimal(0)}, "Draw more than nothing"),
        ({"amount": Decimal(-5)}, "greater than or equal to 0"),
    ],
)
def test_draw_that_cannot_be_is_refused(house, reserve, values, words):
    values = {"amount": Decimal(5)} | values
    with pytest.raises(ValidationError, match=words):
        draw(house, reserve, values.pop("amount"), **values)
    assert ReserveDraw.objects.count() == 0


def test_draw_on_a_reserve_of_another_project_is_refused(house):
    foreign = ReserveFactory(node=house.other)
    with pytest.raises(NotPermitted):
        draw(house, foreign, "5")
    with pytest.raises(ValidationError, match="This reserve does not exist"):
        draw(house, foreign, "5", actor=house.finance, reserve__node=house.project)


def test_reserve_never_falls_below_what_was_drawn(house, reserve):
    draw(house, reserve, "600")
    with pytest.raises(ValidationError, match=re.escape("£600.00 is drawn from it already")):
        services.RESERVES.update(reserve, {"amount": Decimal("599.99")}, actor=house.manager)
    services.RESERVES.update(reserve, {"amount": Decimal(600)}, actor=house.manager)
    euro = CurrencyFactory(code="EUR", name="Euro")
    with pytest.raises(ValidationError, match="Money was drawn in the other currency"):
        services.RESERVES.update(reserve, {"currency": euro}, actor=house.manager)
    with pytest.raises(ValidationError, match="Other rows need this one"):
        services.RESERVES.delete(reserve, actor=house.manager)


def test_untouched_reserve_may_change_its_currency_and_go(house, reserve):
    euro = CurrencyFactory(code="EUR", name="Euro")
    row = services.RESERVES.update(reserve, {"currency": euro, "amount": Decimal(5)}, actor=house.manager)
    assert (row.currency, row.amount) == (euro, 5)
    services.RESERVES.delete(row, actor=house.manager, reason="Not needed")
    assert told() == ["reserve.edited", "reserve.deleted"]


@pytest.mark.django_db(transaction=True)
def test_two_draws_at_once_never_take_more_than_what_is_left(house):
    reserve = ReserveFactory(node=house.project, name="Ground", amount=1000)
    with pytest.raises(ValidationError, match=re.escape("Only £400.00 is left in Ground")):
        meanwhile(lambda: draw(house, reserve, "600"), lambda: draw(house, reserve, "600", actor=house.finance))
    assert list(ReserveDraw.objects.values_list("amount", flat=True)) == [600]


@pytest.mark.django_db(transaction=True)
def test_reserve_is_not_cut_below_a_draw_that_is_being_written(house):
    reserve = ReserveFactory(node=house.project, amount=1000)
    with pytest.raises(ValidationError, match=re.escape("£600.00 is drawn from it already")):
        meanwhile(
            lambda: draw(house, reserve, "600"),
            lambda: services.RESERVES.update(reserve, {"amount": Decimal(500)}, actor=house.finance),
        )


@pytest.mark.django_db(transaction=True)
def test_draw_is_not_raised_beside_another_that_is_being_written(house):
    reserve = ReserveFactory(node=house.project, name="Ground", amount=1000)
    row = ReserveDrawFactory(reserve=reserve, amount=100, drawn_on=TODAY)
    with pytest.raises(ValidationError, match=re.escape("Only £400.00 is left in Ground")):
        meanwhile(
            lambda: draw(house, reserve, "600"),
            lambda: services.reservedraw_update(row, {"amount": Decimal(500)}, actor=house.finance),
        )
