"""Lines of money as a page shows them: one unit for the whole table, and every figure that has rows opens them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from pmo.core import format as fmt
from portfolio.finance.money import MoneyLine, MoneyTable

IN_MILLIONS_FROM = Decimal(100_000)


@dataclass(frozen=True)
class Figure:
    """One figure: the name of its column, its text, and the address of the rows behind it, if they are rows."""

    label: str
    text: str
    url: str = ""


def shown_amount(table: MoneyTable, amount: Decimal | None) -> str:
    """Return an amount in the unit of its table: millions with one decimal as soon as one figure is large."""
    known = [abs(value) for line in (*table.categories, table.total) for value in _values(line) if value is not None]
    if amount is not None and max(known, default=Decimal(0)) >= IN_MILLIONS_FROM:
        return fmt.millions(amount, table.currency)
    return fmt.money(amount, table.currency)


def _values(line: MoneyLine) -> tuple[Decimal | None, ...]:
    return line.budget, line.actual, line.to_go, line.forecast


def shown(
    table: MoneyTable, lines: Sequence[MoneyLine], *, head: str, caption: str, drill: str, rows_url: str
) -> dict[str, Any]:
    """Return a money table for its template. `drill` is the filter of cost rows that keeps one line's own."""
    return {
        "head": head,
        "caption": caption,
        "rows": [(line.label, figures(table, line, rows_url, {drill: line.label})) for line in lines],
        "total": figures(table, table.total, rows_url, {}),
    }


def figures(table: MoneyTable, line: MoneyLine, rows_url: str, own: dict[str, str]) -> list[Figure]:
    """Return the figures of one line. Forecast and variance are sums of others, so they open nothing of their own."""
    later = {"starts_later": table.last_actual.isoformat()} if table.last_actual else {}

    def rows(label: str, amount: Decimal | None, **query: str) -> Figure:
        url = f"{rows_url}?{urlencode(query | own)}" if amount is not None else ""
        return Figure(label, shown_amount(table, amount), url)

    return [
        rows(_("Budget"), line.budget, counted="1", cost_version="budget"),
        rows(_("Actual"), line.actual, cost_version="actual"),
        rows(_("To go"), line.to_go, cost_version="forecast", **later),
        Figure(_("Forecast"), shown_amount(table, line.forecast)),
        Figure(_("Variance"), fmt.signed_money(line.variance, table.currency)),
    ]
