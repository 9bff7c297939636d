"""Replays registers: risks raised and scored again, answered, come true or closed; issues, assumptions, escalations."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from portfolio.actions.models import Action
from portfolio.actions.services import action_complete, action_create
from portfolio.exchange.demo import scales
from portfolio.exchange.demo.lives import AssumptionLife, Doing, IssueLife, Register, RiskLife
from portfolio.exchange.demo.world import World, acting
from portfolio.people.models import User
from portfolio.raid import services as raid
from portfolio.raid.models import Assumption, Issue, Risk
from portfolio.raid.services import ResponseLine
from portfolio.registry.models import Node

REVIEW = "Review of the register"
Key = tuple[str, str]  # code of the node, title of the row
Given = tuple[str, str, date]  # code of the node, title of the action, day on which it was given


class Registers:
    """The registers as they stand, and what is still to happen to them."""

    def __init__(self, world: World, plans: Iterable[Register]) -> None:
        """Keep what is planned; write nothing."""
        self.world = world
        self.plans = sorted(plans, key=lambda plan: (plan.owner.key, plan.code))
        self.risks: dict[Key, Risk] = {}
        self.issues: dict[Key, Issue] = {}
        self.assumptions: dict[Key, Assumption] = {}
        self.actions: dict[Given, Action] = {}

    def keep(self, day: date) -> None:
        """Bring every register whose node is there to `day`, each by its owner."""
        for owner, plans in self._by_owner():
            with acting(owner):
                self._score(plans, day, owner)
                self._answer(plans, day, owner)
                for plan in plans:
                    self._happen(plan, day, owner)
                    self._assume(plan, day, owner)

    def _by_owner(self) -> Iterator[tuple[User, list[Register]]]:
        there = [plan for plan in self.plans if plan.code in self.world.lives or plan.code in self.world.nodes]
        for key, plans in groupby(there, key=lambda plan: plan.owner.key):
            yield self.world.people[key], list(plans)

    def place(self, code: str) -> Node:
        """Return the node of this code."""
        return self.world.lives[code].node if code in self.world.lives else self.world.nodes[code]

    # --- risks ---

    def _score(self, plans: list[Register], day: date, owner: User) -> None:
        wanted = [(plan, life) for plan in plans for life in plan.risks if self._is_moved(plan, life, day)]
        if not wanted:
            return
        rows = raid.risks_put([self._risk(plan, life, day) for plan, life in wanted], actor=owner, reason=REVIEW)
        for (plan, life), row in zip(wanted, rows, strict=True):
            self.risks[plan.code, life.hazard.title] = row

    def _is_moved(self, plan: Register, life: RiskLife, day: date) -> bool:
        if day < life.raised_on:
            return False
        row = self.risks.get((plan.code, life.hazard.title))
        if row is None:
            return True
        return row.state == "open" and life.score_on(day).cell != (row.current_probability, row.current_impact)

    def _risk(self, plan: Register, life: RiskLife, day: date) -> Risk:
        score = life.score_on(day)
        money = scales.amount(score.cell, plan.budget, life.weight)
        return Risk(
            node=self.place(plan.code),
            title=life.hazard.title,
            kind=life.kind,
            description=life.hazard.text,
            category=life.hazard.category,
            owner=self.world.people[plan.owner.key],
            proximity=life.proximity,
            current_probability=score.probability,
            current_impact=score.impact,
            inherent_probability=life.scores[0].probability,
            inherent_impact=life.scores[0].impact,
            residual_probability=life.residual[0] if life.residual else None,
            residual_impact=life.residual[1] if life.residual else None,
            probability_percent=scales.percent(score.cell) if money else None,
            impact_amount=money,
            currency=self.world.currencies[plan.currency] if money else None,
            raised_on=life.raised_on,
            review_on=life.review_on,
        )

    def _answer(self, plans: list[Register], day: date, owner: User) -> None:
        found = [
            (plan.code, life, doing)
            for plan in plans
            for life in plan.risks
            for doing in life.doings
            if doing.on <= day
        ]
        due = [each for each in found if (each[0], each[2].title, each[2].on) not in self.actions]
        lines = [self._response(self.risks[code, life.hazard.title], doing) for code, life, doing in due]
        rows = raid.risk_responses_add(lines, actor=owner) if lines else ()
        for (code, _life, doing), row in zip(due, rows, strict=True):
            self.actions[code, doing.title, doing.on] = row.action
        for code, _life, doing in found:
            self.complete((code, doing.title, doing.on), doing, day, owner)

    def _response(self, risk: Risk, doing: Doing) -> ResponseLine:
        return ResponseLine(risk, doing.strategy, doing.title, doing.due, self.world.people[doing.owner.key])

    def complete(self, key: Given, doing: Doing, day: date, owner: User) -> None:
        """Complete an action, with evidence, if it is done by `day`."""
        action = self.actions.get(key)
        if action is not None and doing.done_on and doing.done_on <= day and action.done_on is None:
            self.actions[key] = action_complete(action, actor=owner, evidence=doing.evidence, done_on=doing.done_on)

    def give(self, key: Given, doing: Doing, node: Node, actor: User) -> None:
        """Add an action to `node`, once."""
        if key not in self.actions:
            person = self.world.people[doing.owner.key]
            self.actions[key] = action_create(actor=actor, node=node, title=doing.title, due=doing.due, owner=person)

    # --- what comes of them ---

    def _happen(self, plan: Register, day: date, owner: User) -> None:
        for life in plan.risks:
            risk = self.risks.get((plan.code, life.hazard.title))
            if life.end == "closed" and life.ended_on and life.ended_on <= day and risk and risk.state == "open":
                self.risks[plan.code, life.hazard.title] = raid.risk_close(
                    risk, actor=owner, outcome=life.hazard.outcome, closed_on=life.ended_on
                )
        for found in plan.issues:
            if found.raised_on <= day:
                self._handle(plan, found, day, owner)

    def _handle(self, plan: Register, life: IssueLife, day: date, owner: User) -> None:
        key = (plan.code, life.title)
        if key not in self.issues:
            self.issues[key] = self._raise(plan, life, owner)
        if life.doing:
            doing = (plan.code, life.doing.title, life.doing.on)
            self.give(doing, life.doing, self.place(plan.code), owner)
        issue = self.issues[key]
        if life.resolved_on and life.resolved_on <= day and issue.state == "open":
            self.issues[key] = raid.issue_resolve(
                issue, actor=owner, resolution=life.resolution, resolved_on=life.resolved_on
            )

    def _raise(self, plan: Register, life: IssueLife, owner: User) -> Issue:
        values: dict[str, Any] = {
            "title": life.title,
            "description": life.description,
            "severity": life.severity,
            "owner": owner,
            "raised_on": life.raised_on,
            "due": life.due,
        }
        if not life.risk:
            return raid.issue_create(actor=owner, node=self.place(plan.code), **values)
        issue = raid.risk_occurred(self.risks[plan.code, life.risk], actor=owner, **values)
        self.risks[plan.code, life.risk].refresh_from_db(fields=["state", "version"])
        return issue

    def _assume(self, plan: Register, day: date, owner: User) -> None:
        for life in plan.assumptions:
            if life.on <= day:
                self._settle(plan, life, day, owner)

    def _settle(self, plan: Register, life: AssumptionLife, day: date, owner: User) -> None:
        key = (plan.code, life.title)
        if key not in self.assumptions:
            self.assumptions[key] = raid.ASSUMPTIONS.create(
                actor=owner,
                node=self.place(plan.code),
                title=life.title,
                effect=life.effect,
                owner=owner,
                confirm_by=life.confirm_by,
            )
        row = self.assumptions[key]
        if life.settled_on and life.settled_on <= day and row.state == "open":
            values = {"state": life.state, "finding": life.finding}
            self.assumptions[key] = raid.ASSUMPTIONS.update(row, values, actor=owner)
