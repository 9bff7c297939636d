"""Tables of objectives and contributions."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.core import format as fmt
from pmo.core.tables import Column, Table


def percent(value: Decimal | None) -> str:
    """Return a percentage without needless decimals; a dash where it is unknown."""
    return fmt.DASH if value is None else f"{value.normalize():f}%"


def state(row: Any) -> str:
    """Return in words whether an objective is open."""
    return str(_("Closed") if row.closed_on else _("Open"))


class ObjectiveTable(Table):
    """One row an objective."""

    caption = _("Objectives")
    columns = (
        Column("code", _("Code"), link=True, sort="code"),
        Column("name", _("Objective"), sort="name"),
        Column("node", _("Portfolio"), path="node.code", sort="node__code"),
        Column("weight", _("Weight"), format=percent, sort="weight", numeric=True),
        Column("owner", _("Owner"), path="owner.name", sort="owner__name"),
        Column("state", _("State"), value=state, sort="closed_on"),
        Column("closed_on", _("Closed on"), format=fmt.day, sort="closed_on", numeric=True, shown=False),
    )
    default_sort = ("node__code", "code")
    select_related = ("node", "owner")


class ContributionTable(Table):
    """One row a contribution."""

    caption = _("Contributions to objectives")
    columns = (
        Column("node", _("Project"), path="node.name", link=True, sort="node__name"),
        Column("code", _("Code"), path="node.code", sort="node__code"),
        Column("objective", _("Objective"), path="objective", sort="objective__code"),
        Column("strength", _("Contribution"), format=percent, sort="strength", numeric=True),
        Column("rationale", _("Why"), sort="rationale"),
        Column("lifecycle", _("Stage"), path="node.get_lifecycle_display", sort="node__lifecycle", shown=False),
    )
    default_sort = ("objective__code", "node__name")
    select_related = ("node", "objective")
