"""Who owes a report, and assurance ratings, as tables."""

from django.utils.translation import gettext_lazy as _

from pmo.core import format as fmt
from pmo.core.tables import Column, Table

STATE_WORDS = {
    "late": _("Late, not reported"),
    "due": _("Due this week"),
    "draft": _("Draft"),
    "submitted": _("Submitted"),
}


def fmt_short(text: str | None) -> str:
    """Return the beginning of a long text."""
    text = text or "–"
    return text if len(text) <= 140 else f"{text[:139]}…"


class QueueTable(Table):
    """One row a live project, with the state of this week's report."""

    caption = _("Reports of this week")
    columns = (
        Column("name", _("Project"), template="portfolio/status/cells/name.html", sort="name"),
        Column("parent", _("Lies in"), path="parent.name", sort="parent__name"),
        Column("owner", _("Manager"), path="owner.name", sort="owner__name"),
        Column("last_week", _("Last report, week of"), format=fmt.day, sort="last_week", numeric=True),
        Column("report_state", _("This week"), value=lambda row: STATE_WORDS[row.report_state], sort="report_state"),
        Column("act", _("Report"), template="portfolio/status/cells/act.html", value=lambda _row: ""),
    )
    default_sort = ("last_week", "name")
    select_related = ("parent", "owner")


class RatingTable(Table):
    """One row a rating."""

    caption = _("Delivery confidence as judged by others")
    columns = (
        Column("as_of", _("As of"), format=fmt.day, sort="as_of", numeric=True, link=True),
        Column("node", _("Project"), path="node.name", sort="node__name"),
        Column("value", _("Rating"), template="portfolio/status/cells/rating.html", sort="value"),
        Column("source", _("Given by"), sort="source"),
        Column("scale", _("Scale"), sort="scale", shown=False),
        Column("comment", _("Comment"), format=fmt_short),
    )
    default_sort = ("-as_of", "node__name")
    select_related = ("node",)
