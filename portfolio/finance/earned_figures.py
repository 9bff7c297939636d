"""Measured progress as its page shows it: the strip of figures, the estimates, time, packages and the curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pmo.core import format as fmt
from portfolio.finance import charts, earned_words
from portfolio.finance.earned_value import ZERO, EarnedValue, ratio
from portfolio.finance.figures import percent
from portfolio.finance.performance import Performance, Point
from portfolio.finance.progress import HUNDRED, earned


@dataclass(frozen=True)
class PackageLine:
    """One package as the page shows it; the texts say Unknown with a reason where nobody can tell."""

    row: Any
    technique: str
    weight: str
    done: str
    worth: str
    evidence: str


def strip(found: Performance, actuals_url: str) -> list[dict[str, Any]]:
    """Return the six figures of a project's performance for the strip component."""
    figures, currency = found.figures, found.table.currency
    last = found.table.last_actual
    to_day = _("actuals to %(day)s") % {"day": fmt.day(last)} if last else _("no actual yet")
    low_high = figures.span if figures.ev is not None else None
    between = _("%(low)s to %(high)s, five ways to tell")
    return [
        _figure(_("Planned value"), fmt.money(figures.pv, currency), [_of_budget(figures.pv, figures, currency)]),
        _figure(_("Earned value"), fmt.money(figures.ev, currency), [_of_budget(figures.ev, figures, currency)]),
        _figure(_("Actual cost"), fmt.money(figures.ac, currency), [to_day], actuals_url if last else ""),
        _figure(
            _("Cost performance (CPI)"),
            earned_words.index(figures.cpi),
            [earned_words.cost_index(figures.cpi, currency)],
        ),
        _figure(
            _("Schedule performance (SPI)"),
            earned_words.index(figures.spi),
            [earned_words.schedule_index(figures.spi)],
        ),
        _figure(
            _("Estimate at completion"),
            fmt.money(found.estimate, currency),
            [between % {"low": fmt.money(low_high[0], currency), "high": fmt.money(low_high[1], currency)}]
            if low_high
            else [],
        ),
    ]


def _figure(label: str, value: str, notes: Sequence[str], url: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "notes": [note for note in notes if note], "url": url}


def _of_budget(amount: Decimal | None, figures: EarnedValue, currency: str) -> str:
    part = ratio(amount, figures.bac)
    if part is None:
        return ""
    return _("%(share)s of %(budget)s") % {"share": fmt.share(part), "budget": fmt.money(figures.bac, currency)}


def estimates(found: Performance) -> list[dict[str, str]]:
    """Return the five estimates at completion, each with what it takes for granted, its formula and its VAC."""
    figures, currency = found.figures, found.table.currency
    named = (
        (_("Cost performance goes on as it was"), "BAC / CPI", figures.eac1),
        (_("The rest costs what was budgeted"), "AC + BAC − EV", figures.eac2),
        (_("Cost and schedule performance both go on"), "AC + (BAC − EV) / (CPI × SPI)", figures.eac3),
        (_("Both go on, cost weighs four times"), "AC + (BAC − EV) / (0.8 CPI + 0.2 SPI)", figures.eac4),
        (_("The forecast row by row"), _("AC + to go"), figures.eac5),
    )
    return [
        {
            "label": label,
            "formula": formula,
            "amount": fmt.money(amount, currency) if amount is not None else _("n/a"),
            "variance": _over(figures.bac, amount, currency),
        }
        for label, formula, amount in named
    ]


def _over(budget: Decimal | None, amount: Decimal | None, currency: str) -> str:
    return _("n/a") if budget is None or amount is None else fmt.signed_money(amount - budget, currency)


def in_time(found: Performance) -> list[dict[str, str]] | None:
    """Return the earned schedule as label and value; None where it cannot be told."""
    schedule, months = found.schedule, found.months
    if schedule is None or months is None or schedule.spi is None:
        return None
    planned_pace = schedule.ieac_at(Decimal(1))
    rows = [
        (_("Work done was planned for"), _day(months.day(schedule.es), earned_words.months(schedule.es))),
        (_("Time used"), earned_words.months(schedule.at)),
        (_("Schedule variance"), earned_words.lateness(schedule.sv)),
        (_("Schedule performance, SPI(t)"), earned_words.index(schedule.spi)),
        (_("Planned length"), _day(months.day(Decimal(schedule.pd)), earned_words.months(Decimal(schedule.pd)))),
    ]
    if schedule.es < schedule.pd:
        rows += [
            (_("At the pace so far"), _at(months, schedule.ieac)),
            (_("At the planned pace"), _at(months, planned_pace)),
            (_("Pace needed, TSPI"), _("out of reach") if schedule.unreachable else earned_words.index(schedule.tspi)),
        ]
    return [{"label": label, "value": value} for label, value in rows]


def _at(months: Any, length: Decimal | None) -> str:
    return _("n/a") if length is None else _day(months.day(length), earned_words.months(length))


def _day(day: date | None, length: str) -> str:
    return length if day is None else _("%(day)s, %(length)s") % {"day": fmt.day(day), "length": length}


def packages(found: Performance, rows: Sequence[Any]) -> list[PackageLine]:
    """Return a line for each work package; `rows` are the stored ones, in the order of `found.packages`."""
    by_key = {package.key: package for package in found.packages}
    names = {package.key: package.name for package in found.packages}
    bac, pv = found.figures.bac, found.figures.pv
    lines = []
    for row, package in zip(rows, found.packages, strict=True):
        part = earned(package, by_key, found.today)
        money = None
        if part is not None and bac is not None and pv is not None and bac > ZERO:
            money = part.of(bac, pv)
        unknown = _("Unknown")
        lines.append(
            PackageLine(
                row=row,
                technique=row.get_technique_display().split(":")[0],
                weight=percent(package.weight),
                done=unknown if money is None or bac is None else fmt.share(money / bac),
                worth=fmt.money(None if money is None else money * package.weight / HUNDRED, found.table.currency),
                evidence=earned_words.evidence(package, names) if part is not None else earned_words.reason(package),
            )
        )
    return lines


def curve(found: Performance) -> dict[str, Any]:
    """Return the curve of plan, work and cost for the figure component; its table holds the same points."""
    currency = found.table.currency
    heads = (_("End of"), _("Planned value"), _("Earned value"), _("Actual cost"))
    return {
        "id": "earned",
        "title": earned_words.finding(found),
        "note": _("%(currency)s added up to the end of each period; of the running one the days that passed")
        % {"currency": currency},
        "figure": charts.earned_curve(found),
        "headers": [{"label": label, "numeric": place > 0} for place, label in enumerate(heads)],
        "rows": [_point(point, found.today, currency) for point in found.curve],
        "source": earned_words.behind(found),
        "empty": _("The curve needs an approved budget."),
    }


def _point(point: Point, today: date, currency: str) -> list[str]:
    label = point.label or _("Today, %(day)s") % {"day": fmt.day(today)}
    values = (point.pv, point.ev, point.ac)
    return [label, *(fmt.DASH if value is None else fmt.money_exact(value, currency) for value in values)]
