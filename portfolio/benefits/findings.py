"""What the benefits say, as a sentence with its number."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.core import format as fmt
from portfolio.benefits.realisation import Line, Realisation

IN_MILLIONS_FROM = Decimal(100_000)
MILLION = Decimal(1_000_000)


def shown_amount(found: Realisation, amount: Decimal | None) -> str:
    """Return an amount in the unit of its table: millions with one decimal as soon as one figure is large."""
    lines = [*found.lines.values(), found.total]
    known = [abs(value) for line in lines for value in (line.target, line.actual, line.forecast) if value is not None]
    if amount is not None and max(known, default=Decimal(0)) >= IN_MILLIONS_FROM:
        return fmt.millions(amount, found.currency)
    return fmt.money(amount, found.currency)


def shown_cell(found: Realisation, line: Line, amount: Decimal | None) -> str:
    """Return the text of one figure: a dash where nothing was given, a word where a rate is missing."""
    return fmt.DASH if amount is None and not line.lacks_rate else shown_amount(found, amount)


def benefits_finding(found: Realisation, held: int, measured: int) -> str:
    """Return the finding of a node's benefits: forecast against target.

    `held` counts the benefits that count here, `measured` those among them that are not in money.
    """
    total = found.total
    if not held:
        return _("No benefit is profiled yet")
    if held == measured:
        words = ngettext("%(count)s benefit, measured and not in money", "%(count)s benefits, none in money", held)
        return words % {"count": held}
    if found.missing:
        return _("The total is unknown: no exchange rate for %(codes)s") % {"codes": ", ".join(found.missing)}
    if total.forecast is None or total.target is None:
        return _incomplete(found)
    return _against(found, total.forecast, total.target)


def _incomplete(found: Realisation) -> str:
    total, currency = found.total, found.currency
    if total.target is not None:
        return _("Benefits are targeted at %(amount)s, no forecast yet") % {"amount": fmt.money(total.target, currency)}
    if total.forecast is None:
        return _("Benefits are named, and no value counts yet")
    words = _("Benefits are forecast at %(amount)s, and no approved target stands against it")
    return words % {"amount": fmt.money(total.forecast, currency)}


def _gap(amount: Decimal, beside: Decimal, currency: str) -> str:
    """Return a gap in a sentence: beside millions £0.8m reads better than £800k, and £42k better than £0.0m."""
    in_millions = amount >= IN_MILLIONS_FROM and abs(beside) >= MILLION
    return fmt.millions(amount, currency) if in_millions else fmt.money(amount, currency)


def _against(found: Realisation, forecast: Decimal, target: Decimal) -> str:
    words = {
        "forecast": fmt.money(forecast, found.currency),
        "target": fmt.money(target, found.currency),
        "gap": _gap(abs(forecast - target), max(forecast, target, key=abs), found.currency),
    }
    if forecast == target:
        return _("Benefits are forecast on their target of %(target)s") % words
    if forecast < target:
        return _("Benefits are forecast at %(forecast)s, %(gap)s short of the target of %(target)s") % words
    return _("Benefits are forecast at %(forecast)s, %(gap)s above the target of %(target)s") % words


def realisation_finding(found: Realisation) -> str:
    """Return the finding of the curve: realised against the target of the periods that had ended by then."""
    if found.missing:
        return _("The curve has gaps: no exchange rate for %(codes)s") % {"codes": ", ".join(found.missing)}
    if found.last_actual is None:
        if not found.target_now:
            return _("Nothing is realised yet")
        words = _("Nothing is realised yet; %(target)s was targeted by now")
        return words % {"target": fmt.money(found.target_now, found.currency)}
    realised = found.total.actual or Decimal(0)
    return _realised(found, realised) % {
        "realised": fmt.money(realised, found.currency),
        "day": fmt.day(found.last_actual),
        "gap": _gap(abs(realised - (found.target_then or Decimal(0))), realised, found.currency),
    }


def _realised(found: Realisation, realised: Decimal) -> str:
    if found.target_then is None:
        return _("%(realised)s is realised to %(day)s; there is no target to compare with")
    if realised == found.target_then:
        return _("%(realised)s is realised to %(day)s, as targeted")
    if realised < found.target_then:
        return _("%(realised)s is realised to %(day)s, %(gap)s behind the target to that day")
    return _("%(realised)s is realised to %(day)s, %(gap)s ahead of the target to that day")


def reviews_finding(overdue: int, following: date | None) -> str:
    """Return the finding of the reviews: how many are overdue, or when the next one is due."""
    if overdue:
        return ngettext("%(count)s review is overdue", "%(count)s reviews are overdue", overdue) % {"count": overdue}
    if following:
        return _("Next review %(day)s") % {"day": fmt.day(following)}
    return _("No review is due")


def shares_gap(percents: Sequence[Decimal]) -> str:
    """Return what keeps shares from adding up to 100%; empty when they do, or when there are none."""
    total = sum(percents, Decimal(0))
    if not percents or total == 100:
        return ""
    return _("The shares add up to %(total)s%%, not to 100%%.") % {"total": f"{total.normalize():f}"}
