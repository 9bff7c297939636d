"""What the demo's registers, benefits, packages and reserves are to hold, without a database: counted by hand."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from portfolio.exchange.demo import aligning, depending, drawing, gains, packages, registers, reserving, scales
from portfolio.exchange.demo.above import draw_above
from portfolio.exchange.demo.packages import Standing
from portfolio.exchange.demo.plans import Plans
from portfolio.exchange.demo.story import Course, Turn
from portfolio.exchange.demo.words.dependencies import NEEDS
from portfolio.exchange.demo.words.objectives import AIMS, LEFT_BEHIND, ORPHANS, SERVES, WHY
from portfolio.raid.scoring import DEFAULT
from tests.portfolio.exchange.test_demo_stories import SINCE, TODAY, story

DAYS = [TODAY, date(2026, 11, 22), date(2027, 2, 28), date(2028, 2, 29)]
HISTORY = timedelta(days=555)


def told(today=TODAY, since=None):
    stories = drawing.draw(today, since or today - HISTORY)
    return stories, registers.draw_all(stories, today)


def of_course(course, today=TODAY):
    stories, kept = told(today)
    return [found for each, found in zip(stories, kept, strict=True) if each.course is course]


def test_plans_are_the_same_for_the_same_stories():
    stories = drawing.draw(TODAY, SINCE)
    assert Plans.draw(stories, SINCE, TODAY) == Plans.draw(stories, SINCE, TODAY)
    other = drawing.draw(TODAY, SINCE, seed=1)
    assert Plans.draw(other, SINCE, TODAY).registers != Plans.draw(stories, SINCE, TODAY).registers


@pytest.mark.parametrize("today", DAYS)
def test_registers_hold_what_the_tables_say_on_any_day(today):
    stories, kept = told(today)
    ends = Counter((risk.kind, risk.end) for register in kept for risk in register.risks)
    assert ends == {
        # 54·2 + 6·1 + 9·3 + 7·3 + 6·3 + 10·4 + 4·2 + 8·2 + 6·2 + 3·2 + 3·2
        ("threat", ""): 268,
        ("threat", "occurred"): 38,  # 10 troubled, 9 late, 7 overspent, 8 recovered, 3 held, 1 stopped
        ("threat", "closed"): 74,  # 10 + 2·8 + 3·3 + 3, and every other of 54, 9 and 7: 27 + 5 + 4
        ("opportunity", ""): 24,  # 6 early, every fourth of 54 steady: 14, every other of 8 recovered
    }
    red = [
        each.course
        for each, register in zip(stories, kept, strict=True)
        for risk in register.risks
        if not risk.end
        and risk.kind == "threat"
        and scales.grid_of(each.area).band(risk.now.probability * risk.now.impact).key == "red"
    ]
    assert Counter(red) == {Course.TROUBLED: 10, Course.CONCERNED: 6}


@pytest.mark.parametrize("today", DAYS)
def test_registers_count_issues_actions_and_escalations(today):
    _stories, kept = told(today)
    issues = [issue for register in kept for issue in register.issues]
    assert len(issues) == 38 + 21  # 38 came true; 13 of 54 steady, 6 silent and 2 of 6 early have a small one
    assert sum(issue.resolved_on is None for issue in issues) == 29 + 6 + 7
    assert sum(issue.is_overdue(today) for issue in issues) == 5 + 6  # every other troubled one, the silent ones
    doings = [doing for register in kept for doing in register.doings]
    # troubled 10, every third of 9 late and 7 overspent, optimists 4, held 3, silent 6
    assert sum(doing.is_overdue(today) for doing in doings) == 10 + 3 + 3 + 4 + 3 + 6
    assert all(doing.evidence for doing in doings if doing.done_on)
    states = Counter(asking.state for register in kept for asking in register.askings)
    assert states == {"accepted": 7, "asked": 6, "declined": 4, "withdrawn": 1}
    assumptions = Counter(row.state for register in kept for row in register.assumptions)
    assert assumptions["false"] == 10 + 7
    assert assumptions.total() == 27 + 66


@pytest.mark.parametrize("today", DAYS)
def test_lives_run_forward_and_stay_in_their_matrix(today):
    stories, kept = told(today)
    for each, register in zip(stories, kept, strict=True):
        grid = scales.grid_of(each.area)
        for risk in register.risks:
            days = [score.on for score in risk.scores]
            assert days == sorted(days)
            assert each.enters <= days[0] <= days[-1] <= today
            assert risk.ended_on is None or days[-1] <= risk.ended_on <= today
            assert all(score.probability <= 5 and score.impact <= 5 for score in risk.scores)
            if risk.residual:
                assert grid.band(risk.residual[0] * risk.residual[1]).rank <= grid.band(product(risk.now.cell)).rank
            assert all(doing.on >= days[0] for doing in risk.doings)
            assert all(doing.on <= doing.done_on <= today for doing in risk.doings if doing.done_on)
        assert len({risk.hazard.title for risk in register.risks}) == len(register.risks)


def product(cell):
    return cell[0] * cell[1]


def test_trouble_is_in_the_register_as_it_is_told():
    for register in of_course(Course.TROUBLED):
        issue = register.issues[0]
        before, after = register.risks[0], register.risks[1]
        assert (before.end, before.ended_on) == ("occurred", issue.raised_on)
        assert issue.risk == before.hazard.title
        assert issue.severity in ("3_high", "4_critical")
        assert issue.resolved_on is None
        assert issue.doing.done_on is None
        assert len(after.doings) == 3


def test_silent_managers_leave_their_registers_alone():
    stories, kept = told()
    for each, register in zip(stories, kept, strict=True):
        if each.course is Course.SILENT:
            touched = [score.on for risk in register.risks for score in risk.scores]
            assert max(touched) <= each.quiet_from
            assert sum(doing.is_overdue(TODAY) for doing in register.doings) == 1


def test_risk_amounts_follow_class_and_budget():
    # Class 4 of impact is 5% of the budget; class 3 of probability is 40%.
    assert scales.amount((3, 4), 1_000_000, 1.0) == Decimal(50_000)
    assert scales.emv((3, 4), 1_000_000, 1.0) == Decimal(20_000)
    assert scales.amount((3, 4), 0, 1.0) is None


def test_strict_matrix_calls_red_what_the_usual_one_calls_amber():
    assert (DEFAULT.band(12).key, scales.STRICT.band(12).key) == ("amber", "red")


def test_registers_above_belong_to_who_manages_there():
    found = {register.code: register for register in draw_above(SINCE, TODAY)}
    assert found["TP-HL"].owner.name == "Wendell Fitzgibbon"
    assert found["DEMO"].owner.key == "pmo"
    assert sum(len(register.risks) for register in found.values()) == 9
    assert found["DEMO"].budget == 0  # not in money


# --- benefits ---


@pytest.mark.parametrize("today", DAYS)
def test_benefits_are_those_of_the_table(today):
    stories = drawing.draw(today, today - HISTORY)
    found = gains.draw_all(stories, today)
    # of each course: 30 + 4 + 6 + 4 + 4 + 8 + 3 + 6 + 3 + 2 + 3 + 1
    assert len(found) == 74
    rows = [benefit for benefits in found.values() for benefit in benefits]
    assert sum(not benefit.is_money for benefit in rows) == 31
    assert sum(benefit.gain.kind == "disbenefit" for benefit in rows) == 14
    assert sum(benefit.is_overdue(today) for benefit in rows) == 3 + 3  # silent, and every third troubled one


def test_forecast_loses_the_months_by_which_a_project_is_late():
    # First reading is three months of a ramp over nine: (0.5 + 1.5 + 2.5) / 9 / 3 = 1/6; two months late: 0.5/9/3.
    cells = tuple((date(2027, month, 1), Decimal(amount)) for month, amount in ((3, 50_000), (6, 300_000)))
    plan = gains.Benefit(gains.IN_MONEY["ST"][0], date(2027, 1, 1), cells, 1.0, ())
    late = story(slips=(Turn(date(2026, 3, 1), 62.0),))
    assert plan.forecast(late, date(2026, 2, 1)) == {
        date(2027, 3, 1): Decimal(50_000),
        date(2027, 6, 1): Decimal(150_000),
    }
    # 2.5 + 3.5 + 4.5 of 27 parts of 300,000 come in the second reading when it is two months late: 105/270.
    assert plan.forecast(late, date(2026, 4, 1)) == {
        date(2027, 3, 1): Decimal(5_600),
        date(2027, 6, 1): Decimal(83_300),
    }


def test_benefits_above_are_claimed_in_full_or_not_at_all():
    for plan in gains.ABOVE:
        assert sum(percent for _code, percent in plan.shares) in (0, 100)
        assert sum(amount for _month, amount in gains.above(TODAY)[plan.programme].cells) == pytest.approx(
            plan.total, abs=1_000
        )


# --- measured progress ---


@pytest.mark.parametrize("today", DAYS)
def test_forty_projects_measure_progress_spread_over_the_courses(today):
    stories = drawing.draw(today, today - HISTORY)
    codes = packages.measured(stories)
    assert len(codes) == 40
    assert Counter(each.course for each in stories if each.code in codes) == packages.MEASURED
    troubled = [each for each in stories if each.code in codes and each.course is Course.TROUBLED]
    assert {each.area for each in troubled} >= {"FL", "PI"}  # works and systems
    assert sum(packages.WEIGHTS) == 100
    assert sum(packages.GATE_WEIGHTS) == 100


def test_reading_makes_the_whole_earn_what_the_story_says():
    plain = story()
    standing = Standing(date(2026, 6, 1), planned=0.5, spent=0.45, gates=0.4)
    wanted = packages.wanted(plain, standing)
    assert wanted == pytest.approx(0.5, abs=0.5 * packages.STEADY_NOISE)
    percent = packages.reading(plain, standing, 0.0)
    # 6% all done, 72% as read, 10% of which the first gate has earned 40%, 12% as planned
    assert 0.06 + 0.72 * percent / 100 + 0.10 * 0.4 + 0.12 * 0.5 == pytest.approx(wanted, abs=0.001)


def test_reading_never_falls():
    standing = Standing(date(2026, 6, 1), planned=0.3, spent=0.3, gates=0.4)
    assert packages.reading(story(), standing, 77.0) == 77.0


def test_troubled_project_earns_no_more_than_its_cost_allows():
    late = story(course=Course.TROUBLED, slips=(Turn(date(2026, 3, 1), 45.0),))
    standing = Standing(date(2026, 6, 1), planned=0.6, spent=0.5, gates=0.4)
    assert 0.80 <= packages.wanted(late, standing) / 0.5 <= 0.88


# --- reserves, strategy and dependencies ---


@pytest.mark.parametrize("today", DAYS)
def test_draws_are_those_of_the_table_and_never_more_than_the_reserve(today):
    stories, kept = told(today)
    drawn = reserving.draws(stories, kept, today)
    # 9 + 2·7 + 2·10 + 4 + 2·8 + 3 + 2·3 + 1, and every fifth of 54 steady ones
    assert sum(len(found) for found in drawn.values()) == 73 + 11
    for each in stories:
        days = [draw.on for draw in drawn[each.code]]
        assert days == sorted(days)
        assert all(each.enters <= day <= today for day in days)
        assert sum(draw.share for draw in drawn[each.code]) <= 0.8
        assert 0.07 < reserving.contingency(each) / each.budget < 0.13


def test_management_draws_leave_something():
    for code, known in reserving.MANAGEMENT_DRAWS.items():
        assert sum(amount for _ago, amount, _purpose in known) < reserving.HELD_BACK[code]


def test_every_project_serves_an_objective_but_the_orphans():
    stories = drawing.draw(TODAY, SINCE)
    nothing = {each.code for each in stories if not aligning.serves(each)}
    assert nothing == set(ORPHANS)
    left = {each.code for each in stories if set(aligning.serves(each)) == {"O7"}}
    assert left == set(LEFT_BEHIND)
    known = {aim.code for aim in AIMS}
    assert {code for served in SERVES.values() for code, _low, _high in served} <= known
    assert set(WHY) == known
    assert sum(aim.weight for aim in AIMS if aim.node == "DEMO" and not aim.is_over) == 100


def test_dependencies_join_two_projects_and_promise_what_was_planned():
    stories = {each.code: each for each in drawing.draw(TODAY, SINCE)}
    for need in NEEDS:
        provider = stories[need.provider]
        planned = depending.promised(need, provider)
        assert need.node in stories
        assert need.node != need.provider
        assert depending.needed_by(need, provider) == planned.date + timedelta(days=need.slack)
        assert depending.state_of(need, provider, planned.date, planned.date) == "met"
    first = NEEDS[0]
    planned = depending.needed_by(first, stories[first.provider])
    assert depending.state_of(first, stories[first.provider], planned + timedelta(days=60), None) == "agreed"
    assert depending.state_of(first, stories[first.provider], planned + timedelta(days=61), None) == "broken"
