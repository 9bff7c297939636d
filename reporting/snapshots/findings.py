"""What a window changed, as sentences with their numbers (pure)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.core import format as fmt
from pmo.core.templatetags.gatehouse import rag_label
from reporting.snapshots.figures import Move


def changes_title(lines: int, rows: int, projects: int, window: str) -> str:
    """Return how many changes to how many rows of how many projects; `window` says of which days."""
    if not lines:
        return _("Nothing changed %(window)s") % {"window": window}
    parts = {
        "lines": ngettext("%(n)s change", "%(n)s changes", lines) % {"n": fmt.count(lines)},
        "rows": ngettext("%(n)s row", "%(n)s rows", rows) % {"n": fmt.count(rows)},
        "projects": ngettext("%(n)s place", "%(n)s places", projects) % {"n": fmt.count(projects)},
        "window": window,
    }
    return _("%(lines)s to %(rows)s in %(projects)s %(window)s") % parts


def figures_title(moves: Sequence[Move]) -> str:
    """Return what matters most of the figures that moved: health, forecast, projects off track, slip."""
    if not moves:
        return _("No figure moved")
    found = {move.figure.column: move for move in moves}
    tellers = {"status": _health, "forecast": _forecast, "n_off": _off, "slip_days": _slip}
    parts = [words for name, tell in tellers.items() if name in found and (words := tell(found[name]))]
    if not parts:
        return ngettext("%(n)s figure moved", "%(n)s figures moved", len(moves)) % {"n": fmt.count(len(moves))}
    words = "; ".join(parts[:2])
    return words[:1].upper() + words[1:]


def _health(move: Move) -> str:
    values = {"before": rag_label(move.before).lower(), "after": rag_label(move.after).lower()}
    return _("health went from %(before)s to %(after)s") % values


def _known(move: Move) -> bool:
    return move.before is not None and move.after is not None


def _forecast(move: Move) -> str:
    if not _known(move):
        return _("the forecast is %(change)s") % {"change": move.change}
    rose = move.after > move.before
    words = _("the forecast rose by %(amount)s") if rose else _("the forecast fell by %(amount)s")
    return words % {"amount": move.change.lstrip(f"+{fmt.MINUS}")}


def _off(move: Move) -> str:
    if not _known(move):
        return ""
    change = move.after - move.before
    if change > 0:
        words = ngettext("%(n)s more project is off track", "%(n)s more projects are off track", change)
    else:
        words = ngettext("%(n)s project fewer is off track", "%(n)s projects fewer are off track", -change)
    return words % {"n": fmt.count(abs(change))}


def _slip(move: Move) -> str:
    if not _known(move):
        return ""
    later = move.after > move.before
    words = _("the finish moved %(days)s later") if later else _("the finish moved %(days)s earlier")
    return words % {"days": fmt.slip(abs(move.after - move.before)).lstrip("+")}


def statuses_title(counts: Mapping[str, int]) -> str:
    """Return how many projects got worse, got better, fell silent or changed otherwise."""
    words = {
        "worse": lambda n: ngettext("%(n)s project got worse", "%(n)s projects got worse", n),
        "better": lambda n: ngettext("%(n)s project got better", "%(n)s projects got better", n),
        "silent": lambda n: ngettext("%(n)s is not reported any more", "%(n)s are not reported any more", n),
        "": lambda n: ngettext("%(n)s changed otherwise", "%(n)s changed otherwise", n),
    }
    parts = [words[move](n) % {"n": fmt.count(n)} for move, n in counts.items() if n]
    return ", ".join(parts) if parts else _("No project changed its status")


def moves_words(entries: Sequence[Any], day: str) -> str:
    """Return how many projects have moved in the tree since a day, with the last few of them."""
    names = ", ".join(dict.fromkeys(entry.object_label for entry in entries[:5]))
    words = ngettext(
        "%(n)s move in the tree since %(day)s: %(names)s%(more)s.",
        "%(n)s moves in the tree since %(day)s: %(names)s%(more)s.",
        len(entries),
    )
    more = _(" and others") if len(entries) > 5 else ""
    return words % {"n": fmt.count(len(entries)), "day": day, "names": names, "more": more}
