"""How milestones stand, against differences counted by hand."""

from datetime import date, timedelta

import pytest

from portfolio.schedule.slips import Standing, finding

TODAY = date(2026, 11, 20)
LATER = date(2027, 4, 30)


def row(name="M", slip=None, *, critical=False, actual=False, days_ahead=160, baseline=True):
    """Return a milestone expected `slip` days after a baseline date `days_ahead` of today."""
    base = TODAY + timedelta(days=days_ahead)
    expected = None if slip is None else base + timedelta(days=slip)
    return Standing(
        name, critical, base if baseline else None, None if actual else expected, expected if actual else None, TODAY
    )


@pytest.mark.parametrize(
    ("standing", "slip", "state"),
    [
        (Standing("Go-live", True, LATER, date(2027, 7, 2), None, TODAY), 63, "off"),
        (row(slip=63), 63, "risk"),
        (row(slip=0), 0, "on"),
        (row(slip=-5, critical=True), -5, "on"),
        (row(slip=None), None, "nr"),
        (row(slip=3, baseline=False), None, "nr"),
        (row(slip=36, actual=True, days_ahead=-40), 36, "done"),
        (row(slip=0, days_ahead=-1), 0, "risk"),
        (row(slip=0, days_ahead=-1, critical=True), 0, "off"),
        (row(slip=0, days_ahead=0), 0, "on"),
    ],
)
def test_standing_gives_slip_and_state(standing, slip, state):
    assert (standing.slip, standing.state) == (slip, state)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No milestones yet"),
        ([row(slip=63)] * 4 + [row(slip=14)], "Four milestones carry the same 63 days"),
        ([row(slip=5)] * 12, "12 milestones carry the same 5 days"),
        ([row("Go-live", 63), row(slip=0)], "Go-live is 63 d late"),
        ([row("Go-live", 63), row(slip=3)], "Go-live is 63 d late, and 1 more is late"),
        ([row("Go-live", 63), row(slip=3), row(slip=4)], "Go-live is 63 d late, and 2 more are late"),
        ([row(slip=0, days_ahead=-1)], "One milestone is past its forecast date and not achieved"),
        ([row(slip=0, days_ahead=-1)] * 2, "Two milestones are past their forecast date and not achieved"),
        ([row(slip=90, actual=True, days_ahead=-100)] * 2, "All 2 milestones are achieved"),
        ([row(slip=9, baseline=False)] * 3, "3 milestones, and no baseline to hold them against"),
        ([row(slip=0), row(slip=-4)], "No open milestone is late"),
    ],
)
def test_finding_says_what_the_dates_say(rows, sentence):
    assert finding(rows).replace("\u00a0", " ") == sentence
