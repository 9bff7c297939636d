"""What measured progress says, in words: the finding, what the indices mean, and why a figure is unknown."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.core import format as fmt
from portfolio.finance import progress
from portfolio.finance.earned_value import ZERO, EarnedValue
from portfolio.finance.figures import percent
from portfolio.finance.performance import Performance
from portfolio.finance.progress import HUNDRED, Package


def index(value: Decimal | None) -> str:
    """Return an index with two decimals: `0.93`; `n/a` without one."""
    return _("n/a") if value is None else rounded(value, "0.01")


def rounded(value: Decimal, unit: str) -> str:
    """Return a value to the places of `unit`, halves up."""
    return str(value.quantize(Decimal(unit), ROUND_HALF_UP))


def finding(found: Performance) -> str:
    """Return what the project's performance says, as a sentence with its numbers."""
    figures, currency = found.figures, found.table.currency
    if not found.packages:
        return _("Progress is not measured yet")
    if figures.ev is None:
        return problems(found)[0]
    words = {"ev": fmt.money(figures.ev, currency), "ac": fmt.money(figures.ac, currency)}
    if not figures.ac:
        words["time"] = _time(figures, currency)
        return _("Work worth %(ev)s is done and nothing is charged yet; it is %(time)s") % words
    words |= {"cost": _cost(figures, currency), "time": _time(figures, currency)}
    return _("Work worth %(ev)s is done for %(ac)s: %(cost)s and %(time)s") % words


def _cost(figures: EarnedValue, currency: str) -> str:
    gap = figures.cv or ZERO
    if gap == 0:
        return _("on cost")
    words = _("%(amount)s over cost") if gap < 0 else _("%(amount)s under cost")
    return words % {"amount": fmt.money(abs(gap), currency)}


def _time(figures: EarnedValue, currency: str) -> str:
    gap = figures.sv or ZERO
    if gap == 0:
        return _("on plan")
    words = _("%(amount)s behind plan") if gap < 0 else _("%(amount)s ahead of plan")
    return words % {"amount": fmt.money(abs(gap), currency)}


def cost_index(cpi: Decimal | None, currency: str) -> str:
    """Return what a cost performance index means: `93p of work for each £1 spent`."""
    if cpi is None:
        return _("needs work earned and cost charged")
    return _("%(work)s of work for each %(one)s spent") % {
        "work": coin(cpi, currency),
        "one": coin(Decimal(1), currency),
    }


def coin(amount: Decimal, currency: str) -> str:
    """Return a small amount as one says it: `93p`, `£1`, `£1.11`, `€0.93`."""
    if currency == "GBP" and amount < Decimal("0.995"):
        return f"{rounded(amount * 100, '1')}p"
    return fmt.symbol(currency) + rounded(amount, "1" if amount == 1 else "0.01")


def schedule_index(spi: Decimal | None) -> str:
    """Return what a schedule performance index means: `88% of the work planned by now is done`."""
    if spi is None:
        return _("nothing was planned by now")
    return _("%(share)s of the work planned by now") % {"share": fmt.share(spi)}


def to_complete(figures: EarnedValue, currency: str) -> str:
    """Return what the rest of the work needs for the project to end on its budget."""
    if figures.unreachable:
        words = _("The budget of %(amount)s is spent with work left: no performance can end on it.")
        return words % {"amount": fmt.money(figures.bac, currency)}
    if figures.left == 0:
        return _("All the work is done.")
    if figures.tcpi_bac is None:
        return ""
    words = _("To end on the budget, each %(one)s still to be spent must yield %(work)s of work (TCPI %(index)s).")
    values = {"one": coin(Decimal(1), currency), "work": coin(figures.tcpi_bac, currency)}
    return words % (values | {"index": index(figures.tcpi_bac)})


def behind(found: Performance) -> str:
    """Return what flatters the cost performance: work counts to today, cost to the last period that was charged."""
    last = found.table.last_actual
    if last is None or last >= found.today or found.figures.cpi is None:
        return ""
    words = _("Work counts to today, cost to %(day)s: until the days since are charged, CPI looks better than it is.")
    return words % {"day": fmt.day(last)}


def problems(found: Performance) -> list[str]:
    """Return why the earned value of a project with packages is unknown, the first reason to mend first."""
    reasons = []
    weight = progress.total_weight(found.packages)
    if weight != HUNDRED:
        words = _("Earned value is unknown: the shares add up to %(weight)s, not to 100%%")
        reasons.append(words % {"weight": percent(weight)})
    reasons += [_untold(package, found) for package in progress.untold(found.packages, found.today)]
    if found.table.missing:
        codes = ", ".join(found.table.missing)
        reasons.append(_("Earned value is unknown: no exchange rate for %(codes)s") % {"codes": codes})
    elif found.table.total.budget is None:
        reasons.append(_("Earned value is unknown: no approved budget to earn"))
    elif found.table.total.budget <= 0:
        reasons.append(_("Earned value is unknown: the approved budget is not more than nothing"))
    return reasons


def _untold(package: Package, found: Performance) -> str:
    return _("Earned value is unknown: %(package)s, %(reason)s") % {
        "package": package.name,
        "reason": reason(package),
    }


def reason(package: Package) -> str:
    """Return why nobody can tell what a package has earned."""
    if package.technique == progress.MILESTONES:
        words = {"weight": percent(package.milestones_weight)}
        return _("its milestones add up to %(weight)s, not to 100%%") % words
    if package.technique == progress.PHYSICAL:
        return _("it has begun and nobody has read its progress")
    return _("it follows a package of which nobody can tell")


def evidence(package: Package, names: dict[int, str]) -> str:
    """Return on what a package's progress rests; `names` are the project's packages by key."""
    if package.technique == progress.APPORTIONED:
        return _("as %(package)s") % {"package": names.get(package.follows or 0, fmt.DASH)}
    if package.technique == progress.EFFORT:
        return _("as planned")
    if package.technique == progress.MILESTONES:
        done = sum(achieved is not None for _weight, achieved in package.milestones)
        count = len(package.milestones)
        words = ngettext("%(done)s of %(count)s milestone", "%(done)s of %(count)s milestones", count)
        return words % {"done": done, "count": count}
    if package.finished_on:
        return _("finished %(day)s") % {"day": fmt.day(package.finished_on)}
    if package.technique == progress.PHYSICAL and package.readings:
        return _("read %(day)s") % {"day": fmt.day(max(package.readings)[0])}
    return _("started %(day)s") % {"day": fmt.day(package.started_on)} if package.started_on else _("not started")


def months(value: Decimal | None) -> str:
    """Return a length of time: `4.2 months`; `n/a` without one."""
    if value is None:
        return _("n/a")
    return ngettext("%(number)s month", "%(number)s months", 1 if value == 1 else 2) % {"number": rounded(value, "0.1")}


def lateness(sv: Decimal) -> str:
    """Return a schedule variance in time: `1.9 months late`."""
    if abs(sv) < Decimal("0.05"):
        return _("in time")
    words = _("%(months)s late") if sv < 0 else _("%(months)s early")
    return words % {"months": months(abs(sv))}


def time_finding(found: Performance) -> str:
    """Return what the earned schedule says, as a sentence; or why it cannot be told."""
    schedule = found.schedule
    if schedule is None:
        if found.figures.ev is None:
            return _("Time is told from the work earned")
        return _("Time is told only where the budget is given by months")
    if schedule.spi is None:
        return _("The plan has not begun")
    words = {"late": lateness(schedule.sv), "length": months(schedule.ieac), "planned": schedule.pd}
    if schedule.es >= schedule.pd:
        return _("All the work is done, %(late)s") % words
    if not schedule.es:
        return _("No work is earned after %(time)s") % {"time": months(schedule.at)}
    return _("The work is %(late)s; at this pace it takes %(length)s, planned were %(planned)s") % words
