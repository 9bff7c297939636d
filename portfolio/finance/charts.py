"""Curves of money as figures: plan thin, actual thick, forecast dashed, each named at its end."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pmo.core import format as fmt
from portfolio.finance.money import CurvePoint, MoneyTable
from portfolio.finance.performance import Performance

STYLES: dict[str, dict[str, Any]] = {
    "plan": {"color": "@plan", "width": 1.5},
    "actual": {"color": "@actual", "width": 3},
    "forecast": {"color": "@forecast", "width": 2, "dash": "dash"},
    "pv": {"color": "@plan", "width": 1.5},
    "ev": {"color": "@forecast", "width": 2.5},
    "ac": {"color": "@actual", "width": 3},
}
BELOW, ABOVE = -12, 12  # pixels: the name of a line that ends beside another
Known = Sequence[tuple[date, Decimal | None]]


def spend_curve(table: MoneyTable) -> dict[str, Any]:
    """Return the figure's data and layout; amounts in the unit that the axis names, dates as ISO days."""
    names = {"plan": _("Plan"), "actual": _("Actual"), "forecast": _("Forecast")}
    lines = {key: [(point.end, getattr(point, key)) for point in table.curve] for key in names}
    return _figure(lines, names, table.currency, _range(table.curve) if table.curve else None)


def earned_curve(found: Performance) -> dict[str, Any]:
    """Return planned value, earned value and actual cost as a figure, with a line where today is."""
    names = {"pv": _("Planned"), "ev": _("Earned"), "ac": _("Cost")}
    lines = {key: [(point.day, getattr(point, key)) for point in found.curve] for key in names}
    days = [point.day.isoformat() for point in found.curve]
    figure = _figure(lines, names, found.table.currency, [days[0], days[-1]] if days else None)
    _aside(figure["layout"]["annotations"], found)
    day = found.today.isoformat()
    if days and days[0] <= day <= days[-1]:
        line = {"color": "@ink-3", "width": 1, "dash": "2px,2px"}
        figure["layout"]["shapes"] = [
            {"type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "yref": "paper", "line": line}
        ]
    return figure


def _aside(labels: list[dict[str, Any]], found: Performance) -> None:
    """Write the names of work and cost on the side where the other lines are not."""
    figures = found.figures
    for label in labels:
        if label["text"] == _("Cost"):
            label["yshift"] = ABOVE if (figures.ac or 0) > (figures.ev or 0) else BELOW
        elif label["text"] == _("Earned"):
            label["yshift"] = ABOVE if (figures.ev or 0) > (figures.pv or 0) else BELOW


def _figure(
    lines: Mapping[str, Known], names: Mapping[str, str], currency: str, ends: list[str] | None
) -> dict[str, Any]:
    unit, suffix = _unit(value for line in lines.values() for _day, value in line if value is not None)
    traces, labels = [], []
    for key, name in names.items():
        points = [(day.isoformat(), float(value / unit)) for day, value in lines[key] if value is not None]
        if not points:
            continue
        traces.append(_trace(key, name, points))
        labels.append(_label(key, name, points[-1]))
    axis = {"tickprefix": fmt.symbol(currency), "ticksuffix": suffix, "rangemode": "tozero"}
    layout: dict[str, Any] = {"yaxis": axis, "annotations": labels}
    if ends:
        layout["xaxis"] = {"type": "date", "range": ends}
    return {"data": traces, "layout": layout}


def _unit(values: Iterable[Decimal]) -> tuple[Decimal, str]:
    largest = max(map(abs, values), default=Decimal(0))
    for unit, suffix in ((Decimal(1_000_000), "m"), (Decimal(1_000), "k")):
        if largest >= unit:
            return unit, suffix
    return Decimal(1), ""


def _trace(key: str, name: str, points: Sequence[tuple[str, float]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [day for day, _value in points],
        "y": [value for _day, value in points],
        "line": STYLES[key],
        "hovertemplate": "%{y:,.1f}",
    }


def _label(key: str, name: str, point: tuple[str, float]) -> dict[str, Any]:
    return {
        "x": point[0],
        "y": point[1],
        "text": name,
        "showarrow": False,
        "xanchor": "left",
        "xshift": 6,
        "yshift": BELOW if key == "actual" else 0,
        "font": {"color": STYLES[key]["color"]},
    }


def _range(points: Sequence[CurvePoint]) -> list[str]:
    return [points[0].end.isoformat(), points[-1].end.isoformat()]
