"""Named reads of money. Every one of them reads through the person's rights."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.db.models import Q, Sum

from pmo.core import clock
from portfolio.finance.models import CostRow, CostVersion, Currency, ExchangeRate, FiscalPeriod, WholeLifeEstimate
from portfolio.finance.money import Amount, MoneyTable, Rates, tabulate
from portfolio.registry.models import BaselineState, Node


@dataclass(frozen=True)
class EstimateStep:
    """A whole-life estimate and how far it lies above the one before; None when the two cannot be compared."""

    row: WholeLifeEstimate
    change: Decimal | None


def rates() -> Rates:
    """Return all dated exchange rates into the reporting currency; rates are the same for everybody."""
    found: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    rows = ExchangeRate.objects.unrestricted("rates convert what the reader may see")
    for code, valid_from, rate in rows.order_by("valid_from").values_list("currency__code", "valid_from", "rate"):
        found[code].append((valid_from, rate))
    return Rates(settings.REPORTING_CURRENCY, found)


def money_table(user: Any, node: Node) -> MoneyTable:
    """Return the money of `node` itself as `user` may see it, in the reporting currency: two queries."""
    rows = (
        CostRow.objects.restrict(user, "cost.view")
        .filter(Q(baseline__isnull=True) | Q(baseline__is_current=True), node=node)
        .order_by()
        .values_list(
            "cost_version",
            "category",
            "period__start",
            "period__end",
            "period__label",
            "period__fiscal_year",
            "currency__code",
        )
        .annotate(Sum("amount"))
    )
    return tabulate([Amount(*row) for row in rows], rates(), clock.today())


def estimates(user: Any, node: Node) -> Sequence[EstimateStep]:
    """Return the node's whole-life estimates, newest first, each with its step from the one before."""
    rows = list(
        WholeLifeEstimate.objects.restrict(user, "cost.view")
        .filter(node=node)
        .select_related("currency")
        .order_by("-as_of")
    )
    return [EstimateStep(row, _step(row, earlier)) for row, earlier in zip_longest(rows, rows[1:])]


def _step(row: WholeLifeEstimate, earlier: WholeLifeEstimate | None) -> Decimal | None:
    if earlier is None or row.amount is None or earlier.amount is None or row.currency_id != earlier.currency_id:
        return None
    return row.amount - earlier.amount


def categories(user: Any) -> Sequence[str]:
    """Return the cost categories in use where `user` may look, for suggestions."""
    rows = CostRow.objects.restrict(user, "cost.view").order_by("category").values_list("category", flat=True)
    return list(rows.distinct()[:200])


def editable_rows(user: Any, node: Node, version: str) -> Any:
    """Return the cost rows of `node` and `version` that `user` may edit; of the budget only those of a draft."""
    rows = CostRow.objects.restrict(user, "cost.edit").filter(node=node, cost_version=version)
    if version == CostVersion.BUDGET:
        rows = rows.filter(baseline__state=BaselineState.DRAFT)
    return rows.select_related("period", "currency").order_by(
        "category", "cost_type", "currency__code", "period__start"
    )


def default_currency() -> Currency | None:
    """Return the reporting currency as a row, if it was added."""
    found = Currency.objects.unrestricted("the reporting currency is a setting")
    return found.filter(code=settings.REPORTING_CURRENCY).first()


def period_of(day: date) -> FiscalPeriod | None:
    """Return the shortest fiscal period in which `day` lies."""
    found = FiscalPeriod.objects.unrestricted("the calendar is the organisation's").filter(start__lte=day, end__gte=day)
    return min(found, key=lambda period: period.end - period.start, default=None)


def next_fiscal_year() -> date:
    """Return the first day of the fiscal year after the last one in the calendar, or of the running one."""
    last = FiscalPeriod.objects.unrestricted("the calendar is the organisation's").order_by("-end").first()
    if last:
        return last.end + timedelta(days=1)
    today = clock.today()
    start = today.replace(month=settings.FISCAL_YEAR_START_MONTH, day=1)
    return start if start <= today else start.replace(year=start.year - 1)
