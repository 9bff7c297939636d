"""Projects by status over time: stacked bars, the worst at the bottom (pure)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from reporting.dashboards.charts.common import SPACING, apart, end_label
from reporting.dashboards.findings import Point

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
PHONE_BARS = 8  # the last ones: more would have no room for their numbers


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
        end_label(1.005, y, text, colour) | {"xref": "paper"}
        for y, (_y, text, colour) in zip(heights, marks, strict=True)
    ]
