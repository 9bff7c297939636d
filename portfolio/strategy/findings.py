"""What the strategy says, as a sentence with its number."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portfolio.strategy.queries import Contributions, Served
from portfolio.strategy.tables import percent


def contributions_finding(found: Contributions) -> str:
    """Return the finding of one project: how many of the objectives above it serves, and how much."""
    if not found.offered:
        return _("No objective stands above it")
    if not found.served:
        return _("Contributes to no objective")
    words = {"served": found.served, "offered": found.offered, "alignment": percent(found.alignment)}
    text = ngettext(
        "Contributes to %(served)s of %(offered)s objective",
        "Contributes to %(served)s of %(offered)s objectives",
        found.offered,
    )
    return (text if found.alignment is None else text + _(", weighted %(alignment)s")) % words


def objectives_finding(rows: Sequence[Served]) -> str:
    """Return the finding of a portfolio's objectives: how many open ones nothing below serves."""
    unserved = [row.projects + row.programmes == 0 for row in rows if row.objective.closed_on is None]
    if not rows:
        return _("No objective yet")
    if not unserved:
        return _("All objectives are closed")
    words = {"unserved": sum(unserved), "open": len(unserved)}
    if not any(unserved):
        return (
            ngettext("The open objective is served", "All %(open)s open objectives are served", len(unserved)) % words
        )
    return (
        ngettext(
            "%(unserved)s of %(open)s open objectives is served by nothing below",
            "%(unserved)s of %(open)s open objectives are served by nothing below",
            sum(unserved),
        )
        % words
    )


def orphans_finding(live: int, orphans: int, open_objectives: bool) -> str:
    """Return the finding of a portfolio: how many of its live projects serve no objective."""
    if not open_objectives:
        return _("No open objective yet, so nothing can contribute to one")
    if not live:
        return _("No live project below")
    if not orphans:
        return ngettext(
            "The one live project contributes to an objective",
            "All %(live)s live projects contribute to an objective",
            live,
        ) % {"live": live}
    return ngettext(
        "%(orphans)s of %(live)s live projects contributes to no objective",
        "%(orphans)s of %(live)s live projects contribute to no objective",
        orphans,
    ) % {"orphans": orphans, "live": live}
