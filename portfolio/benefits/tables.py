"""Tables of benefits and of their values."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.core import clock
from pmo.core import format as fmt
from pmo.core.tables import Column, Table
from portfolio.benefits.queries import with_totals

AMOUNT = "portfolio/benefits/cells/amount.html"


def unit(row: Any) -> str:
    """Return the currency of a benefit, for a measured one its measure."""
    return row.currency.code if row.currency else row.measure


def state(row: Any) -> str:
    """Return in words whether a benefit is closed, or its review overdue."""
    if row.closed_on:
        return str(_("Closed"))
    overdue = row.review_on is not None and row.review_on < clock.today()
    return str(_("Review overdue") if overdue else _("Open"))


def total(key: str, label: Any, *, shown: bool = True) -> Column:
    """Return a column of what a benefit brings in all, in its own currency or unit."""
    return Column(key, label, template=AMOUNT, sort=key, numeric=True, shown=shown, annotate=with_totals)


class BenefitTable(Table):
    """One row a benefit; amounts are of the whole benefit, whoever claims it. A dis-benefit counts against."""

    caption = _("Benefits")
    columns = (
        Column("name", _("Benefit"), link=True, sort="name"),
        Column("node", _("Project"), path="node.code", sort="node__code"),
        Column("kind", _("Kind"), sort="kind", shown=False),
        Column("nature", _("Nature"), sort="nature"),
        Column("unit", _("Unit"), value=unit),
        total("target", _("Target")),
        total("forecast", _("Forecast")),
        total("actual", _("Realised")),
        Column("owner", _("Owner"), path="owner.name", sort="owner__name"),
        Column("review_on", _("Next review"), format=fmt.day, sort="review_on", numeric=True),
        Column("state", _("State"), value=state),
        Column("measure", _("Measure"), sort="measure", shown=False),
        Column("baseline_value", _("Value before"), template=AMOUNT, sort="baseline_value", numeric=True, shown=False),
        Column("target_value", _("Value aimed at"), template=AMOUNT, sort="target_value", numeric=True, shown=False),
        Column("target_date", _("Aimed at by"), format=fmt.day, sort="target_date", numeric=True, shown=False),
        Column("closed_on", _("Closed on"), format=fmt.day, sort="closed_on", numeric=True, shown=False),
    )
    default_sort = ("node__code", "name")
    select_related = ("node", "currency", "owner")


class ValueTable(Table):
    """One row a value of a benefit in a period, in its own currency or unit and without a sign."""

    caption = _("Benefit values")
    columns = (
        Column("benefit", _("Benefit"), path="benefit.name", link=True, sort="benefit__name"),
        Column("node", _("Project"), path="benefit.node.code", sort="benefit__node__code"),
        Column("value_version", _("Version"), sort="value_version"),
        Column("period", _("Fiscal period"), path="period.label", sort="period__start"),
        Column("unit", _("Unit"), value=lambda row: unit(row.benefit)),
        Column("amount", _("Value"), template=AMOUNT, sort="amount", numeric=True),
        Column("baseline", _("Baseline"), path="baseline.number", sort="baseline__number", numeric=True, shown=False),
        Column("fiscal_year", _("Fiscal year"), path="period.fiscal_year", sort="period__fiscal_year", shown=False),
        Column("kind", _("Kind"), value=lambda row: str(row.benefit.get_kind_display()), shown=False),
    )
    default_sort = ("benefit__node__code", "benefit__name", "value_version", "period__start")
    select_related = ("benefit__node", "benefit__currency", "period", "baseline")
