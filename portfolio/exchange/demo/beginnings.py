"""Replays what changes a project as a whole: it enters the register, gets a new baseline, pauses or ends."""

from collections.abc import Sequence
from datetime import date, timedelta

from portfolio.exchange.demo import dates, money
from portfolio.exchange.demo.milestones import GATE_2
from portfolio.exchange.demo.story import Course, Story
from portfolio.exchange.demo.world import Live, World, acting
from portfolio.finance.models import CostVersion
from portfolio.finance.services import CostLine, cost_rows_set
from portfolio.people.models import Role
from portfolio.people.services import membership_grant
from portfolio.registry.models import Baseline, Lifecycle, Node, NodeKind
from portfolio.registry.services import baselines_approve, baselines_open, node_update, nodes_put
from portfolio.schedule.services import BaselineDateLine, baseline_dates_set, milestones_put

WHY_AGAIN = "Change approved by the project board: the first plan can no longer be met."


def enter(world: World, stories: Sequence[Story], day: date) -> None:
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
    _plan(world, [live for live in lives if live.story.course is not Course.PROPOSED], day)
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


def _plan(world: World, lives: list[Live], day: date) -> None:
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
    _approve(world, list(drafts.values()), "Business case approved")


def rebaseline(world: World, last_step: date, day: date) -> list[Live]:
    """Approve the second baseline, dates and money as forecast, where a board decided since the last step."""
    decided = [
        live
        for live in world.lives.values()
        if live.story.rebaselined_on and last_step < live.story.rebaselined_on <= day
    ]
    for manager, lives in world.by_manager(decided):
        with acting(manager):
            drafts = baselines_open([live.node for live in lives], actor=manager, reason=WHY_AGAIN)
            _fill(world, list(zip(lives, drafts, strict=True)), manager)
        _approve(world, list(drafts), WHY_AGAIN)
        for live in lives:
            live.rebaselined = True
    return decided


def _fill(world: World, pairs: list[tuple[Live, Baseline]], manager: object) -> None:
    lines: list[CostLine] = []
    fixed: list[BaselineDateLine] = []
    for live, draft in pairs:
        empty = dict.fromkeys(live.budget, 0)
        live.budget = empty | live.forecast | live.spent
        lines += money.lines(world, live, CostVersion.BUDGET, live.budget, draft)
        open_ = live.node.milestones.filter(actual_date=None)
        fixed += [BaselineDateLine(milestone, draft, milestone.forecast_date) for milestone in open_]
    cost_rows_set(lines, actor=manager, reason=WHY_AGAIN)
    baseline_dates_set(fixed, actor=manager, reason=WHY_AGAIN)


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
