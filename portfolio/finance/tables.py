"""Tables of money and of the financial calendar."""

from django.utils.translation import gettext_lazy as _

from pmo.core import format as fmt
from pmo.core.tables import Column, Table

AMOUNT = "portfolio/finance/cells/amount.html"


class CostTable(Table):
    """One row a cost row; amounts to the penny, in their own currency."""

    caption = _("Cost rows")
    columns = (
        Column("category", _("Category"), link=True, sort="category"),
        Column("node", _("Project"), path="node.code", sort="node__code"),
        Column("cost_version", _("Version"), sort="cost_version"),
        Column("period", _("Fiscal period"), path="period.label", sort="period__start"),
        Column("cost_type", _("Capex or opex"), sort="cost_type"),
        Column("currency", _("Currency"), path="currency.code", sort="currency__code"),
        Column("amount", _("Amount"), template=AMOUNT, sort="amount", numeric=True),
        Column("baseline", _("Baseline"), path="baseline.number", sort="baseline__number", numeric=True, shown=False),
        Column("fiscal_year", _("Fiscal year"), path="period.fiscal_year", sort="period__fiscal_year", shown=False),
    )
    default_sort = ("node__code", "cost_version", "period__start", "category")
    select_related = ("node", "period", "currency", "baseline")


class EstimateTable(Table):
    """One row a dated whole-life estimate."""

    caption = _("Whole-life estimates")
    columns = (
        Column("as_of", _("As of"), format=fmt.day, link=True, sort="as_of"),
        Column("node", _("Project"), path="node.code", sort="node__code"),
        Column("currency", _("Currency"), path="currency.code", sort="currency__code"),
        Column("amount", _("Amount"), template=AMOUNT, sort="amount", numeric=True),
        Column("source", _("Source"), sort="source"),
        Column("note", _("Note"), shown=False),
    )
    default_sort = ("node__code", "-as_of")
    select_related = ("node", "currency")


class PeriodTable(Table):
    """One row a fiscal period."""

    caption = _("Fiscal periods")
    columns = (
        Column("label", _("Period"), link=True, sort="start"),
        Column("start", _("First day"), format=fmt.day, sort="start", numeric=True),
        Column("end", _("Last day"), format=fmt.day, sort="end", numeric=True),
        Column("fiscal_year", _("Fiscal year"), sort="fiscal_year"),
    )
    default_sort = ("start", "end")


class CurrencyTable(Table):
    """One row a currency."""

    caption = _("Currencies")
    columns = (Column("code", _("Code"), link=True, sort="code"), Column("name", _("Name"), sort="name"))
    default_sort = ("code",)


class RateTable(Table):
    """One row a dated exchange rate."""

    caption = _("Exchange rates into the reporting currency")
    columns = (
        Column("currency", _("Currency"), path="currency.code", link=True, sort="currency__code"),
        Column("valid_from", _("Valid from"), format=fmt.day, sort="valid_from", numeric=True),
        Column("rate", _("Rate"), format=lambda value: f"{value.normalize():f}", sort="rate", numeric=True),
    )
    default_sort = ("currency__code", "-valid_from")
    select_related = ("currency",)
