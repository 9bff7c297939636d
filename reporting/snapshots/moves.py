"""What a change of status means (pure)."""

from django.utils.translation import gettext_lazy

MOVES = {
    "worse": gettext_lazy("Got worse"),
    "better": gettext_lazy("Got better"),
    "silent": gettext_lazy("Not reported any more"),
}
WORSE_IS_MORE = {"on": 0, "risk": 1, "off": 2}


def moved(before: str, now: str) -> str:
    """Return whether a status got worse or better or fell silent; empty for any other change."""
    if before not in WORSE_IS_MORE:
        return ""
    if now == "nr":
        return "silent"
    if now not in WORSE_IS_MORE or now == before:
        return ""
    return "worse" if WORSE_IS_MORE[now] > WORSE_IS_MORE[before] else "better"
