"""What all charts share: units, and labels at the right end that do not overlap (pure)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

MILLION = Decimal(1_000_000)
SPACING = 0.085  # of the axis: how close two labels at the right end may stand


def apart(heights: Sequence[float], least: float) -> list[float]:
    """Return rising `heights` moved up where they stand closer than `least`, so that labels do not overlap."""
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, moved[-1] + least) if moved else height)
    return moved


def end_label(x: Any, y: float, text: str, colour: str) -> dict[str, Any]:
    """Return the name of a line or a bar, to the right of the place where it ends."""
    font = {"color": colour, "size": 12}
    return {"x": x, "y": y, "text": text, "showarrow": False, "xanchor": "left", "yanchor": "middle", "font": font}
