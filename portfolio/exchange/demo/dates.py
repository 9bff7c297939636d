"""Replays schedules: what was achieved since the last step, and forecasts that move with the slip."""

from datetime import date, timedelta

from portfolio.exchange.demo.milestones import working_day
from portfolio.exchange.demo.story import Planned, Story
from portfolio.exchange.demo.world import Live, World, acting
from portfolio.schedule.services import MilestoneLine, milestones_put


def begin(live: Live, day: date) -> list[MilestoneLine]:
    """Return the milestones of a project that enters on `day`; what lies before that is done, on its date."""
    for planned in live.story.milestones:
        live.dates[planned.name] = (planned.date, planned.date if planned.date <= day else None)
    return [_line(live, planned) for planned in live.story.milestones]


def move(world: World, day: date, last_step: date) -> None:
    """Bring the dates of every project under way to `day`: done since `last_step`, or forecast anew."""
    changed = {code: found for code, live in world.lives.items() if (found := _moved(live, day, last_step))}
    for manager, lives in world.by_manager(world.lives[code] for code in changed):
        with acting(manager):
            milestones_put([line for live in lives for line in changed[live.story.code]], actor=manager)


def _moved(live: Live, day: date, last_step: date) -> list[MilestoneLine]:
    if not live.story.is_live(day) and not live.story.is_live(last_step):
        return []
    changed = []
    for planned in live.story.milestones:
        before = live.dates[planned.name]
        if before[1] is None:
            live.dates[planned.name] = _dates(live.story, planned, day, last_step)
        if live.dates[planned.name] != before:
            changed.append(_line(live, planned))
    return changed


def _dates(story: Story, planned: Planned, day: date, last_step: date) -> tuple[date, date | None]:
    """Return forecast and actual. What would have been done before the last step was done just after it."""
    until = min(day, story.held_from or day, story.ended_on or day)
    expected = max(working_day(planned.date + timedelta(days=story.days_late(until))), last_step + timedelta(days=1))
    return expected, expected if expected <= until else None


def _line(live: Live, planned: Planned) -> MilestoneLine:
    forecast, actual = live.dates[planned.name]
    return MilestoneLine(live.node, planned.name, planned.kind, forecast, actual, planned.is_critical)
