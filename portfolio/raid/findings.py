"""What risks, issues, assumptions, dependencies and escalations say, as sentences with their numbers."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.core import format as fmt
from portfolio.actions.standing import in_words, part_of


def threats(is_open: int, red: int, where: str = "", there: int = 0) -> str:
    """Return how many of the open threats are above appetite; `there` of them stand on the project `where`."""
    if not is_open:
        return _("No threat is open")
    said = part_of(
        red,
        is_open,
        _("The only open threat is above appetite"),
        ngettext(
            "%(words)s of %(all)s open threats is above appetite",
            "%(words)s of %(all)s open threats are above appetite",
            red or 1,
        ),
    )
    if not red or not where:
        return said
    if there == red:
        return said + _(", on %(where)s") % {"where": where}
    if there > 1:
        return said + _(", %(there)s of them on %(where)s") % {"there": in_words(there).lower(), "where": where}
    return said


def exposure(threat: Decimal | None, opportunity: Decimal | None, missing: int, currency: str) -> str:
    """Return the expected monetary value of what is open, in the reporting currency; empty where no risk has one."""
    parts = []
    if threat is not None:
        parts.append(_("EMV of threats %(amount)s") % {"amount": fmt.money(threat, currency)})
    if opportunity is not None:
        parts.append(_("of opportunities %(amount)s") % {"amount": fmt.money(-opportunity, currency)})
    if missing:
        words = ngettext("%(n)s sum has no exchange rate", "%(n)s sums have no exchange rate", missing)
        parts.append(words % {"n": missing})
    return " · ".join(parts)


def issues(is_open: int, overdue: int) -> str:
    """Return how many issues are open, and how many of them are overdue."""
    if not is_open:
        return _("No issue is open")
    if overdue:
        return part_of(
            overdue,
            is_open,
            _("The only open issue is overdue"),
            ngettext(
                "%(words)s of %(all)s open issues is overdue", "%(words)s of %(all)s open issues are overdue", overdue
            ),
        )
    return ngettext("%(words)s issue is open, none overdue", "%(words)s issues are open, none overdue", is_open) % {
        "words": in_words(is_open)
    }


def assumptions(waiting: int, late: int) -> str:
    """Return how many assumptions nobody has confirmed, and for how many the day has passed."""
    if not waiting:
        return _("No assumption waits to be confirmed")
    said = ngettext("%(words)s assumption to confirm", "%(words)s assumptions to confirm", waiting)
    said %= {"words": in_words(waiting)}
    if not late:
        return said
    return said + ngettext(", %(late)s past its day", ", %(late)s past their day", late) % {"late": late}


def dependencies(is_open: int, late: int) -> str:
    """Return how many dependencies are not met yet, and how many come too late or not at all."""
    if not is_open:
        return _("No dependency is open")
    if late:
        return part_of(
            late,
            is_open,
            _("The only open dependency comes too late"),
            ngettext(
                "%(words)s of %(all)s dependencies comes too late",
                "%(words)s of %(all)s dependencies come too late",
                late,
            ),
        )
    return ngettext(
        "%(words)s dependency is open, none too late", "%(words)s dependencies are open, none too late", is_open
    ) % {"words": in_words(is_open)}


def waiting_here(number: int) -> str:
    """Return how many escalations wait for an answer at a node."""
    return ngettext(
        "%(words)s escalation waits for an answer here", "%(words)s escalations wait for an answer here", number
    ) % {"words": in_words(number)}


def asked_above(waiting: int, accepted: int) -> str:
    """Return how many escalations of a node wait above it, and how many were accepted there."""
    if waiting:
        said = ngettext("%(words)s escalation waits above", "%(words)s escalations wait above", waiting)
        return said % {"words": in_words(waiting)}
    return ngettext(
        "%(words)s escalation was accepted above", "%(words)s escalations were accepted above", accepted
    ) % {"words": in_words(accepted)}
