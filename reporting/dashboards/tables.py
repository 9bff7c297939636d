"""Columns that the roll-up adds to the register: health, dates, money, reports and confidence.

The rows are nodes the reader may see; `rollup` is their one roll-up row, read by a join.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.core import access
from pmo.core import format as fmt
from pmo.core.tables import Column, follow
from pmo.core.templatetags.gatehouse import RATINGS, STATUS_LABELS
from portfolio.models import NodeKind
from reporting.dashboards.expressions import difference, joined, known, rank, variance, variance_ratio
from reporting.dashboards.queries import latest_rating
from reporting.dashboards.totals import Totals
from reporting.rollup.queries import VIEW

CELLS = "reporting/dashboards/cells"


def added(**expressions: Any) -> Callable[[Any], Any]:
    """Return a function that joins the roll-up row and adds expressions to the rows."""
    return lambda rows: joined(rows).annotate(**expressions)


def total(row: Any) -> Totals | None:
    """Return the node's sums; None before it was rolled up."""
    found = follow(row, "rollup")
    return None if found is None else Totals.of([found])


def amount(name: str) -> Callable[[Any], Decimal | None]:
    """Return the function that gives a node's amount: one of the known sums of `Totals`."""

    def give(row: Any) -> Decimal | None:
        found = total(row)
        return None if found is None else getattr(found, name)

    return give


def money(value: Decimal | None) -> str:
    """Return an amount in the reporting currency, a dash where it is unknown."""
    return fmt.DASH if value is None else fmt.money(value, settings.REPORTING_CURRENCY)


def signed(value: Decimal | None) -> str:
    """Return a change in the reporting currency, a dash where it is unknown."""
    return fmt.DASH if value is None else fmt.signed_money(value, settings.REPORTING_CURRENCY)


def exact(value: Decimal | None) -> str:
    """Return an amount in millions with two decimals, a dash where it is unknown."""
    return fmt.DASH if value is None else fmt.money_m(value, settings.REPORTING_CURRENCY)


def ratio(value: Decimal | None) -> str:
    """Return a change in per cent, a dash where it is unknown."""
    return fmt.DASH if value is None else fmt.pct(value)


def whole(value: int | Decimal | None) -> str:
    """Return a count."""
    return fmt.count(value)


def reports(row: Any) -> str:
    """Return whether the report is in, for what contains projects how many of how many."""
    found = follow(row, "rollup")
    if found is None or not found.reports_due:
        return _("None due")
    if row.is_project:
        return _("In") if found.reports_in else _("Missing")
    return _("%(n)s of %(due)s") % {"n": found.reports_in, "due": found.reports_due}


def edition(row: Any) -> str:
    """Return the last edition that named the project, and whether a later one left it out."""
    presence = follow(row, "edition_presence")
    if presence is None:
        return ""
    year = presence.last_edition.year
    return str(year) if presence.in_latest else _("Not in the latest edition, last in %(year)s") % {"year": year}


def status_column(key: str, label: Any, column: str, *, shown: bool = False) -> Column:
    """Return a column of a status: shape and word, sorted by how bad it is."""

    def word(row: Any) -> str:
        return str(STATUS_LABELS[follow(row, f"rollup.{column}") or "nr"])

    name = f"{key}_rank"
    return Column(
        key,
        label,
        value=word,
        template=f"{CELLS}/{key}.html",
        sort=name,
        shown=shown,
        annotate=added(**{name: rank(column)}),
    )


def rating_word(row: Any) -> str:
    """Return the latest assurance rating in words, empty where nobody has rated."""
    value = getattr(row, "latest_rating", None)
    return str(RATINGS[value][1]) if value else ""


def columns(user: Any = None) -> list[Column]:
    """Return the columns for `user`: none for whoever may not see figures."""
    if user is not None and VIEW not in access.held_actions(user):
        return []
    return [*_health_columns(), *_money_columns(), *_report_columns()]


def plain_column(key: str, label: Any, name: str, form: Any, *, shown: bool = False, numeric: bool = True) -> Column:
    """Return a column of the roll-up row as it stands there."""
    return Column(
        key,
        label,
        path=f"rollup.{name}",
        format=form,
        sort=f"rollup__{name}",
        numeric=numeric,
        shown=shown,
        annotate=joined,
    )


def _health_columns() -> list[Column]:
    return [
        status_column("health", gettext_lazy("Health"), "status", shown=True),
        status_column("reported", gettext_lazy("Reported"), "reported"),
        status_column("computed", gettext_lazy("Computed"), "computed"),
        plain_column("baseline_finish", gettext_lazy("Baseline finish"), "baseline_finish", fmt.day),
        plain_column("finish", gettext_lazy("Finish"), "forecast_finish", fmt.day, shown=True),
        plain_column("slip", gettext_lazy("Slip"), "slip_days", fmt.slip, shown=True),
    ]


def _money_columns() -> list[Column]:
    def column(
        key: str,
        label: Any,
        name: str,
        sort: Any,
        *,
        shown: bool = False,
        form: Any = money,
        template: str = "",
        **more: Any,
    ) -> Column:
        return Column(
            key,
            label,
            value=amount(name),
            format=form,
            template=template and f"{CELLS}/{template}.html",
            sort=f"{key}_known",
            numeric=True,
            shown=shown,
            annotate=added(**{f"{key}_known": sort}, reporting_currency=Value(settings.REPORTING_CURRENCY), **more),
        )

    spent = Q(rollup__rates_missing=0, rollup__budgeted__gt=0, rollup__forecasted__gt=0)
    return [
        column("budget", gettext_lazy("Budget"), "known_budget", known("budget", "budgeted"), shown=True),
        column(
            "forecast",
            gettext_lazy("Forecast"),
            "known_forecast",
            known("forecast", "forecasted"),
            shown=True,
            template="forecast",
        ),
        column(
            "variance",
            gettext_lazy("Variance"),
            "variance",
            variance(),
            shown=True,
            template="variance",
            change=variance_ratio(),
        ),
        column("variance_ratio", gettext_lazy("Variance, %"), "variance_ratio", variance_ratio(), form=ratio),
        column("planned", gettext_lazy("Planned to date"), "known_planned", known("planned_to_date", "budgeted")),
        column("actual", gettext_lazy("Spent to date"), "known_actual", known("actual", "forecasted")),
        column(
            "spend_gap",
            gettext_lazy("Against plan"),
            "spend_gap",
            difference("actual", "planned_to_date", spent),
            form=signed,
        ),
        column(
            "whole_life",
            gettext_lazy("Whole-life cost"),
            "known_whole_life",
            known("whole_life", "whole_life_known"),
            form=exact,
        ),
        plain_column("stake", gettext_lazy("Money at stake"), "value", money),
    ]


def _with_edition(rows: Any) -> Any:
    return rows.select_related("edition_presence__last_edition")


def _with_rating(rows: Any) -> Any:
    return rows.annotate(latest_rating=latest_rating("value"))


def _report_columns() -> list[Column]:
    year = "edition_presence__last_edition__year"
    rated: dict[str, Any] = {"value": rating_word, "template": f"{CELLS}/confidence.html", "annotate": _with_rating}
    return [
        plain_column("severity", gettext_lazy("Severity"), "severity", whole),
        Column(
            "reports", gettext_lazy("Reports"), value=reports, sort="rollup__reports_in", shown=False, annotate=joined
        ),
        plain_column("report_week", gettext_lazy("Last report, week of"), "report_week", fmt.day),
        Column("edition", gettext_lazy("Edition"), value=edition, sort=year, shown=False, annotate=_with_edition),
        Column("confidence", gettext_lazy("Delivery confidence"), shown=False, **rated),
    ]


def totals_words(rows: Any, user: Any = None) -> str:
    """Return what the projects among `rows` add up to: how many, and their forecast on their budget.

    Nothing for whoever may not see figures.

    Money is that of projects, so that a portfolio and its projects in one list do not count twice.
    """
    if user is not None and VIEW not in access.held_actions(user):
        return ""
    sums = {
        name: Sum(f"rollup__{name}", default=0)
        for name in ("budget", "forecast", "budgeted", "forecasted", "compared", "rates_missing")
    }
    found = rows.filter(kind=NodeKind.PROJECT).order_by().aggregate(projects=Count("pk"), **sums)
    total = Totals(**found)
    words = ngettext("%(n)s project", "%(n)s projects", total.projects) % {"n": fmt.count(total.projects)}
    if total.rates_missing:
        return words
    known_forecast, known_budget = total.known_forecast, total.known_budget
    if known_forecast is not None and known_budget is not None:
        return words + _(" · forecast %(forecast)s on %(budget)s budget") % {
            "forecast": money(known_forecast),
            "budget": money(known_budget),
        }
    if known_forecast is not None:
        return words + _(" · forecast %(forecast)s") % {"forecast": money(known_forecast)}
    return words
