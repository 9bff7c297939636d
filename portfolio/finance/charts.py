"""The spend curve as a figure: plan thin, actual thick, forecast dashed, each named at its end."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pmo.core import format as fmt
from portfolio.finance.money import CurvePoint, MoneyTable

STYLES = {
    "plan": {"color": "@plan", "width": 1.5},
    "actual": {"color": "@actual", "width": 3},
    "forecast": {"color": "@forecast", "width": 2, "dash": "dash"},
}


def spend_curve(table: MoneyTable) -> dict[str, Any]:
    """Return the figure's data and layout; amounts in the unit that the axis names, dates as ISO days."""
    unit, suffix = _unit(table.curve)
    names = {"plan": _("Plan"), "actual": _("Actual"), "forecast": _("Forecast")}
    traces, labels = [], []
    for key, name in names.items():
        known = [(point.end.isoformat(), getattr(point, key)) for point in table.curve]
        points = [(day, float(value / unit)) for day, value in known if value is not None]
        if not points:
            continue
        traces.append(_trace(key, name, points))
        labels.append(_label(key, name, points[-1]))
    axis = {"tickprefix": fmt.symbol(table.currency), "ticksuffix": suffix, "rangemode": "tozero"}
    layout: dict[str, Any] = {"yaxis": axis, "annotations": labels}
    if table.curve:
        layout["xaxis"] = {"type": "date", "range": _range(table.curve)}
    return {"data": traces, "layout": layout}


def _unit(points: Sequence[CurvePoint]) -> tuple[Decimal, str]:
    values = [value for point in points for value in (point.plan, point.actual, point.forecast) if value is not None]
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
        "yshift": -12 if key == "actual" else 0,
        "font": {"color": STYLES[key]["color"]},
    }


def _range(points: Sequence[CurvePoint]) -> list[str]:
    return [points[0].end.isoformat(), points[-1].end.isoformat()]
