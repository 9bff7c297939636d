"""Lines of benefits as a page shows them: one unit for the whole table, and figures that are whole open their rows."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from pmo.core import format as fmt
from portfolio.benefits.findings import shown_cell
from portfolio.benefits.queries import Held
from portfolio.benefits.realisation import Line, Realisation


@dataclass(frozen=True)
class Figure:
    """One figure: the name of its column, its text, and the address of the rows behind it, if they are rows."""

    label: str
    text: str
    url: str = ""


def figures(found: Realisation, line: Line, rows_url: str = "", benefit: int | None = None) -> list[Figure]:
    """Return the figures of one line; with `benefit` each opens the values that add up to it. Variance is their gap."""
    shown = []
    for label, name in ((_("Target"), "target"), (_("Forecast"), "forecast"), (_("Realised"), "actual")):
        amount = getattr(line, name)
        opens = benefit is not None and amount is not None
        url = f"{rows_url}?{urlencode({'benefit': benefit, 'figure': name})}" if opens else ""
        shown.append(Figure(label, shown_cell(found, line, amount), url))
    gap = fmt.DASH if line.variance is None else fmt.signed_money(line.variance, found.currency)
    return [*shown, Figure(_("Against target"), gap)]


def lines(found: Realisation, rows: Any, rows_url: str) -> list[dict[str, Any]]:
    """Return the benefits in money, each with its figures; a part of a benefit opens no rows, as rows are whole."""
    return [
        {
            "held": row,
            "note": note(row),
            "figures": figures(
                found, row.line, rows_url, row.benefit.pk if row.benefit and row.share is None else None
            ),
        }
        for row in rows
    ]


def note(row: Held) -> str:
    """Return in words how much of a benefit counts for the node; empty where all of it does."""
    if row.share is None:
        return ""
    if row.elsewhere:
        return _("counts for those who claim it")
    return _("%(share)s%% of it counts here") % {"share": f"{row.share.normalize():f}"}


def exact(found: Realisation, line: Line, amount: Any) -> str:
    """Return an amount to the cent for the table behind a figure; a dash where nothing is given."""
    if amount is None:
        return _("Unknown") if line.lacks_rate else fmt.DASH
    return fmt.money_exact(amount, found.currency)
