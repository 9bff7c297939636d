"""One row of the attention list: reason, slip, money and what is asked."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from reporting.dashboards.attention import Money, ask, scale, slip_change, why
from reporting.health.reasons import Reason

DIMENSIONS = [("schedule", "Schedule", "risk"), ("cost", "Cost", "on"), ("benefit", "Benefit", "risk")]


def reason(dimension, colour, text):
    return Reason(dimension, colour, text, "node-money")


def row(owner="Hanne Brandt", **values):
    node = SimpleNamespace(owner=SimpleNamespace(name=owner) if owner else None)
    return SimpleNamespace(
        **{"node": node, "missed_cycles": 0, "report_week": None, "reports_due": 1, "reports_in": 1} | values
    )


def report(text):
    return SimpleNamespace(help_needed=text, week_start=date(2026, 11, 16))


def test_why_is_the_reason_of_the_worst_computed_colour():
    reasons = [
        reason("cost", "risk", "Cost words"),
        reason("schedule", "off", "Schedule words"),
        reason("reporting", "on", "In"),
    ]
    assert why(DIMENSIONS, reasons) == "Schedule words"


def test_why_begins_with_the_report_that_is_missing():
    reasons = [reason("cost", "off", "Cost words"), reason("reporting", "nr", "No report since week 44, 3 missed")]
    assert why(DIMENSIONS, reasons) == "No report since week 44, 3 missed. Cost words"


def test_why_falls_back_to_what_was_reported():
    reasons = [reason("cost", "on", "Cost words"), reason("reporting", "on", "In")]
    assert (
        why(DIMENSIONS, reasons) == "Reported at risk on schedule and benefit; no computed figure is out of tolerance"
    )


def test_slip_change_tells_direction_and_never_invents_a_number():
    assert slip_change(63, 42, []) == "↑ 21\N{NO-BREAK SPACE}d"
    assert slip_change(9, 12, []) == "↓ 3\N{NO-BREAK SPACE}d"
    assert slip_change(9, 9, []) == "no change"
    assert slip_change(9, None, []) == ""
    assert slip_change(None, 15, [12, 15, None]) == "was 15\N{NO-BREAK SPACE}d"
    assert slip_change(None, None, [None]) == ""


def test_money_tells_the_variance_or_what_is_missing():
    assert Money(Decimal(21_400_000), Decimal(18_600_000)).words == "+£2.8m (+15.1%)"
    assert Money(Decimal(21_400_000), Decimal(18_600_000)).label == "Forecast 115% of budget, tolerance 105%"
    assert Money(Decimal(5), Decimal(5)).words == "on budget"
    assert Money(None, Decimal(5)).words == "no forecast"
    assert Money(Decimal(5), None).label == "no budget"


def test_ask_is_the_help_that_a_current_report_needs():
    found = ask(row(), report("Decide the exception\nplan"))
    assert (found.text, found.note, found.wanted) == ("Decide the exception plan", "report of week 47", True)


def test_ask_does_not_repeat_an_old_report():
    found = ask(row(missed_cycles=3, reports_in=0, report_week=date(2026, 10, 26)), report("Decide the exception plan"))
    assert (found.text, found.note) == ("Ask Hanne Brandt for a report", "report is three weeks late")


def test_ask_names_a_vacant_post_and_a_project_that_never_reported():
    found = ask(row(owner="", reports_in=0, missed_cycles=None), None)
    assert (found.text, found.note) == ("Name a manager who reports", "never reported")


def test_ask_is_nothing_where_nothing_is_wanted():
    assert ask(row(), report("  ")).wanted is False


def test_scale_is_one_for_all_rows():
    items = [SimpleNamespace(slip=SimpleNamespace(values=values)) for values in ([1, None, 41], [63, 2], [])]
    assert scale(items) == 63
    assert scale([]) == 0
