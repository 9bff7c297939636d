"""The attention list: what each project that needs attention shows, in words and pictures' values (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.core import format as fmt
from reporting.dashboards.findings import number
from reporting.dashboards.totals import Totals
from reporting.health.reasons import Reason

DIMENSIONS = (
    ("schedule", gettext_lazy("Schedule")),
    ("cost", gettext_lazy("Cost")),
    ("scope", gettext_lazy("Scope")),
    ("risk", gettext_lazy("Risk")),
    ("benefit", gettext_lazy("Benefit")),
)
WORST_FIRST = ("off", "risk")
STATUS_WORDS = {"off": gettext_lazy("off track"), "risk": gettext_lazy("at risk")}
TOLERANCE = 0.05  # of the budget, as the bullet shades it
ASK_LENGTH = 44  # two lines of the column, so that eight rows stay above the fold


@dataclass(frozen=True)
class Ask:
    """What the reader is asked for; `wanted` is false where it is nothing."""

    text: str
    note: str = ""
    wanted: bool = True


@dataclass(frozen=True)
class Slip:
    """Days against the baseline at twelve week ends, None where unknown, with the present and the change in words."""

    values: Sequence[int | None]
    now: str
    change: str

    @property
    def label(self) -> str:
        """Return what the picture says."""
        return _("Slip over twelve weeks, now %(now)s") % {"now": self.now}


@dataclass(frozen=True)
class Item:
    """One row of the list."""

    row: Any
    dimensions: Sequence[tuple[str, Any, str]]
    why: str
    slip: Slip
    money: "Money"
    ask: Ask

    @property
    def differs(self) -> bool:
        """Return whether what was reported and what was computed are both known and not the same."""
        return "nr" not in (self.row.reported, self.row.computed) and self.row.reported != self.row.computed


@dataclass(frozen=True)
class Money:
    """Forecast against budget; None is unknown."""

    forecast: Decimal | None
    budget: Decimal | None
    tolerance: float = TOLERANCE

    @property
    def words(self) -> str:
        """Return the variance, or what is missing to tell it."""
        if self.forecast is None or not self.budget:
            return _("no forecast") if self.forecast is None else _("no budget")
        change = self.forecast - self.budget
        if not change:
            return _("on budget")
        return f"{fmt.signed_money(change, settings.REPORTING_CURRENCY)} ({fmt.pct(change / self.budget)})"

    @property
    def label(self) -> str:
        """Return what the picture says."""
        if self.forecast is None or not self.budget:
            return self.words
        return _("Forecast %(share)s of budget, tolerance 105%%") % {"share": fmt.share(self.forecast / self.budget)}


def item(row: Any, reasons: Sequence[Reason], slips: Sequence[int | None], before: int | None, report: Any) -> Item:
    """Return a project's row. `slips` end now; `before` is the slip at the last month end; `report` the latest one."""
    total = Totals.of([row])
    dimensions = [(key, label, getattr(row, f"reported_{key}")) for key, label in DIMENSIONS]
    return Item(
        row=row,
        dimensions=dimensions,
        why=why(dimensions, reasons),
        slip=Slip(slips, fmt.slip_words(row.slip_days), slip_change(row.slip_days, before, slips)),
        money=Money(total.known_forecast, total.known_budget),
        ask=ask(row, report),
    )


def why(dimensions: Sequence[tuple[str, Any, str]], reasons: Sequence[Reason]) -> str:
    """Return one line: the missing report, then the reason of the worst computed colour, else what was reported."""
    words = {reason.dimension: reason.text for reason in reasons}
    colours = {reason.dimension: reason.colour for reason in reasons if reason.dimension != "reporting"}
    parts = [words["reporting"]] if any(r.dimension == "reporting" and r.colour == "nr" for r in reasons) else []
    worst = next((name for colour in WORST_FIRST for name, found in colours.items() if found == colour), None)
    if worst:
        parts.append(words[worst])
    elif not parts:
        parts.append(reported_words(dimensions) or words.get("cost", ""))
    return ". ".join(filter(None, parts))


def reported_words(dimensions: Sequence[tuple[str, Any, str]]) -> str:
    """Return the worst that the owner reported, by dimension; empty where nothing is off track or at risk."""
    for colour in WORST_FIRST:
        names = [str(label).lower() for _key, label, found in dimensions if found == colour]
        if names:
            return _("Reported %(status)s on %(names)s; no computed figure is out of tolerance") % {
                "status": STATUS_WORDS[colour],
                "names": _(" and ").join(filter(None, (", ".join(names[:-1]), names[-1]))),
            }
    return ""


def slip_change(now: int | None, before: int | None, slips: Sequence[int | None]) -> str:
    """Return the change since the last month end, or what an unknown slip was when it was last known."""
    if now is None:
        last = next((value for value in reversed(slips) if value is not None), None)
        return "" if last is None else _("was %(days)s") % {"days": fmt.slip(last).lstrip("+")}
    if before is None:
        return ""
    if now == before:
        return _("no change")
    return f"{'↑' if now > before else '↓'} {fmt.slip(abs(now - before)).lstrip('+')}"


def ask(row: Any, report: Any) -> Ask:
    """Return what is asked: the help the current report asks for, a report that is late, or nothing."""
    owner = row.node.owner.name if row.node.owner else ""
    if report is not None and report.help_needed.strip() and row.missed_cycles == 0:
        text = Truncator(" ".join(report.help_needed.split())).chars(ASK_LENGTH)
        return Ask(text, _("report of week %(week)s") % {"week": report.week_start.isocalendar().week})
    if row.reports_due and not row.reports_in:
        text = _("Ask %(owner)s for a report") % {"owner": owner} if owner else _("Name a manager who reports")
        return Ask(text, late_words(row.missed_cycles, row.report_week))
    return Ask(_("Nothing now"), wanted=False)


def late_words(missed: int | None, last: date | None) -> str:
    """Return how late the report is, in reporting cycles of a week."""
    if last is None:
        return _("never reported")
    weeks = max(missed or 1, 1)
    words = ngettext("report is %(n)s week late", "report is %(n)s weeks late", weeks)
    return words % {"n": number(weeks)}


def scale(items: Sequence[Item]) -> int:
    """Return the largest slip of all rows, so that every picture has one scale."""
    return max((value for found in items for value in found.slip.values if value is not None), default=0)


def ranked(
    rows: Sequence[Any],
    reasons: Mapping[int, Sequence[Reason]],
    slips: Mapping[int, Any],
    before: Mapping[int, Any],
    reports: Mapping[int, Any],
) -> list[Item]:
    """Return the list's rows in the order of `rows`; the mappings are by node."""
    return [
        item(row, reasons[row.node_id], slips.get(row.node_id, ()), before.get(row.node_id), reports.get(row.node_id))
        for row in rows
    ]
