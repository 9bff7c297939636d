"""Money over time: plan thin, actual thick, forecast dashed, each named at its end with its last value (pure)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pmo.core import format as fmt
from portfolio.finance.money import CurvePoint
from reporting.dashboards.charts.common import MILLION, SPACING, apart, end_label

LINES = {
    "plan": {"color": "@plan", "width": 1.5},
    "actual": {"color": "@actual", "width": 3},
    "forecast": {"color": "@forecast", "width": 2, "dash": "5px,3px"},
}


# Pixels: the name of a line that ends before the others lies on none of them.
BELOW = {"xshift": 6, "yshift": -12}
ABOVE = {"xshift": -6, "yshift": 10, "xanchor": "right"}
Ranges = Sequence[tuple[Decimal, Decimal] | None]


def cost(points: Sequence[CurvePoint], currency: str, ranges: Ranges = (), today: date | None = None) -> dict[str, Any]:
    """Return the cumulative plan, actual and forecast in millions, each named at its end with its last value.

    `ranges` are the lowest and highest forecast at each point, drawn as a band; `today` stands as a line.
    """
    names = {"plan": _("plan"), "actual": _("actual"), "forecast": _("forecast")}
    data, ends = _band(points, ranges), []
    for key, name in names.items():
        values = [(point.end.isoformat(), getattr(point, key)) for point in points]
        known = [(day, value) for day, value in values if value is not None]
        if not known:
            continue
        data.append(_line(key, name, values, currency))
        ends.append(
            (
                float(known[-1][1] / MILLION),
                known[-1][0],
                f"{fmt.money(known[-1][1], currency)} {name}",
                LINES[key]["color"],
            )
        )
    top, last = max((end[0] for end in ends), default=0), max((end[1] for end in ends), default="")
    ends.sort(key=lambda end: end[0])
    heights = apart([end[0] for end in ends], top * SPACING)
    labels = [
        end_label(day, y, text, str(colour)) | ({"xshift": 6} if day == last else _aside(points))
        for y, (_y, day, text, colour) in zip(heights, ends, strict=True)
    ]
    symbol = fmt.money(0, currency).rstrip("0")
    layout: dict[str, Any] = {
        "margin": {"l": 52, "r": 126, "t": 16, "b": 28},
        "yaxis": {"rangemode": "tozero", "tickprefix": symbol, "ticksuffix": "m", "tickformat": ",~f"},
        "annotations": labels,
    }
    if points:
        _mark_today(layout, points, today)
        layout["xaxis"] = {
            "type": "date",
            "showgrid": False,
            "range": [points[0].end.isoformat(), points[-1].end.isoformat()],
        }
    return {
        "data": data,
        "layout": layout,
        "phone": {"margin": {"l": 48, "r": 126, "t": 16, "b": 28}, "xaxis": {"nticks": 3, "tickangle": 0}},
    }


def _aside(points: Sequence[CurvePoint]) -> dict[str, Any]:
    """Return where the name of the actual stands: below it where it runs below the plan, else above."""
    last = next(point for point in reversed(points) if point.actual is not None)
    return ABOVE if last.plan is not None and last.actual is not None and last.actual > last.plan else BELOW


def _line(key: str, name: str, values: Sequence[tuple[str, Decimal | None]], currency: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [day for day, _value in values],
        "y": [None if value is None else round(float(value / MILLION), 3) for _day, value in values],
        "connectgaps": False,
        "line": LINES[key],
        "hovertemplate": f"{fmt.money(0, currency).rstrip('0')}%{{y:,.1f}}m {name}<extra></extra>",
    }


def _band(points: Sequence[CurvePoint], ranges: Ranges) -> list[dict[str, Any]]:
    """Return the upper and the lower edge of the band, the room between them filled."""
    known = [(point.end.isoformat(), found) for point, found in zip(points, ranges, strict=False) if found]
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    edge |= {"x": [day for day, _found in known]}
    upper = edge | {"y": [round(float(found[1] / MILLION), 3) for _day, found in known]}
    lower = edge | {"y": [round(float(found[0] / MILLION), 3) for _day, found in known]}
    return [upper, lower | {"fill": "tonexty", "fillcolor": "@band"}] if known else []


def _mark_today(layout: dict[str, Any], points: Sequence[CurvePoint], today: date | None) -> None:
    if today is None or not points[0].end < today < points[-1].end:
        return
    day = today.isoformat()
    line = {"color": "@ink-3", "width": 1, "dash": "2px,2px"}
    layout["shapes"] = [{"type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "yref": "paper", "line": line}]
    words = end_label(day, 1, fmt.day(today).rsplit(" ", 1)[0], "@ink-3")
    layout["annotations"].append(words | {"yref": "paper", "xanchor": "right", "yanchor": "top", "xshift": -4})
