"""Carrying out the plan of an edition through the services of the areas, in a constant number of bulk writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pmo.core import clock
from pmo.core.events import Event, emit
from portfolio.exchange import queries
from portfolio.exchange.models import Edition, EditionPresence
from portfolio.exchange.plan import ENDS, NODE_FIELDS, Item, Plan, surplus_ratings
from portfolio.finance import services as finance
from portfolio.finance.models import Currency, FiscalPeriod
from portfolio.registry import services as registry
from portfolio.registry.models import Baseline, Lifecycle, Node, NodeKind
from portfolio.schedule import services as schedule
from portfolio.schedule.models import Milestone
from portfolio.status import services as status

Step = Callable[[str, int, int], None]
STAGES = 8


@dataclass(frozen=True)
class Source:
    """The file that an edition comes from."""

    file_name: str
    sha256: str


@dataclass
class Writer:
    """One import being written. `nodes` are the projects of the touched rows, in their order."""

    plan: Plan
    portfolio: Node
    actor: Any
    step: Step
    reason: str
    currency: Currency
    period: FiscalPeriod

    def run(self, source: Source) -> None:
        """Write everything; the caller's transaction makes it all or nothing."""
        items = self.plan.touched
        self._say(_("Projects"), 1)
        nodes = self._nodes(items)
        pairs = list(zip(items, nodes, strict=True))
        self._say(_("Dates"), 2)
        ends = self._forecast_dates(pairs)
        self._say(_("Baselines"), 3)
        self._baselines([(item, node) for item, node in pairs if item.needs_baseline], ends)
        self._say(_("Whole-life costs"), 4)
        self._estimates(pairs)
        self._say(_("Ratings"), 5)
        self._ratings(pairs)
        self._say(_("Annual forecasts"), 6)
        self._forecasts(pairs)
        self._say(_("Edition"), 7)
        self._edition(source, pairs)
        self._say(_("All rows are written; finishing"), STAGES)

    def _say(self, words: str, stage: int) -> None:
        self.step(words, stage, STAGES)

    def _nodes(self, items: Sequence[Item]) -> Sequence[Node]:
        wanted = [
            Node(
                kind=NodeKind.PROJECT,
                code=item.row.code,
                parent=item.held.node.parent if item.held else self.portfolio,
                lifecycle=Lifecycle.DELIVER,
                **{name: getattr(item.row, name) for name in NODE_FIELDS},
            )
            for item in items
        ]
        return registry.nodes_put(wanted, fields=NODE_FIELDS, actor=self.actor, reason=self.reason)

    def _forecast_dates(self, pairs: Sequence[tuple[Item, Node]]) -> dict[tuple[int, str], Milestone]:
        lines = []
        for item, node in pairs:
            for kind in ENDS:
                stored = item.held.milestones.get(kind) if item.held else None
                day = getattr(item.row, kind)
                if stored or day:
                    lines.append(
                        schedule.MilestoneLine(
                            node=node,
                            name=stored.name if stored else kind.title(),
                            kind=kind,
                            forecast_date=day,
                            actual_date=stored.actual_date if stored else None,
                            is_critical=stored.is_critical if stored else kind == "finish",
                        )
                    )
        rows = schedule.milestones_put(lines, actor=self.actor, reason=self.reason)
        return {(row.node_id, row.kind): row for row in rows}

    def _baselines(self, pairs: Sequence[tuple[Item, Node]], ends: dict[tuple[int, str], Milestone]) -> None:
        drafts = registry.baselines_open([node for _item, node in pairs], actor=self.actor, reason=self.reason)
        dates, costs = [], []
        for (item, node), draft in zip(pairs, drafts, strict=True):
            known = item.held.baseline_dates if item.held else {}
            dates += [
                schedule.BaselineDateLine(ends[node.pk, kind], draft, getattr(item.row, kind))
                for kind in ENDS
                if getattr(item.row, kind) and kind not in known
            ]
            if item.row.budget is not None:
                costs.append(self._cost(node, "budget", item.row.budget, draft))
        schedule.baseline_dates_set(dates, actor=self.actor, reason=self.reason)
        finance.cost_rows_set(costs, actor=self.actor, reason=self.reason)
        self._drop_withdrawn_budgets(pairs, drafts)
        registry.baselines_approve(drafts, actor=self.actor, reason=self.reason)

    def _drop_withdrawn_budgets(self, pairs: Sequence[tuple[Item, Node]], drafts: Sequence[Baseline]) -> None:
        """Take out of the drafts what a corrected file of the same edition no longer gives."""
        withdrawn = [
            draft
            for (item, _node), draft in zip(pairs, drafts, strict=True)
            if item.row.budget is None and item.held and "budget" in item.held.annual
        ]
        for row in queries.budget_rows(withdrawn, self.plan.preset) if withdrawn else ():
            finance.cost_row_delete(row, actor=self.actor, reason=self.reason)

    def _estimates(self, pairs: Sequence[tuple[Item, Node]]) -> None:
        preset = self.plan.preset
        lines = [
            finance.EstimateLine(
                node=node,
                as_of=preset.as_of,
                amount=item.row.whole_life,
                currency=self.currency,
                source=preset.label,
                note=item.row.note,
            )
            for item, node in pairs
        ]
        finance.estimates_put(lines, actor=self.actor, reason=self.reason)

    def _ratings(self, pairs: Sequence[tuple[Item, Node]]) -> None:
        preset = self.plan.preset
        for item, _node in pairs:
            for surplus in surplus_ratings(item.row, item.held, preset) if item.held else ():
                status.rating_delete(surplus, actor=self.actor, reason=self.reason)
        lines = [
            status.RatingLine(
                node=node,
                as_of=preset.as_of,
                source=item.row.rating_source,
                scale=preset.scale,
                value=item.row.rating,
                comment=item.row.rating_comment,
            )
            for item, node in pairs
        ]
        status.ratings_put(lines, actor=self.actor, reason=self.reason)

    def _forecasts(self, pairs: Sequence[tuple[Item, Node]]) -> None:
        lines = []
        for item, node in pairs:
            if item.row.forecast is not None:
                lines.append(self._cost(node, "forecast", item.row.forecast))
            elif item.held and "forecast" in item.held.annual:
                finance.cost_row_delete(item.held.annual["forecast"], actor=self.actor, reason=self.reason)
        finance.cost_rows_set(lines, actor=self.actor, reason=self.reason)

    def _cost(self, node: Node, version: str, amount: Any, baseline: Baseline | None = None) -> finance.CostLine:
        preset = self.plan.preset
        return finance.CostLine(
            node=node,
            cost_version=version,
            period=self.period,
            category=preset.category,
            cost_type=preset.cost_type,
            currency=self.currency,
            amount=amount,
            baseline=baseline,
        )

    def _edition(self, source: Source, pairs: Sequence[tuple[Item, Node]]) -> None:
        preset = self.plan.preset
        edition, _created = Edition.objects.update_or_create(
            portfolio=self.portfolio,
            as_of=preset.as_of,
            defaults={"preset": preset.key, "year": preset.year, "imported_at": clock.now(), **vars(source)},
        )
        self._presences(edition, pairs)
        counts = {"created": len(self.plan.created), "updated": len(self.plan.updated), "absent": len(self.plan.absent)}
        changes = {name: (None, value) for name, value in {**counts, **vars(source)}.items()}
        emit("edition.imported", edition, actor=self.actor, changes=changes, reason=self.reason)

    def _presences(self, edition: Edition, pairs: Sequence[tuple[Item, Node]]) -> None:
        there = [item.held.presence for item in self.plan.items if item.held and item.held.presence]
        returned = [presence for presence in there if not presence.in_latest]
        absent = [held.presence for held in self.plan.newly_absent]
        rows = EditionPresence.objects.restrict(self.actor, "import.run")
        rows.filter(pk__in=[one.pk for one in there]).update(last_edition=edition, in_latest=True)
        rows.filter(pk__in=[one.pk for one in absent]).update(in_latest=False)
        EditionPresence.objects.bulk_create(
            EditionPresence(node=node, last_edition=edition)
            for item, node in pairs
            if not (item.held and item.held.presence)
        )
        self._tell("edition.absent", absent, False)
        self._tell("edition.returned", returned, True)

    def _tell(self, verb: str, presences: Sequence[EditionPresence], now: bool) -> None:
        events = [Event(presence, {"in_latest": (not now, now)}) for presence in presences]
        emit(verb, events, actor=self.actor, reason=self.reason)


def open_portfolio(code: str, name: str, actor: Any, reason: str) -> Node:
    """Open the portfolio of an import; whoever opens one leads it."""
    return registry.node_create(actor=actor, reason=reason, kind=NodeKind.PORTFOLIO, code=code, name=name)
