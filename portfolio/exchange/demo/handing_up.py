"""Replays escalations: asked by a project's manager, answered above, and what is then done there."""

from datetime import date

from portfolio.exchange.demo.above import programme_managers
from portfolio.exchange.demo.escalating import ACCEPTED, ASKED, WITHDRAWN
from portfolio.exchange.demo.keeping import Registers
from portfolio.exchange.demo.lives import Asking, Doing, Register
from portfolio.exchange.demo.world import acting
from portfolio.people.models import Role, User
from portfolio.raid import services as raid
from portfolio.raid.models import Escalation, Issue, Risk


class Escalations:
    """What was handed up, and what still waits."""

    def __init__(self, registers: Registers) -> None:
        """Read the plans of `registers`; write nothing."""
        self.registers, self.world = registers, registers.world
        self.rows: dict[tuple[str, int], Escalation] = {}
        self.managers = programme_managers()

    def keep(self, day: date) -> None:
        """Ask and answer what is due by `day`, in the order in which it happened."""
        for plan in self.registers.plans:
            for place, asking in enumerate(plan.askings):
                if asking.on > day:
                    continue
                key = (plan.code, place)
                if key not in self.rows:
                    self.rows[key] = self._ask(plan, asking)
                if asking.answered_on and asking.answered_on <= day and self.rows[key].state == ASKED:
                    self.rows[key] = self._answer(plan, self.rows[key], asking)
                if asking.doing and asking.doing.on <= day:
                    self._follow_up(asking, asking.doing, day)

    def _ask(self, plan: Register, asking: Asking) -> Escalation:
        with acting(self.world.people[plan.owner.key]) as owner:
            thing = self._thing(plan, asking)
            return raid.escalation_ask(
                thing, actor=owner, to_node=self.registers.place(asking.to), reason=asking.reason
            )

    def _thing(self, plan: Register, asking: Asking) -> Risk | Issue:
        for life in plan.risks:
            if asking in life.askings:
                return self.registers.risks[plan.code, life.hazard.title]
        issue = next(life for life in plan.issues if asking in life.askings)
        return self.registers.issues[plan.code, issue.title]

    def _answer(self, plan: Register, row: Escalation, asking: Asking) -> Escalation:
        if asking.state == WITHDRAWN:
            with acting(self.world.people[plan.owner.key]) as owner:
                return raid.escalation_withdraw(row, actor=owner, answer=asking.answer)
        with acting(self._answerer(asking.to)) as person:
            return raid.escalation_answer(row, actor=person, accept=asking.state == ACCEPTED, answer=asking.answer)

    def _follow_up(self, asking: Asking, doing: Doing, day: date) -> None:
        key = (asking.to, doing.title, doing.on)
        with acting(self._answerer(asking.to)) as person:
            self.registers.give(key, doing, self.registers.place(asking.to), person)
            self.registers.complete(key, doing, day, person)

    def _answerer(self, code: str) -> User:
        """Return who answers on a node: the programme's manager, elsewhere the head of the portfolio office."""
        return self.world.people[self.managers[code].key] if code in self.managers else self.world.login(Role.PMO_HEAD)
