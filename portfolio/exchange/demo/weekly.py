"""Replays what is said of projects: the managers' weekly reports, and the reviewers' ratings."""

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from pmo.core import clock
from portfolio.exchange.demo import colours
from portfolio.exchange.demo.story import Course, value_on
from portfolio.exchange.demo.telling import News, tell
from portfolio.exchange.demo.world import Live, Told, World, acting
from portfolio.people.models import Role
from portfolio.status.models import AssuranceSource, Rating, RatingScale
from portfolio.status.services import RatingLine, ReportLine, ratings_put, reports_submit_bulk
from portfolio.status.services.reports import freeze

FORGOTTEN = 0.02  # how often a week goes by without a report
Health = Mapping[str, Mapping[str, str]]  # by dimension: colour, reason, url
TEXTS = ("done", "next_steps", "help_needed")
COMMENTS: dict[str, str] = {
    Rating.GREEN: "Nothing found that threatens delivery.",
    Rating.AMBER_GREEN: "Delivery is likely; two points need attention.",
    Rating.AMBER: "Delivery is feasible, but the points of this review need action now.",
    Rating.AMBER_RED: "Delivery is in doubt; the board should see the recovery plan within a month.",
    Rating.RED: "Delivery appears unachievable as planned; the project needs a new plan.",
}


def report(world: World, computed: Mapping[int, Health], *, forgetful: bool, freezing: bool) -> None:
    """Submit the week's reports, one manager after the other; with `forgetful`, some forget theirs.

    `computed` gives each node's computed health; with `freezing`, what stands beside the report is kept with it.
    """
    day, at = clock.today(), clock.now()
    due = [live for live in world.lives.values() if live.story.reports_on(day)]
    due = [live for live in due if not (forgetful and _forgets(live, day))]
    for count, (manager, lives) in enumerate(world.by_manager(due)):
        with acting(manager, at + timedelta(minutes=7 * count)):
            reports_submit_bulk(
                [_line(live, computed.get(live.node.pk, {}), day, freezing) for live in lives], actor=manager
            )


def _forgets(live: Live, day: date) -> bool:
    rng = random.Random(f"{live.story.code} {day} forgets")  # noqa: S311
    return rng.random() < FORGOTTEN


def _line(live: Live, health: Health, day: date, freezing: bool) -> ReportLine:
    beside = {name: found["colour"] for name, found in health.items()}
    said = colours.reported(live.story, beside, day)
    texts = dict(zip(TEXTS, tell(live.story, _news(live, day)), strict=True))
    reasons = colours.reasons(live.story, said, beside, day)
    frozen = freeze(live.node, health) if freezing else {}
    return ReportLine(live.node, said, texts, reasons, frozen)


def _news(live: Live, day: date) -> News:
    """Return what is new since the last report, and remember it as told."""
    story, told = live.story, live.told
    done = {name: actual for name, (_forecast, actual) in live.dates.items() if actual}
    open_ = [(name, forecast) for name, (forecast, actual) in live.dates.items() if actual is None]
    again, live.rebaselined = live.rebaselined, False
    overrun = value_on(story.overruns, day)
    live.told = Told(frozenset(done), story.days_late(day), overrun)
    return News(
        day=day,
        achieved=tuple((name, on) for name, on in done.items() if name not in told.achieved and (day - on).days < 45),
        upcoming=min(open_, key=lambda milestone: milestone[1], default=None),
        finish=live.dates[story.milestones[-1].name][0],
        slip=story.slip(day),
        moved=live.told.days_late - told.days_late,
        extra_cost=_worth_telling(story.budget * (overrun - told.cost_ratio), story.budget),
        cost_ratio=story.cost_ratio(day),
        rebaselined=again,
        is_troubled=colours.is_troubled(story, day),
        is_optimist=story.course is Course.OPTIMIST,
    )


def _worth_telling(extra: float, budget: int) -> int:
    return round(extra) if abs(extra) >= 0.005 * budget else 0


def rate(world: World, lives: Iterable[Live], last_step: date, day: date) -> None:
    """Record the assurance ratings that reviewers gave since the last step."""
    given = [
        RatingLine(live.node, on, AssuranceSource.INTERNAL, RatingScale.FIVE, value, COMMENTS[value])
        for live in lives
        for on in live.story.rated_on
        if last_step < on <= day and live.story.is_live(on)
        for value in [colours.rating(live.story, on)]
    ]
    if given:
        with acting(world.login(Role.PMO_ANALYST)) as analyst:
            ratings_put(given, actor=analyst)
