"""Replays what changes a project as a whole: it enters the register, gets a new baseline, pauses or ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portfolio.exchange.demo import dates, money
from portfolio.exchange.demo.measuring import Progress
from portfolio.exchange.demo.milestones import GATE_2
from portfolio.exchange.demo.realising import Gains
from portfolio.exchange.demo.reserving import Reserves
from portfolio.exchange.demo.story import Course, Story
from portfolio.exchange.demo.world import Live, World, acting
from portfolio.finance.models import CostVersion
from portfolio.finance.services import cost_rows_set
from portfolio.people.models import Role, User
from portfolio.people.services import membership_grant
from portfolio.registry.models import Baseline, Lifecycle, Node, NodeKind
from portfolio.registry.services import baselines_approve, baselines_open, node_update, nodes_put
from portfolio.schedule.services import BaselineDateLine, baseline_dates_set, milestones_put

WHY_A_THIRD_TIME = "Part of the scope moves to a second phase; the programme board approved the plan that is left."


@dataclass(frozen=True)
class Beside:
    """What a plan holds beside dates and money."""

    gains: Gains
    progress: Progress
    reserves: Reserves


def enter(world: World, stories: Sequence[Story], day: date, beside: Beside) -> None:
    """Register projects: the node, its manager's role, its first plan approved as baseline 1, a first estimate."""
    if not stories:
        return
    with acting(world.login(Role.PMO_ANALYST)) as analyst:
        nodes = nodes_put([_node(world, story, day) for story in stories], fields=["name"], actor=analyst)
    lives = [Live(story, node) for story, node in zip(stories, nodes, strict=True)]
    world.lives |= {live.story.code: live for live in lives}
    with acting(world.login(Role.PMO_HEAD)) as head:
        for live in lives:
            manager = world.people[live.story.manager.key]
            membership_grant(actor=head, user=manager, role=Role.PROJECT_MANAGER, node=live.node)
    _plan(world, [live for live in lives if live.story.course is not Course.PROPOSED], day, beside)
    money.estimate(world, lives, day, "Business case")


def _node(world: World, story: Story, day: date) -> Node:
    return Node(
        kind=NodeKind.PROJECT,
        code=story.code,
        name=story.name,
        description=story.purpose,
        parent=world.nodes[story.parent],
        lifecycle=_lifecycle(story, day),
        method=story.method,
        start_date=story.start,
        target_date=story.finish,
        owner=world.people[story.manager.key],
        sponsor=world.people[story.sponsor.key],
        organisation_unit=story.unit,
        tags=list(story.tags),
    )


def _lifecycle(story: Story, day: date) -> Lifecycle:
    if story.course is Course.PROPOSED:
        return Lifecycle.PROPOSED
    if story.ended_on and day >= story.ended_on:
        return Lifecycle.STOPPED if story.course is Course.STOPPED else Lifecycle.COMPLETE
    if story.held_from and day >= story.held_from:
        return Lifecycle.ON_HOLD
    gate = next(planned.date for planned in story.milestones if planned.name == GATE_2)
    return Lifecycle.DELIVER if day >= gate + timedelta(days=story.days_late(day)) else Lifecycle.DEFINE


def _plan(world: World, lives: list[Live], day: date, beside: Beside) -> None:
    with acting(world.login(Role.PMO_ANALYST)) as analyst:
        rows = milestones_put([line for live in lives for line in dates.begin(live, day)], actor=analyst)
        drafts = {draft.node_id: draft for draft in baselines_open([live.node for live in lives], actor=analyst)}
        planned = {(live.node.pk, each.name): each.date for live in lives for each in live.story.milestones}
        fixed = [BaselineDateLine(row, drafts[row.node_id], planned[row.node_id, row.name]) for row in rows]
        baseline_dates_set(fixed, actor=analyst)
        lines = []
        for live in lives:
            money.plan(live)
            lines += money.lines(world, live, CostVersion.BUDGET, live.budget, drafts[live.node.pk])
            lines += money.lines(world, live, CostVersion.FORECAST, live.forecast)
        cost_rows_set(lines, actor=analyst)
        beside.gains.begin(lives, drafts, analyst)
        beside.progress.begin(lives, analyst)
        beside.reserves.begin(lives, analyst)
    _approve(world, list(drafts.values()), "Business case approved")


def rebaseline(world: World, last_step: date, day: date, gains: Gains) -> list[Live]:
    """Approve the next baseline: dates, money and benefits as forecast, where a board decided since the last step."""
    decided = [live for live in world.lives.values() if _passed(live, last_step, day)]
    for manager, lives in world.by_manager(decided):
        for live in lives:
            reason = (
                WHY_A_THIRD_TIME if live.story.again_on in _passed(live, last_step, day) else live.story.trouble.change
            )
            with acting(manager):
                (draft,) = baselines_open([live.node], actor=manager, reason=reason)
                _fill(world, live, draft, manager, reason)
                gains.again(live, draft, manager, reason)
            _approve(world, [draft], reason)
            live.rebaselined = True
    return decided


def _passed(live: Live, last_step: date, day: date) -> list[date]:
    return [on for on in live.story.rebaselines if last_step < on <= day]


def _fill(world: World, live: Live, draft: Baseline, manager: User, reason: str) -> None:
    live.budget = dict.fromkeys(live.budget, 0) | live.forecast | live.spent
    cost_rows_set(money.lines(world, live, CostVersion.BUDGET, live.budget, draft), actor=manager, reason=reason)
    open_ = live.node.milestones.filter(actual_date=None)
    fixed = [BaselineDateLine(milestone, draft, milestone.forecast_date) for milestone in open_]
    baseline_dates_set(fixed, actor=manager, reason=reason)


def _approve(world: World, drafts: list[Baseline], reason: str) -> None:
    with acting(world.login(Role.PMO_HEAD)) as head:
        baselines_approve(drafts, actor=head, reason=reason)


def change_lifecycles(world: World, day: date) -> None:
    """Bring every project's lifecycle state to `day`; a stopped one spends no more."""
    with acting(world.login(Role.PMO_ANALYST)) as analyst:
        for live in world.lives.values():
            state = _lifecycle(live.story, day)
            if state == live.node.lifecycle:
                continue
            live.node = node_update(live.node, {"lifecycle": state}, actor=analyst)
            if state == Lifecycle.STOPPED:
                cost_rows_set(money.drop_forecast(world, live), actor=analyst, reason="Project stopped")
