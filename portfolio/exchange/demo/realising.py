"""Replays benefits: profiles with targets in the plan, forecasts that move, what was realised, reviews."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pmo.core import clock
from portfolio.benefits import services
from portfolio.benefits.models import Benefit as Row
from portfolio.benefits.models import ValueVersion
from portfolio.benefits.services import ShareLine, ValueLine
from portfolio.exchange.demo.gains import Benefit, realised
from portfolio.exchange.demo.people import SPONSORS
from portfolio.exchange.demo.story import Course, Story
from portfolio.exchange.demo.words.benefits import ABOVE, Above
from portfolio.exchange.demo.world import Live, World, acting, month_of
from portfolio.people.models import Role, User
from portfolio.registry.models import Baseline, Node
from portfolio.registry.services import baselines_approve, baselines_open

READ_AFTER = 7  # days from a month's end until its benefits are read
WHY_ABOVE = "Programme business case approved"


@dataclass
class Held:
    """A benefit in the register, what is forecast of it, and what was realised."""

    plan: Benefit
    row: Row
    forecast: dict[date, Decimal] = field(default_factory=dict)
    actual: dict[date, Decimal] = field(default_factory=dict)


class Gains:
    """The benefits as they stand."""

    def __init__(self, world: World, plans: Mapping[str, Sequence[Benefit]], above: Mapping[str, Benefit]) -> None:
        """Keep what is planned; write nothing."""
        self.world, self.plans, self.plans_above = world, plans, above
        self.held: dict[str, list[Held]] = {}
        self.above: dict[str, Held] = {}

    # --- with the plan ---

    def begin(self, lives: Iterable[Live], drafts: Mapping[int, Baseline], actor: User) -> None:
        """Profile the benefits of projects that enter, with targets in their drafts and the same forecast."""
        lines: list[ValueLine] = []
        for live in lives:
            held = [self._profile(live, plan, actor) for plan in self.plans.get(live.story.code, ())]
            self.held[live.story.code] = held
            for each in held:
                lines += self._lines(each.row, ValueVersion.TARGET, each.forecast, drafts[live.node.pk])
                lines += self._lines(each.row, ValueVersion.FORECAST, each.forecast)
        if lines:
            services.benefit_values_set(lines, actor=actor)

    def _profile(self, live: Live, plan: Benefit, actor: User) -> Held:
        sponsor = self.world.people[live.story.sponsor.key]
        row = self._create(live.node, plan, live.story.currency, sponsor, actor)
        return Held(plan, row, dict(plan.cells))

    def _create(self, node: Node, plan: Benefit, currency: str, owner: User, actor: User) -> Row:
        gain, measured = plan.gain, not plan.is_money
        return services.benefit_create(
            actor=actor,
            node=node,
            name=gain.name,
            kind=gain.kind,
            nature=gain.nature,
            description=gain.description,
            attribution=gain.attribution,
            measure=gain.measure,
            currency=None if measured else self.world.currencies[currency],
            owner=owner,
            baseline_value=Decimal(str(gain.before)) if measured else None,
            baseline_date=clock.today() if measured else None,
            target_value=Decimal(str(gain.after)) if measured else None,
            target_date=plan.cells[-1][0] + timedelta(days=27),
            review_on=plan.reviews[0],
        )

    def again(self, live: Live, draft: Baseline, actor: User, reason: str) -> None:
        """Set the targets of a project's next baseline to what was realised and what is forecast."""
        lines: list[ValueLine] = []
        for each in self.held.get(live.story.code, ()):
            lines += self._believe(each, live.story, clock.today())
            lines += self._lines(each.row, ValueVersion.TARGET, each.forecast | each.actual, draft)
        if lines:
            services.benefit_values_set(lines, actor=actor, reason=reason)

    # --- as time goes by ---

    def keep(self, day: date) -> None:
        """Bring forecasts, what was realised and reviews to `day`."""
        self._begin_above()
        lines: list[ValueLine] = []
        for code, held in self.held.items():
            story = self.world.lives[code].story
            for each in held:
                lines += self._realise(each, _read_until(story, day), story) + self._believe(each, story, day)
                self._review(each, story, day)
        for each in self.above.values():
            lines += self._realise(each, month_of(day - timedelta(days=READ_AFTER)))
        if lines:
            with acting(self.world.login(Role.PMO_ANALYST)) as analyst:
                services.benefit_values_set(lines, actor=analyst, reason="Benefits read and forecast again")

    def _realise(self, each: Held, until: date, story: Story | None = None) -> list[ValueLine]:
        found = {
            month: realised(each.plan, month, amount, story=story)
            for month, amount in each.forecast.items()
            if month < until and month not in each.actual and amount
        }
        each.actual |= found
        return self._lines(each.row, ValueVersion.ACTUAL, found)

    def _believe(self, each: Held, story: Story, day: date) -> list[ValueLine]:
        if not story.is_live(day):
            return []
        believed = each.plan.forecast(story, day)
        moved = {
            month: amount
            for month, amount in believed.items()
            if month not in each.actual and amount != each.forecast[month]
        }
        each.forecast |= moved
        return self._lines(each.row, ValueVersion.FORECAST, moved)

    def _review(self, each: Held, story: Story, day: date) -> None:
        values: dict[str, Any] = {}
        if each.row.closed_on is None and story.course is Course.STOPPED and not story.is_live(day):
            values = {"closed_on": day, "review_on": None}
        elif each.row.review_on and each.row.review_on <= day:
            following = [on for on in each.plan.reviews if on > day]
            values = {"review_on": following[0]} if following else {}
        if values:
            with acting(self.world.people[story.manager.key]) as manager:
                each.row = services.benefit_update(each.row, values, actor=manager, reason="Benefits review")

    # --- of programmes ---

    def _begin_above(self) -> None:
        for plan in ABOVE:
            claimers = [claimer for claimer, _percent in plan.shares]
            if plan.programme not in self.above and all(claimer in self.world.lives for claimer in claimers):
                self.above[plan.programme] = self._profile_above(plan)

    def _profile_above(self, plan: Above) -> Held:
        node, benefit = self.world.nodes[plan.programme], self.plans_above[plan.programme]
        owner = self.world.people[SPONSORS[plan.programme.split("-", maxsplit=1)[0]].key]
        with acting(self.world.login(Role.PMO_HEAD)) as head:
            (draft,) = baselines_open([node], actor=head)
            held = Held(benefit, self._create(node, benefit, "GBP", owner, head), dict(benefit.cells))
            lines = self._lines(held.row, ValueVersion.TARGET, held.forecast, draft)
            if plan.begins > 0:
                held.forecast = {
                    month: round(amount * Decimal(str(plan.factor)), -2) for month, amount in benefit.cells
                }
            services.benefit_values_set(lines + self._lines(held.row, ValueVersion.FORECAST, held.forecast), actor=head)
            baselines_approve([draft], actor=head, reason=WHY_ABOVE)
            if plan.shares:
                claims = [ShareLine(self.world.lives[code].node, Decimal(percent)) for code, percent in plan.shares]
                services.benefit_shares_set(held.row, claims, actor=head, reason=WHY_ABOVE)
        return held

    def _lines(
        self, row: Row, version: ValueVersion, cells: Mapping[date, Decimal], draft: Baseline | None = None
    ) -> list[ValueLine]:
        return [ValueLine(row, version, self.world.periods[month], amount, draft) for month, amount in cells.items()]


def _read_until(story: Story, day: date) -> date:
    """Return the month before which benefits are read on `day`; nothing is read of a project on hold."""
    closed = month_of(day - timedelta(days=READ_AFTER))
    return min(closed, month_of(story.held_from)) if story.held_from else closed
