"""The six figures above everything, each with its comparison and the rows behind it (pure)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.core import format as fmt
from reporting.dashboards.totals import Totals

MONEY = "name,parent,health,budget,forecast,variance,variance_ratio"
SPENT = "name,parent,health,planned,actual,spend_gap"
WHOLE_LIFE = "name,parent,whole_life,edition,confidence"
REPORTS = "name,parent,owner,reports,report_week,health"
SLIP = "name,parent,health,baseline_finish,finish,slip"


@dataclass(frozen=True)
class Figure:
    """One figure of the strip: `url` leads to the rows behind it."""

    label: str
    value: str
    url: str = ""
    unit: str = ""
    notes: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """What the figures are made of: `before` are the totals at the end of `before_day`; `spread` is as read."""

    total: Totals
    before: Totals | None
    before_day: date
    spread: Mapping[str, Any]
    editions: "Editions"
    register: Callable[..., str]


@dataclass(frozen=True)
class Editions:
    """Projects of imported editions: how many stand in the latest one, with their whole-life cost, how many do not."""

    year: int | None = None
    present: int = 0
    absent: int = 0
    present_whole_life: Decimal | None = None

    def __bool__(self) -> bool:
        return self.year is not None


def figures(numbers: Numbers) -> list[Figure]:
    """Return the six figures."""
    return [
        _projects(numbers),
        _forecast(numbers),
        _spent(numbers),
        _whole_life(numbers),
        _reports(numbers),
        _slip(numbers),
    ]


def _money(amount: Decimal | None) -> str:
    return fmt.money(amount, settings.REPORTING_CURRENCY)


def _link(url: str, words: str) -> str:
    return format_html('<a class="gh-drill" href="{}">{}</a>', url, words)


def _rates(total: Totals) -> tuple[str, ...]:
    words = ngettext("%(n)s amount has no exchange rate", "%(n)s amounts have no exchange rate", total.rates_missing)
    return (words % {"n": fmt.count(total.rates_missing)},)


def _projects(numbers: Numbers) -> Figure:
    words = {
        "on": _("%(n)s on track"),
        "risk": _("%(n)s at risk"),
        "off": _("%(n)s off track"),
        "hold": _("%(n)s on hold"),
        "nr": _("%(n)s unreported"),
        "done": _("%(n)s done"),
    }

    def line(*statuses: str) -> str:
        counts = numbers.total.counts
        shown = [
            (numbers.register(health=name), words[name] % {"n": fmt.count(counts[name])})
            for name in statuses
            if counts[name]
        ]
        return format_html_join(", ", '<a class="gh-drill" href="{}">{}</a>', shown)

    notes = tuple(filter(None, (line("on", "risk", "off"), line("hold", "nr", "done"))))
    return Figure(_("Projects"), fmt.count(numbers.total.projects), numbers.register(), notes=notes)


def _forecast(numbers: Numbers) -> Figure:
    total, label = numbers.total, _("Forecast at completion")
    url = numbers.register(cols=MONEY, sort="-variance")
    if total.rates_missing:
        return Figure(label, _("Unknown"), notes=_rates(total))
    if total.known_forecast is None:
        return Figure(label, _("Unknown"), notes=(_("no project has a forecast"),))
    notes = [_against_budget(total)]
    before = numbers.before.known_forecast if numbers.before else None
    if before is not None:
        notes.append(_moved(total.forecast - before, numbers.before_day))
    return Figure(label, _money(total.forecast), url, notes=tuple(notes))


def _against_budget(total: Totals) -> str:
    if total.known_budget is None:
        return _("no approved budget to hold it against")
    if total.variance is None:
        return _("%(budget)s budget is not of the same projects") % {"budget": _money(total.budget)}
    change = f"{fmt.signed_money(total.variance, settings.REPORTING_CURRENCY)} ({fmt.pct(total.variance_ratio)})"
    return _("%(change)s on %(budget)s") % {"change": change, "budget": _money(total.budget)}


def _moved(change: Decimal, since: date) -> str:
    if round(change, -5) == 0:
        return _("unchanged since %(day)s") % {"day": short_day(since)}
    words = _("↑ %(amount)s since %(day)s") if change > 0 else _("↓ %(amount)s since %(day)s")
    return words % {"amount": _money(abs(change)), "day": short_day(since)}


def short_day(day: date) -> str:
    """Return `31 Oct`."""
    return fmt.day(day).rsplit(" ", 1)[0]


def _spent(numbers: Numbers) -> Figure:
    total, label = numbers.total, _("Spent to date")
    if total.rates_missing:
        return Figure(label, _("Unknown"), notes=_rates(total))
    if total.known_actual is None:
        return Figure(label, _("Unknown"), notes=(_("no project has recorded money"),))
    url = numbers.register(cols=SPENT, sort="-actual")
    if total.known_budget is None:
        return Figure(label, _money(total.actual), url, notes=(_("no plan to compare with"),))
    if not total.planned_to_date:
        return Figure(label, _money(total.actual), url, notes=(_("nothing was planned to date"),))
    part = _("%(share)s of %(plan)s planned") % {
        "share": fmt.share(total.actual / total.planned_to_date),
        "plan": _money(total.planned_to_date),
    }
    gap = total.actual - total.planned_to_date
    words = _("as planned") if not gap else _("%(gap)s ahead of plan") if gap > 0 else _("%(gap)s behind plan")
    return Figure(label, _money(total.actual), url, notes=(part, words % {"gap": _money(abs(gap))} if gap else words))


def _whole_life(numbers: Numbers) -> Figure:
    total, label, editions = numbers.total, _("Whole-life cost"), numbers.editions
    if total.rates_missing:
        return Figure(label, _("Unknown"), notes=_rates(total))
    notes = []
    if editions and editions.present_whole_life is not None and editions.absent:
        words = _("%(amount)s of it in the %(year)s edition") % {
            "amount": fmt.money_m(editions.present_whole_life, settings.REPORTING_CURRENCY),
            "year": editions.year,
        }
        notes.append(
            _link(numbers.register(edition="latest", whole_life="known", cols=WHOLE_LIFE, sort="-whole_life"), words)
        )
    known = _("%(n)s projects with a figure") % {"n": fmt.count(total.whole_life_known)}
    unknown = _("%(n)s without") % {"n": fmt.count(total.whole_life_unknown)}
    link = (
        _link(numbers.register(whole_life="unknown", cols=WHOLE_LIFE), unknown) if total.whole_life_unknown else unknown
    )
    if total.known_whole_life is None:
        return Figure(label, _("Unknown"), notes=(_("no project has a figure"),))
    notes.append(format_html("{}, {}", known, link))
    url = numbers.register(whole_life="known", cols=WHOLE_LIFE, sort="-whole_life")
    return Figure(label, fmt.money_m(total.whole_life, settings.REPORTING_CURRENCY), url, notes=tuple(notes))


def _reports(numbers: Numbers) -> Figure:
    total, label = numbers.total, _("Reports in")
    if not total.reports_due:
        return Figure(label, _("None due"), notes=(_("no project owes a report this week"),))
    unit = _("of %(due)s due") % {"due": fmt.count(total.reports_due)}
    missing = total.reports_missing
    words = ngettext("%(n)s project has not reported", "%(n)s projects have not reported", missing) % {
        "n": fmt.count(missing)
    }
    note = (
        _link(numbers.register(report="missing", cols=REPORTS), words) if missing else _("all projects have reported")
    )
    return Figure(label, fmt.count(total.reports_in), numbers.register(report="in", cols=REPORTS), unit, (note,))


def _slip(numbers: Numbers) -> Figure:
    spread, label = numbers.spread, _("Median slip")
    if not spread["slips"]:
        return Figure(label, _("Unknown"), notes=(_("no project has a baseline and a forecast of its finish"),))
    days = int(Decimal(str(spread["median"])).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    value, _space, unit = fmt.slip_words(days).partition(" ")
    late = _("%(late)s of %(n)s finish late") % {"late": fmt.count(spread["late"]), "n": fmt.count(spread["slips"])}
    note = _link(numbers.register(slip="late", cols=SLIP, sort="-slip"), late) if spread["late"] else late
    return Figure(label, value, numbers.register(slip="known", cols=SLIP, sort="-slip"), unit, (note,))
