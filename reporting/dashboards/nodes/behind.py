"""The rows behind a figure: what each project, and each portfolio or programme by itself, adds to it.

The rows add up to the figure to the cent, which the last line says. Amounts that are not known are empty, never 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, ExpressionWrapper, F, Q, Sum, When
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import format as fmt
from pmo.core.tables import Cell, Column, Table
from portfolio.models import NodeKind
from reporting.dashboards.nodes import queries
from reporting.dashboards.nodes.own import own_rows
from reporting.dashboards.queries import Subject

CELLS = "reporting/dashboards/cells"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Amount:
    """One column: `value` is an expression over the own columns, known where `known` holds; `count` is no money.

    `adds`: the rows are added up. A `signed` one is a difference, which is told of all only if it is told of each.
    """

    key: str
    label: Any
    value: Any
    known: Q | None = None
    count: bool = False
    signed: bool = False
    adds: bool = True


@dataclass(frozen=True)
class Behind:
    """What is shown behind a figure: amounts over additive columns, of the rows `where`, and where they lead."""

    title: Any
    note: Any
    columns: Sequence[str]
    amounts: Sequence[Amount]
    where: Q
    url_name: str
    sort: str
    rows: Callable[[Subject], Any] | None = None


def _own(column: str) -> F:
    return F(f"own_{column}")


def _plain(key: str, label: Any, known: Q | None = None, *, count: bool = False) -> Amount:
    return Amount(key, label, _own(key), known, count=count)


HAS_FORECAST, HAS_BUDGET = Q(own_forecasted__gt=0), Q(own_budgeted__gt=0)
TARGETED, FORECASTED = Q(own_benefits_targeted__gt=0), Q(own_benefits_forecasted__gt=0)

SETS: dict[str, Behind] = {
    "money": Behind(
        gettext_lazy("Forecast at completion"),
        gettext_lazy("What a programme spends by itself stands on a line of its own. A variance needs both amounts."),
        ("forecast", "budget", "forecasted", "budgeted"),
        (
            _plain("forecast", gettext_lazy("Forecast"), HAS_FORECAST),
            _plain("budget", gettext_lazy("Budget"), HAS_BUDGET),
            Amount(
                "variance",
                gettext_lazy("Variance"),
                _own("forecast") - _own("budget"),
                HAS_FORECAST & HAS_BUDGET,
                signed=True,
            ),
        ),
        HAS_FORECAST | HAS_BUDGET,
        "node-money",
        "-variance",
    ),
    "spend": Behind(
        gettext_lazy("Spent to date"),
        gettext_lazy("Planned to date is the budget of the periods that have ended."),
        ("actual", "planned_to_date", "forecasted", "budgeted"),
        (
            _plain("actual", gettext_lazy("Spent to date")),
            _plain("planned_to_date", gettext_lazy("Planned to date"), HAS_BUDGET),
            Amount(
                "gap", gettext_lazy("Against plan"), _own("actual") - _own("planned_to_date"), HAS_BUDGET, signed=True
            ),
        ),
        ~Q(own_actual=0) | ~Q(own_planned_to_date=0),
        "node-money",
        "-actual",
    ),
    "contingency": Behind(
        gettext_lazy("Contingency left"),
        gettext_lazy("Contingency is held inside the budget for identified risks, a management reserve outside it."),
        ("contingency_left", "contingency", "management_reserve_left", "management_reserve"),
        (
            _plain("contingency_left", gettext_lazy("Contingency left")),
            _plain("contingency", gettext_lazy("Contingency")),
            _plain("management_reserve_left", gettext_lazy("Management reserve left")),
            _plain("management_reserve", gettext_lazy("Management reserve")),
        ),
        Q(own_contingency__gt=0) | Q(own_management_reserve__gt=0),
        "reserve-node-list",
        "-contingency_left",
    ),
    "benefits": Behind(
        gettext_lazy("Benefits"),
        gettext_lazy("By the shares that nodes claim; a dis-benefit counts against. Forecast holds what is realised."),
        ("benefit_forecast", "benefit_target", "benefit_actual", "benefits_targeted", "benefits_forecasted"),
        (
            _plain("benefit_forecast", gettext_lazy("Forecast"), FORECASTED),
            _plain("benefit_target", gettext_lazy("Target"), TARGETED),
            Amount(
                "difference",
                gettext_lazy("Against target"),
                _own("benefit_forecast") - _own("benefit_target"),
                TARGETED & FORECASTED,
                signed=True,
            ),
            _plain("benefit_actual", gettext_lazy("Realised")),
        ),
        TARGETED | FORECASTED | ~Q(own_benefit_actual=0),
        "node-benefits",
        "difference",
    ),
    "risks": Behind(
        gettext_lazy("Open risks"),
        gettext_lazy("Expected value = probability × impact, of what is open; opportunities stand apart from threats."),
        ("risks_red", "risks_open", "emv_threat", "emv_opportunity"),
        (
            _plain("risks_open", gettext_lazy("Open risks"), count=True),
            _plain("risks_red", gettext_lazy("Above appetite"), count=True),
            _plain("emv_threat", gettext_lazy("Expected value of threats")),
            _plain("emv_opportunity", gettext_lazy("Expected value of opportunities")),
        ),
        Q(own_risks_open__gt=0),
        "node-raid",
        "-emv_threat",
    ),
    "earned": Behind(
        gettext_lazy("Estimates of measured projects"),
        gettext_lazy("Range on the chart: the node’s forecast − these forecasts + the lowest and the highest sum."),
        ("forecast", "ev_budget", "ev_earned", "ev_actual", "ev_planned", "ev_estimate", "forecasted", "rates_missing"),
        (
            _plain("ev_estimate", gettext_lazy("EAC1, cost goes on")),
            Amount("eac2", gettext_lazy("EAC2, rest as budgeted"), queries.EAC2),
            Amount("eac3", gettext_lazy("EAC3, cost and pace go on"), queries.EAC3),
            _plain("forecast", gettext_lazy("Forecast")),
            _plain("ev_budget", gettext_lazy("Budget")),
            _plain("ev_earned", gettext_lazy("Earned value")),
            _plain("ev_actual", gettext_lazy("Actual cost")),
        ),
        Q(node__kind=NodeKind.PROJECT, ev_projects__gt=0, own_forecasted__gt=0, own_rates_missing=0),
        "node-earned-value",
        "-ev_estimate",
    ),
    "changes": Behind(
        gettext_lazy("Approved changes of the budget"),
        gettext_lazy("Each approved baseline against the one before it; the first one is the original budget."),
        (),
        (
            Amount("change", gettext_lazy("Change"), F("change"), signed=True),
            Amount("before", gettext_lazy("Before"), F("before"), adds=False),
            Amount("worth", gettext_lazy("After"), F("worth"), adds=False),
        ),
        ~Q(change=0),
        "node-money-baselines",
        "-change",
        rows=queries.approved_changes,
    ),
}


def rows_of(subject: Subject, behind: Behind) -> Any:
    """Return the rows of a set, each with `shown_<key>` for every amount, NULL where it is not known."""
    rows = behind.rows(subject) if behind.rows else own_rows(subject, behind.columns)
    rows = rows.filter(behind.where).select_related("node")
    return rows.annotate(**{f"shown_{amount.key}": _shown(amount) for amount in behind.amounts})


def _shown(amount: Amount) -> Any:
    value = F(f"own_{amount.key}") if amount.count else ExpressionWrapper(amount.value, queries.MONEY)
    return value if amount.known is None else Case(When(amount.known, then=value), default=None)


@dataclass(frozen=True)
class Drill(Column):
    """An amount that leads to the rows it is made of."""

    def html(self, row: Any, url: str) -> str:
        """Return the amount as a link."""
        value, shown = self.raw(row), self.format or str
        return fmt.DASH if value is None else format_html('<a class="gh-drill" href="{}">{}</a>', url, shown(value))


class FigureTable(Table):
    """The rows behind one figure of a subject."""

    def __init__(self, subject: Subject, key: str, parameters: Any, path: str) -> None:
        self.behind = SETS[key]
        self.columns = _columns(self.behind)  # type: ignore[misc]
        self.caption = self.behind.title  # type: ignore[misc]
        self.default_sort = (_first_by(self.behind.sort), "node__name")  # type: ignore[misc]
        super().__init__(rows_of(subject, self.behind), parameters, path=path, url_of=self._url)

    def _url(self, row: Any) -> str:
        return reverse(self.behind.url_name, args=[row.node.code])

    def sums(self) -> dict[str, Any]:
        """Return what the rows of all pages add up to, by the key of the amount; None where it is not told."""
        found = self.queryset.order_by().aggregate(
            rows=Count("pk"),
            **{f"all_{amount.key}": Sum(f"shown_{amount.key}") for amount in self.behind.amounts},
            **{f"known_{amount.key}": Count(f"shown_{amount.key}") for amount in self.behind.amounts},
        )
        return {
            amount.key: found[f"all_{amount.key}"]
            if amount.adds and not (amount.signed and found[f"known_{amount.key}"] < found["rows"])
            else None
            for amount in self.behind.amounts
        }

    def totals(self, sums: dict[str, Any]) -> list[Cell]:
        """Return the last line, with `sums` below their columns."""
        words = {amount.key: _words(amount, sums[amount.key]) for amount in self.behind.amounts}
        first = self.shown[0]
        return [Cell(column, words.get(column.key, _("All") if column is first else "")) for column in self.shown]


def _first_by(sort: str) -> Any:
    order = F(f"shown_{sort.removeprefix('-')}")
    return order.desc(nulls_last=True) if sort.startswith("-") else order.asc(nulls_last=True)


def _columns(behind: Behind) -> list[Column]:
    name = Column("name", _("Name"), path="node.name", template=f"{CELLS}/figure_name.html", sort="node__name")
    place = Column("code", _("Code"), path="node.code", sort="node__code", shown=False)
    number = Column("number", _("Baseline"), path="number", sort="number", numeric=True)
    day = Column("approved", _("Approved"), path="approved_at", format=fmt.day, sort="approved_at")
    first, *others = behind.amounts
    amounts = [_column(first, Drill), *(_column(amount, Column) for amount in others)]
    return [name, place, *([number, day] if behind.rows else []), *amounts]


def _column(amount: Amount, kind: type[Column]) -> Column:
    shown = f"shown_{amount.key}"
    words = partial(_words, amount)
    return kind(amount.key, amount.label, path=shown, format=words, sort=shown, numeric=True)


def _words(amount: Amount, value: Any) -> str:
    """Return an amount to the last digit, so that whoever adds the rows up comes to the figure."""
    if value is None:
        return fmt.DASH
    if amount.count:
        return fmt.count(value)
    sign = "+" if amount.signed and value > 0 else ""
    return sign + fmt.money_exact(value, settings.REPORTING_CURRENCY)


def page(subject: Subject, key: str, parameters: Any, path: str) -> dict[str, Any]:
    """Return everything the page of rows behind a figure shows. Raises BadRequest as `Table` does."""
    table = FigureTable(subject, key, parameters, path)
    sums = table.sums()
    first = table.behind.amounts[0]
    return {
        "table": dict(table.bound()) | {"totals": table.totals(sums)},
        "title": _("%(title)s: %(total)s") % {"title": table.behind.title, "total": _words(first, sums[first.key])},
        "note": table.behind.note,
        "sets": [
            {"label": found.title, "url": subject.behind(name), "current": name == key} for name, found in SETS.items()
        ],
        "register_url": subject.register(),
        "currency": settings.REPORTING_CURRENCY,
    }
