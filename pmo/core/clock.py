"""The one clock of the house: services ask it, so that demo data and tests can replay real time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_fixed: ContextVar[datetime | None] = ContextVar("fixed_instant", default=None)


def now() -> datetime:
    """Return the current instant in UTC, or the instant set by `at`."""
    return _fixed.get() or timezone.now()


def today() -> date:
    """Return the business date: the calendar day in the organisation's time zone."""
    return timezone.localdate(now())


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Run the block as if it were `instant` (time-zone aware)."""
    token = _fixed.set(instant)
    try:
        yield
    finally:
        _fixed.reset(token)
