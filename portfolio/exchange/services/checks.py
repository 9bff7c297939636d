"""What stops an import before anything is written: rights, order of editions, codes that are taken, fields too long."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pmo.core import access
from portfolio.exchange import queries
from portfolio.exchange.parsing import Problem, Row
from portfolio.exchange.plan import NODE_FIELDS, Held, Item, Plan
from portfolio.exchange.presets import Preset
from portfolio.finance.models import Currency, FiscalPeriod
from portfolio.registry.models import Node, NodeKind
from portfolio.registry.queries import codes_taken

HOLDERS = (NodeKind.PORTFOLIO, NodeKind.SUB_PORTFOLIO)
WRITES = ("node.edit", "cost.edit", "schedule.edit", "assurance.edit")


def portfolio_of(code: str, actor: Any) -> tuple[Node | None, list[Problem]]:
    """Return the portfolio that `actor` may import into; None is one to be made. A hidden one reads like any code."""
    found = Node.objects.restrict(actor, "import.run").filter(code=code, kind__in=HOLDERS).first()
    if found:
        return found, []
    if codes_taken([code]):
        return None, [Problem(_taken(code), code=code)]
    node = Node(code=code, name=code, kind=NodeKind.PORTFOLIO)
    problems = [Problem(words, code=code) for _name, words in _field_faults(node)]
    if not {"node.create_root", "import.run"} <= access.held_actions(actor):
        words = _("There is no portfolio %(code)s that you may import into, and you may not open one. Ask a PMO head.")
        problems.append(Problem(words % {"code": code}, code=code))
    return None, problems


def of_order(portfolio: Node | None, preset: Preset) -> Iterator[Problem]:
    """Yield the refusal of an edition that is older than the newest one imported."""
    latest = queries.latest_edition(portfolio) if portfolio else None
    if latest and latest.as_of > preset.as_of:
        words = _(
            "The edition %(newer)s is imported already, so %(edition)s comes too late. Import editions by their years."
        )
        yield Problem(words % {"newer": latest.year, "edition": preset.label})


def of_rows(rows: Iterable[Row], held: dict[str, Held], preset: Preset) -> Iterator[Problem]:
    """Yield what the tree refuses: codes that stand elsewhere, and texts that do not fit their field."""
    rows = list(rows)
    elsewhere = codes_taken(row.code for row in rows if row.code not in held)
    headings = {column.field: column.heading for column in preset.columns}
    for row in rows:
        one = held.get(row.code)
        if row.code in elsewhere or (one and not one.node.is_project):
            yield Problem(_taken(row.code), row.number, row.code, headings["code"], row.code)
        node = Node(kind=NodeKind.PROJECT, code=row.code, **{name: getattr(row, name) for name in NODE_FIELDS})
        for name, words in _field_faults(node):
            yield Problem(words, row.number, row.code, headings.get(name, ""), str(getattr(row, name, ""))[:60])


def of_plan(plan: Plan, portfolio: Node | None, actor: Any) -> Iterator[Problem]:
    """Yield what the plan needs and the actor or the projects do not give."""
    for item in plan.touched:
        if item.needs_baseline and item.held and item.held.has_draft:
            words = _("This project has a draft baseline. Approve it first, then import.")
            yield Problem(words, item.row.number, item.row.code)
    if portfolio and plan.touched:
        yield from _rights(plan.touched, portfolio, actor)
    if plan.touched and "calendar.edit" not in access.held_actions(actor):
        yield from _calendar(plan.preset)


def _rights(items: Sequence[Item], portfolio: Node, actor: Any) -> Iterator[Problem]:
    needed = [*WRITES, *(["baseline.approve"] if any(item.needs_baseline for item in items) else [])]
    missing = [action for action in needed if not Node.objects.restrict(actor, action).filter(pk=portfolio.pk).exists()]
    if "baseline.approve" in missing:
        yield Problem(_("The file sets baselines, which you may not approve here. Ask a PMO head to import it."))
    elif missing:
        yield Problem(_("Your role here does not allow all that the file changes. Ask a PMO head to import it."))


def _calendar(preset: Preset) -> Iterator[Problem]:
    there = FiscalPeriod.objects.filter(start=preset.annual.start, end=preset.annual.end).exists()
    if not there or not Currency.objects.filter(code=preset.currency).exists():
        words = _("The financial year %(label)s or the currency %(currency)s is not set up. Ask a PMO head to add it.")
        yield Problem(words % {"label": preset.annual.label, "currency": preset.currency})


def _taken(code: str) -> str:
    words = Node().unique_error_message(Node, ("code",)).messages[0]
    return f"{words} {_('Write another code than %(code)s.') % {'code': code}}"


def _field_faults(node: Node) -> Iterator[tuple[str, str]]:
    try:
        node.clean_fields(exclude=["parent", "owner", "sponsor"])
    except ValidationError as error:
        for name, texts in error.message_dict.items():
            yield name, " ".join(texts)
