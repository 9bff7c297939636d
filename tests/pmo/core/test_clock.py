"""The one clock: fixed for a block, the business day in the organisation's zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from pmo.core import clock


def test_clock_tells_the_real_time_in_utc():
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)
    assert clock.now().utcoffset() == timedelta(0)


def test_fixed_instant_ends_with_its_block_even_after_an_error():
    instant, later = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    with clock.at(instant):
        with pytest.raises(RuntimeError, match="out at 2027"), clock.at(later):
            raise RuntimeError(f"out at {clock.now().year}")
        assert clock.now() == instant
    assert clock.now() not in (instant, later)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 7, 31, 22, 59, tzinfo=UTC), date(2026, 7, 31)),
        (datetime(2026, 7, 31, 23, 0, tzinfo=UTC), date(2026, 8, 1)),  # summer time in London
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_business_day_is_that_of_the_organisation(instant, day):
    with clock.at(instant):
        assert clock.today() == day
