"""Figures for Plotly as plain data: colours are tokens that the page resolves, missing values are gaps (pure)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pmo.core import format as fmt
from portfolio.finance.money import CurvePoint
from reporting.dashboards.findings import Point

MILLION = Decimal(1_000_000)
# By status: fill, edge, width of the edge, text on the bar. Worst at the bottom, on track tinted, not reported hollow
BARS = {
    "off": ("@off", "@surface", 1, "@on-ink"),
    "risk": ("@risk", "@surface", 1, "@risk-on"),
    "on": ("@on-tint", "@on", 1, "@on-text"),
    "hold": ("@hold", "@surface", 1, ""),
    "nr": ("@surface", "@nr", 1.2, ""),
    "done": ("@done", "@surface", 1, ""),
}
ROOM = 0.07  # of the highest stack: a lower bar has no room for its number
LINES = {
    "plan": {"color": "@plan", "width": 1.5},
    "actual": {"color": "@actual", "width": 3},
    "forecast": {"color": "@forecast", "width": 2, "dash": "5px,3px"},
}
PHONE_BARS = 8  # the last ones: more would have no room for their numbers
SPACING = 0.085  # of the axis: how close two labels at the right end may stand


def words(status: str) -> str:
    """Return the status as it stands after a number."""
    return {
        "off": _("off track"),
        "risk": _("at risk"),
        "on": _("on track"),
        "hold": _("on hold"),
        "nr": _("not reported"),
        "done": _("complete"),
    }[status]


def trend(points: Sequence[Point]) -> dict[str, Any]:
    """Return stacked bars of the projects by status; a point of which nothing is known stays empty."""
    labels = [point.label for point in points]
    top = max((point.totals.projects for point in points if point.totals), default=0)
    data = []
    for status in BARS:
        numbers = [None if point.totals is None else point.totals.counts[status] for point in points]
        if any(numbers):
            data.append(_bar(status, labels, numbers, top))
    layout: dict[str, Any] = {
        "barmode": "stack",
        "bargap": 0.28,
        "hovermode": "x",
        "margin": {"l": 34, "r": 112, "t": 12, "b": 28},
        "xaxis": {"type": "category", "showgrid": False, "range": [-0.6, len(points) - 0.4]},
        "yaxis": {"range": [0, max(top, 1) * 1.06]},
        "annotations": _stack_labels(points, top),
    }
    if len(points) > 9:
        layout["xaxis"] |= {"tickmode": "array", "tickvals": labels[::-2][::-1]}
    phone = {
        "margin": {"l": 28, "r": 100, "t": 12, "b": 28},
        "xaxis": {
            "tickmode": "array",
            "tickvals": labels[::-2][::-1],
            "tickangle": 0,
            "range": [max(-0.6, len(points) - PHONE_BARS - 0.6), len(points) - 0.4],
        },
    }
    return {"data": data, "layout": layout, "phone": phone}


def _bar(status: str, labels: Sequence[str], numbers: Sequence[int | None], top: int) -> dict[str, Any]:
    fill, edge, width, ink = BARS[status]
    bar: dict[str, Any] = {
        "type": "bar",
        "x": list(labels),
        "y": list(numbers),
        "name": words(status),
        "marker": {"color": fill, "line": {"width": width, "color": edge}},
        "hovertemplate": f"%{{y}} {words(status)}<extra></extra>",
    }
    if not ink:
        return bar
    room = top * ROOM
    return bar | {
        "text": [str(n) if n and n >= room else "" for n in numbers],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textfont": {"color": ink, "size": 12},
        "constraintext": "none",
        "textangle": 0,
    }


def _stack_labels(points: Sequence[Point], top: int) -> list[dict[str, Any]]:
    last = points[-1].totals if points else None
    if last is None:
        return []
    marks, base = [], 0
    for status in BARS:
        count = last.counts[status]
        if count:
            marks.append((base + count / 2, f"{count} {words(status)}", "@off-text" if status == "off" else "@ink-2"))
        base += count
    heights = apart([mark[0] for mark in marks], max(top, 1) * SPACING)
    return [
        _end_label(1.005, y, text, colour) | {"xref": "paper"}
        for y, (_y, text, colour) in zip(heights, marks, strict=True)
    ]


def apart(heights: Sequence[float], least: float) -> list[float]:
    """Return rising `heights` moved up where they stand closer than `least`, so that labels do not overlap."""
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, moved[-1] + least) if moved else height)
    return moved


def _end_label(x: Any, y: float, text: str, colour: str) -> dict[str, Any]:
    font = {"color": colour, "size": 12}
    return {"x": x, "y": y, "text": text, "showarrow": False, "xanchor": "left", "yanchor": "middle", "font": font}


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
        _end_label(day, y, text, str(colour)) | {"xshift": 6}
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
