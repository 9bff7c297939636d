"""Importing one edition: the dry run and the write, all or nothing."""

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import access
from pmo.core.errors import NotPermitted
from pmo.core.events import declare_verbs
from portfolio.exchange import outcome, parsing, plan, queries, sheets
from portfolio.exchange.outcome import Outcome
from portfolio.exchange.parsing import Parsed, Problem
from portfolio.exchange.services import checks
from portfolio.exchange.services.writing import Source, Step, Writer, open_portfolio
from portfolio.finance import services as finance
from portfolio.registry.models import Node

declare_verbs(
    {
        "edition.imported": gettext_lazy("Edition imported"),
        "edition.absent": gettext_lazy("Not in the latest edition"),
        "edition.returned": gettext_lazy("In the latest edition again"),
    }
)


def silent(words: str, done: int, total: int) -> None:
    """Take no notice of progress."""


def edition_import(
    content: bytes,
    *,
    into: str,
    actor: Any,
    file_name: str = "",
    year: int | None = None,
    dry_run: bool = False,
    step: Step = silent,
) -> Outcome:
    """Import a file into the portfolio of code `into`, all or nothing, and return what it came to.

    With `dry_run`, or with any problem, nothing is written. The same file a second time writes nothing either.
    """
    if "import.run" not in access.held_actions(actor):
        raise NotPermitted(_("This does not exist."))
    step(_("Reading the file"), 0, 0)
    try:
        parsed = parsing.parse(content, year)
    except sheets.UnreadableError as error:
        return outcome.refused([Problem(str(error))])
    try:
        with transaction.atomic():
            source = Source(file_name[:250], sha256(content))
            return _import(parsed, source, into=into, actor=actor, dry_run=dry_run, step=step)
    except ValidationError as error:  # what only the areas' services know
        return _refused(parsed, [Problem(words) for words in error.messages])


def _import(parsed: Parsed, source: Source, *, into: str, actor: Any, dry_run: bool, step: Step) -> Outcome:
    preset = parsed.preset
    step(_("Comparing with the portfolio"), 0, parsed.row_count)
    portfolio, problems = checks.portfolio_of(into, actor)
    if portfolio:
        Node.objects.select_for_update(of=("self",), no_key=True).get(pk=portfolio.pk)  # one import at a time
    held = queries.held(portfolio, preset, actor) if portfolio else {}
    problems += [*parsed.problems, *checks.of_order(portfolio, preset), *checks.of_rows(parsed.rows, held, preset)]
    difference = plan.difference(parsed.rows, held, preset)
    problems += checks.of_plan(difference, portfolio, actor)
    if not parsed.row_count:
        problems.append(Problem(_("The file names no project.")))
    if problems:
        return _refused(parsed, problems)
    if not dry_run and (difference.touched or difference.newly_absent):
        _write(difference, portfolio or into, source, actor=actor, step=step)
    result = outcome.of_plan(difference, parsed.row_count)
    result.new_portfolio = portfolio is None
    return result


def _write(difference: plan.Plan, target: Node | str, source: Source, *, actor: Any, step: Step) -> None:
    preset = difference.preset
    reason = _("%(edition)s edition") % {"edition": preset.label}
    if isinstance(target, str):
        target = open_portfolio(target, preset.portfolio_name, actor, reason)
    annual = preset.annual
    Writer(
        plan=difference,
        portfolio=target,
        actor=actor,
        step=step,
        reason=reason,
        currency=finance.currency_ensure(preset.currency, preset.currency_name, actor=actor),
        period=finance.period_ensure(annual.start, annual.end, annual.label, annual.fiscal_year, actor=actor),
    ).run(source)


def _refused(parsed: Parsed, problems: list[Problem]) -> Outcome:
    return outcome.refused(problems, parsed.preset.label, parsed.row_count)


def sha256(content: bytes) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
