"""The table of actions."""

from typing import Any

from django.db.models import F
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from pmo.core import format as fmt
from pmo.core import svg
from pmo.core.tables import Column, Table
from portfolio.actions.queries import state
from portfolio.actions.standing import DONE, LABELS, OVERDUE

SHAPES = {OVERDUE: "off", DONE: "done"}


class StateColumn(Column):
    """The state of an action: shape, colour and word on a page, the word in an export. Open is plain."""

    def html(self, row: Any, url: str) -> str:
        """Return the shape and the word."""
        return state_html(state(row))


def state_html(name: str) -> str:
    """Return a state as shape and word."""
    if name not in SHAPES:
        return format_html("<span>{}</span>", LABELS[name])
    shape = SHAPES[name]
    return format_html('<span class="rag rag--{}">{}<span>{}</span></span>', shape, svg.shape(shape), LABELS[name])


class ActionTable(Table):
    """One row an action: what is open first, the longest overdue on top."""

    caption = _("Actions")
    columns = (
        Column("title", _("Action"), link=True, sort="title"),
        Column("node", _("Project"), path="node.code", sort="node__code"),
        StateColumn("state", _("State"), value=lambda row: str(LABELS[state(row)])),
        Column("owner", _("Owner"), path="owner.name", sort="owner__name"),
        Column("due", _("Due"), format=fmt.day, sort="due", numeric=True),
        Column("done_on", _("Done on"), format=fmt.day, sort="done_on", numeric=True),
        Column("evidence", _("Evidence"), shown=False),
        Column("details", _("Details"), shown=False),
    )
    default_sort = (F("done_on").desc(nulls_first=True), "due")  # type: ignore[assignment]
    select_related = ("node", "owner")
