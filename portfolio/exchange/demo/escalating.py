"""Which risks and issues are handed up the tree, and what is answered there. Pure."""

import random
from datetime import date, timedelta

from portfolio.exchange.demo.lives import Asking, Doing
from portfolio.exchange.demo.story import Course, Story

ACCEPTED, DECLINED, WITHDRAWN, ASKED = "accepted", "declined", "withdrawn", "asked"

# How the escalations of a course's projects stand today, by the project's place in its course.
OF_RISKS: dict[Course, dict[int, tuple[str, ...]]] = {
    Course.TROUBLED: {
        0: (ACCEPTED,),
        1: (ACCEPTED,),
        2: (ACCEPTED,),
        3: (DECLINED,),
        4: (DECLINED, ASKED),
        5: (ASKED,),
        6: (ASKED,),
        7: (ASKED,),
        8: (ASKED,),
        9: (DECLINED, ACCEPTED),
    },
    Course.LATE: {0: (ACCEPTED,), 1: (DECLINED,), 2: (WITHDRAWN,)},
}
OF_ISSUES: dict[Course, dict[int, tuple[str, ...]]] = {
    Course.OVERSPENT: {0: (ASKED,), 1: (ACCEPTED,)},
    Course.HELD: {0: (ACCEPTED,)},
}
ANSWERS = {
    ACCEPTED: "Taken on. The sponsor acts within two weeks and tells the project board.",
    DECLINED: "The project has the means to deal with this: use the contingency first and come back with figures.",
    WITHDRAWN: "Dealt with in the project meanwhile.",
}


def risk_askings(story: Story, index: int, today: date, since: date, rng: random.Random) -> tuple[Asking, ...]:
    """Return the escalations of the threat that follows from the trouble, known from `since` on."""
    return _askings(OF_RISKS.get(story.course, {}).get(index, ()), story, today, since, rng)


def issue_askings(story: Story, index: int, today: date, since: date, rng: random.Random) -> tuple[Asking, ...]:
    """Return the escalations of the issue that the trouble became on `since`."""
    return _askings(OF_ISSUES.get(story.course, {}).get(index, ()), story, today, since, rng)


def _askings(states: tuple[str, ...], story: Story, today: date, since: date, rng: random.Random) -> tuple[Asking, ...]:
    found = []
    after = since
    for place, state in enumerate(states):
        to = story.parent if place == 0 else story.area  # declined below, it goes one step up
        if to == story.parent and place:
            to = "DEMO"
        reason = story.trouble.help_needed
        if state == ASKED:
            found.append(Asking(to, max(after, today - timedelta(days=rng.randint(3, 12))), reason, state))
            continue
        on = after + (today - after) * rng.uniform(0.4, 0.6)
        answered = on + (today - on) * 0.3
        doing = _taken_on(story, answered, today) if state == ACCEPTED else None
        found.append(Asking(to, on, reason, state, answered, ANSWERS[state], doing))
        after = answered
    return tuple(found)


def _taken_on(story: Story, on: date, today: date) -> Doing:
    """Return what the sponsor does about an accepted escalation: within three weeks, or still to be done."""
    title, due = f"{story.code}: {story.trouble.help_needed}", on + timedelta(days=21)
    if due < today - timedelta(days=10):
        return Doing(title, on, due, due - timedelta(days=2), "Note to the project board.", story.sponsor)
    return Doing(title, on, max(due, today + timedelta(days=5)), None, "", story.sponsor)
