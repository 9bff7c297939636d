"""Titles of the parts of a portfolio's page: the finding with its number, whatever the data."""

from datetime import date
from decimal import Decimal

from reporting.dashboards.nodes.bands import Band
from reporting.dashboards.nodes.bridge import Bridge, Moves, Step
from reporting.dashboards.nodes.findings import band_note, bridge_title, roadmap_title
from reporting.dashboards.nodes.roadmap import Gate, Lane, Roadmap

M = Decimal(1_000_000)
TODAY = date(2026, 11, 20)


def bridge(*gaps, changes=Decimal(0), budget="48.2"):
    steps = [Step(name, Decimal(str(millions)) * M, code) for name, millions, code in gaps]
    total = sum((step.amount for step in steps), Decimal(0))
    now = Decimal(budget) * M
    return Bridge(Moves([], changes, 0), Moves(steps, total, len(steps)), now, now + total)


def test_one_project_carries_the_overrun():
    assert bridge_title(bridge(("Billing", "2.8", "CD-014"))) == "The overrun is one project: Billing adds £2.8m"
    found = bridge(("Billing", "2.8", "CD-014"), ("Contact", "0.4", "C"), ("Self", "-0.4", "S"))
    assert bridge_title(found) == "The overrun is one project: Billing adds £2.8m, the rest cancels out"


def test_one_project_adds_most():
    found = bridge(("Billing", "2.8", "CD-014"), ("Contact", "0.6", "C"))
    assert bridge_title(found) == "Billing alone adds £2.8m; in all the forecast ends £3.4m above the budget"


def test_nobody_carries_it():
    found = bridge(("A", "1.0", "A"), ("B", "0.9", "B"))
    assert bridge_title(found) == "The forecast ends £1.9m above the budget, no single project carries it"
    found = bridge(("3 without a forecast", "-2.0", ""), ("B", "-0.1", "B"))
    assert bridge_title(found) == "The forecast ends £2.1m below the budget, no single project carries it"


def test_a_saving_is_told_as_one():
    assert bridge_title(bridge(("Billing", "-2.8", "B"))) == "The saving is one project: Billing takes away £2.8m"


def test_what_cancels_out_and_what_never_moved():
    assert bridge_title(bridge(("A", "1", "A"), ("B", "-1", "B"))).startswith("The forecast equals the budget: what")
    assert bridge_title(bridge()) == "The budget is as first approved, £48.2m, and the forecast equals it"
    found = bridge(changes=Decimal("2.6") * M)
    assert bridge_title(found) == "Approved changes took the budget from £45.6m to £48.2m; the forecast equals it"


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def lane(name, slip, **more):
    return Lane(name, name, baseline_finish=TODAY, finish=date.fromordinal(TODAY.toordinal() + slip), **more)


def test_roadmap_names_the_latest_and_the_gate_it_takes_along():
    gate = Gate("Gate 4", TODAY, late=True)
    lanes = [lane("Billing", 63, gates=[gate]), lane("Tariff", 11), lane("Web", -7), Lane("Bare", "B")]
    said = "Two of three projects finish late; Billing by 63 d, and takes Gate 4 with it"
    assert plain(roadmap_title(Roadmap(lanes, 4, TODAY))) == said
    assert plain(roadmap_title(Roadmap([lane("Tariff", 1)], 1, TODAY))) == "Tariff finishes 1 d late"


def test_roadmap_of_which_all_is_late_says_all():
    found = Roadmap([lane("Tariff", 1), lane("Web", 2)], 2, TODAY)
    assert plain(roadmap_title(found)) == "All two projects finish late; Web by 2 d"


def test_roadmap_without_lateness_or_dates_says_so():
    assert roadmap_title(Roadmap([lane("Web", -7)], 1, TODAY)) == "Nothing finishes late"
    assert roadmap_title(Roadmap([Lane("Bare", "B")], 1, TODAY)).startswith("Nothing below has both")


def test_roadmap_of_parts_counts_parts():
    found = Roadmap([lane("PAY", 5), lane("COR", 0)], 90, TODAY, grouped=True)
    assert plain(roadmap_title(found)) == "One of two parts finishes late; PAY by 5 d"


def test_band_says_what_it_is_and_is_no_percentile():
    words = band_note(Band(Decimal("49.7") * M, Decimal("53.4") * M, 4))
    assert words == "band: range of EAC methods of 4 measured projects, £49.7m to £53.4m at completion"
    assert band_note(None) == "no band: no project has measured progress"
