"""How amounts, shares, dates and slips are written on the screen (look.md, "Numbers").

Symbols, decimal marks and grouping come from Babel for the active language. A missing value is a word or a dash,
never 0. Amounts are whole currency units (pounds, not pence); ratios are fractions (0.151 is 15.1%); slips are days,
late is positive.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, numbers
from django.conf import settings
from django.utils import dateformat, timezone
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

MINUS = "−"
DASH = "–"
THIN = "\N{NO-BREAK SPACE}"
MILLION = Decimal(1_000_000)
THOUSAND = Decimal(1_000)
SIGNED_IN_MILLIONS_FROM = Decimal(100_000)  # a variance stands beside amounts in millions: 0.4m reads better than 400k

Number = Decimal | float | int


def money(amount: Number | None, currency: str) -> str:
    """Return `£21.4m`, `£214k` or `£950`; `Unknown` without an amount. `currency` is an ISO 4217 code."""
    if amount is None:
        return _("Unknown")
    value = _decimal(amount)
    return _sign(value, positive="") + _scaled(abs(value), currency, THOUSAND * THOUSAND)


def signed_money(amount: Number | None, currency: str) -> str:
    """Return a change: `+£2.8m`, `−£0.4m`, `+£12k`; `±£0.0m` for none and `Unknown` without an amount."""
    if amount is None:
        return _("Unknown")
    value = _decimal(amount)
    if value == 0:
        return f"±{symbol(currency)}{_number(value, 1)}m"
    return _sign(value) + _scaled(abs(value), currency, SIGNED_IN_MILLIONS_FROM)


def money_exact(amount: Number | None, currency: str) -> str:
    """Return every digit the currency has: `£21,412,345.00`; `Unknown` without an amount."""
    if amount is None:
        return _("Unknown")
    value = _decimal(amount)
    return _sign(value, positive="") + symbol(currency) + _number(abs(value), numbers.get_currency_precision(currency))


def millions(amount: Number | None, currency: str) -> str:
    """Return millions with one decimal, however small: `£0.6m`, for columns that keep one unit; `Unknown` without."""
    if amount is None:
        return _("Unknown")
    value = _decimal(amount)
    return f"{_sign(value, positive='')}{symbol(currency)}{_number(abs(value) / MILLION, 1)}m"


def money_m(amount: Number | None, currency: str) -> str:
    """Return millions with two decimals, as the tables behind a figure quote them: `£541,951.37m`."""
    if amount is None:
        return _("Unknown")
    value = _decimal(amount)
    return f"{_sign(value, positive='')}{symbol(currency)}{_number(abs(value) / MILLION, 2)}m"


def pct(ratio: Number | None) -> str:
    """Return a change with its sign and one decimal: `+15.1%`, `−3.8%`, `±0.0%`; `n/a` without a denominator."""
    if ratio is None:
        return _("n/a")
    value = _rounded(_decimal(ratio) * 100, 1)
    return f"{_sign(value, zero='±')}{_number(abs(value), 1)}%"


def share(ratio: Number | None) -> str:
    """Return a part of a whole in full per cent: `95%`; `n/a` without a denominator."""
    if ratio is None:
        return _("n/a")
    value = _rounded(_decimal(ratio) * 100, 0)
    return f"{_sign(value, positive='')}{_number(abs(value), 0)}%"


def count(value: Number | None) -> str:
    """Return a whole number with its groups: `10,000`; a dash without one."""
    if value is None:
        return DASH
    number = _decimal(value)
    return _sign(number, positive="") + _number(abs(number), 0)


def day(value: date | datetime | None) -> str:
    """Return `2 Jul 2027` (local date of an instant); a dash without a date."""
    if value is None:
        return DASH
    if isinstance(value, datetime):
        value = _local(value)
    return dateformat.format(value, "j M Y")


def instant(value: datetime | None) -> str:
    """Return `19 Nov 2026 16:22` in the current time zone; a dash without an instant."""
    return DASH if value is None else dateformat.format(_local(value), "j M Y H:i")


def slip(days: int | None) -> str:
    """Return days against the baseline: `+63 d` is late, `−5 d` early, `0 d` on the day, a dash when unknown."""
    if days is None:
        return DASH
    return f"{_sign(Decimal(days))}{abs(days)}{THIN}d"


def slip_words(days: int | None) -> str:
    """Return the same in words: `63 d late`, `5 d early`, `0 d`, `Unknown`."""
    if days is None:
        return _("Unknown")
    if days == 0:
        return f"0{THIN}d"
    text = _("%(days)s d late") if days > 0 else _("%(days)s d early")
    return text.replace(" d ", f"{THIN}d ") % {"days": abs(days)}


def _scaled(value: Decimal, currency: str, millions_from: Decimal) -> str:
    sign = symbol(currency)
    if value >= millions_from or _rounded(value / THOUSAND, 0) >= THOUSAND:
        return f"{sign}{_number(value / MILLION, 1)}m"
    if value >= THOUSAND:
        return f"{sign}{_number(value / THOUSAND, 0)}k"
    whole = value == value.to_integral_value()
    return sign + _number(value, 0 if whole else numbers.get_currency_precision(currency))


def _number(value: Decimal, decimals: int) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return numbers.format_decimal(_rounded(value, decimals), format=pattern, locale=_locale())


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _sign(value: Decimal, positive: str = "+", zero: str = "") -> str:
    if value == 0:
        return zero
    return positive if value > 0 else MINUS


def symbol(currency: str) -> str:
    """Return the sign before an amount, with a space where it is a word: `£`, but `CHF `."""
    sign = numbers.get_currency_symbol(currency, locale=_locale())
    return sign + THIN if sign[-1:].isalpha() else sign


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _locale() -> Locale:
    return _parsed(to_locale(get_language() or settings.LANGUAGE_CODE))


@lru_cache
def _parsed(name: str) -> Locale:
    return Locale.parse(name)
