"""The table of milestones."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.core import format as fmt
from pmo.core.tables import Column, Table
from pmo.core.templatetags.gatehouse import rag
from portfolio.schedule.queries import standing, with_slip


class StateColumn(Column):
    """The state of a milestone: shape, colour and word on a page, the word in an export."""

    def html(self, row: Any, url: str) -> str:
        """Return the shape and the word."""
        return rag(standing(row).state)


class MilestoneTable(Table):
    """One row a milestone, held against the current baseline of its project."""

    caption = _("Milestones")
    columns = (
        Column("name", _("Milestone"), link=True, sort="name"),
        Column("node", _("Project"), path="node.code", sort="node__code"),
        StateColumn("state", _("State"), value=lambda row: standing(row).state_label, annotate=with_slip),
        Column("kind", _("Kind"), sort="kind"),
        Column(
            "is_critical",
            _("Critical"),
            value=lambda row: standing(row).is_critical,
            format=lambda value: _("Critical") if value else fmt.DASH,
            sort="is_critical",
            annotate=with_slip,
        ),
        Column("baseline_date", _("Baseline"), format=fmt.day, sort="baseline_date", numeric=True, annotate=with_slip),
        Column("forecast_date", _("Forecast"), format=fmt.day, sort="forecast_date", numeric=True),
        Column("actual_date", _("Actual"), format=fmt.day, sort="actual_date", numeric=True),
        Column(
            "slip",
            _("Slip in days"),
            value=lambda row: None if row.slip is None else row.slip.days,
            format=fmt.slip,
            sort="slip",
            numeric=True,
            annotate=with_slip,
        ),
    )
    default_sort = ("forecast_date", "name")
    select_related = ("node",)
