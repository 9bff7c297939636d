"""The roadmap: windows by hand on a calendar, lanes as pictures without a style, names never as markup."""

from datetime import date

from reporting.dashboards.nodes.drawing import roadmap_svg, slip_words
from reporting.dashboards.nodes.roadmap import Gate, Lane, Roadmap, in_order, window

TODAY = date(2026, 11, 20)
BILLING = Lane(
    "Billing platform", "CD-014", date(2026, 4, 1), date(2027, 4, 30), date(2026, 4, 1), date(2027, 7, 2), off=True,
    gates=(Gate("Gate 3", date(2026, 5, 14), passed=True), Gate("Gate 4", date(2027, 5, 20), late=True)),
)  # fmt: skip
EARLY = Lane("Web self-service", "CD-009", date(2026, 4, 13), date(2026, 12, 18), date(2026, 4, 13), date(2026, 12, 11))


def test_slip_is_expected_less_planned():
    assert (BILLING.slip, EARLY.slip) == (63, -7)  # 30 April to 2 July: 31 + 30 + 2
    assert Lane("A", "A", finish=TODAY).slip is None
    assert Lane("A", "A", baseline_finish=TODAY).slip is None


def test_words_say_what_is_missing_to_tell_a_slip():
    assert slip_words(Lane("A", "A", finish=TODAY)) == "no baseline"
    assert slip_words(Lane("A", "A", baseline_finish=TODAY)) == "no forecast"
    assert slip_words(Lane("A", "A")) == "no forecast"


def test_next_gate_is_the_first_that_is_not_passed():
    assert BILLING.next_gate.name == "Gate 4"
    assert EARLY.next_gate is None


def test_worst_lane_is_the_latest():
    assert Roadmap([EARLY, BILLING], 2, TODAY).worst is BILLING
    assert Roadmap([EARLY], 1, TODAY).worst is None


def test_window_begins_and_ends_with_a_quarter():
    shown = window([BILLING, EARLY], TODAY)
    assert (shown.start, shown.end) == (date(2026, 4, 1), date(2027, 10, 1))
    assert [shown.label(line) for line in shown.lines] == ["Apr 2026", "Jul", "Oct", "Jan 2027", "Apr", "Jul"]
    assert shown.part(date(2026, 4, 1)) == 0
    assert shown.part(date(2030, 1, 1)) == 1


def test_window_leaves_what_ended_long_ago_to_its_edge_and_does_not_run_for_ever():
    shown = window(
        [Lane("Old", "O", date(1999, 1, 1), date(2001, 1, 1)), Lane("Far", "F", finish=date(2060, 1, 1))], TODAY
    )
    assert shown.start == date(2026, 1, 1)  # 270 days before today is in February
    assert shown.end == date(2031, 1, 1)  # four years ahead is in November 2030
    assert [line.month for line in shown.lines[:3]] == [1, 7, 1]  # 60 months: a line every half year


def test_window_of_nothing_is_the_present():
    shown = window([], TODAY)
    assert shown.start <= TODAY < shown.end


def test_drawing_shows_baseline_done_forecast_gates_and_today():
    svg = roadmap_svg(Roadmap([BILLING, EARLY], 2, TODAY), "Two projects")
    for kind, number in (("rm-ghost", 2), ("rm-done", 2), ("rm-fut", 2), ("rm-gate-d", 1), ("rm-gate-l", 1),
                         ("rm-today", 1), ("rm-slipt", 1), ("rm-zebra", 1)):  # fmt: skip
        assert svg.count(f'class="{kind}"') == number, kind
    assert 'aria-label="Two projects"' in svg
    assert "20 Nov" in svg
    assert "style=" not in svg


def test_bars_meet_at_today():
    svg = roadmap_svg(Roadmap([BILLING], 1, TODAY), "One")
    # 233 of 548 days from 1 April 2026 to 1 October 2027 have passed: 262 + 1000 × 233 / 548.
    x = f"{262 + 1000 * 233 / 548:.1f}"
    assert f'<line class="rm-today" x1="{x}"' in svg
    assert f'class="rm-fut" x="{x}"' in svg


def test_what_lies_outside_the_window_is_said_in_words():
    ended = Lane("Old", "O", date(1999, 1, 1), date(2001, 1, 1), date(1999, 1, 1), date(2001, 3, 1), ended=True)
    overdue = Lane("Due", "D", date(1999, 1, 1), date(2001, 1, 1), date(1999, 1, 1), date(2001, 4, 1))
    svg = roadmap_svg(Roadmap([ended, overdue, Lane("Bare", "B")], 3, TODAY), "Three")
    assert "ended 1 Mar 2001" in svg
    assert "was to end 1 Apr 2001" in svg
    assert "no date is planned" in svg


def test_names_are_text():
    evil = Lane("<script>alert(1)</script>", '"><img>', finish=TODAY)
    svg = roadmap_svg(Roadmap([evil], 1, TODAY), "<b>")
    assert "<script" not in svg
    assert "<img" not in svg
    assert "<b>" not in svg


def test_lanes_stand_by_finish_and_what_is_past_or_unknown_comes_last():
    old, bare = Lane("Old", "O", finish=date(2020, 1, 1)), Lane("Bare", "B")
    assert in_order([bare, old, BILLING, EARLY], TODAY) == [EARLY, BILLING, old, bare]


def test_a_long_code_leaves_the_room_to_the_name():
    name = "Apprenticeships for the young"
    assert name in roadmap_svg(Roadmap([Lane(name, "DFE_0009_1617-Q1")], 1, TODAY), "One").split("</title>")[1]
