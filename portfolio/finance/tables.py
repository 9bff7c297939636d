"""Tables of money, of reserves and measured progress, and of the financial calendar."""

from django.utils.translation import gettext_lazy as _

from pmo.core import format as fmt
from pmo.core.tables import Column, Table
from portfolio.finance.figures import percent
from portfolio.finance.queries import with_left

AMOUNT = "portfolio/finance/cells/amount.html"
DRAWN = "portfolio/finance/cells/drawn.html"


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


class PackageTable(Table):
    """One row a work package; its share is of the project's budget."""

    caption = _("Work packages")
    columns = (
        Column("name", _("Work package"), link=True, sort="name"),
        Column("node", _("Project"), path="node.code", sort="node__code"),
        Column("technique", _("Technique"), sort="technique"),
        Column("weight", _("Share of the budget"), format=percent, sort="weight", numeric=True),
        Column("started_on", _("Started"), format=fmt.day, sort="started_on", numeric=True),
        Column("finished_on", _("Finished"), format=fmt.day, sort="finished_on", numeric=True),
        Column("apportioned_to", _("Apportioned to"), path="apportioned_to.name", sort="apportioned_to__name"),
    )
    default_sort = ("node__code", "name")
    select_related = ("node", "apportioned_to")


class ReadingTable(Table):
    """One row a reading of a package's progress."""

    caption = _("Progress readings")
    columns = (
        Column("as_of", _("As of"), format=fmt.day, link=True, sort="as_of"),
        Column("package", _("Work package"), path="package.name", sort="package__name"),
        Column("node", _("Project"), path="package.node.code", sort="package__node__code"),
        Column("percent", _("Complete"), format=percent, sort="percent", numeric=True),
        Column("note", _("Basis"), sort="note"),
    )
    default_sort = ("package__node__code", "package__name", "-as_of")
    select_related = ("package__node",)


class PackageMilestoneTable(Table):
    """One row a milestone that earns a part of a package."""

    caption = _("Milestones that earn")
    columns = (
        Column("milestone", _("Milestone"), path="milestone.name", link=True, sort="milestone__name"),
        Column("package", _("Work package"), path="package.name", sort="package__name"),
        Column("node", _("Project"), path="package.node.code", sort="package__node__code"),
        Column("weight", _("Share of the package"), format=percent, sort="weight", numeric=True),
        Column(
            "achieved",
            _("Achieved"),
            path="milestone.actual_date",
            format=fmt.day,
            sort="milestone__actual_date",
            numeric=True,
        ),
    )
    default_sort = ("package__node__code", "package__name", "milestone__forecast_date")
    select_related = ("package__node", "milestone")


class ReserveTable(Table):
    """One row a reserve, with what was drawn and what is left, in its own currency."""

    caption = _("Reserves")
    columns = (
        Column("name", _("Reserve"), link=True, sort="name"),
        Column("node", _("Project"), path="node.code", sort="node__code"),
        Column("kind", _("Kind"), sort="kind"),
        Column("currency", _("Currency"), path="currency.code", sort="currency__code"),
        Column("amount", _("Set aside"), template=AMOUNT, sort="amount", numeric=True),
        Column("drawn", _("Drawn"), template=AMOUNT, sort="drawn", numeric=True, annotate=with_left),
        Column("left", _("Left"), template=AMOUNT, sort="left", numeric=True, annotate=with_left),
    )
    default_sort = ("node__code", "kind", "name")
    select_related = ("node", "currency")


class DrawTable(Table):
    """One row a draw on a reserve."""

    caption = _("Draws on reserves")
    columns = (
        Column("purpose", _("What for"), link=True, sort="purpose"),
        Column("reserve", _("Reserve"), path="reserve.name", sort="reserve__name"),
        Column("node", _("Project"), path="reserve.node.code", sort="reserve__node__code"),
        Column("drawn_on", _("Drawn on"), format=fmt.day, sort="drawn_on", numeric=True),
        Column("currency", _("Currency"), path="reserve.currency.code", sort="reserve__currency__code"),
        Column("amount", _("Amount"), template=DRAWN, sort="amount", numeric=True),
    )
    default_sort = ("reserve__node__code", "reserve__name", "-drawn_on")
    select_related = ("reserve__node", "reserve__currency")


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
