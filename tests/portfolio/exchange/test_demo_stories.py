"""The demo's stories without a database: what is drawn, how it is told, when it is replayed."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from portfolio.exchange.demo import colours, drawing, money
from portfolio.exchange.demo.logins import LOGINS
from portfolio.exchange.demo.people import everybody
from portfolio.exchange.demo.replay import steps
from portfolio.exchange.demo.story import Course, Planned, Story, Turn
from portfolio.exchange.demo.telling import News, tell
from portfolio.exchange.demo.troubles import TROUBLES
from portfolio.people.models import Role

TODAY, SINCE = date(2026, 11, 20), date(2025, 5, 14)
HEAD = LOGINS[Role.PMO_HEAD]


def story(**values):
    given = {
        "code": "X-001",
        "name": "Pier lamps",
        "purpose": "Light the pier.",
        "parent": "X",
        "area": "ST",
        "unit": "Works",
        "method": "prince2",
        "tags": (),
        "manager": HEAD,
        "sponsor": HEAD,
        "course": Course.STEADY,
        "enters": date(2025, 12, 1),
        "start": date(2026, 1, 1),
        "finish": date(2026, 10, 28),  # 300 days
        "milestones": (Planned("In service", "finish", True, date(2026, 10, 28)),),
        "currency": "GBP",
        "budget": 1_000_000,
        "shares": (("Works", "capex", 0.75), ("Staff", "opex", 0.25)),
        "trouble": TROUBLES[0],
    }
    return Story(**given | values)


def news(**values):
    given = {
        "day": date(2026, 5, 6),
        "achieved": (),
        "upcoming": ("In service", date(2026, 10, 28)),
        "finish": date(2026, 10, 28),
        "slip": 0,
        "moved": 0,
        "extra_cost": 0,
        "cost_ratio": 0.0,
        "rebaselined": False,
        "is_troubled": False,
        "is_optimist": False,
    }
    return News(**given | values)


def test_draw_is_the_same_for_the_same_seed_and_day():
    assert drawing.draw(TODAY, SINCE) == drawing.draw(TODAY, SINCE)
    assert drawing.draw(TODAY, SINCE) != drawing.draw(TODAY, SINCE, seed=1)


@pytest.mark.parametrize("today", [TODAY, date(2026, 11, 22), date(2027, 2, 28), date(2028, 2, 29)])
def test_draw_gives_every_course_on_any_day(today):
    stories = drawing.draw(today, today - timedelta(days=555))
    assert Counter(each.course for each in stories) == drawing.COURSES
    off = [each.code for each in stories if max(each.slip_ratio(today), each.cost_ratio(today)) > 0.10]
    assert len(off) >= 10
    assert 12 <= sum(each.rebaselined_on is not None for each in stories) <= 16
    assert {len(each.milestones) for each in stories} == {5, 6, 7, 8}


def test_draw_keeps_milestones_between_start_and_finish():
    for each in drawing.draw(TODAY, SINCE):
        days = [milestone.date for milestone in each.milestones]
        assert days == sorted(days)
        assert (days[0], days[-1]) == (each.start, each.finish)
        assert sum(share for _category, _type, share in each.shares) == pytest.approx(1)


def test_people_are_about_forty_with_addresses_of_their_own():
    people = everybody()
    assert 36 <= len(people) <= 44
    assert len({person.email for person in people}) == len(people)


def test_story_measures_slip_and_cost_against_the_baseline_in_force():
    late = story(
        slips=(Turn(date(2026, 3, 1), 30.0), Turn(date(2026, 8, 1), 63.0)),
        overruns=(Turn(date(2026, 3, 1), 0.20), Turn(date(2026, 8, 1), 0.32)),
        rebaselined_on=date(2026, 6, 1),
    )
    assert late.slip(date(2026, 2, 28)) == 0
    assert late.slip_ratio(date(2026, 5, 31)) == 30 / 300
    assert late.slip(date(2026, 6, 1)) == 0
    assert late.slip_ratio(date(2026, 8, 1)) == 33 / 330
    assert late.cost_ratio(date(2026, 5, 31)) == 0.20
    assert late.cost_ratio(date(2026, 8, 1)) == pytest.approx(0.12 / 1.20)


def test_spread_divides_money_by_month_and_category():
    over = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    cells = money.spread(300_000, over, story().shares)
    # Weights 0.15 + 4·x(1-x) at x = 1/6, 1/2, 5/6: 0.70556, 1.15, 0.70556; together 2.56111.
    assert cells[date(2026, 1, 1), "Works"] == 61_980
    assert cells[date(2026, 2, 1), "Works"] == 101_030
    assert cells[date(2026, 2, 1), "Staff"] == 33_680
    assert sum(cells.values()) == pytest.approx(300_000, abs=60)


def test_reported_follows_computed_but_an_optimist_gives_reasons():
    day, computed = date(2026, 9, 2), {"schedule": "off", "cost": "on"}
    slips = (Turn(date(2026, 3, 1), 45.0),)
    honest = colours.reported(story(course=Course.TROUBLED, slips=slips), computed, day)
    assert (honest["schedule"], honest["risk"]) == ("off", "off")
    optimist = story(course=Course.OPTIMIST, slips=slips)
    said = colours.reported(optimist, computed, day)
    assert set(said.values()) == {"on"}
    assert colours.reasons(optimist, said, computed, day) == {
        "schedule": {"text": TROUBLES[0].defence, "until": "2026-09-30"}
    }


def test_tell_names_what_happened():
    done, coming, help_needed = tell(
        story(), news(achieved=(("Gate 2, investment", date(2026, 5, 4)),), moved=12, finish=date(2026, 11, 9))
    )
    assert done == (
        "Gate 2, investment was reached on 4 May. The forecast finish moved 12 days later, to 9 November 2026."
    )
    assert coming.endswith("Next milestone: In service, 28 October 2026.")
    assert help_needed == ""


def test_tell_names_money_and_trouble():
    done, coming, _help = tell(story(), news(extra_cost=240_000, cost_ratio=0.24, is_troubled=True))
    assert done.startswith("The forecast at completion rose by £240k, to +24.0% against budget. ")
    assert done.endswith((TROUBLES[0].began, *TROUBLES[0].goes_on))
    assert coming.startswith(TROUBLES[0].next_steps)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 22, 2, 0, tzinfo=UTC),  # a Sunday
        datetime(2026, 11, 18, 8, 0, tzinfo=UTC),  # a Wednesday before reports are in
        datetime(2026, 11, 18, 23, 0, tzinfo=UTC),  # a Wednesday after
        datetime(2027, 1, 1, 12, 0, tzinfo=UTC),
    ],
)
def test_steps_end_with_twelve_weeks_before_now(now):
    found = steps(now)
    weekly = [step for step in found if step.is_weekly]
    assert len(weekly) == 12
    assert {step.at.weekday() for step in found} == {2}
    assert weekly[-1].closes_at <= now
    assert now - weekly[-1].at < timedelta(days=8)
    assert sorted(step.at for step in found) == [step.at for step in found]
    assert 15 <= len(found) - 12 <= 17
    assert found[0].label == "Month 1 of 18"
