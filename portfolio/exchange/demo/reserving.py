"""Replays reserves: contingency in projects, management reserves above them, and what is drawn from both."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portfolio.exchange.demo.lives import Register
from portfolio.exchange.demo.organisation import AREAS
from portfolio.exchange.demo.story import Course, Story
from portfolio.exchange.demo.world import Live, World, acting
from portfolio.finance.models import Reserve, ReserveKind
from portfolio.finance.services import RESERVES, reservedraw_create
from portfolio.people.models import Role, User

CONTINGENCY = (0.08, 0.12)  # of the budget
NAME, MANAGEMENT = "Contingency", "Management reserve"

# What projects of a course have drawn of their contingency, one draw after the other.
DRAWN: dict[Course, tuple[float, ...]] = {
    Course.LATE: (0.25,),
    Course.OVERSPENT: (0.35, 0.25),
    Course.TROUBLED: (0.45, 0.35),
    Course.OPTIMIST: (0.3,),
    Course.RECOVERED: (0.3, 0.2),
    Course.HELD: (0.15,),
    Course.COMPLETE: (0.4, 0.3),
    Course.STOPPED: (0.5,),
}
SMALL_DRAW_EVERY = 5  # of the steady ones
SMALL = 0.1
# Pounds that an area holds back beside its projects' budgets, and what was drawn of it: days ago, pounds, purpose.
HELD_BACK = {"FL": 1_400_000, "ST": 1_000_000, "TP": 1_600_000, "PI": 1_200_000, "CS": 900_000}
MANAGEMENT_DRAWS: dict[str, tuple[tuple[int, int, str], ...]] = {
    "TP": ((160, 320_000, "TP-004: second team of bridge engineers"), (35, 240_000, "TP-024: new tender for walls")),
    "FL": ((120, 450_000, "FL-001: drives of the second maker"),),
    "PI": ((18, 180_000, "PI-023: second security review"),),
}
OF_TROUBLE = ("First measures after: {issue}", "More work after: {issue}")


@dataclass(frozen=True)
class Draw:
    """Money taken from a reserve; `share` of it."""

    on: date
    share: float
    purpose: str


def draws(stories: Sequence[Story], registers: Iterable[Register], today: date) -> dict[str, tuple[Draw, ...]]:
    """Return what each project draws, by its code: after its issue, or a little at some time."""
    kept = {register.code: register for register in registers}
    counts: Counter[Course] = Counter()
    found = {}
    for story in stories:
        index = counts[story.course]
        counts[story.course] += 1
        small = story.course is Course.STEADY and index % SMALL_DRAW_EVERY == 0
        shares = (SMALL,) if small else DRAWN.get(story.course, ())
        found[story.code] = _draws(story, kept[story.code], shares, today)
    return found


def _draws(story: Story, register: Register, shares: Sequence[float], today: date) -> tuple[Draw, ...]:
    rng = random.Random(f"{story.code} draws")  # noqa: S311
    last = min(day for day in (story.held_from, story.ended_on, today - timedelta(days=2)) if day)
    struck = [issue for issue in register.issues if issue.risk]
    first = struck[0].raised_on if struck else story.enters + (last - story.enters) * 0.4
    found = []
    for number, share in enumerate(shares):
        on = first + (last - first) * (0.15 + 0.4 * number + 0.2 * rng.random())
        purpose = OF_TROUBLE[number].format(issue=struck[0].title) if struck else "Work that was not foreseen"
        found.append(Draw(on, share, purpose))
    return tuple(found)


def contingency(story: Story) -> int:
    """Return what a project sets aside, in whole thousands of its currency."""
    rng = random.Random(f"{story.code} contingency")  # noqa: S311
    return round(story.budget * rng.uniform(*CONTINGENCY) / 1000) * 1000


def part(amount: int, share: float) -> int:
    """Return what a draw of a share is, in whole hundreds."""
    return round(amount * share / 100) * 100


class Reserves:
    """The reserves as they stand."""

    def __init__(self, world: World, plans: Mapping[str, Sequence[Draw]], today: date) -> None:
        """Keep what is planned; write nothing."""
        self.world, self.plans, self.today = world, plans, today
        self.rows: dict[str, Reserve] = {}
        self.drawn: Counter[str] = Counter()

    def begin(self, lives: Iterable[Live], actor: User) -> None:
        """Set contingency aside in projects that enter."""
        for live in lives:
            self.rows[live.story.code] = RESERVES.create(
                actor=actor,
                node=live.node,
                kind=ReserveKind.CONTINGENCY,
                name=NAME,
                currency=self.world.currencies[live.story.currency],
                amount=Decimal(contingency(live.story)),
            )

    def keep(self, day: date) -> None:
        """Draw what is due by `day`."""
        with acting(self.world.login(Role.FINANCE)) as finance:
            self._hold_back(finance)
            for code, reserve in self.rows.items():
                for on, amount, purpose in self._planned(code)[self.drawn[code] :]:
                    if on > day:
                        break
                    reservedraw_create(
                        actor=finance, reserve=reserve, drawn_on=on, amount=Decimal(amount), purpose=purpose
                    )
                    self.drawn[code] += 1

    def _hold_back(self, finance: User) -> None:
        for area in AREAS:
            if area.code not in self.rows:
                self.rows[area.code] = RESERVES.create(
                    actor=finance,
                    node=self.world.nodes[area.code],
                    kind=ReserveKind.MANAGEMENT,
                    name=MANAGEMENT,
                    currency=self.world.currencies["GBP"],
                    amount=Decimal(HELD_BACK[area.code]),
                )

    def _planned(self, code: str) -> list[tuple[date, int, str]]:
        if code in HELD_BACK:
            known = MANAGEMENT_DRAWS.get(code, ())
            return [(self.today - timedelta(days=ago), amount, purpose) for ago, amount, purpose in known]
        amount = contingency(self.world.lives[code].story)
        return [(draw.on, part(amount, draw.share), draw.purpose) for draw in self.plans[code]]
