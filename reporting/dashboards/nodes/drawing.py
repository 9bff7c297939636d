"""The roadmap as an SVG: only classes and presentation attributes, so it passes the policy, follows the theme, prints.

Dark is done, blue is forecast, the thin grey bar is the approved baseline, a diamond is a gate: filled when passed,
with a red edge when late. Pure: lanes go in, safe markup comes out; sizes are pixels of the drawing.
"""

from collections.abc import Iterable
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from pmo.core import format as fmt
from reporting.dashboards.nodes.roadmap import Gate, Lane, Roadmap, Window, window

WIDTH, LEFT, RIGHT, HEAD, ROW = 1390.0, 262.0, 128.0, 40.0, 30.0
PLOT = WIDTH - LEFT - RIGHT
HEIGHTS = {"rm-ghost": 5, "rm-done": 9, "rm-fut": 9}
CODE = 8  # letters at most beside a name
NAME_ROOM, LETTER = 226.0, 6.9  # pixels for name and code, and for one letter of either


def roadmap_svg(found: Roadmap, label: str) -> SafeString:
    """Return the drawing; `label` says what it shows. Every date stands in the table that goes with it."""
    shown = window(found.lanes, found.today)
    height = HEAD + ROW * len(found.lanes) + 4
    rows = ((_lane(number, lane, shown, found.today),) for number, lane in enumerate(found.lanes))
    return format_html(
        '<svg class="rm" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>',
        _px(WIDTH),
        _px(height),
        label,
        _ground(shown, len(found.lanes), height),
        format_html_join("", "{}", rows),
        _today(shown, found.today, height),
        format_html(
            '<text class="rm-t3" x="{}" y="24" text-anchor="end">{}</text>',
            _px(WIDTH - 16),
            _("Finish against baseline"),
        ),
    )


def _x(shown: Window, day: date) -> float:
    return LEFT + PLOT * shown.part(day)


def _ground(shown: Window, lanes: int, height: float) -> SafeString:
    stripes = (
        f'<rect class="rm-zebra" x="0" y="{_px(HEAD + ROW * n)}" width="{_px(WIDTH)}" height="30"/>'
        for n in range(1, lanes, 2)
    )
    lines = (
        f'<line class="rm-q" x1="{x}" x2="{x}" y1="30" y2="{_px(height - 6)}"/>'
        f'<text class="rm-t3" x="{_px(_x(shown, line) + 5)}" y="24">{shown.label(line)}</text>'
        for line in shown.lines
        for x in [_px(_x(shown, line))]
    )
    return _markup((*stripes, *lines))


def _today(shown: Window, today: date, height: float) -> SafeString:
    x = _x(shown, today)
    words = fmt.day(today).rsplit(" ", 1)[0]
    return _markup(
        (
            f'<line class="rm-today" x1="{_px(x)}" x2="{_px(x)}" y1="20" y2="{_px(height - 6)}"/>',
            f'<rect class="rm-todaybg" x="{_px(x - 25)}" y="6" width="50" height="17" rx="3"/>',
            f'<text class="rm-todayt" x="{_px(x)}" y="18.5" text-anchor="middle">{words}</text>',
        )
    )


def _lane(number: int, lane: Lane, shown: Window, today: date) -> SafeString:
    top = HEAD + ROW * number
    code = lane.code if len(lane.code) <= CODE else ""  # a long code would leave no room for the name
    letters = int(NAME_ROOM / LETTER) - len(code)
    return format_html(
        '<g><title>{}</title><text class="rm-ts" x="16" y="{y}">{}</text>'
        '<text class="rm-t3" x="250" y="{y}" text-anchor="end">{}</text>{}{}{}</g>',
        lane.name,
        Truncator(lane.name).chars(letters),
        code,
        _bars(lane, shown, today, top),
        format_html_join("", "{}", ((_gate(gate, shown, top),) for gate in lane.gates if _inside(shown, gate.day))),
        _slip(lane, top),
        y=_px(top + 19),
    )


def _inside(shown: Window, day: date) -> bool:
    return shown.start <= day <= shown.end


def _bars(lane: Lane, shown: Window, today: date, top: float) -> SafeString:
    """Return the baseline below the bar, and the bar split at today; words where both lie outside the window."""
    parts = [_rect("rm-ghost", shown, (lane.baseline_start, lane.baseline_finish), top + 19.5)]
    start = lane.start or lane.baseline_start or lane.finish
    if lane.finish and start:
        parts.append(_rect("rm-done", shown, (start, min(lane.finish, today)), top + 8))
        if not lane.ended:
            parts.append(_rect("rm-fut", shown, (max(start, today), lane.finish), top + 8))
    drawn = "".join(parts)
    if drawn:
        return _markup([drawn])
    return format_html(
        '<text class="rm-t3" x="{}" y="{}">{}</text>', _px(LEFT + 6), _px(top + 19), _outside(lane, shown)
    )


def _outside(lane: Lane, shown: Window) -> str:
    if lane.finish is None and lane.baseline_finish is None:
        return _("no date is planned")
    day = lane.finish or lane.baseline_finish
    if day and day < shown.start:
        words = _("ended %(day)s") if lane.ended else _("was to end %(day)s")
    else:
        words = _("begins after this window, ends %(day)s")
    return words % {"day": fmt.day(day)}


def _rect(kind: str, shown: Window, days: tuple[date | None, date | None], y: float) -> str:
    start, end = days
    if start is None or end is None or end <= start or end < shown.start or start > shown.end:
        return ""
    left, right = _x(shown, start), _x(shown, end)
    return f'<rect class="{kind}" x="{_px(left)}" y="{_px(y)}" width="{_px(right - left)}" height="{HEIGHTS[kind]}"/>'


def _gate(gate: Gate, shown: Window, top: float) -> SafeString:
    kind = "rm-gate-d" if gate.passed else "rm-gate-l" if gate.late else "rm-gate"
    return format_html(
        '<path class="{}" d="M{} {}l7 7-7 7-7-7z"><title>{}, {}</title></path>',
        kind,
        _px(_x(shown, gate.day)),
        _px(top + 5.5),
        gate.name,
        fmt.day(gate.day),
    )


def _slip(lane: Lane, top: float) -> SafeString:
    late = lane.off and (lane.slip or 0) > 0
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="end">{}</text>',
        "rm-slipt" if late else "rm-t3" if lane.slip is None else "rm-t",
        _px(WIDTH - 16),
        _px(top + 19),
        slip_words(lane),
    )


def slip_words(lane: Lane) -> str:
    """Return `+63 d`, or what is missing to tell it."""
    if lane.slip is not None:
        return fmt.slip(lane.slip)
    return _("no forecast") if lane.finish is None else _("no baseline")


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _markup(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 - numbers, and month names of the calendar
