"""Draws the stories of all projects from one seeded generator: the same seed and day give the same demo. Pure."""

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle

from portfolio.exchange.demo import milestones, turns
from portfolio.exchange.demo.areas import PROJECTS
from portfolio.exchange.demo.logins import Person
from portfolio.exchange.demo.milestones import working_day
from portfolio.exchange.demo.organisation import AREAS, Area
from portfolio.exchange.demo.people import MANAGERS, SPONSORS
from portfolio.exchange.demo.story import Course, Story
from portfolio.exchange.demo.troubles import TROUBLES
from portfolio.finance.models import CostType
from portfolio.registry.models import DeliveryMethod

SEED = 163
MONTH = 30.44  # days

# How many of the 120 projects take each course.
COURSES: dict[Course, int] = {
    Course.STEADY: 54,
    Course.EARLY: 6,
    Course.LATE: 9,
    Course.OVERSPENT: 7,
    Course.CONCERNED: 6,
    Course.TROUBLED: 10,
    Course.OPTIMIST: 4,
    Course.RECOVERED: 8,
    Course.SILENT: 6,
    Course.HELD: 3,
    Course.COMPLETE: 3,
    Course.STOPPED: 1,
    Course.PROPOSED: 3,
}
# How many of a course have a second baseline.
REBASELINED: dict[Course, int] = {Course.RECOVERED: 6, Course.TROUBLED: 3, Course.LATE: 3, Course.STEADY: 3}

# Months from today: earliest and latest start, earliest and latest finish; the duration is at least MIN_MONTHS.
SPANS: dict[Course, tuple[float, float, float, float]] = {
    Course.STEADY: (-26, -3, 2, 22),
    Course.EARLY: (-20, -8, 2, 12),
    Course.CONCERNED: (-20, -6, 3, 18),
    Course.SILENT: (-22, -7, 3, 14),
    Course.HELD: (-16, -9, 5, 14),
    Course.COMPLETE: (-24, -15, -8, -3),
    Course.STOPPED: (-15, -12, 8, 14),
    Course.PROPOSED: (1, 4, 14, 26),
}
TROUBLED_SPAN = (-24.0, -11.0, 3.0, 15.0)
MIN_MONTHS = 9

WORKS_SHARES = (
    ("Works and equipment", CostType.CAPEX, 0.55),
    ("Design and engineering", CostType.CAPEX, 0.25),
    ("Project staff", CostType.OPEX, 0.15),
    ("Training and readiness", CostType.OPEX, 0.05),
)
SYSTEMS_SHARES = (
    ("Software and licences", CostType.CAPEX, 0.35),
    ("Supplier's work", CostType.CAPEX, 0.35),
    ("Project staff", CostType.OPEX, 0.22),
    ("Training and change", CostType.OPEX, 0.08),
)
WORKS_AREAS = frozenset({"FL", "ST", "TP"})
TAGS = ("safety", "regulatory", "net zero", "customer promise", "asset renewal", "accessibility")


def draw(today: date, since: date, seed: int = SEED) -> list[Story]:
    """Return the stories of all projects in the order of their codes; history begins on `since`."""
    return list(Drawer(today, since, seed).stories())


class Drawer:
    """Draws one project after the other."""

    def __init__(self, today: date, since: date, seed: int) -> None:
        """Shuffle who takes which course."""
        self.today, self.since = today, since
        self.rng = random.Random(seed)  # noqa: S311 - fiction, not a secret
        courses = [course for course, count in COURSES.items() for _ in range(count)]
        self.rng.shuffle(courses)
        self.courses = iter(courses)
        self.again = dict(REBASELINED)

    def stories(self) -> Iterator[Story]:
        """Yield the story of each project of each area."""
        for area in AREAS:
            team = cycle(MANAGERS[area.code])
            for number, (name, purpose) in enumerate(PROJECTS[area.code], 1):
                yield self._story(area, number, name, purpose, next(team))

    def _story(self, area: Area, number: int, name: str, purpose: str, manager: Person) -> Story:
        rng, today, course = self.rng, self.today, next(self.courses)
        works = area.code in WORKS_AREAS
        start, finish = _span(rng, course, today)
        enters = max(self.since, min(start, today) - timedelta(days=rng.randint(15, 60)))
        ends = turns.ends(rng, course, today, finish)
        story = Story(
            code=f"{area.code}-{number:03}",
            name=name,
            purpose=purpose,
            parent=area.parent_of(number),
            area=area.code,
            unit=area.unit,
            method=_method(rng, works),
            tags=tuple(sorted(rng.sample(TAGS, rng.choice((0, 1, 1, 2))))),
            manager=manager,
            sponsor=SPONSORS[area.code],
            course=course,
            enters=enters,
            start=start,
            finish=finish,
            milestones=milestones.draw(rng, start, finish, works=works),
            currency=_currency(rng, works),
            budget=_budget(rng, (finish - start).days / MONTH),
            shares=_shares(rng, WORKS_SHARES if works else SYSTEMS_SHARES),
            trouble=rng.choice([each for each in TROUBLES if (each.in_works if works else each.in_systems)]),
            quiet_from=ends.get(Course.SILENT),
            held_from=ends.get(Course.HELD),
            ended_on=ends.get(Course.COMPLETE) or ends.get(Course.STOPPED),
            rated_on=_ratings(rng, enters, today) if number % 4 == 1 else (),
        )
        return replace(story, **turns.draw(rng, story, today, rebaselined=self._is_rebaselined(course)))

    def _is_rebaselined(self, course: Course) -> bool:
        left = self.again.get(course, 0)
        self.again[course] = left - 1
        return left > 0


def _span(rng: random.Random, course: Course, today: date) -> tuple[date, date]:
    first_start, last_start, first_finish, last_finish = SPANS.get(course, TROUBLED_SPAN)
    begins = rng.uniform(first_start, last_start)
    ends = max(rng.uniform(first_finish, last_finish), begins + MIN_MONTHS)
    if course is Course.COMPLETE:
        ends = min(ends, -2.0)
    return working_day(today + timedelta(days=begins * MONTH)), working_day(today + timedelta(days=ends * MONTH))


def _method(rng: random.Random, works: bool) -> DeliveryMethod:
    likely = (
        [DeliveryMethod.WATERFALL, DeliveryMethod.PRINCE2] if works else [DeliveryMethod.AGILE, DeliveryMethod.HYBRID]
    )
    return rng.choice([*likely, *likely, DeliveryMethod.HYBRID, DeliveryMethod.PRINCE2])


def _currency(rng: random.Random, works: bool) -> str:
    return rng.choices(("GBP", "EUR", "USD"), (89, 9, 2) if works else (86, 6, 8))[0]


def _budget(rng: random.Random, months: float) -> int:
    typical = 1_000_000 * math.sqrt(months / 15)
    drawn = min(max(typical * math.exp(rng.gauss(0.1, 0.95)), 120_000), 24_000_000)
    return round(drawn / 10_000) * 10_000


def _shares(rng: random.Random, usual: tuple[tuple[str, str, float], ...]) -> tuple[tuple[str, str, float], ...]:
    kept = usual[: rng.choice((3, 3, 3, 4))]
    weights = [share * rng.uniform(0.7, 1.3) for _name, _type, share in kept]
    return tuple((name, kind, weight / sum(weights)) for (name, kind, _), weight in zip(kept, weights, strict=True))


def _ratings(rng: random.Random, enters: date, today: date) -> tuple[date, ...]:
    first = enters + timedelta(days=rng.randint(50, 120))
    days = (first + timedelta(days=182 * count) for count in range(4))
    return tuple(day for day in map(working_day, days) if day <= today)
