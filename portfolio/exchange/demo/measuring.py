"""Replays measured progress: work packages with the plan, what is read of them, when they begin and end."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portfolio.exchange.demo import packages
from portfolio.exchange.demo.packages import CHECKS, FIRST, GATE_WEIGHTS, GATES, MAIN, STAGES, WEIGHTS, Standing
from portfolio.exchange.demo.story import Course
from portfolio.exchange.demo.world import Live, World, acting, month_of
from portfolio.finance.models import WorkPackage
from portfolio.finance.planned_value import days_of
from portfolio.finance.services import (
    ReadingLine,
    packagemilestone_create,
    readings_add,
    workpackage_create,
    workpackage_update,
)
from portfolio.people.models import Role, User


@dataclass
class Measured:
    """A project that measures its progress: its packages by place, and what was last read of the main one."""

    live: Live
    rows: list[WorkPackage]
    percent: float = 0.0
    is_read: bool = False


class Progress:
    """Measured progress as it stands."""

    def __init__(self, world: World, codes: Set[str]) -> None:
        """Keep which projects measure; write nothing."""
        self.world, self.codes = world, codes
        self.measured: dict[str, Measured] = {}

    def begin(self, lives: Iterable[Live], actor: User) -> None:
        """Declare the packages of projects that enter and measure their progress."""
        for live in lives:
            if live.story.code in self.codes:
                rows = self._declare(live, actor)
                self._count_gates(live, rows[STAGES], actor)
                self.measured[live.story.code] = Measured(live, rows)

    @staticmethod
    def _declare(live: Live, actor: User) -> list[WorkPackage]:
        rows: list[WorkPackage] = []
        for place, (name, technique) in enumerate(packages.names(live.story)):
            base = rows[MAIN] if place == CHECKS else None
            weight = Decimal(WEIGHTS[place])
            rows.append(
                workpackage_create(
                    actor=actor, node=live.node, name=name, technique=technique, weight=weight, apportioned_to=base
                )
            )
        return rows

    @staticmethod
    def _count_gates(live: Live, package: WorkPackage, actor: User) -> None:
        milestones = {row.name: row for row in live.node.milestones.filter(name__in=GATES)}
        for name, weight in zip(GATES, GATE_WEIGHTS, strict=True):
            packagemilestone_create(actor=actor, package=package, milestone=milestones[name], weight=Decimal(weight))

    def keep(self, day: date) -> None:
        """Read every project under way on `day`; packages begin and end as the work does."""
        lines = []
        with acting(self.world.login(Role.PMO_ANALYST)) as analyst:
            for each in self.measured.values():
                line = self._read(each, day, analyst)
                lines += [line] if line else []
            if lines:
                readings_add(lines, actor=analyst, reason="Progress read")

    def _read(self, each: Measured, day: date, actor: User) -> ReadingLine | None:
        story, standing = each.live.story, standing_of(each.live, day)
        ended = story.ended_on is not None and day >= story.ended_on
        if not standing.planned or each.rows[MAIN].finished_on:
            return None
        percent = 100.0 if ended else packages.reading(story, standing, each.percent)
        self._move_first(
            each, 1.0 if ended else packages.first_part(story, packages.wanted(story, standing)), day, actor
        )
        if not each.is_read:
            self._move(each, MAIN, {"started_on": day}, actor)
        if story.course is Course.COMPLETE and percent >= 100:
            self._move(each, MAIN, {"finished_on": day}, actor)
        if percent == each.percent and each.is_read:
            return None
        each.percent, each.is_read = percent, True
        return ReadingLine(each.rows[MAIN], day, Decimal(str(percent)), "Counted on site" if percent else "")

    def _move_first(self, each: Measured, part: float, day: date, actor: User) -> None:
        row = each.rows[FIRST]
        values: dict[str, date] = {}
        if part and row.started_on is None:
            values["started_on"] = day
        if part == 1 and row.finished_on is None:
            values["finished_on"] = day
        if values:
            self._move(each, FIRST, values, actor)

    @staticmethod
    def _move(each: Measured, place: int, values: dict[str, date], actor: User) -> None:
        each.rows[place] = workpackage_update(each.rows[place], values, actor=actor)


def standing_of(live: Live, day: date) -> Standing:
    """Return how a project stands: the plan to `day`, the months that are posted, and the gates that are passed."""
    whole = sum(live.budget.values())
    planned = sum(amount * passed(month, day) for (month, _category), amount in live.budget.items())
    achieved = [
        weight for name, weight in zip(GATES, GATE_WEIGHTS, strict=True) if (live.dates[name][1] or date.max) <= day
    ]
    return Standing(day, planned / whole, sum(live.spent.values()) / whole, sum(achieved) / 100)


def passed(month: date, day: date) -> float:
    """Return the part of a month that has passed at the end of `day`."""
    following = month_of(month + timedelta(days=32))
    days, length = days_of(month, following - timedelta(days=1), day)
    return days / length
