"""Green outside, red inside: a project whose report is better than what its rows say (pure).

The flag cites the rows and asks. It never says who is right: rows lag behind what people know, and reports behind rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.status.weeks import RANK, is_better
from reporting.health.reasons import Reason

STATUS_WORDS = {"on": gettext_lazy("on track"), "risk": gettext_lazy("at risk"), "off": gettext_lazy("off track")}
LABELS = {
    "schedule": gettext_lazy("schedule"),
    "cost": gettext_lazy("cost"),
    "risk": gettext_lazy("risk"),
    "benefit": gettext_lazy("benefit"),
}
SILENT = ("hold", "done")  # a project that is on hold or complete is asked nothing


@dataclass(frozen=True)
class Cite:
    """One dimension on which the rows say worse than the report, and why the report differs, if it says so."""

    label: str
    reported: str
    reason: Reason
    said: str = ""
    until: Any = None


@dataclass(frozen=True)
class Watermelon:
    """A project reported better than computed, with the rows that say so."""

    reported: str
    computed: str
    cites: Sequence[Cite]

    @property
    def where(self) -> str:
        """Return the dimensions in which the rows say what is computed overall, as `cost and risk`."""
        worst = [cite.label for cite in self.cites if cite.reason.colour == self.computed]
        return get_text_list(worst, _("and"))

    @property
    def finding(self) -> str:
        """Return `Reported on track, computed off track on cost`."""
        return _("Reported %(reported)s, computed %(computed)s on %(where)s") % {
            "reported": STATUS_WORDS[self.reported],
            "computed": STATUS_WORDS[self.computed],
            "where": self.where,
        }

    @property
    def question(self) -> str:
        """Return the finding with the question that it asks."""
        return _("%(finding)s: what does the project manager know that the rows do not?") % {"finding": self.finding}


def is_watermelon(row: Any) -> bool:
    """Return whether a project's roll-up row is reported better than computed, both being known, and work goes on."""
    return row.status not in SILENT and is_better(row.reported, row.computed)


def condition(prefix: str = "") -> Q:
    """Return the same as a condition on roll-up rows."""
    pairs = [(reported, computed) for reported in RANK for computed in RANK if is_better(reported, computed)]
    found = Q()
    for reported, computed in pairs:
        found |= Q(**{f"{prefix}reported": reported, f"{prefix}computed": computed})
    return found & ~Q(**{f"{prefix}status__in": SILENT})


def watermelon(row: Any, reasons: Sequence[Reason], said: Mapping[str, Any] | None = None) -> Watermelon | None:
    """Return the flag of a project, None where there is none. `said`: what the report says of why it differs.

    Cited is each dimension that is computed worse than it is reported; one without a report of its own is held
    against the report as a whole.
    """
    if not is_watermelon(row):
        return None
    cites = []
    for reason in (found for found in reasons if found.dimension in LABELS):
        own = getattr(row, f"reported_{reason.dimension}")
        if is_better(own if own in RANK else row.reported, reason.colour):
            why = (said or {}).get(reason.dimension, {})
            label = str(LABELS[reason.dimension])
            cites.append(Cite(label, own, reason, why.get("text", ""), why.get("until")))
    return Watermelon(row.reported, row.computed, cites)
