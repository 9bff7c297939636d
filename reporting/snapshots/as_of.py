"""The day that a page is asked to show, the pages that can show one, and what their head says of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from pmo.core import access, clock
from pmo.core import format as fmt
from portfolio.models import Node
from reporting.rollup.queries import VIEW
from reporting.snapshots import findings, queries
from reporting.snapshots.days import asked, end_of, month_end, quarter_end

PARAMETER = "as_of"
PAGES = frozenset({"home", "chart", "node-detail", "node-list", "node-export"})
HEAD, BAND, NOTES = (f"reporting/snapshots/{name}.html" for name in ("head", "past", "notes"))


@dataclass(frozen=True)
class AsOf:
    """A day in the past, for its last instant."""

    day: date

    @property
    def at(self) -> datetime:
        """Return the instant as of which the page is."""
        return end_of(self.day)

    @property
    def parameters(self) -> dict[str, str]:
        """Return the parameter that carries the day along."""
        return {PARAMETER: self.day.isoformat()}

    @property
    def query(self) -> str:
        """Return the same as the end of an address."""
        return f"?{urlencode(self.parameters)}"


def as_of(request: Any) -> AsOf | None:
    """Return the past day that the address asks for; None for now, and on pages that only show now.

    Today is now. Raises BadRequest for what is no day and for a day that has not come.
    """
    match = request.resolver_match
    if PARAMETER not in request.GET or match is None or match.url_name not in PAGES:
        return None
    return past_day(asked(request.GET, PARAMETER, clock.today()))


def past_day(day: date | None) -> AsOf | None:
    """Return the day unless it is today or none."""
    return None if day is None or day >= clock.today() else AsOf(day)


def head(request: Any, node: Node | None) -> dict[str, Any] | None:
    """Return what the head of a page needs to show its day and choose another; None for whoever sees no figures.

    `past` is there on a page of a past day: its words, the way back, and what one must know to read it.
    """
    held = access.held_actions(request.user)
    if VIEW not in held:
        return None
    today, found = clock.today(), as_of(request)
    compare = found.day if found else month_end(today)
    changes = reverse("node-changes", args=[node.code]) if node else reverse("changes")
    days = (month_end(today), quarter_end(today))
    return {
        "template": HEAD,
        "day": found.day if found else today,
        "today": today,
        "presets": [{"day": fmt.day(day), "url": _with(request, day)} for day in dict.fromkeys(days)],
        "compare": fmt.day(compare).rsplit(" ", 1)[0] if compare.year == today.year else fmt.day(compare),
        "compare_url": f"{changes}?{urlencode({'since': compare.isoformat()})}" if queries.AUDIT in held else "",
        "past": _past(request, node, found) if found else None,
    }


def _with(request: Any, day: date | None) -> str:
    query = request.GET.copy()
    for name in (PARAMETER, "page"):
        query.pop(name, None)
    if day is not None:
        query[PARAMETER] = day.isoformat()
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _past(request: Any, node: Node | None, found: AsOf) -> dict[str, Any]:
    first = queries.first_day(request.user, [node.pk] if node else None)
    moves = queries.moves_since(request.user, node, found.at)
    return {
        "template": BAND,
        "notes_template": NOTES,
        "day": found.day,
        "query": found.query,
        "now_url": _with(request, None),
        "notes": [*_kept(first, found.day), *_moved(moves, found.day)],
    }


def _kept(first: date | None, day: date) -> list[str]:
    if first is None:
        return [_("No figures are kept yet: nothing was rolled up.")]
    if day < first:
        return [_("No figures are kept from before %(first)s, the first roll-up.") % {"first": fmt.day(first)}]
    return []


def _moved(moves: list[Any], day: date) -> list[str]:
    if not moves:
        return []
    words = findings.moves_words(moves, fmt.day(day))
    return [f"{words} {_('Sums are of the tree as it was; lists follow the tree as it is now.')}"]
