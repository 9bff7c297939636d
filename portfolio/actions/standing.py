"""Where an action stands on a day, and what a list of them says."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.core import format as fmt

OVERDUE, OPEN, DONE = "overdue", "open", "done"
LABELS = {OVERDUE: gettext_lazy("Overdue"), OPEN: gettext_lazy("Open"), DONE: gettext_lazy("Done")}


def state_of(due: date, done_on: date | None, today: date) -> str:
    """Return done, overdue once the due day has passed, or open."""
    if done_on is not None:
        return DONE
    return OVERDUE if due < today else OPEN


WORDS = tuple(
    gettext_lazy(word) for word in ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
)


def in_words(number: int) -> str:
    """Return a small number as a word that can open a sentence."""
    return str(WORDS[number]) if number < len(WORDS) else fmt.count(number)


def finding(is_open: int, overdue: int, next_due: date | None) -> str:
    """Return what a node's actions say; `is_open` counts the overdue ones, `next_due` is the next day ahead."""
    if not is_open:
        return _("No action is open")
    if overdue:
        return part_of(
            overdue,
            is_open,
            _("The only open action is overdue"),
            ngettext(
                "%(words)s of %(all)s open actions is overdue", "%(words)s of %(all)s open actions are overdue", overdue
            ),
        )
    words = ngettext(
        "%(words)s action is open, due %(day)s", "%(words)s actions are open, the next due %(day)s", is_open
    )
    return words % {"words": in_words(is_open), "day": fmt.day(next_due)}


def part_of(number: int, whole: int, only: str, some: str) -> str:
    """Return the sentence `some` (with words and all) filled in, or `only` where there is one and it is the one."""
    return only if number == whole == 1 else some % {"words": in_words(number), "all": fmt.count(whole)}
