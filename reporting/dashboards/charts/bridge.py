"""The budget bridge as bars with a base: solid adds, hollow takes away, the original budget is the axis (pure)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pmo.core import format as fmt
from reporting.dashboards.charts.common import MILLION
from reporting.dashboards.nodes.bridge import Bridge, Moves

LINE = 8  # letters on one line of a label
LINES = 2
HEADROOM = 1.14
BIG, SMALL = Decimal(100), Decimal("0.05")  # units: from where on no decimal is told, and below which two are
BILLION = 1000 * MILLION


def bridge(found: Bridge, currency: str) -> dict[str, Any]:
    """Return the bars: approved changes, the budget now, gaps of the forecast, and the forecast at completion."""
    unit, suffix = unit_of(found)
    bars = [*_steps(found.changes, Decimal(0), unit)]
    now = found.changes.total
    bars.append((_("Budget now"), Decimal(0), now, _level(found.budget, currency, unit), "@ink"))
    border = len(bars) - 0.5
    bars += _steps(found.gaps, now, unit)
    end = now + found.gaps.total
    bars.append((_("Forecast"), Decimal(0), end, _level(found.forecast, currency, unit), "@forecast"))
    heights = [edge for _name, base, top, _text, _fill in bars for edge in (base, top)]
    high, low = max(heights) / unit, min(heights) / unit
    return {
        "data": [_trace(bars, unit)],
        "layout": {
            "margin": {"l": 48, "r": 12, "t": 28, "b": 48},
            "hovermode": False,
            "bargap": 0.3,
            "xaxis": {
                "tickvals": list(range(len(bars))),
                "ticktext": [wrapped(name) for name, *_rest in bars],
                "tickfont": {"size": 10.5, "color": "@ink-2"},
                "tickangle": 0,
                "showgrid": False,
                "zeroline": False,
                "range": [-0.6, len(bars) - 0.4],
            },
            "yaxis": {
                "range": [float(low) * HEADROOM, float(high) * HEADROOM or 1.0],
                "tickprefix": fmt.symbol(currency),
                "ticksuffix": suffix,
                "nticks": 6,
                "tickformat": ",~f",
            },
            "annotations": _sides(found, border, len(bars)),
            "shapes": [
                {
                    "type": "line",
                    "x0": border,
                    "x1": border,
                    "y0": 0,
                    "y1": 1.08,
                    "yref": "paper",
                    "line": {"color": "@line-strong", "width": 1, "dash": "2px,2px"},
                }
            ],
        },
    }


Bar = tuple[str, Decimal, Decimal, str, str]


def unit_of(found: Bridge) -> tuple[Decimal, str]:
    """Return the unit of the chart: millions, or billions for a portfolio of many of them."""
    largest = max(abs(found.original), abs(found.budget), abs(found.forecast))
    return (BILLION, "bn") if largest >= 10 * BILLION else (MILLION, "m")


def _steps(moves: Moves, start: Decimal, unit: Decimal) -> list[Bar]:
    """Return the bars of one side from `start` on, each from where the one before it ended."""
    steps = [(step.name, step.amount) for step in moves.named]
    if moves.others:
        steps.append((_("Other"), moves.other))
    bars: list[Bar] = []
    for name, amount in steps:
        bars.append((name, start, start + amount, _signed(amount / unit), "@surface" if amount < 0 else "@ink-3"))
        start += amount
    return bars


def _level(amount: Decimal, currency: str, unit: Decimal) -> str:
    """Return what a level is: `£48.2m`, `£89.4bn`."""
    if unit == MILLION:
        return fmt.money(amount, currency)
    return f"{fmt.symbol(currency)}{amount / unit:,.1f}bn"


def _signed(amount: Decimal) -> str:
    sign = "+" if amount > 0 else fmt.MINUS if amount < 0 else ""
    digits = 0 if abs(amount) >= BIG else 1 if abs(amount) >= SMALL else 2
    return f"{sign}{abs(amount):,.{digits}f}"


def _trace(bars: Sequence[Bar], unit: Decimal) -> dict[str, Any]:
    edges = [fill if fill in ("@ink", "@forecast") else "@ink-3" for *_bar, fill in bars]
    return {
        "type": "bar",
        "x": list(range(len(bars))),
        "y": [round(float(abs(top - base) / unit), 3) for _name, base, top, *_rest in bars],
        "base": [round(float(min(base, top) / unit), 3) for _name, base, top, *_rest in bars],
        "marker": {"color": [fill for *_bar, fill in bars], "line": {"width": 1.5, "color": edges}},
        "text": [text for *_bar, text, _fill in bars],
        "textposition": "outside",
        "textfont": {"color": "@ink", "size": 12},
        "constraintext": "none",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _sides(found: Bridge, border: float, bars: int) -> list[dict[str, Any]]:
    """Return the words above the two sides, where there is something on them."""
    sides = []
    if found.changes.count:
        sides.append(((border - 1) / 2 - 0.25, _("approved")))
    if found.gaps.count:
        sides.append(((border + bars - 1) / 2 - 0.25, _("forecast, not approved")))
    font = {"size": 12, "color": "@ink-3"}
    return [
        {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "text": words, "showarrow": False, "font": font}
        for x, words in sides
    ]


def wrapped(name: str) -> str:
    """Return a name on two short lines, an ellipsis where there is more, as text and never as markup."""
    lines = [""]
    for word in name.replace("<", "‹").replace(">", "›").split():
        fits = len(lines[-1]) + len(word) < LINE
        if lines[-1] and not fits:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    short = [line if len(line) <= LINE + 1 else f"{line[:LINE]}…" for line in lines[:LINES]]
    if len(lines) > LINES and not short[-1].endswith("…"):
        short[-1] += "…"
    return "<br>".join(short)
