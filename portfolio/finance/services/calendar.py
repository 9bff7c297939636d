"""Writes of the organisation's financial calendar: fiscal periods, currencies and dated exchange rates."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pmo.core import access, bulk, saving
from pmo.core.errors import NotPermitted
from pmo.core.events import declare_verbs, emit
from portfolio.finance.models import Currency, ExchangeRate, FiscalPeriod

declare_verbs(
    {
        "period.created": _("Fiscal period added"),
        "period.edited": _("Fiscal period edited"),
        "period.deleted": _("Fiscal period deleted"),
        "currency.created": _("Currency added"),
        "currency.edited": _("Currency edited"),
        "currency.deleted": _("Currency deleted"),
        "rate.created": _("Exchange rate added"),
        "rate.edited": _("Exchange rate edited"),
        "rate.deleted": _("Exchange rate deleted"),
    }
)

EDIT = "calendar.edit"


def period_create(*, actor: Any, reason: str = "", **values: Any) -> FiscalPeriod:
    """Add one fiscal period."""
    return saving.create(FiscalPeriod(**values), actor=actor, action=EDIT, verb="period.created", reason=reason)


def period_update(
    period: FiscalPeriod,
    values: Mapping[str, Any],
    *,
    actor: Any,
    expected_version: int | None = None,
    reason: str = "",
) -> FiscalPeriod:
    """Edit one fiscal period."""
    return saving.update(
        period, values, actor=actor, action=EDIT, verb="period.edited", expected_version=expected_version, reason=reason
    )


def period_delete(period: FiscalPeriod, *, actor: Any, reason: str = "") -> None:
    """Delete a fiscal period that no money stands in."""
    saving.delete(period, actor=actor, action=EDIT, verb="period.deleted", reason=reason)


def period_ensure(start: date, end: date, label: str, fiscal_year: str, *, actor: Any) -> FiscalPeriod:
    """Return the period of exactly these days, added if it is not there."""
    found = FiscalPeriod.objects.filter(start=start, end=end).first()
    return found or period_create(actor=actor, start=start, end=end, label=label, fiscal_year=fiscal_year)


@transaction.atomic
def periods_generate(fiscal_year_start: date, *, actor: Any) -> Sequence[FiscalPeriod]:
    """Return the twelve months of the fiscal year that begins on `fiscal_year_start`; missing ones are added.

    Raises NotPermitted, and ValidationError for a year that starts after the 28th: not every month has that day.
    """
    if EDIT not in access.held_actions(actor):
        raise NotPermitted(_("This does not exist."))
    if fiscal_year_start.day > 28:
        raise ValidationError(_("A fiscal year starts between the 1st and the 28th of a month."))
    starts = [_months_later(fiscal_year_start, months) for months in range(13)]
    year = fiscal_year_label(fiscal_year_start)
    wanted = [
        FiscalPeriod(
            start=start,
            end=following - timedelta(days=1),
            label=f"{calendar.month_abbr[start.month]} {start.year}",
            fiscal_year=year,
        )
        for start, following in pairwise(starts)
    ]
    existing = FiscalPeriod.objects.filter(start__gte=starts[0], start__lt=starts[-1])
    outcome = bulk.upsert(wanted, existing, key=lambda period: (period.start, period.end), values=[])
    emit("period.created", outcome.created, actor=actor)
    return outcome.rows


def fiscal_year_label(start: date) -> str:
    """Return the name of the fiscal year that begins on `start`: `2026/27`, or `2026` for a calendar year."""
    return f"{start.year}" if (start.month, start.day) == (1, 1) else f"{start.year}/{(start.year + 1) % 100:02}"


def currency_create(*, actor: Any, reason: str = "", **values: Any) -> Currency:
    """Add one currency."""
    return saving.create(Currency(**values), actor=actor, action=EDIT, verb="currency.created", reason=reason)


def currency_update(
    currency: Currency, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None, reason: str = ""
) -> Currency:
    """Edit one currency."""
    return saving.update(
        currency,
        values,
        actor=actor,
        action=EDIT,
        verb="currency.edited",
        expected_version=expected_version,
        reason=reason,
    )


def currency_delete(currency: Currency, *, actor: Any, reason: str = "") -> None:
    """Delete a currency that no amount and no rate uses."""
    saving.delete(currency, actor=actor, action=EDIT, verb="currency.deleted", reason=reason)


def currency_ensure(code: str, name: str, *, actor: Any) -> Currency:
    """Return the currency of this ISO 4217 code, added if it is not there."""
    return Currency.objects.filter(code=code).first() or currency_create(actor=actor, code=code, name=name)


def rate_create(*, actor: Any, reason: str = "", **values: Any) -> ExchangeRate:
    """Add one dated rate."""
    return saving.create(ExchangeRate(**values), actor=actor, action=EDIT, verb="rate.created", reason=reason)


def rate_update(
    rate: ExchangeRate, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None, reason: str = ""
) -> ExchangeRate:
    """Edit one rate; totals in its currency are rolled up again."""
    return saving.update(
        rate, values, actor=actor, action=EDIT, verb="rate.edited", expected_version=expected_version, reason=reason
    )


def rate_delete(rate: ExchangeRate, *, actor: Any, reason: str = "") -> None:
    """Delete one rate. Amounts that no rate covers any more are shown as unknown."""
    saving.delete(rate, actor=actor, action=EDIT, verb="rate.deleted", reason=reason)


def rate_put(currency: Currency, valid_from: date, rate: Decimal, *, actor: Any) -> ExchangeRate:
    """Make `rate` (units of the reporting currency for one unit of `currency`) hold from `valid_from`."""
    found = ExchangeRate.objects.filter(currency=currency, valid_from=valid_from).first()
    if found is None:
        return rate_create(actor=actor, currency=currency, valid_from=valid_from, rate=rate)
    return rate_update(found, {"rate": rate}, actor=actor)


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.month - 1 + months, 12)
    return start.replace(year=start.year + year, month=month + 1)
