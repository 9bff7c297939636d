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


def finding(is_open: int, overdue: int, next_due: date | None) -> str:
    """Return what a node's actions say; `is_open` counts the overdue ones, `next_due` is the next day ahead."""
    if not is_open:
        return _("No action is open")
    if overdue:
        words = ngettext(
            "%(overdue)s of %(all)s open action is overdue", "%(overdue)s of %(all)s open actions are overdue", is_open
        )
        return words % {"overdue": overdue, "all": is_open}
    words = ngettext("%(all)s action is open, due %(day)s", "%(all)s actions are open, the next due %(day)s", is_open)
    return words % {"all": is_open, "day": fmt.day(next_due)}
