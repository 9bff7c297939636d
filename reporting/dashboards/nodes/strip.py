"""The six figures of a portfolio or programme: comparison, direction since the last month end, and the rows (pure)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.core import format as fmt
from pmo.core import svg
from reporting.dashboards.strip import MONEY, SPENT, WHOLE_LIFE, Figure, moved_words, short_day
from reporting.dashboards.totals import Totals

WORST_FIRST = ("off", "risk", "nr", "hold", "on", "done")


@dataclass(frozen=True)
class Links:
    """Addresses of rows: the register narrowed, the rows behind a figure, and the risks of the node narrowed.

    Of a past day the register alone knows the rows; the others then give an empty address, and nothing is underlined.
    """

    register: Callable[..., str]
    behind: Callable[[str], str]
    risks: Callable[..., str]


@dataclass(frozen=True)
class Numbers:
    """The sums of now and those at the end of `before_day`, which are None where nothing was rolled up by then."""

    total: Totals
    before: Totals | None
    before_day: date
    links: Links


def figures(numbers: Numbers) -> list[Figure]:
    """Return the six figures."""
    return [
        _health(numbers),
        _forecast(numbers),
        _spent(numbers),
        _contingency(numbers),
        _benefits(numbers),
        _risks(numbers),
    ]


def _money(amount: Decimal | None) -> str:
    return fmt.money(amount, settings.REPORTING_CURRENCY)


def drill(url: str, words: str) -> str:
    """Return words that lead to rows, or the words alone where there is no address."""
    return format_html('<a class="gh-drill" href="{}">{}</a>', url, words) if url else words


def _rates(number: int) -> tuple[str, ...]:
    words = ngettext("%(n)s amount has no exchange rate", "%(n)s amounts have no exchange rate", number)
    return (words % {"n": fmt.count(number)},)


def _counted(status: str, number: int) -> str:
    words = {
        "off": _("%(n)s off track"),
        "risk": _("%(n)s at risk"),
        "on": _("%(n)s on track"),
        "hold": _("%(n)s on hold"),
        "nr": _("%(n)s not reported"),
        "done": _("%(n)s complete"),
    }
    return words[status] % {"n": fmt.count(number)}


def _health(numbers: Numbers) -> Figure:
    """Return the worst status that some project has, the others below it, and how many more are off track."""
    counts = numbers.total.counts
    known = [status for status in WORST_FIRST if counts[status]]
    if not known:
        return Figure(_("Health"), _("No project"), notes=(_("nothing lies below yet"),))
    worst, *others = known
    shape = '<span class="rag rag--{} rag-big">{}<span>{}</span></span>'
    value = format_html(shape, worst, svg.shape(worst), _counted(worst, counts[worst]))
    rest = format_html_join(
        ", ", "{}", ((drill(numbers.links.register(health=name), _counted(name, counts[name])),) for name in others)
    )
    notes = [rest or _("every project")]
    if numbers.before:
        notes.append(_count_moved(numbers.total.n_off - numbers.before.n_off, numbers.before_day, _(" off track")))
    return Figure(_("Health"), value, numbers.links.register(health=worst), notes=tuple(notes))


def _count_moved(change: int, since: date, of: str = "") -> str:
    if not change:
        return _("unchanged since %(day)s") % {"day": short_day(since)}
    words = _("↑ %(n)s%(of)s since %(day)s") if change > 0 else _("↓ %(n)s%(of)s since %(day)s")
    return words % {"n": fmt.count(abs(change)), "of": of, "day": short_day(since)}


def _forecast(numbers: Numbers) -> Figure:
    total, label, links = numbers.total, _("Forecast at completion"), numbers.links
    if total.rates_missing:
        return Figure(label, _("Unknown"), notes=_rates(total.rates_missing))
    whole_life = _whole_life(total, links)
    if total.known_forecast is None:
        return Figure(label, _("Unknown"), notes=(_("no project has a forecast"), *whole_life))
    notes = [against_budget(total)]
    before = numbers.before.known_forecast if numbers.before else None
    if before is not None:
        notes.append(moved_words(total.forecast - before, numbers.before_day))
    url = links.behind("money") or links.register(cols=MONEY, sort="-variance")
    return Figure(label, _money(total.forecast), url, notes=(*notes, *whole_life))


def _whole_life(total: Totals, links: Links) -> tuple[str, ...]:
    """Return the whole-life cost of a portfolio that has one, such as an imported edition."""
    if total.known_whole_life is None:
        return ()
    words = _("whole life %(amount)s") % {"amount": fmt.money_m(total.whole_life, settings.REPORTING_CURRENCY)}
    return (drill(links.register(whole_life="known", cols=WHOLE_LIFE, sort="-whole_life"), words),)


def against_budget(total: Totals) -> str:
    """Return how far the forecast lies off the budget, or why nobody can say."""
    if total.known_budget is None:
        return _("no approved budget to hold it against")
    if total.variance is None:
        return _("%(budget)s budget is not of the same projects") % {"budget": _money(total.budget)}
    change = f"{fmt.signed_money(total.variance, settings.REPORTING_CURRENCY)} ({fmt.pct(total.variance_ratio)})"
    return _("%(change)s on %(budget)s") % {"change": change, "budget": _money(total.budget)}


def _gap(amount: Decimal) -> str:
    if not amount:
        return _("as planned")
    words = _("%(amount)s ahead") if amount > 0 else _("%(amount)s behind")
    return words % {"amount": _money(abs(amount))}


def _against_plan(gap: Decimal, plan: Decimal) -> str:
    if not gap:
        return _("as planned, %(plan)s") % {"plan": _money(plan)}
    words = _("%(gap)s ahead of %(plan)s planned") if gap > 0 else _("%(gap)s behind %(plan)s planned")
    return words % {"gap": _money(abs(gap)), "plan": _money(plan)}


def _spent(numbers: Numbers) -> Figure:
    total, label = numbers.total, _("Spent to date")
    if total.rates_missing:
        return Figure(label, _("Unknown"), notes=_rates(total.rates_missing))
    if total.known_actual is None:
        return Figure(label, _("Unknown"), notes=(_("no project has recorded money"),))
    url = numbers.links.behind("spend") or numbers.links.register(cols=SPENT, sort="-actual")
    if total.spend_gap is None:
        return Figure(label, _money(total.actual), url, notes=(_("no plan to compare with"),))
    notes = [_against_plan(total.spend_gap, total.planned_to_date)]
    before = numbers.before.spend_gap if numbers.before else None
    if before is not None:
        notes.append(_spend_moved(total.spend_gap, before, numbers.before_day))
    return Figure(label, _money(total.actual), url, notes=tuple(notes))


def _spend_moved(now: Decimal, before: Decimal, since: date) -> str:
    day = short_day(since)
    if round(now - before, -5) == 0:
        return _("unchanged since %(day)s") % {"day": day}
    words = _("↑ from %(gap)s on %(day)s") if now > before else _("↓ from %(gap)s on %(day)s")
    return words % {"gap": _gap(before), "day": day}


def _contingency(numbers: Numbers) -> Figure:
    total, label = numbers.total, _("Contingency left")
    if total.values_without_rate:
        return Figure(label, _("Unknown"), notes=_rates(total.values_without_rate))
    if total.known_contingency is None:
        return Figure(label, _("None"), notes=(_("no project has set any aside"),))
    words = _("%(share)s of %(all)s")
    if total.measured_share is not None:
        words = _("%(share)s of %(all)s, work %(done)s done")
    notes = [
        words
        % {
            "share": fmt.share(total.contingency_left / total.contingency),
            "all": _money(total.contingency),
            "done": fmt.share(total.measured_share),
        }
    ]
    before = numbers.before.known_contingency if numbers.before else None
    if before is not None:
        notes.append(moved_words(total.contingency_left - before, numbers.before_day))
    return Figure(label, _money(total.contingency_left), numbers.links.behind("contingency"), notes=tuple(notes))


def _benefits(numbers: Numbers) -> Figure:
    total, label = numbers.total, _("Benefits, forecast")
    if total.values_without_rate:
        return Figure(label, _("Unknown"), notes=_rates(total.values_without_rate))
    if total.known_benefit_forecast is None:
        words = _("no benefit is forecast in money") if total.benefits else _("no benefit is on record")
        return Figure(label, _("Unknown"), notes=(words,))
    notes = [_against_target(total)]
    before = numbers.before.known_benefit_forecast if numbers.before else None
    if before is not None:
        notes.append(moved_words(total.benefit_forecast - before, numbers.before_day))
    return Figure(label, _money(total.benefit_forecast), numbers.links.behind("benefits"), notes=tuple(notes))


def _against_target(total: Totals) -> str:
    if total.known_benefit_target is None:
        return _("no approved target to hold it against")
    if total.benefit_share is None:
        return _("%(target)s target is not of the same projects") % {"target": _money(total.benefit_target)}
    return _("%(share)s of %(target)s target") % {
        "share": fmt.share(total.benefit_share),
        "target": _money(total.benefit_target),
    }


def _risks(numbers: Numbers) -> Figure:
    total, label, links = numbers.total, _("Risks above appetite"), numbers.links
    if not total.risks_open:
        return Figure(label, _("None"), notes=(_("no risk is open"),))
    unit = _("of %(n)s open") % {"n": fmt.count(total.risks_open)}
    notes: list[Any] = [_exposure(total, links)]
    if numbers.before:
        notes.append(_count_moved(total.risks_red - numbers.before.risks_red, numbers.before_day))
    url = links.risks(state="open", kind="threat", band="red") if total.risks_red else ""
    return Figure(label, fmt.count(total.risks_red), url, unit, tuple(notes))


def _exposure(total: Totals, links: Links) -> str:
    if total.known_emv is None:
        return _rates(total.values_without_rate)[0]
    emv = drill(links.behind("risks"), _("EMV %(amount)s") % {"amount": _money(total.emv_threat)})
    if total.known_contingency is None:
        return format_html(_("{emv}, no contingency"), emv=emv)
    return format_html(_("{emv} against {left} left"), emv=emv, left=_money(total.contingency_left))
