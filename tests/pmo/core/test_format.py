"""Amounts, shares, dates and slips as they are written on the screen; every expected text is worked by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from pmo.core import format as fmt


@pytest.fixture(autouse=True)
def british():
    with translation.override("en-gb"):
        yield


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("21412345.00", "£21.4m"),
        ("21450000", "£21.5m"),  # half up
        ("1000000", "£1.0m"),
        ("999499.99", "£999k"),
        ("999500", "£1.0m"),  # never £1,000k
        ("214000", "£214k"),
        ("1000", "£1k"),
        ("950", "£950"),
        ("950.25", "£950.25"),
        ("0", "£0"),
        ("-400000", "−£400k"),
        ("-2800000", "−£2.8m"),
        ("541951370000", "£541,951.4m"),
        ("1234567890", "£1,234.6m"),
    ],
)
def test_money_shortens_to_millions_and_thousands(amount, text):
    assert fmt.money(Decimal(amount), "GBP") == text


def test_money_without_an_amount_is_a_word():
    assert [f(None, "GBP") for f in (fmt.money, fmt.signed_money, fmt.money_exact, fmt.money_m)] == ["Unknown"] * 4


def test_money_writes_other_currencies_with_their_symbol_or_code():
    assert fmt.money(Decimal(2500000), "EUR") == "€2.5m"
    assert fmt.money(Decimal(2500000), "USD") == "US$2.5m"
    assert fmt.money(Decimal(2500000), "CHF") == "CHF\N{NO-BREAK SPACE}2.5m"


def test_money_follows_the_active_language():
    with translation.override("de"):
        assert fmt.money(Decimal(1234500000), "EUR") == "€1.234,5m"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("21412345", "£21,412,345.00"),
        ("21412345.675", "£21,412,345.68"),
        ("-0.5", "−£0.50"),
        ("0", "£0.00"),
    ],
)
def test_money_exact_shows_every_digit(amount, text):
    assert fmt.money_exact(Decimal(amount), "GBP") == text


def test_money_exact_has_no_decimals_where_the_currency_has_none():
    assert fmt.money_exact(Decimal(1500), "JPY") == "JP¥1,500"


@pytest.mark.parametrize(
    ("amount", "text"), [("541951370000", "£541,951.37m"), ("-400000", "−£0.40m"), ("5000", "£0.01m"), ("0", "£0.00m")]
)
def test_money_m_quotes_millions_with_two_decimals(amount, text):
    assert fmt.money_m(Decimal(amount), "GBP") == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("2800000", "+£2.8m"),
        ("-400000", "−£0.4m"),
        ("0", "±£0.0m"),
        ("100000", "+£0.1m"),
        ("99000", "+£99k"),
        ("-12345", "−£12k"),
        ("250", "+£250"),
    ],
)
def test_signed_money_shows_direction(amount, text):
    assert fmt.signed_money(Decimal(amount), "GBP") == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [("0.151", "+15.1%"), ("-0.038", "−3.8%"), ("0", "±0.0%"), ("0.00049", "±0.0%"), ("12.5", "+1,250.0%")],
)
def test_pct_shows_direction_with_one_decimal(ratio, text):
    assert fmt.pct(Decimal(ratio)) == text


def test_pct_of_a_float_is_not_disturbed_by_its_binary_tail():
    assert fmt.pct(0.0285) == "+2.9%"


def test_ratio_without_a_denominator_is_not_applicable():
    assert (fmt.pct(None), fmt.share(None)) == ("n/a", "n/a")


def test_share_is_a_whole_per_cent():
    assert [fmt.share(Decimal(r)) for r in ("0.952", "1", "0", "0.005")] == ["95%", "100%", "0%", "1%"]


def test_count_groups_thousands():
    assert [fmt.count(n) for n in (10000, 0, -3, None)] == ["10,000", "0", "−3", "–"]


def test_day_is_short_and_unambiguous():
    assert fmt.day(date(2027, 7, 2)) == "2 Jul 2027"
    assert fmt.day(None) == "–"


def test_day_of_an_instant_is_the_local_one():
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # 00:30 of 1 July in London, summer time
    with timezone.override(ZoneInfo("Europe/London")):
        assert fmt.day(late) == "1 Jul 2026"


def test_instant_is_local_to_the_minute():
    with timezone.override(ZoneInfo("Europe/London")):
        assert fmt.instant(datetime(2026, 11, 19, 16, 22, 59, tzinfo=UTC)) == "19 Nov 2026 16:22"
        assert fmt.instant(None) == "–"


def test_slip_is_signed_days():
    assert [fmt.slip(n).replace("\N{NO-BREAK SPACE}", " ") for n in (63, -5, 0, None)] == ["+63 d", "−5 d", "0 d", "–"]


def test_slip_words_name_the_direction():
    words = [fmt.slip_words(n).replace("\N{NO-BREAK SPACE}", " ") for n in (63, -5, 0, None)]
    assert words == ["63 d late", "5 d early", "0 d", "Unknown"]
