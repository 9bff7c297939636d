"""Days in an address: strict in writing, whole in time zone, never in the future."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import BadRequest
from django.http import QueryDict

from reporting.snapshots.days import Window, day_of, end_of, month_end, presets, quarter_end

TODAY = date(2026, 11, 19)
NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)


def test_day_is_read_as_written():
    assert day_of("2026-10-31", TODAY) == date(2026, 10, 31)
    assert day_of("2026-11-19", TODAY) == TODAY


@pytest.mark.parametrize(
    "text",
    ["", "31/10/2026", "2026-10-32", "2026-1-5", "20261031", "2026-W44-6", "now", "٢٠٢٦-١٠-٣١", "2026-10-31T00:00",
     "0000-00-00", "1899-12-31", "0001-01-01", "2026-11-20", "9999-12-31"],
)  # fmt: skip
def test_anything_else_is_refused_in_words(text):
    with pytest.raises(BadRequest, match=r".{10}"):
        day_of(text, TODAY)


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2026, 10, 31), datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        (date(2026, 7, 1), datetime(2026, 7, 1, 22, 59, 59, 999_999, tzinfo=UTC)),  # an hour ahead of UTC in summer
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, 59, 59, 999_999, tzinfo=UTC)),  # the day of 25 hours
    ],
)
def test_day_ends_at_midnight_of_the_house(day, instant):
    assert end_of(day) == instant


def test_window_without_days_begins_at_the_last_month_end():
    window = Window.of(QueryDict(""), NOW)
    assert (window.since, window.until, window.end) == (date(2026, 10, 31), None, NOW)
    assert window.words == "since 31 Oct 2026"


def test_window_until_today_is_until_now():
    assert Window.of(QueryDict("since=2026-11-01&until=2026-11-19"), NOW).query == {"since": "2026-11-01"}


def test_window_between_two_days_begins_before_its_end():
    window = Window.of(QueryDict("since=2026-10-31&until=2026-11-15"), NOW)
    assert (window.start, window.end) == (end_of(date(2026, 10, 31)), end_of(date(2026, 11, 15)))
    assert window.words == "between 31 Oct 2026 and 15 Nov 2026"
    assert Window.of(QueryDict("until=2026-10-15"), NOW).since == date(2026, 9, 30)


def test_window_of_today_holds_nothing_yet():
    window = Window.of(QueryDict("since=2026-11-19"), NOW)
    assert (window.start, window.end) == (NOW, NOW)


@pytest.mark.parametrize(
    "query",
    ["since=2026-11-15&until=2026-10-31", "since=2026-10-31&until=2026-10-31", "since=2026-11-20", "until=2026-11-20",
     "since=x", "since=2026-10-01&since=2026-10-31"],
)  # fmt: skip
def test_window_that_cannot_be_is_refused(query):
    with pytest.raises(BadRequest):
        Window.of(QueryDict(query), NOW)


@pytest.mark.parametrize(
    ("today", "month", "quarter"),
    [
        (date(2026, 11, 19), date(2026, 10, 31), date(2026, 9, 30)),
        (date(2027, 1, 1), date(2026, 12, 31), date(2026, 12, 31)),
        (date(2028, 3, 1), date(2028, 2, 29), date(2027, 12, 31)),
    ],
)
def test_ends_of_month_and_quarter_lie_before_today(today, month, quarter):
    assert (month_end(today), quarter_end(today)) == (month, quarter)


def test_presets_stand_nearest_first_and_leave_out_what_is_not_there():
    found = presets(TODAY, date(2026, 11, 13))
    assert [preset.since for preset in found] == [
        date(2026, 11, 13), date(2026, 11, 12), date(2026, 10, 31), date(2026, 9, 30),
    ]  # fmt: skip
    assert len(presets(TODAY, None)) == len(presets(TODAY, TODAY)) == 3
