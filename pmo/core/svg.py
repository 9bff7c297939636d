"""Small pictures drawn on the server: status shapes, sparkline, bullet, distribution.

Only classes and presentation attributes are used, so they pass the content security policy, follow the theme and print.
Every function is pure and returns safe markup; sizes are CSS pixels.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

STATUS_ORDER = ("on", "risk", "off", "hold", "nr", "done")
SHAPES = {
    "on": '<circle cx="6" cy="6" r="5" fill="currentColor"/>',
    "risk": '<path d="M6 .6 11.9 11.2H.1z" fill="currentColor"/>',
    "off": '<rect x="1" y="1" width="10" height="10" rx=".6" fill="currentColor"/>',
    "nr": '<circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    "hold": '<path d="M6 0 12 6 6 12 0 6z" fill="currentColor"/>',
    "done": '<path d="M1 6.6 4.4 10 11 2.4" fill="none" stroke="currentColor" stroke-width="2.2"/>',
}
ARROW = '<path d="M1 6h9M6.5 2.5 10 6 6.5 9.5" fill="none" stroke="currentColor" stroke-width="1.5"/>'
SPARK_W, SPARK_H, SPARK_PAD, SPARK_BASE = 58.0, 22.0, 2.0, 19.0
BULLET_W, BULLET_MAX = 180.0, 1.25
BAR_W, BAR_GAP = 150.0, 1.0

Point = tuple[float, float]


def shape(status: str) -> SafeString:
    """Return the 12 px shape of a status; an unknown status is drawn as not reported."""
    return _drawing(SHAPES.get(status, SHAPES["nr"]))


def arrow() -> SafeString:
    """Return the arrow between an old and a new status."""
    return _drawing(ARROW)


def sparkline(values: Sequence[float | None], label: str, scale: float | None = None) -> SafeString:
    """Return a line over equally spaced `values`; None leaves a gap, dotted across.

    Zero is the base line. `scale` is the value at the top edge, given to draw several lines on one scale;
    without it the largest value is the top.
    """
    points = _spark_points(values, scale)
    runs = _runs(points)
    gaps = [(left[-1], right[0]) for left, right in pairwise(runs)]
    last = runs[-1][-1] if runs else None
    if last is not None and points[-1] is None:
        gaps.append((last, (SPARK_W - SPARK_PAD, last[1])))
    return format_html(
        '<svg class="sp" width="58" height="22" viewBox="0 0 58 22" role="img" aria-label="{}">'
        '<line class="sp-b" x1="0" x2="58" y1="19" y2="19"/>{}{}{}</svg>',
        label,
        format_html_join("", '<polyline class="sp-l" points="{}"/>', ((_path(run),) for run in runs)),
        format_html_join("", '<polyline class="sp-gap" points="{}"/>', ((_path(gap),) for gap in gaps)),
        format_html('<circle class="sp-d" cx="{}" cy="{}" r="2.2"/>', _px(last[0]), _px(last[1])) if last else "",
    )


def bullet(value: float | None, target: float | None, tolerance: float, label: str) -> SafeString:
    """Return a bar of `value` on a ground from 0 to 125% of `target`, the target ticked, the tolerance shaded.

    `tolerance` is a fraction of the target (0.05). Beyond 125% the bar ends in a full block; without a value or
    a positive target only the ground is drawn.
    """
    unit = BULLET_W / BULLET_MAX
    parts = ['<rect class="bu-2" width="180" height="12"/>']
    if target and target > 0:
        parts.append(f'<rect class="bu-1" width="{_px(min(unit * (1 + tolerance), BULLET_W))}" height="12"/>')
        if value is not None:
            length = max(0.0, min(unit * value / target, BULLET_W))
            parts.append(f'<rect class="bu-v" y="3.5" width="{_px(length)}" height="5"/>')
            if value / target > BULLET_MAX:
                parts.append('<rect class="bu-over" x="172" y="1" width="8" height="10"/>')
        parts.append(f'<rect class="bu-t" x="{_px(unit - 1)}" width="2" height="12"/>')
    return format_html(
        '<svg class="bu" viewBox="0 0 180 12" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        label,
        mark_safe("".join(parts)),  # noqa: S308 - numbers only
    )


def distribution(counts: Mapping[str, int], label: str) -> SafeString:
    """Return one stacked bar of the projects by status, always in the same order; not reported is hollow."""
    total = sum(counts.get(status, 0) for status in STATUS_ORDER)
    parts, x = [], 0.0
    for status in STATUS_ORDER:
        number = counts.get(status, 0)
        if not number:
            continue
        width = BAR_W * number / total
        parts.append(_segment(status, x, max(width - BAR_GAP, BAR_GAP)))
        x += width
    return format_html(
        '<svg class="di" width="150" height="10" viewBox="0 0 150 10" role="img" aria-label="{}">{}</svg>',
        label,
        mark_safe("".join(parts)),  # noqa: S308 - numbers only
    )


def _segment(status: str, x: float, width: float) -> str:
    if status == "nr":  # a stroke of 1.5 lies half outside its edge
        x, width = x + 0.75, max(width - 1.5, 0.5)
        return f'<rect class="b-nr" x="{_px(x)}" y=".75" width="{_px(width)}" height="8.5"/>'
    return f'<rect class="b-{status}" x="{_px(x)}" width="{_px(width)}" height="10"/>'


def _spark_points(values: Sequence[float | None], scale: float | None) -> list[Point | None]:
    known = [value for value in values if value is not None]
    top = max([scale or 0.0, *known])
    bottom = min([0.0, *known])
    per_value = (SPARK_BASE - SPARK_PAD) / top if top > 0 else 0.0
    below = (SPARK_H - SPARK_BASE - 1) / -bottom if bottom < 0 else 0.0
    step = (SPARK_W - 2 * SPARK_PAD) / max(len(values) - 1, 1)
    return [
        None if value is None else (SPARK_PAD + step * i, SPARK_BASE - value * (per_value if value >= 0 else below))
        for i, value in enumerate(values)
    ]


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{_px(x)},{_px(y)}" for x, y in points)


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _drawing(inner: str) -> SafeString:
    return mark_safe(f'<svg viewBox="0 0 12 12" aria-hidden="true">{inner}</svg>')  # noqa: S308 - constants only
