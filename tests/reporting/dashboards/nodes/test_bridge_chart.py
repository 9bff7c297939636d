"""The bridge as bars: each begins where the last ended, solid adds, hollow takes away, names are text."""

from decimal import Decimal

from reporting.dashboards.charts import bridge
from reporting.dashboards.charts.bridge import wrapped
from reporting.dashboards.nodes.bridge import Bridge, Moves, Step

M = Decimal(1_000_000)


def moves(*steps):
    made = [Step(name, Decimal(str(millions)) * M, name) for name, millions in steps]
    return Moves(made, sum((step.amount for step in made), Decimal(0)), len(made))


FOUND = Bridge(moves(("Tariff", "1.4"), ("Loyalty", "-0.2")), moves(("Billing", "2.8")), 10 * M, Decimal("12.8") * M)


def test_bars_stand_on_each_other():
    bar = bridge(FOUND, "GBP")["data"][0]
    assert bar["base"] == [0.0, 1.2, 0.0, 1.2, 0.0]  # +1.4; from 1.4 down to 1.2; now 1.2; up to 4.0; the forecast
    assert bar["y"] == [1.4, 0.2, 1.2, 2.8, 4.0]
    assert bar["text"] == ["+1.4", "−0.2", "£10.0m", "+2.8", "£12.8m"]


def test_solid_adds_and_hollow_takes_away():
    colours = bridge(FOUND, "GBP")["data"][0]["marker"]["color"]
    assert colours == ["@ink-3", "@surface", "@ink", "@ink-3", "@forecast"]


def test_both_sides_are_named_and_parted():
    layout = bridge(FOUND, "GBP")["layout"]
    assert [words["text"] for words in layout["annotations"]] == ["approved", "forecast, not approved"]
    assert layout["shapes"][0]["x0"] == 2.5


def test_a_portfolio_of_billions_is_drawn_in_billions():
    found = Bridge(moves(("A", "5880")), moves(("B", "-791")), 89_380 * M, 88_589 * M)
    figure = bridge(found, "GBP")
    assert figure["data"][0]["text"] == ["+5.9", "£89.4bn", "−0.8", "£88.6bn"]
    assert figure["layout"]["yaxis"]["ticksuffix"] == "bn"


def test_what_falls_below_the_original_budget_stays_on_the_chart():
    found = Bridge(moves(("A", "-3")), Moves(), 7 * M, 7 * M)
    assert bridge(found, "GBP")["layout"]["yaxis"]["range"][0] < -3


def test_names_are_short_and_never_markup():
    assert wrapped("Contact-centre telephony") == "Contact-…<br>telephony"
    assert wrapped("Core data centre exit") == "Core<br>data…"
    assert "<a" not in wrapped('<a href="x">Evil</a>')
