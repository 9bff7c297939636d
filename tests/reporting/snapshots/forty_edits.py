"""Forty edits of a small tree, and by hand what a page must say of them. Written before the page.

TOP Railway
├── NORTH North: N-3 Stations
│   └── PRG Resignalling: N-1 Signals, N-2 Track, N-4 Depots (and N-5 Platforms, made on the way)
└── SOUTH South: S-1 Bridges, S-2 Tunnels

The window is from the end of 31 October to the end of 15 November 2026, London time, which is UTC by then. The node
asked about is NORTH. Nothing here is generated: the times, the values and the expected list are typed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pmo.core import clock
from portfolio.finance import services as finance
from portfolio.registry import services as registry
from portfolio.schedule import services as schedule
from portfolio.status import services as status
from tests import factories as make

SINCE, UNTIL = date(2026, 10, 31), date(2026, 11, 15)


def instant(text: str) -> datetime:
    """Return a UTC instant of 2026, written `11-05 09:30`."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


class Tree:
    """The rows as they stand before the first edit, written past the services, so that nothing is on record."""

    def __init__(self) -> None:
        self.top = make.PortfolioFactory(code="TOP", name="Railway")
        self.north = make.NodeFactory(kind="sub_portfolio", code="NORTH", name="North", parent=self.top)
        self.south = make.NodeFactory(kind="sub_portfolio", code="SOUTH", name="South", parent=self.top)
        self.programme = make.NodeFactory(kind="programme", code="PRG", name="Resignalling", parent=self.north)
        self.signals = make.NodeFactory(code="N-1", name="Signals", parent=self.programme, lifecycle="define")
        self.track = make.NodeFactory(code="N-2", name="Track", parent=self.programme)
        self.stations = make.NodeFactory(code="N-3", name="Stations", parent=self.north)
        self.depots = make.NodeFactory(code="N-4", name="Depots", parent=self.programme)
        self.bridges = make.NodeFactory(code="S-1", name="Bridges", parent=self.south)
        self.tunnels = make.NodeFactory(code="S-2", name="Tunnels", parent=self.south)
        self.people()
        self.plans()

    def people(self) -> None:
        """Give four people the roles that their edits need."""
        for name, role, node in (
            ("Ann", "pmo_analyst", self.top),
            ("Ben", "project_manager", self.north),
            ("Cleo", "finance", self.top),
            ("Dora", "pmo_head", self.top),
        ):
            person = make.UserFactory(name=name)
            make.grant(person, role, node)
            setattr(self, name.lower(), person)

    def plans(self) -> None:
        """Write the money, the dates and the judgements that stand before the first edit."""
        self.november = make.PeriodFactory(
            label="Nov 2026", start=date(2026, 11, 1), end=date(2026, 11, 30), fiscal_year="2026/27"
        )
        self.december = make.PeriodFactory(
            label="Dec 2026", start=date(2026, 12, 1), end=date(2026, 12, 31), fiscal_year="2026/27"
        )
        self.pound = make.CurrencyFactory()
        self.cost_1 = self.money(self.signals, 100_000)
        self.cost_2 = self.money(self.track, 7_000)
        self.cost_3 = self.money(self.stations, 20_000)
        self.cost_south = self.money(self.bridges, 1_000)
        self.design = self.milestone(self.signals, "Design freeze", date(2027, 1, 31))
        self.live = self.milestone(self.signals, "Go live", date(2027, 6, 30))
        self.survey = self.milestone(self.signals, "Survey", date(2026, 11, 1))
        self.possession = self.milestone(self.track, "Possession", date(2027, 5, 1))
        self.estimate = make.EstimateFactory(node=self.stations, as_of=date(2026, 3, 31), amount=1_000_000)
        self.rating_1 = make.RatingFactory(node=self.signals, as_of=date(2026, 9, 30), value="amber")
        self.rating_2 = make.RatingFactory(node=self.track, as_of=date(2026, 8, 31), value="green", comment="On course")
        self.draft_3 = make.BaselineFactory(node=self.stations)
        make.ReportFactory(
            node=self.signals,
            week_start=date(2026, 10, 26),
            state="submitted",
            submitted_at=instant("10-29 12:00"),
            done="Trenches dug.",
            **dict.fromkeys(("schedule", "cost", "scope", "risk", "benefit"), "on"),
        )

    def money(self, node: Any, amount: int) -> Any:
        """Return a forecast row of November."""
        return make.CostRowFactory(node=node, period=self.november, amount=amount)

    def milestone(self, node: Any, name: str, forecast: date) -> Any:
        """Return a milestone with a forecast."""
        return make.MilestoneFactory(node=node, name=name, forecast_date=forecast)

    def add_cost(self, actor: Any, **values: Any) -> Any:
        """Add a forecast row of December to N-2."""
        row = {"cost_version": "forecast", "category": "Build", "cost_type": "capex"} | values
        return finance.cost_row_create(actor=actor, node=self.track, period=self.december, currency=self.pound, **row)

    def report(self, version: int, send: Callable[..., Any], **values: Any) -> Any:
        """Save or submit this week's report of N-1."""
        return send(self.signals, values, actor=self.ben, expected_version=version)

    def set_amount(self, row: Any, amount: str, actor: Any) -> None:
        """Type an amount into the money grid."""
        row.refresh_from_db()
        finance.cost_rows_edit_amounts({row.pk: (Decimal(amount), row.version)}, actor=actor)

    def keep(self, name: str, row: Any) -> None:
        """Remember a row that an edit has made."""
        setattr(self, name, row)


@dataclass(frozen=True)
class Edit:
    """One edit: when, and what somebody does."""

    at: str
    do: Callable[[Tree], Any]


def node(tree: Tree, actor: Any, values: dict[str, Any], why: str = "", name: str = "signals") -> Any:
    found = getattr(tree, name)
    found.refresh_from_db()
    return registry.node_update(found, values, actor=actor, reason=why)


def due(tree: Tree, name: str, day: date, actor: Any, why: str = "") -> Any:
    return schedule.milestone_update(getattr(tree, name), {"forecast_date": day}, actor=actor, reason=why)


EDITS = (
    # Before the window: never listed, but what they leave is where the window begins.
    Edit("10-20 09:00", lambda t: node(t, t.ann, {"name": "Signalling"})),
    Edit("10-25 09:00", lambda t: due(t, "design", date(2027, 2, 15), t.ben)),
    Edit("10-31 23:30", lambda t: finance.cost_row_update(t.cost_1, {"amount": Decimal(110_000)}, actor=t.cleo)),
    # Inside. Ten minutes past midnight is November.
    Edit(
        "11-01 00:10",
        lambda t: finance.cost_row_update(t.cost_1, {"amount": Decimal(125_000)}, actor=t.ben, reason="New quote"),
    ),
    Edit("11-02 09:00", lambda t: node(t, t.ann, {"lifecycle": "deliver"}, "Mobilised")),
    Edit("11-02 10:00", lambda t: node(t, t.ann, {"organisation_unit": "Operations"})),
    # Twice the same field: one change, from the first value to the last.
    Edit("11-03 09:00", lambda t: due(t, "design", date(2027, 3, 1), t.ben)),
    Edit("11-05 09:00", lambda t: due(t, "design", date(2027, 4, 10), t.dora, "Weather")),
    # There and back: nothing.
    Edit("11-03 10:00", lambda t: due(t, "live", date(2027, 7, 31), t.ben)),
    Edit("11-06 10:00", lambda t: due(t, "live", date(2027, 6, 30), t.ben, "Crew found")),
    Edit(
        "11-04 09:00",
        lambda t: schedule.milestone_update(t.survey, {"actual_date": date(2026, 11, 3)}, actor=t.ben),
    ),
    # Made and then edited: one new row with its last value. Made and deleted: nothing.
    Edit("11-04 10:00", lambda t: t.keep("new_cost", t.add_cost(t.cleo, amount=Decimal(50_000)))),
    Edit("11-06 11:00", lambda t: finance.cost_row_update(t.new_cost, {"amount": Decimal(55_000)}, actor=t.cleo)),
    Edit("11-05 10:00", lambda t: t.keep("short_lived", t.add_cost(t.cleo, amount=Decimal(1), category="Slip"))),
    Edit("11-07 10:00", lambda t: finance.cost_row_delete(t.short_lived, actor=t.cleo, reason="Typed twice")),
    Edit("11-05 11:00", lambda t: finance.cost_row_delete(t.cost_2, actor=t.cleo, reason="Double")),
    # There and back in the grid, where the log holds 20000.00, 21000 and 20000.
    Edit("11-06 12:00", lambda t: t.set_amount(t.cost_3, "21000", t.cleo)),
    Edit("11-09 12:00", lambda t: t.set_amount(t.cost_3, "20000", t.ann)),
    Edit(
        "11-06 13:00",
        lambda t: finance.estimate_create(
            actor=t.ann, node=t.stations, as_of=date(2026, 11, 6), amount=Decimal(2_000_000), currency=t.pound
        ),
    ),
    Edit("11-07 11:00", lambda t: finance.estimate_update(t.estimate, {"amount": Decimal(1_200_000)}, actor=t.ann)),
    Edit(
        "11-08 09:00",
        lambda t: status.rating_create(
            actor=t.ann, node=t.stations, as_of=date(2026, 11, 8), source="internal", scale="five", value="amber"
        ),
    ),
    Edit("11-09 09:00", lambda t: status.rating_update(t.rating_1, {"value": "amber_red"}, actor=t.ann)),
    Edit("11-10 09:00", lambda t: status.rating_delete(t.rating_2, actor=t.dora, reason="Withdrawn")),
    # A report that is begun and sent is one new report; a correction is another.
    Edit("11-09 10:00", lambda t: t.report(0, status.report_save, schedule="risk", done="Posts stand.")),
    Edit("11-10 10:00", lambda t: t.report(1, status.report_submit, help_needed="Decide the crossing.")),
    Edit("11-12 10:00", lambda t: t.report(0, status.report_submit, cost="risk")),
    Edit("11-10 11:00", lambda t: t.keep("draft_2", registry.baseline_open(t.track, actor=t.dora))),
    Edit(
        "11-10 12:00",
        lambda t: schedule.baseline_dates_set(
            [schedule.BaselineDateLine(t.possession, t.draft_2, date(2027, 5, 31))], actor=t.dora
        ),
    ),
    Edit("11-11 09:00", lambda t: t.add_cost(t.dora, amount=Decimal(400_000), cost_version="budget")),
    Edit("11-12 11:00", lambda t: registry.baseline_approve(t.draft_2, actor=t.dora, reason="Board of November")),
    Edit("11-11 10:00", lambda t: registry.baseline_approve(t.draft_3, actor=t.dora, reason="Late paper")),
    # One move inside, one out and one in.
    Edit("11-08 10:00", lambda t: registry.node_move(t.stations, t.programme, actor=t.ann, reason="One team")),
    Edit("11-09 11:00", lambda t: registry.node_move(t.depots, t.south, actor=t.dora, reason="New region")),
    Edit("11-10 13:00", lambda t: registry.node_move(t.tunnels, t.north, actor=t.dora)),
    Edit(
        "11-11 11:00",
        lambda t: registry.node_create(
            actor=t.dora, kind="project", code="N-5", name="Platforms", parent=t.programme, reason="Approved"
        ),
    ),
    # Outside the node.
    Edit("11-05 12:00", lambda t: node(t, t.ann, {"name": "Old bridges"}, name="bridges")),
    Edit("11-06 14:00", lambda t: finance.cost_row_update(t.cost_south, {"amount": Decimal(2_000)}, actor=t.cleo)),
    Edit(
        "11-13 09:00",
        lambda t: schedule.milestone_create(
            actor=t.ben, node=t.signals, name="Trial run", forecast_date=date(2027, 5, 10)
        ),
    ),
    Edit("11-15 23:50", lambda t: node(t, t.dora, {"owner": t.ben})),
    # After the window.
    Edit("11-16 00:10", lambda t: due(t, "design", date(2027, 5, 1), t.ann)),
)


def play(tree: Tree) -> None:
    """Do the forty edits in the order of their times."""
    for edit in sorted(EDITS, key=lambda edit: edit.at):
        with clock.at(instant(edit.at)):
            edit.do(tree)


@dataclass(frozen=True)
class Told:
    """One line of the list, as people read it."""

    project: str
    kind: str
    row: str
    field: str
    before: str
    after: str
    who: str
    when: str
    why: str = ""


REPORT = "N-1, week of 09 Nov 2026"
RATED = "As of: 8 Nov 2026; Given by: Internal assurance; Scale: Five-point; Rating: Amber"
WAS_RATED = "As of: 31 Aug 2026; Given by: Internal assurance; Scale: Five-point; Rating: Green; Comment: On course"
MADE = "Fiscal period: Dec 2026; Category: Build; Capex or opex: Capex; Currency: GBP; Amount: "
WAS = "Version: Forecast; Fiscal period: Nov 2026; Category: Build; Capex or opex: Capex; Currency: GBP; Amount: "
SAID = "Schedule: On track → At risk; What happened: Trenches dug. → Posts stand.; Help needed: Decide the crossing."
MOVED_IN = Told("S-2", "moved", "S-2 Tunnels", "Lies in", "SOUTH South", "NORTH North", "Dora", "11-10 13:00")
MOVED_OUT = Told(
    "N-4", "moved", "N-4 Depots", "Lies in", "PRG Resignalling", "SOUTH South", "Dora", "11-09 11:00", "New region"
)

# What whoever sees the whole railway reads about NORTH.
EXPECTED = (
    Told("N-1", "changed", "Forecast Nov 2026 Build", "Amount", "110,000.00", "125,000.00", "Ben", "11-01 00:10",
         "New quote"),
    Told("N-1", "changed", "N-1 Signalling", "Lifecycle state", "Define", "Deliver", "Ann", "11-02 09:00",
         "Mobilised"),
    Told("N-1", "changed", "N-1 Signalling", "Organisation unit", "", "Operations", "Ann", "11-02 10:00"),
    Told("N-1", "changed", "N-1 Signalling", "Manager", "", "Ben", "Dora", "11-15 23:50"),
    Told("N-1", "changed", "Design freeze", "Forecast", "15 Feb 2027", "10 Apr 2027", "Ben, Dora", "11-05 09:00",
         "Weather"),
    Told("N-1", "changed", "Survey", "Actual", "", "3 Nov 2026", "Ben", "11-04 09:00"),
    Told("N-1", "new", "Trial run", "", "", "Name: Trial run; Kind: Milestone; Critical: No; Forecast: 10 May 2027",
         "Ben", "11-13 09:00"),
    Told("N-1", "changed", "Amber/Red 2026-09-30", "Rating", "Amber", "Amber/Red", "Ann", "11-09 09:00"),
    Told("N-1", "new", REPORT, "", "", SAID, "Ben", "11-10 10:00"),
    Told("N-1", "new", REPORT, "", "", "Cost: On track → At risk", "Ben", "11-12 10:00"),
    Told("N-2", "new", "Forecast Dec 2026 Build", "", "", f"Version: Forecast; {MADE}55,000.00", "Cleo",
         "11-06 11:00"),
    Told("N-2", "new", "Budget Dec 2026 Build", "", "",
         f"Version: Budget; Baseline: Baseline 1; {MADE}400,000.00", "Dora", "11-11 09:00"),
    Told("N-2", "deleted", "Forecast Nov 2026 Build", "", f"{WAS}7,000.00", "", "Cleo", "11-05 11:00", "Double"),
    Told("N-2", "deleted", "Green 2026-08-31", "", WAS_RATED, "", "Dora", "11-10 09:00", "Withdrawn"),
    Told("N-2", "new", "Baseline 1", "", "", "Number: 1; State: Draft → Approved", "Dora", "11-12 11:00",
         "Board of November"),
    Told("N-2", "changed", "Possession", "Baseline date", "", "31 May 2027", "Dora", "11-10 12:00"),
    Told("N-3", "new", "2026-11-06", "", "", "As of: 6 Nov 2026; Amount: 2,000,000.00; Currency: GBP", "Ann",
         "11-06 13:00"),
    Told("N-3", "changed", "2026-03-31", "Amount", "1,000,000.00", "1,200,000.00", "Ann", "11-07 11:00"),
    Told("N-3", "new", "Amber 2026-11-08", "", "", RATED, "Ann", "11-08 09:00"),
    Told("N-3", "changed", "Baseline 1", "State", "Draft", "Approved", "Dora", "11-11 10:00", "Late paper"),
    Told("N-3", "moved", "N-3 Stations", "Lies in", "NORTH North", "PRG Resignalling", "Ann", "11-08 10:00",
         "One team"),
    Told("N-5", "new", "N-5 Platforms", "", "",
         "Kind: Project; Code: N-5; Name: Platforms; Lies in: PRG Resignalling; Lifecycle state: Proposed", "Dora",
         "11-11 11:00", "Approved"),
    MOVED_OUT,
    MOVED_IN,
)  # fmt: skip

# Whoever sees NORTH alone sees neither what left it nor where S-2 came from.
EXPECTED_OF_NORTH_ONLY = (
    *(told for told in EXPECTED if told not in (MOVED_OUT, MOVED_IN)),
    replace(MOVED_IN, before="A place you may not see"),
)

# The same window of everything.
EXPECTED_OF_ALL = (
    *EXPECTED,
    Told("S-1", "changed", "S-1 Old bridges", "Name", "Bridges", "Old bridges", "Ann", "11-05 12:00"),
    Told("S-1", "changed", "Forecast Nov 2026 Build", "Amount", "1,000.00", "2,000.00", "Cleo", "11-06 14:00"),
)
