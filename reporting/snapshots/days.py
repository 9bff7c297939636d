"""Days asked for in an address, and the instants they stand for (pure).

A day in the past stands for its last instant in the organisation's time zone: what was recorded on the day is in it.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from pmo.core import format as fmt

EARLIEST = date(1900, 1, 1)
WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(text: str, today: date) -> date:
    """Return the day written `2026-10-31`. Raises BadRequest for anything else and for a day that has not come."""
    try:
        day = date.fromisoformat(text if WRITTEN.fullmatch(text) else "")
    except ValueError:
        raise BadRequest(_("“%(text)s” is no day. Write it as 2026-10-31.") % {"text": text[:40]}) from None
    if day > today:
        raise BadRequest(_("%(day)s has not come yet.") % {"day": fmt.day(day)})
    if day < EARLIEST:
        raise BadRequest(_("%(day)s lies before everything that is kept.") % {"day": fmt.day(day)})
    return day


def asked(parameters: "MultiValueDict[str, str]", name: str, today: date) -> date | None:
    """Return the day that a parameter names, None where it is missing or empty. Raises BadRequest like `day_of`."""
    found = parameters.getlist(name)
    if len(found) > 1:
        raise BadRequest(_("“%(name)s” stands twice in the address.") % {"name": name})
    return day_of(found[0], today) if found and found[0] else None


def end_of(day: date) -> datetime:
    """Return the last instant of a day in the organisation's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) - timedelta(microseconds=1)


def month_end(today: date) -> date:
    """Return the last day of the month before."""
    return today.replace(day=1) - timedelta(days=1)


def quarter_end(today: date) -> date:
    """Return the last day of the calendar quarter before."""
    return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """From the end of one day to the end of another, or until now."""

    since: date
    until: date | None
    now: datetime

    @classmethod
    def of(cls, parameters: "MultiValueDict[str, str]", now: datetime) -> "Window":
        """Return what `since` and `until` say, without them since the last month end. Raises BadRequest."""
        today = timezone.localdate(now)
        since, until = asked(parameters, "since", today), asked(parameters, "until", today)
        since = since or month_end(min(until, today) if until else today)
        if since >= (until or today) and since != today:
            raise BadRequest(_("The first day must lie before the last one."))
        return cls(since, None if until == today else until, now)

    @property
    def start(self) -> datetime:
        """Return the instant after which a change counts."""
        return min(end_of(self.since), self.now)

    @property
    def end(self) -> datetime:
        """Return the last instant of a change that counts."""
        return self.now if self.until is None else end_of(self.until)

    @property
    def query(self) -> dict[str, str]:
        """Return the parameters that name this window."""
        found = {"since": self.since.isoformat()}
        return found | ({"until": self.until.isoformat()} if self.until else {})

    @property
    def words(self) -> str:
        """Return `since 31 Oct 2026`, or `between 31 Oct 2026 and 15 Nov 2026`."""
        if self.until is None:
            return _("since %(day)s") % {"day": fmt.day(self.since)}
        return _("between %(since)s and %(until)s") % {"since": fmt.day(self.since), "until": fmt.day(self.until)}


@dataclass(frozen=True)
class Preset:
    """A day that people ask for often."""

    label: Any
    since: date

    @property
    def day(self) -> str:
        """Return the day as people read it."""
        return fmt.day(self.since)


def presets(today: date, last_report: date | None) -> list[Preset]:
    """Return the days that people ask for, the nearest first; `last_report` is the day of the last report, if any."""
    found = [
        Preset(_("Last week"), today - timedelta(days=7)),
        Preset(_("Last month"), month_end(today)),
        Preset(_("Last quarter"), quarter_end(today)),
    ]
    if last_report is not None and last_report < today:
        found.append(Preset(_("Last report"), last_report))
    return sorted(found, key=lambda preset: preset.since, reverse=True)
