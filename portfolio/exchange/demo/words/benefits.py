"""What projects bring, how it is measured, and what they cost others."""

from dataclasses import dataclass
from functools import partial

from portfolio.benefits.models import BenefitKind, BenefitNature


@dataclass(frozen=True)
class Gain:
    """A benefit in words. A measured one goes from `before` to `after` in its own unit."""

    name: str
    nature: str
    measure: str
    description: str
    attribution: str
    kind: str = BenefitKind.BENEFIT
    before: float | None = None
    after: float | None = None


Cash = partial(Gain, nature=BenefitNature.CASHABLE)
Worth = partial(Gain, nature=BenefitNature.NON_CASHABLE)
Measured = partial(Gain, nature=BenefitNature.MEASURED)
Burden = partial(Gain, nature=BenefitNature.CASHABLE, kind=BenefitKind.DISBENEFIT)

# By area: in money, measured, and a dis-benefit.
IN_MONEY: dict[str, tuple[Gain, ...]] = {
    "FL": (
        Cash(
            name="Energy cost saved",
            measure="Energy bills of the fleet, against the year before",
            description="Vehicles use less energy for the same trips.",
            attribution="Meters on board, corrected for distance and weather.",
        ),
        Cash(
            name="Maintenance hours released",
            measure="Hours booked in the workshops × average rate",
            description="Fitters do in three hours what took five.",
            attribution="Hours by work order, compared with vehicles that are not changed yet.",
        ),
        Worth(
            name="Trips that are not cancelled",
            measure="Trips lost to vehicle faults × value of a trip",
            description="Fewer passengers are left at a stop.",
            attribution="Faults by cause from the control room's log.",
        ),
    ),
    "ST": (
        Worth(
            name="Passenger time saved at stops",
            measure="Seconds saved per boarding × boardings × value of time",
            description="People board and change faster.",
            attribution="Counts before and after at the same stops.",
        ),
        Cash(
            name="Fewer injury claims",
            measure="Claims paid, against the mean of five years",
            description="Fewer people are hurt at stops and crossings.",
            attribution="Claims by place, with other stops as comparison.",
        ),
        Worth(
            name="Trips by people who could not travel before",
            measure="Trips with concession cards × value of a trip",
            description="People with reduced mobility travel without help.",
            attribution="Survey at opened stops and at stops that are still closed to them.",
        ),
    ),
    "TP": (
        Worth(
            name="Delay minutes avoided",
            measure="Passenger minutes lost to track and power × value of time",
            description="Trams wait less for power and points.",
            attribution="Delay log by cause.",
        ),
        Cash(
            name="Repair cost avoided",
            measure="Cost of emergency repairs, against the mean of three years",
            description="Equipment is replaced before it fails.",
            attribution="Work orders by asset.",
        ),
    ),
    "PI": (
        Cash(
            name="Fare income kept",
            measure="Income per trip in the sections concerned",
            description="Fewer trips are made without paying.",
            attribution="Inspections before and after, lines without the change as comparison.",
        ),
        Cash(
            name="Calls to the contact centre avoided",
            measure="Calls by subject × cost of a call",
            description="People find the answer themselves.",
            attribution="Subjects that the project covers, against all others.",
        ),
        Worth(
            name="Waiting time saved by better information",
            measure="Minutes at the stop × trips × value of time",
            description="People leave home when the tram comes.",
            attribution="Panel of 4,000 passengers.",
        ),
    ),
    "CS": (
        Worth(
            name="Office hours released",
            measure="Hours by process × average rate",
            description="Work that nobody misses is no longer done.",
            attribution="Time study of the same process before and after.",
        ),
        Cash(
            name="Licences and hardware that end",
            measure="Contracts ended, at their yearly price",
            description="Old systems are switched off.",
            attribution="Contract register.",
        ),
        Cash(
            name="Cost of vacancies avoided",
            measure="Agency and overtime hours × their extra cost",
            description="Posts are filled, and people stay.",
            attribution="Hours by team, against teams without the change.",
        ),
    ),
}
MEASURES: dict[str, Gain] = {
    "FL": Measured(
        name="Vehicles ready in the morning",
        measure="% of vehicles ready at 5:00",
        description="Every trip has a vehicle.",
        attribution="Morning report of the depots.",
        before=91.0,
        after=97.0,
    ),
    "ST": Measured(
        name="Stops that are step-free",
        measure="% of stops without a step",
        description="More stops can be used by everybody.",
        attribution="Register of stops.",
        before=42.0,
        after=66.0,
    ),
    "TP": Measured(
        name="Trips on time",
        measure="% of trips within a minute of the timetable",
        description="Trams run as the timetable says.",
        attribution="Delay log, causes of track and power only.",
        before=84.0,
        after=90.0,
    ),
    "PI": Measured(
        name="Right predictions",
        measure="% of arrivals within a minute of the prediction",
        description="What displays say is what happens.",
        attribution="Predictions against positions.",
        before=71.0,
        after=90.0,
    ),
    "CS": Measured(
        name="Requests closed in five days",
        measure="% of requests closed within five working days",
        description="People get an answer within the week.",
        attribution="Request system.",
        before=63.0,
        after=85.0,
    ),
}
BURDENS: dict[str, Gain] = {
    "FL": Burden(
        name="Two kinds of spare parts for a year",
        measure="Value of the additional stock",
        description="Both types are in service side by side.",
        attribution="Stock list.",
    ),
    "ST": Burden(
        name="Buses while stops are rebuilt",
        measure="Cost of replacement buses",
        description="Passengers take a bus past closed stops.",
        attribution="Orders to bus operators.",
    ),
    "TP": Burden(
        name="Fares lost while the line is closed",
        measure="Income of the line, against the same weeks of the year before",
        description="People who find another way and stay there.",
        attribution="Counts on lines nearby.",
    ),
    "PI": Burden(
        name="Help for people without cards",
        measure="Hours of staff at machines × rate",
        description="Some need somebody beside them for a year.",
        attribution="Rosters of the service team.",
    ),
    "CS": Burden(
        name="Two systems paid for a year",
        measure="Licence fees of the old system after the changeover",
        description="The old system stays readable for the auditors.",
        attribution="Contract register.",
    ),
}


@dataclass(frozen=True)
class Above:
    """A benefit of a programme: in pounds, from so many months after today (or before it), claimed in % by projects.

    `factor` is what comes of it, as a part of what was targeted.
    """

    programme: str
    gain: Gain
    total: int
    begins: int
    factor: float
    shares: tuple[tuple[str, int], ...] = ()


ABOVE: tuple[Above, ...] = (
    Above(
        "TP-HL",
        Worth(
            name="Time saved by passengers of the Harbour Line",
            measure="Minutes saved × trips × value of time",
            description="From the quay to the university in eleven minutes instead of twenty-six.",
            attribution="Model of demand, checked by counts after one year.",
        ),
        5_400_000,
        9,
        0.985,
        (("TP-001", 40), ("TP-002", 35), ("TP-006", 25)),
    ),
    Above(
        "FL-QF",
        Cash(
            name="Fuel of the Castle Quay ferries saved",
            measure="Litres of diesel × price, less current",
            description="Two ferries run on current from the shore.",
            attribution="Fuel bills of both ferries.",
        ),
        2_600_000,
        9,
        0.985,
        (("FL-002", 60), ("FL-003", 40)),
    ),
    Above(
        "PI-OF",
        Cash(
            name="Cost of paper tickets that ends",
            measure="Cost of printing, selling and counting tickets",
            description="Nine of ten trips need no ticket.",
            attribution="Cost accounts of ticket sales.",
        ),
        3_200_000,
        9,
        0.985,
        (("PI-001", 50), ("PI-002", 25), ("PI-003", 25)),
    ),
    Above(
        "ST-OD",
        Worth(
            name="Trips from the stops opened in 2024",
            measure="Trips from eleven stops × value of a trip",
            description="Eleven stops of the first tranche are step-free.",
            attribution="Counts at these stops, corrected for the growth of all others.",
        ),
        6_800_000,
        -16,
        0.91,
    ),
    Above(
        "CS-GE",
        Cash(
            name="Overtime avoided by the first intake of apprentices",
            measure="Overtime hours in three trades × their extra cost",
            description="Thirty-four apprentices of 2024 work in the shops.",
            attribution="Hours by team, against teams without apprentices.",
        ),
        3_500_000,
        -13,
        1.05,
    ),
    Above(
        "PI-RT",
        Worth(
            name="Waiting time saved by the first displays",
            measure="Minutes at 60 stops × trips × value of time",
            description="Displays of the first phase show what comes.",
            attribution="Panel of 4,000 passengers.",
        ),
        2_400_000,
        -10,
        0.97,
    ),
)
