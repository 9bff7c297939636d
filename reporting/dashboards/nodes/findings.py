"""What the parts of a portfolio's page say, as sentences with their numbers (pure)."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.core import format as fmt
from reporting.dashboards.findings import number, sentence
from reporting.dashboards.nodes.bands import Band
from reporting.dashboards.nodes.bridge import Bridge, Step
from reporting.dashboards.nodes.roadmap import Lane, Roadmap

CARRIED, CANCELS = Decimal("0.7"), Decimal("0.1")  # parts of the overrun: carried by one, and left by the others


def amount(value: Decimal) -> str:
    """Return an amount without its sign, in millions from £0.1m on."""
    return fmt.signed_money(abs(value), settings.REPORTING_CURRENCY).lstrip("+±")


def bridge_title(found: Bridge) -> str:
    """Return what drives the forecast off the budget; without that, what approved changes did to the budget."""
    variance = found.variance
    if not found.gaps.count:
        return _unmoved(found)
    if not variance:
        return _("The forecast equals the budget: what some add, others take away")
    words = {"total": amount(variance), "n": number(found.gaps.count)}
    driver = _driver(found, variance)
    if driver is None or abs(driver.amount) < abs(variance) * CARRIED:
        above = _("The forecast ends %(total)s above the budget, no single project carries it")
        below = _("The forecast ends %(total)s below the budget, no single project carries it")
        return (above if variance > 0 else below) % words
    words |= {"name": driver.name, "amount": amount(driver.amount)}
    rest = variance - driver.amount
    if abs(rest) > abs(variance) * CANCELS:
        over = _("%(name)s alone adds %(amount)s; in all the forecast ends %(total)s above the budget")
        under = _("%(name)s alone takes away %(amount)s; in all the forecast ends %(total)s below the budget")
        return (over if variance > 0 else under) % words
    over = _("The overrun is one project: %(name)s adds %(amount)s")
    under = _("The saving is one project: %(name)s takes away %(amount)s")
    said = (over if variance > 0 else under) % words
    return said if found.gaps.count == 1 else said + _(", the rest cancels out")


def _driver(found: Bridge, variance: Decimal) -> Step | None:
    same = [step for step in found.gaps.named if step.code and (step.amount > 0) == (variance > 0)]
    return max(same, key=lambda step: abs(step.amount), default=None)


def _unmoved(found: Bridge) -> str:
    words = {"old": _whole(found.original), "new": _whole(found.budget)}
    if found.changes.total:
        return _("Approved changes took the budget from %(old)s to %(new)s; the forecast equals it") % words
    return _("The budget is as first approved, %(new)s, and the forecast equals it") % words


def _whole(value: Decimal) -> str:
    return fmt.money(value, settings.REPORTING_CURRENCY)


def roadmap_title(found: Roadmap) -> str:
    """Return how many finish late, by how much the worst of them, and whether that takes its next gate with it."""
    compared = [lane for lane in found.lanes if lane.slip is not None]
    late = sum((lane.slip or 0) > 0 for lane in compared)
    if not compared:
        return _("Nothing below has both a baseline and a forecast of its finish")
    worst = found.worst
    if worst is None:
        return _("Nothing finishes late")
    if len(compared) == 1:
        return _("%(name)s finishes %(slip)s") % {"name": worst.name, "slip": fmt.slip_words(worst.slip)}
    noun = (
        ngettext("%(n)s part", "%(n)s parts", len(compared))
        if found.grouped
        else ngettext("%(n)s project", "%(n)s projects", len(compared))
    )
    if late == len(compared):
        said = _("All %(all)s finish late") % {"all": noun % {"n": number(late)}}
        return said + _late_words(worst)
    words = ngettext("%(late)s of %(all)s finishes late", "%(late)s of %(all)s finish late", late)
    said = words % {"late": number(late), "all": noun % {"n": number(len(compared))}}
    return sentence(said) + _late_words(worst)


def _late_words(worst: Lane) -> str:
    """Return by how much the worst finishes late, and the gate that it takes along."""
    said = _("; %(name)s by %(slip)s") % {"name": worst.name, "slip": fmt.slip(worst.slip).lstrip("+")}
    gate = worst.next_gate
    if gate is None or not gate.late:
        return said
    return said + _(", and takes %(gate)s with it") % {"gate": gate.name}


def band_note(found: Band | None) -> str:
    """Return what the band around the forecast is, or why there is none."""
    if found is None:
        return _("no band: no project has measured progress")
    words = ngettext(
        "band: range of EAC methods of %(n)s measured project, %(low)s to %(high)s at completion",
        "band: range of EAC methods of %(n)s measured projects, %(low)s to %(high)s at completion",
        found.projects,
    )
    return words % {"n": fmt.count(found.projects), "low": _whole(found.low), "high": _whole(found.high)}
