"""The tables of risks, issues, assumptions and dependencies."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from pmo.core import clock, svg
from pmo.core import format as fmt
from pmo.core.tables import Column, Table
from portfolio.raid.models import Dependency, EscalationState, Risk
from portfolio.raid.queries import with_emv, with_escalation, with_scores
from portfolio.raid.scoring import BANDS, Band, emv, score

# Between the circle and the full triangle: a hollow one, so that four bands have four shapes.
YELLOW = mark_safe(
    '<svg viewBox="0 0 12 12" aria-hidden="true">'
    '<path d="M6 1.9 10.7 10.4H1.3z" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>'
)


def band_html(found: Band) -> SafeString:
    """Return a band as shape, colour and word."""
    name = "risk" if found.shape == "yellow" else found.shape
    shape = YELLOW if found.shape == "yellow" else svg.shape(found.shape)
    return format_html('<span class="rag rag--{}">{}<span>{}</span></span>', name, shape, found.label)


class BandColumn(Column):
    """The band of a risk: shape, colour and word on a page, the word in an export."""

    def html(self, row: Any, url: str) -> str:
        """Return the shape and the word."""
        return band_html(BANDS[row.band_rank])


class LateColumn(Column):
    """A day that is marked with a shape once it has passed and the row is still open."""

    def html(self, row: Any, url: str) -> str:
        """Return the day, marked where it is late."""
        day = self.raw(row)
        return late_html(day) if is_late(row, day) else fmt.day(day)


def is_late(row: Any, day: date | None) -> bool:
    """Return whether the row is open and `day` has passed."""
    return row.state == "open" and day is not None and day < clock.today()


def late_html(day: date | None) -> SafeString:
    """Return a day that has passed, with a shape and for screen readers the word."""
    return format_html(
        '<span class="rag rag--off">{}<span>{}<span class="sr"> {}</span></span></span>',
        svg.shape("off"),
        fmt.day(day),
        _("Overdue"),
    )


def emv_of(row: Risk) -> Decimal | None:
    """Return the signed expected monetary value of a risk in its own currency, to the penny."""
    value = emv(row.probability_percent, row.impact_amount, row.kind)
    return None if value is None else round(value, 2)


def emv_words(row: Risk) -> str:
    """Return the expected monetary value as people read it; `n/a` where a part of it is missing."""
    value = emv_of(row)
    return str(_("n/a")) if value is None or row.currency is None else fmt.money(value, row.currency.code)


def percent(value: Decimal | None) -> str:
    """Return a probability as typed: `12.5`."""
    return fmt.DASH if value is None else f"{value.normalize():f}"


def amount(value: Decimal | None) -> str:
    """Return an amount to the penny; its currency has a column of its own."""
    return fmt.DASH if value is None else f"{value:,.2f}"


class EmvColumn(Column):
    """Probability x impact in the currency of the risk; exports carry the plain amount."""

    def html(self, row: Any, url: str) -> str:
        """Return the amount with its currency."""
        return emv_words(row)


def escalated_words(row: Any) -> str:
    """Return to whom a risk or issue is escalated and what was answered; empty when it is not."""
    if not row.escalation_state:
        return ""
    return f"{row.escalated_to}: {EscalationState(row.escalation_state).label}"


class RiskTable(Table):
    """One row a risk: what is open first, the highest score on top."""

    caption = _("Risks")
    columns = (
        Column("title", _("Risk"), link=True, sort="title"),
        Column("node", _("Project"), path="node.code", sort="node__code"),
        Column("score", _("Score"), sort="score", numeric=True, annotate=with_scores),
        BandColumn("band", _("Band"), value=lambda row: str(BANDS[row.band_rank].label), annotate=with_scores),
        EmvColumn("emv", _("EMV"), value=emv_of, format=amount, sort="emv_reporting", numeric=True, annotate=with_emv),
        Column("currency", _("Currency"), path="currency.code", shown=False),
        Column(
            "residual", _("Residual score"), path="residual_score", sort="residual_score", numeric=True,
            annotate=with_scores,
        ),
        Column("owner", _("Owner"), path="owner.name", sort="owner__name"),
        Column("proximity", _("Proximity")),
        LateColumn("review_on", _("Review"), format=fmt.day, sort="review_on", numeric=True),
        Column("escalated", _("Escalated"), value=escalated_words, annotate=with_escalation),
        Column("state", _("State"), sort="state"),
        Column("kind", _("Kind"), sort="kind", shown=False),
        Column("category", _("Category"), sort="category", shown=False),
        Column(
            "probability", _("Probability class"), path="current_probability", sort="current_probability",
            numeric=True, shown=False,
        ),
        Column("impact", _("Impact class"), path="current_impact", sort="current_impact", numeric=True, shown=False),
        Column(
            "inherent", _("Inherent score"), numeric=True, shown=False,
            value=lambda row: score(row.inherent_probability, row.inherent_impact),
        ),
        Column("probability_percent", _("Probability, %"), format=percent, numeric=True, shown=False),
        Column("impact_amount", _("Impact in money"), format=amount, numeric=True, shown=False),
        Column("raised_on", _("Raised on"), format=fmt.day, sort="raised_on", numeric=True, shown=False),
        Column("closed_on", _("Closed on"), format=fmt.day, sort="closed_on", numeric=True, shown=False),
    )  # fmt: skip
    default_sort = (F("closed_on").desc(nulls_first=True), (F("current_probability") * F("current_impact")).desc())  # type: ignore[assignment]
    select_related = ("node", "owner", "currency")


class IssueTable(Table):
    """One row an issue: what is open first, the gravest on top."""

    caption = _("Issues")
    columns = (
        Column("title", _("Issue"), link=True, sort="title"),
        Column("node", _("Project"), path="node.code", sort="node__code"),
        Column("severity", _("Severity"), sort="severity"),
        Column("state", _("State"), sort="state"),
        Column("owner", _("Owner"), path="owner.name", sort="owner__name"),
        LateColumn("due", _("Resolve by"), format=fmt.day, sort="due", numeric=True),
        Column("raised_on", _("Raised on"), format=fmt.day, sort="raised_on", numeric=True),
        Column("escalated", _("Escalated"), value=escalated_words, annotate=with_escalation),
        Column("raised_from", _("From risk"), path="raised_from.title", shown=False),
        Column("resolved_on", _("Resolved on"), format=fmt.day, sort="resolved_on", numeric=True, shown=False),
        Column("resolution", _("Resolution"), shown=False),
    )
    default_sort = ("state", "-severity", F("due").asc(nulls_last=True))  # type: ignore[assignment]
    select_related = ("node", "owner", "raised_from")


class AssumptionTable(Table):
    """One row an assumption: what nobody has confirmed first."""

    caption = _("Assumptions")
    columns = (
        Column("title", _("Assumption"), link=True, sort="title"),
        Column("node", _("Project"), path="node.code", sort="node__code"),
        Column("state", _("State"), sort="state"),
        Column("owner", _("Owner"), path="owner.name", sort="owner__name"),
        LateColumn("confirm_by", _("Confirm by"), format=fmt.day, sort="confirm_by", numeric=True),
        Column("effect", _("What if it is wrong"), shown=False),
        Column("finding", _("What was found"), shown=False),
    )
    default_sort = ("-state", F("confirm_by").asc(nulls_last=True))  # type: ignore[assignment]
    select_related = ("node", "owner")


def promised_late(row: Dependency) -> int | None:
    """Return how many days after the day of need it is promised; early is negative, None without a promise."""
    return (row.promised_for - row.needed_by).days if row.promised_for else None


class DependencyTable(Table):
    """One row a dependency, the first needed on top."""

    caption = _("Dependencies")
    columns = (
        Column("title", _("What is needed"), link=True, sort="title"),
        Column("node", _("Project in need"), path="node.code", sort="node__code"),
        Column("provider", _("Provided by"), path="provider.code", sort="provider__code"),
        Column("state", _("State"), sort="state"),
        Column("needed_by", _("Needed by"), format=fmt.day, sort="needed_by", numeric=True),
        Column("promised_for", _("Promised for"), format=fmt.day, sort="promised_for", numeric=True),
        Column("slip", _("Days late"), value=promised_late, format=fmt.slip, numeric=True),
        Column("owner", _("Owner"), path="owner.name", sort="owner__name"),
        Column("note", _("Note"), shown=False),
    )
    default_sort = ("needed_by",)
    select_related = ("node", "provider", "owner")
