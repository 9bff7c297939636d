"""The realisation curve as a figure: target thin, forecast dashed, realised as bars, each named at its end."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pmo.core import format as fmt
from portfolio.benefits.realisation import Line, Realisation

HALF_BAR = 0.23  # of the room that a year has: half a bar and a little more
SPACING = 0.09  # of the axis: how close two names at the right end may stand
STYLES = {
    "target": {"color": "@plan", "width": 1.5},
    "forecast": {"color": "@forecast", "width": 2, "dash": "dash"},
}
COLUMNS = ("target", "actual", "forecast")


def realisation_curve(found: Realisation) -> dict[str, Any]:
    """Return the figure's data and layout: one point a fiscal year, in the unit that the axis names."""
    names = {"target": _("Target"), "actual": _("Realised"), "forecast": _("Forecast")}
    unit, suffix = _unit([line for _year, line in found.years])
    years = [year for year, _line in found.years]
    traces, ends = [], []
    for key in COLUMNS:
        values = [getattr(line, key) for _year, line in found.years]
        heights = [None if value is None else float(value / unit) for value in values]
        if all(height is None for height in heights):
            continue
        traces.append(_trace(key, names[key], years, heights))
        if key in STYLES:
            ends.append((heights[-1] or 0.0, names[key], STYLES[key]["color"]))
    axis = {"tickprefix": fmt.symbol(found.currency), "ticksuffix": suffix, "rangemode": "tozero"}
    layout = {
        "yaxis": axis,
        "xaxis": {"type": "category", "showgrid": False},
        "bargap": 0.6,
        "annotations": _labels(ends, traces),
    }
    return {"data": traces, "layout": layout, "phone": {"xaxis": {"nticks": 5, "tickangle": 0}}}


def _unit(lines: Sequence[Line]) -> tuple[Decimal, str]:
    values = [value for line in lines for value in (line.target, line.actual, line.forecast) if value is not None]
    largest = max(map(abs, values), default=Decimal(0))
    for unit, suffix in ((Decimal(1_000_000), "m"), (Decimal(1_000), "k")):
        if largest >= unit:
            return unit, suffix
    return Decimal(1), ""


def _trace(key: str, name: str, years: Sequence[str], heights: Sequence[float | None]) -> dict[str, Any]:
    common: dict[str, Any] = {"name": name, "x": list(years), "y": list(heights), "hovertemplate": "%{y:,.1f}"}
    if key == "actual":
        return {"type": "bar", "marker": {"color": "@actual"}, **common}
    marker = {"color": STYLES[key]["color"], "size": 5}
    return {"type": "scatter", "mode": "lines+markers", "line": STYLES[key], "marker": marker, **common}


def _labels(ends: Sequence[tuple[float, str, Any]], traces: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the names at the right end of the lines, apart, and the name of the bars beside the last one."""
    heights = [abs(height) for trace in traces for height in trace["y"] if height is not None]
    least = max(heights, default=0.0) * SPACING
    labels: list[dict[str, Any]] = []
    place: float | None = None
    for height, name, colour in sorted(ends):
        place = height if place is None else max(height, place + least)
        labels.append(_label(1.01, place, name, colour) | {"xref": "paper", "xanchor": "left"})
    for trace in traces:
        if trace["type"] == "bar":
            last = max(index for index, height in enumerate(trace["y"]) if height is not None)
            beside = _label(last + HALF_BAR, 0, trace["name"], "@actual")
            labels.append(beside | {"xanchor": "left", "yanchor": "bottom"})
    return labels


def _label(x: Any, y: Any, text: str, colour: Any) -> dict[str, Any]:
    font = {"color": colour, "size": 12}
    return {"x": x, "y": y, "text": text, "showarrow": False, "yanchor": "middle", "font": font}
