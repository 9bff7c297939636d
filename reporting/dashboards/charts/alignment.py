"""What each objective is given, as bars that lie: the first objective on top, its contribution at the end (pure)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.text import Truncator

NAME = 30  # letters of an objective beside its bar


def alignment(parts: Sequence[tuple[str, Decimal]]) -> dict[str, Any]:
    """Return one bar an objective; `parts` are names and weighted contributions in %."""
    names = [Truncator(name.replace("<", "‹").replace(">", "›")).chars(NAME) for name, _part in parts]
    values = [float(part) for _name, part in parts]
    places = list(range(len(parts)))
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "x": values,
                "y": places,
                "marker": {"color": "@ink-3"},
                "text": [f"{part:.1f}%" for _name, part in parts],
                "textposition": "outside",
                "textfont": {"color": "@ink", "size": 12},
                "cliponaxis": False,
                "hoverinfo": "skip",
            }
        ],
        "layout": {
            "margin": {"l": 190, "r": 56, "t": 8, "b": 28},
            "hovermode": False,
            "bargap": 0.45,
            "xaxis": {"rangemode": "tozero", "ticksuffix": "%", "nticks": 5},
            "yaxis": {
                "tickvals": places,
                "ticktext": names,
                "autorange": "reversed",
                "showgrid": False,
                "tickfont": {"size": 12, "color": "@ink-2"},
            },
        },
        "phone": {"margin": {"l": 132, "r": 48, "t": 8, "b": 28}, "yaxis": {"tickfont": {"size": 11}}},
    }
