"""What the figures say, as sentences with their numbers (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.core import format as fmt
from reporting.dashboards.totals import Totals

WORDS = (
    gettext_lazy("no"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
    gettext_lazy("ten"),
)
CARRIED = Decimal("0.7")  # who carries this part of an overrun is named
MOVES = {
    "worse": gettext_lazy("Got worse"),
    "better": gettext_lazy("Got better"),
    "silent": gettext_lazy("Not reported any more"),
}
WORSE_IS_MORE = {"on": 0, "risk": 1, "off": 2}
BACK = 6  # a trend is told against so many points before the last


@dataclass(frozen=True)
class Point:
    """The projects by status at the end of a month or week, `when` in a sentence; without totals nothing is known."""

    label: str
    when: str
    totals: Totals | None


def number(count: int) -> str:
    """Return a count in words up to ten, in figures beyond."""
    return str(WORDS[count]) if 0 <= count < len(WORDS) else fmt.count(count)


def sentence(words: str) -> str:
    """Return `words` with a capital at their start."""
    return words[:1].upper() + words[1:]


def moved(before: str, now: str) -> str:
    """Return whether a status got worse or better or fell silent; empty for any other change."""
    if before not in WORSE_IS_MORE:
        return ""
    if now == "nr":
        return "silent"
    if now not in WORSE_IS_MORE or now == before:
        return ""
    return "worse" if WORSE_IS_MORE[now] > WORSE_IS_MORE[before] else "better"


def attention_title(needy: int, shown: int, asks: int) -> str:
    """Return how many projects need attention and how many of those shown ask something of the reader."""
    if not needy:
        return _("No project needs attention")
    need = ngettext("%(n)s project needs attention", "%(n)s projects need attention", needy) % {"n": number(needy)}
    if not asks:
        return sentence(_("%(need)s; none asks anything of you") % {"need": need})
    if needy <= shown:
        ask = ngettext("%(n)s asks something of you", "%(n)s ask something of you", asks)
    else:
        ask = ngettext(
            "%(n)s of the first %(shown)s asks something of you",
            "%(n)s of the first %(shown)s ask something of you",
            asks,
        )
    return sentence(f"{need}; {ask % {'n': number(asks), 'shown': number(shown)}}")


def trend_title(points: Sequence[Point]) -> str:
    """Return how many projects are off track now and some points earlier, and how many on track."""
    known = [point for point in points if point.totals is not None]
    if not known:
        return _("Nothing is rolled up yet")
    now, before = known[-1].totals or Totals(), known[max(0, len(known) - 1 - BACK)]
    off = ngettext("%(n)s project is off track", "%(n)s projects are off track", now.n_off) % {"n": number(now.n_off)}
    if before is known[-1]:
        return sentence(off)
    then = before.totals or Totals()
    parts = [f"{off}{_against(now.n_off, then.n_off)}" % {"n": number(then.n_off), "when": before.when}]
    if now.n_on != then.n_on:
        moved = (
            _("on track rose from %(old)s to %(new)s")
            if now.n_on > then.n_on
            else _("on track fell from %(old)s to %(new)s")
        )
        parts.append(moved % {"old": then.n_on, "new": now.n_on})
    return sentence("; ".join(parts))


def _against(now: int, then: int) -> str:
    if now == then:
        return _(", as %(when)s")
    if not then:
        return _(", up from none %(when)s")
    return _(", up from %(n)s %(when)s") if now > then else _(", down from %(n)s %(when)s")


def children_title(parts: Sequence[tuple[str, Totals]], total: Totals, currency: str, noun: str) -> str:
    """Return which of the parts carry the overrun, or that there is none, or why nobody can say.

    `noun` is the word for several of them, such as programmes.
    """
    if total.variance is None:
        return _("The overrun is unknown: budget and forecast are not of the same projects")
    amount = fmt.money(abs(total.variance), currency)
    if total.variance == 0:
        return _("The forecast equals the budget of %(amount)s") % {"amount": fmt.money(total.budget, currency)}
    if total.variance < 0:
        return _("The forecast stays %(amount)s below the budget") % {"amount": amount}
    over = sorted(
        ((part.variance or Decimal(0), name) for name, part in parts), key=lambda found: (-found[0], found[1])
    )
    carried, names = Decimal(0), []
    for variance, name in over:
        if carried >= total.variance * CARRIED or variance <= 0:
            break
        carried += variance
        names.append(name)
    if not names:
        return _("The forecast ends %(amount)s above the budget") % {"amount": amount}
    words = {"n": number(len(names)), "name": names[0], "amount": amount, "noun": noun}
    if carried >= total.variance:
        return sentence(
            ngettext(
                "%(name)s carries all of the %(amount)s overrun",
                "%(n)s %(noun)s carry all of the %(amount)s overrun",
                len(names),
            )
            % words
        )
    words["part"] = fmt.money(carried, currency)
    return sentence(
        ngettext(
            "%(name)s carries %(part)s of the %(amount)s overrun",
            "%(n)s %(noun)s carry %(part)s of the %(amount)s overrun",
            len(names),
        )
        % words
    )


def changes_title(since: date, worse: int, better: int, silent: int) -> str:
    """Return how many projects got worse, got better or fell silent since a day."""
    start = _("Since %(day)s: ") % {"day": fmt.day(since)}
    if not worse and not better and not silent:
        return start + _("no project got better or worse")
    parts = []
    if worse or better:
        parts.append(ngettext("%(n)s project got worse", "%(n)s projects got worse", worse) % {"n": number(worse)})
        parts.append(_("%(n)s got better") % {"n": number(better) if better else _("none")})
    if silent:
        parts.append(
            ngettext("%(n)s is not reported any more", "%(n)s are not reported any more", silent)
            % {"n": number(silent)}
        )
    return start + ", ".join(parts)


def confidence_title(counts: Sequence[tuple[str, int]], rated: int) -> str:
    """Return how many of the rated projects have the worst ratings. `counts`: rating in words, number; worst first."""
    if not rated:
        return _("No project is rated")
    found = [f"{number(count)} {word}" for word, count in counts if count][:2]
    words = ngettext(
        "Of %(rated)s project, reviewers rate %(list)s", "Of %(rated)s projects, reviewers rate %(list)s", rated
    )
    return words % {"rated": fmt.count(rated), "list": _(" and ").join(found)}
