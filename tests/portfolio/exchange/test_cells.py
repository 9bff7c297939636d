"""Cells: what is read, what stands for a missing figure, and what a person is told to write."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.exchange import cells
from portfolio.exchange.cells import Read
from portfolio.exchange.presets import Column, Reads, find

FIVE, THREE = find("gmpp", 2021), find("gmpp", 2022)


def read(text, reads, field="x", preset=FIVE):
    return cells.read(text, Column("x", field, reads), preset)


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("£2,013.02", "2013020000"),
        ("£6.96m", "6960000"),
        ("970", "970000000"),
        ("£0.00", "0"),
        (" £12,743.00 ", "12743000000"),
        ("-4.5", "-4500000"),
    ],
)
def test_money_in_millions_becomes_pounds(text, pounds):
    assert read(text, Reads.MONEY) == Read(Decimal(pounds))


@pytest.mark.parametrize("text", ["tbc", "£", "1,23", "12,5", "1e3", "=1+1", "£1.00 and more", "٣"])
def test_text_that_is_no_money_says_what_to_write(text):
    found = read(text, Reads.MONEY)
    assert found.value is None
    assert found.fault == "Not an amount in million GBP. Write it as 12.50, or “Data not provided”."


def test_money_that_no_column_can_hold_is_refused():
    assert "too large" in read("9" * 30, Reads.MONEY).fault
    assert "not negative" in read("-1", Reads.MONEY, field="whole_life").fault


@pytest.mark.parametrize("reads", [Reads.MONEY, Reads.DATE, Reads.RATING])
@pytest.mark.parametrize(
    "text",
    [
        "Exempt under Section 43 of the Freedom of Information Act 2000 (Commercial Interests)",
        "Data not provided",
        "EXEMPT",
        "Legal sensitivity\xa0around this programme along with the impacts of COVID-19",
    ],
)
def test_a_published_reason_leaves_the_value_out_and_is_kept(text, reads):
    assert read(text, reads) == Read(None, text)


def test_dates_are_iso_and_others_say_what_to_write():
    assert read("2027-03-31", Reads.DATE).value == date(2027, 3, 31)
    assert read("2027-11-31", Reads.DATE).fault.startswith("There is no such day.")
    assert read("31.11.2027", Reads.DATE).fault.startswith("There is no such day.")
    assert read("03.04.2012", Reads.DATE).fault == "Not an ISO date. If the day comes first, write 2012-04-03."
    assert read("Q3", Reads.DATE).fault.startswith("Not a date.")
    assert read("", Reads.DATE) == Read()


@pytest.mark.parametrize("text", ["Amber/red", "Amber/Red", "AMBER / RED", "amber-red"])
def test_ratings_are_read_without_regard_to_case(text):
    assert read(text, Reads.RATING) == Read("amber_red")


def test_the_three_point_scale_has_no_amber_red():
    assert read("Amber/Red", Reads.RATING, preset=THREE).fault.endswith("Write one of: Green, Amber, Red.")


def test_one_rating_of_two_keeps_who_gave_it():
    assert cells.one_rating(Read("amber"), Read()) == Read("amber", "", "", "ipa")
    assert cells.one_rating(Read(), Read("green")) == Read("green", "", "", "sro")
    assert cells.one_rating(Read(reason="Exempt"), Read(reason="Exempt")) == Read("exempt", "Exempt", "", "ipa")
    assert cells.one_rating(Read(), None) == Read("not_rated", "(blank)", "", "ipa")
    assert "Leave one" in cells.one_rating(Read("amber"), Read("red")).fault


def test_equal_texts_stand_once_under_all_their_headings():
    assert cells.paragraphs(("a", "Exempt"), ("b", "Other"), ("c", "Exempt")) == "a, c: Exempt\n\nb: Other"
