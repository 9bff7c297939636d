"""How milestones stand against the baseline: slip, state and the finding. Late is positive, in calendar days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.core import format as fmt

WORDS = tuple(
    gettext_lazy(word) for word in ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
)


@dataclass(frozen=True)
class Standing:
    """One milestone as it stands on `today`."""

    name: str
    is_critical: bool
    baseline: date | None
    forecast: date | None
    actual: date | None
    today: date

    @property
    def expected(self) -> date | None:
        """Return when it happened or, as believed now, will happen."""
        return self.actual or self.forecast

    @property
    def slip(self) -> int | None:
        """Return the days behind the baseline; None without a baseline or an expected date."""
        return (self.expected - self.baseline).days if self.expected and self.baseline else None

    @property
    def overdue(self) -> bool:
        """Return whether the forecast day has passed and nobody reported the milestone achieved."""
        return self.actual is None and self.forecast is not None and self.forecast < self.today

    @property
    def state(self) -> str:
        """Return the status: done, off (late and critical), risk (late), on, or nr with nothing to compare."""
        if self.actual:
            return "done"
        if self.overdue or (self.slip or 0) > 0:
            return "off" if self.is_critical else "risk"
        return "nr" if self.slip is None else "on"

    @property
    def state_label(self) -> str:
        """Return the state in words."""
        return str(STATES[self.state])


STATES = {
    "done": gettext_lazy("Complete"),
    "on": gettext_lazy("On track"),
    "risk": gettext_lazy("At risk"),
    "off": gettext_lazy("Off track"),
    "nr": gettext_lazy("Not reported"),
}


def finding(rows: Sequence[Standing]) -> str:
    """Return what a node's milestones say, as a sentence with its number."""
    open_rows = [row for row in rows if row.actual is None]
    slips = Counter(row.slip for row in open_rows if row.slip and row.slip > 0)
    overdue = [row for row in open_rows if row.overdue]
    if not rows:
        return _("No milestones yet")
    if slips:
        return _late(open_rows, slips)
    if overdue:
        found = ngettext(
            "%(words)s milestone is past its forecast date and not achieved",
            "%(words)s milestones are past their forecast date and not achieved",
            len(overdue),
        )
        return found % {"words": in_words(len(overdue))}
    if not open_rows:
        return _("All %(count)s milestones are achieved") % {"count": len(rows)}
    if all(row.baseline is None for row in rows):
        return _("%(count)s milestones, and no baseline to hold them against") % {"count": len(rows)}
    return _("No open milestone is late")


def _late(rows: Sequence[Standing], slips: "Counter[int]") -> str:
    worst = max(slips)
    if slips[worst] > 1:
        return _("%(words)s milestones carry the same %(days)s days") % {"words": in_words(slips[worst]), "days": worst}
    name = next(row.name for row in rows if row.slip == worst)
    others = sum(slips.values()) - 1
    sentence = _("%(name)s is %(slip)s") % {"name": name, "slip": fmt.slip_words(worst)}
    if not others:
        return sentence
    return sentence + ngettext(", and %(count)s more is late", ", and %(count)s more are late", others) % {
        "count": others
    }


def in_words(number: int) -> str:
    """Return a small number as a word that can open a sentence."""
    return str(WORDS[number]) if number < len(WORDS) else str(number)
