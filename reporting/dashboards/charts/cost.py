"""Money over time: plan thin, actual thick, forecast dashed, each named at its end with its last value (pure)."""

from collections.abc import Sequence
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


def cost(points: Sequence[CurvePoint], currency: str) -> dict[str, Any]:
    """Return the cumulative plan, actual and forecast in millions, each named at its end with its last value."""
    names = {"plan": _("plan"), "actual": _("actual"), "forecast": _("forecast")}
    data, ends = [], []
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
    top = max((end[0] for end in ends), default=0)
    ends.sort(key=lambda end: end[0])
    heights = apart([end[0] for end in ends], top * SPACING)
    labels = [
        end_label(day, y, text, str(colour)) | {"xshift": 6}
        for y, (_y, day, text, colour) in zip(heights, ends, strict=True)
    ]
    symbol = fmt.money(0, currency).rstrip("0")
    layout: dict[str, Any] = {
        "margin": {"l": 52, "r": 126, "t": 16, "b": 28},
        "yaxis": {"rangemode": "tozero", "tickprefix": symbol, "ticksuffix": "m"},
        "annotations": labels,
    }
    if points:
        layout["xaxis"] = {
            "type": "date",
            "showgrid": False,
            "range": [points[0].end.isoformat(), points[-1].end.isoformat()],
        }
    return {
        "data": data,
        "layout": layout,
        "phone": {"margin": {"l": 48, "r": 126, "t": 16, "b": 28}, "xaxis": {"nticks": 4}},
    }


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
