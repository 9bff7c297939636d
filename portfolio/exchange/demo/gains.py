"""Draws the benefits of the demo's projects: what, how much, from when, and what a delay costs. Pure.

Amounts are in the project's currency, or in the unit of a measured benefit. A benefit is read every third month.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portfolio.benefits.models import BenefitKind
from portfolio.exchange.demo.colours import is_troubled
from portfolio.exchange.demo.story import Course, Story
from portfolio.exchange.demo.words.benefits import ABOVE, BURDENS, IN_MONEY, MEASURES, Gain
from portfolio.exchange.demo.world import month_of

MONTH = 30.44  # days
RAMP = 9  # months until a benefit is in full
READINGS, EVERY = 10, 3  # ten values, each of three months
DOUBTED_AFTER = timedelta(days=150)  # from then on the forecast is no longer what was targeted
YEAR = 4  # readings of a dis-benefit

# So many of every n projects of a course have benefits.
WITH_BENEFITS: dict[Course, tuple[int, int]] = {
    Course.STEADY: (5, 9),
    Course.EARLY: (2, 3),
    Course.LATE: (2, 3),
    Course.OVERSPENT: (1, 2),
    Course.CONCERNED: (2, 3),
    Course.TROUBLED: (4, 5),
    Course.OPTIMIST: (3, 4),
    Course.RECOVERED: (3, 4),
    Course.SILENT: (1, 2),
    Course.HELD: (2, 3),
    Course.COMPLETE: (1, 1),
    Course.STOPPED: (1, 1),
}
MEASURED_EVERY, BURDEN_AT = 3, (1, 9)  # a measured one in every third of those, a dis-benefit in every ninth from 1
EARLY_PARTS, EARLY_OF = ("First part in use", "Pilot with one team"), (3, 4)  # three of four gain before the finish
FACTORS: dict[Course, tuple[float, float]] = {Course.TROUBLED: (0.80, 0.92), Course.OPTIMIST: (0.93, 0.96)}
USUAL_FACTOR = (0.985, 1.035)
NO_REVIEW = {Course.SILENT: 1, Course.TROUBLED: 3}  # the review of the benefit in money is overdue in every n-th


@dataclass(frozen=True)
class Benefit:
    """A benefit of a project. `cells` are its values as first planned, by month; `reviews` the days of its reviews."""

    gain: Gain
    first: date
    cells: tuple[tuple[date, Decimal], ...]
    factor: float
    reviews: tuple[date, ...]

    @property
    def is_money(self) -> bool:
        """Return whether its values are money."""
        return self.gain.before is None

    def forecast(self, story: Story, day: date) -> dict[date, Decimal]:
        """Return what is believed on `day` to come in each month: later with the project, and less in trouble."""
        if not self.is_money or self.gain.kind == BenefitKind.DISBENEFIT:
            return dict(self.cells)
        full = float(self.cells[-1][1]) * (self.factor if day >= story.enters + DOUBTED_AFTER else 1.0)
        late = _months_late(story, day)
        return {month: _hundreds(full * _part(place, late)) for place, (month, _amount) in enumerate(self.cells)}

    def is_overdue(self, today: date) -> bool:
        """Return whether its last planned review has passed."""
        return bool(self.reviews) and self.reviews[-1] < today


def draw_all(stories: Sequence[Story], today: date) -> dict[str, tuple[Benefit, ...]]:
    """Return the benefits of each project that has some, by its code."""
    counts: Counter[Course] = Counter()
    found = {}
    for story in stories:
        index = counts[story.course]
        counts[story.course] += 1
        some, of = WITH_BENEFITS.get(story.course, (0, 1))
        if index % of < some:
            found[story.code] = tuple(_draw(story, index, today))
    return found


def _draw(story: Story, index: int, today: date) -> list[Benefit]:
    rng = random.Random(f"{story.code} gains")  # noqa: S311
    first = _first_month(story, index)
    total = story.budget * rng.uniform(1.0, 2.2)
    found = [_in_money(rng, story, rng.choice(IN_MONEY[story.area]), first, total)]
    if index % BURDEN_AT[1] == BURDEN_AT[0]:
        found.append(_burden(rng, story, first))
    if index % MEASURED_EVERY == 0:
        found.append(_measured(story, first))
    return [_reviewed(benefit, story, index, today) for benefit in found]


def _first_month(story: Story, index: int) -> date:
    """Return the month after what brings the benefit: the finish, or what is in use before."""
    part = next((each.date for each in story.milestones if each.name in EARLY_PARTS), None)
    starts = part if part and index % EARLY_OF[1] < EARLY_OF[0] else story.finish
    return _after(month_of(starts), 1)


def _in_money(rng: random.Random, story: Story, gain: Gain, first: date, total: float) -> Benefit:
    full = total / sum(_part(place, 0) for place in range(READINGS))
    cells = [(_month(first, place), _hundreds(full * _part(place, 0))) for place in range(READINGS)]
    factor = rng.uniform(*FACTORS.get(story.course, USUAL_FACTOR))
    return Benefit(gain, first, tuple(cells), factor, ())


def _burden(rng: random.Random, story: Story, first: date) -> Benefit:
    amount = _hundreds(story.budget * rng.uniform(0.04, 0.08) / YEAR)
    return Benefit(BURDENS[story.area], first, tuple((_month(first, place), amount) for place in range(YEAR)), 1.0, ())


def _measured(story: Story, first: date) -> Benefit:
    gain = MEASURES[story.area]
    before, after = gain.before or 0.0, gain.after or 0.0
    cells = tuple(
        (_month(first, place), Decimal(str(round(before + (after - before) * (place + 1) / READINGS, 1))))
        for place in range(1, READINGS, 2)
    )
    return Benefit(gain, first, cells, 1.0, ())


def _reviewed(benefit: Benefit, story: Story, index: int, today: date) -> Benefit:
    """Return the benefit with its reviews: each half year once it has begun; the last one is to come, or overdue."""
    every = NO_REVIEW.get(story.course)
    if every and index % every == 0 and benefit.is_money:
        reviews: tuple[date, ...] = (today - timedelta(days=20 + index % 15),)
    else:
        reviews = (benefit.first + timedelta(days=100),)
        while reviews[-1] <= today:
            reviews = (*reviews, reviews[-1] + timedelta(days=182))
    return Benefit(benefit.gain, benefit.first, benefit.cells, benefit.factor, reviews)


def above(today: date) -> Mapping[str, Benefit]:
    """Return the benefits of programmes, by the programme's code."""
    found = {}
    for plan in ABOVE:
        first = _after(month_of(today), plan.begins)
        full = plan.total / sum(_part(place, 0) for place in range(READINGS))
        cells = tuple((_month(first, place), _hundreds(full * _part(place, 0))) for place in range(READINGS))
        following = next(month for month, _amount in cells if month > today)
        found[plan.programme] = Benefit(plan.gain, first, cells, plan.factor, (following + timedelta(days=20),))
    return found


def _part(place: int, late: int) -> float:
    """Return the part of a full reading that comes in reading `place` of a benefit that is `late` months late."""
    months = range(place * EVERY, place * EVERY + EVERY)
    return sum(min(max((month + 0.5 - late) / RAMP, 0.0), 1.0) for month in months) / EVERY


def _months_late(story: Story, day: date) -> int:
    """Return the whole months by which the project is late: those that its plan took in, and those since."""
    return int(max(0, story.baseline_days(day)) / MONTH) + int(max(0, story.slip(day)) / MONTH)


def _month(first: date, place: int) -> date:
    return _after(first, place * EVERY + EVERY - 1)


def _after(month: date, number: int) -> date:
    years, index = divmod(month.month - 1 + number, 12)
    return month.replace(year=month.year + years, month=index + 1)


def _hundreds(amount: float) -> Decimal:
    return Decimal(round(amount / 100) * 100)


def realised(benefit: Benefit, month: date, amount: Decimal, *, story: Story | None = None) -> Decimal:
    """Return what was realised in a month for which `amount` was forecast."""
    rng = random.Random(f"{benefit.gain.name} {story.code if story else ''} {month}")  # noqa: S311
    low, high = (0.82, 0.95) if story and is_troubled(story, month) else (0.96, 1.06)
    if benefit.is_money:
        expected = float(amount) * (1.0 if story else benefit.factor)
        return _hundreds(expected * rng.uniform(low, high))
    before = Decimal(str(benefit.gain.before))
    return before + round((amount - before) * Decimal(str(round(rng.uniform(low, high), 2))), 1)
