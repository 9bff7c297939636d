"""What the money says, as a sentence with its number."""

from decimal import Decimal

from django.utils.translation import gettext as _

from pmo.core import format as fmt
from portfolio.finance.figures import shown_amount
from portfolio.finance.money import ZERO, MoneyLine, MoneyTable


def money_finding(table: MoneyTable) -> str:
    """Return the finding of a node's money: how far the forecast lies off the budget, and what drives it."""
    total, currency = table.total, table.currency
    if not table:
        return _("No money is planned or spent yet")
    if table.missing:
        return _("The total is unknown: no exchange rate for %(codes)s") % {"codes": ", ".join(table.missing)}
    if total.forecast is None:
        return _("Budget %(amount)s, no forecast yet") % {"amount": fmt.money(total.budget, currency)}
    if total.variance is None:
        words = _("Forecast %(amount)s, and no approved budget to hold it against")
        return words % {"amount": fmt.money(total.forecast, currency)}
    if total.variance == 0:
        return _("The forecast equals the budget of %(amount)s") % {"amount": fmt.money(total.budget, currency)}
    return _with_driver(table, total.variance)


def _with_driver(table: MoneyTable, variance: Decimal) -> str:
    words = {"variance": fmt.signed_money(variance, table.currency)}
    driver = _driver(table, variance)
    if driver is None or driver.variance is None:
        return _("Forecast %(variance)s against the budget") % words
    words |= {"category": in_sentence(driver.label), "amount": shown_amount(table, abs(driver.variance))}
    if driver.variance == variance:
        return _("Forecast %(variance)s, all of it %(category)s") % words
    if abs(driver.variance) < abs(variance):
        return _("Forecast %(variance)s, of which %(amount)s is %(category)s") % words
    words["amount"] = fmt.signed_money(driver.variance, table.currency)
    return _("Forecast %(variance)s, though %(category)s alone is %(amount)s") % words


def _driver(table: MoneyTable, variance: Decimal) -> MoneyLine | None:
    same = [line for line in table.categories if line.variance and (line.variance > 0) == (variance > 0)]
    return max(same, key=lambda line: abs(line.variance or ZERO), default=None) if len(table.categories) > 1 else None


def in_sentence(label: str) -> str:
    """Return a name as it stands inside a sentence: `Data migration` in lower case, `IT` as it is."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def spend_finding(table: MoneyTable) -> str:
    """Return the finding of the spend curve: spent against plan to the same day, and where the forecast ends."""
    last = next((point for point in reversed(table.curve) if point.actual is not None), None)
    if last is None or last.actual is None:
        return _("Nothing is spent yet")
    if last.plan is None:
        return _("%(amount)s spent by the end of %(period)s; there is no plan to compare with") % {
            "amount": fmt.money(last.actual, table.currency),
            "period": last.label,
        }
    gap = last.actual - last.plan
    words = {"gap": shown_amount(table, abs(gap)), "end": ""}
    if table.total.variance is not None:
        words["end"] = shown_amount(table, abs(table.total.variance))
    return _gap_sentence(gap, table.total.variance) % words


def _gap_sentence(gap: Decimal, variance: Decimal | None) -> str:
    start = (
        _("Spend is as planned")
        if gap == 0
        else _("Spend is %(gap)s behind plan")
        if gap < 0
        else _("Spend is %(gap)s ahead of plan")
    )
    if variance is None:
        return start
    if variance == 0:
        return start + _(", and the forecast ends on the budget")
    same_way = (variance > 0) == (gap > 0) or gap == 0
    above = _("the forecast ends %(end)s above it") if variance > 0 else _("the forecast ends %(end)s below it")
    return start + (_(", and ") if same_way else _(", yet ")) + above
