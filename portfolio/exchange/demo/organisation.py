"""The tree of the fictional organisation above its projects: Northmere Transport runs trams and ferries."""

from dataclasses import dataclass

ROOT_NAME = "Northmere Transport change portfolio"
ROOT_PURPOSE = "Every project that changes how Northmere runs its trams, ferries, stops and offices."


@dataclass(frozen=True)
class Programme:
    """A programme of an area; `last` is the number of its last project, which ends its run of numbers."""

    code: str
    name: str
    purpose: str
    first: int
    last: int


@dataclass(frozen=True)
class Area:
    """A sub-portfolio. Its projects are numbered from 1; those in no programme lie in the area itself."""

    code: str
    name: str
    purpose: str
    unit: str
    programmes: tuple[Programme, ...]

    def parent_of(self, number: int) -> str:
        """Return the code of the node in which project `number` lies."""
        inside = [programme.code for programme in self.programmes if programme.first <= number <= programme.last]
        return inside[0] if inside else self.code


AREAS: tuple[Area, ...] = (
    Area(
        "FL",
        "Fleet and depots",
        "Vehicles and vessels that start every morning.",
        "Fleet engineering",
        (
            Programme("FL-QF", "Quiet Fleet", "Renew trams and ferries so that they are cleaner and quieter.", 1, 8),
            Programme("FL-DR", "Depots Ready", "Prepare five depots for the new vehicles.", 9, 15),
        ),
    ),
    Area(
        "ST",
        "Stations and streets",
        "Stops, piers and crossings that everybody can use.",
        "Infrastructure delivery",
        (
            Programme("ST-OD", "Open Doors", "Make every stop and pier step-free.", 1, 8),
            Programme("ST-SS", "Safer Streets", "Fewer injuries where trams share the road.", 9, 14),
        ),
    ),
    Area(
        "TP",
        "Track and power",
        "Rails, wires and current that do not fail in service.",
        "Network engineering",
        (
            Programme("TP-HL", "Harbour Line", "Build the line from Castle Quay to the university.", 1, 9),
            Programme("TP-SC", "Steady Current", "Replace power equipment before it fails.", 10, 15),
        ),
    ),
    Area(
        "PI",
        "Ticketing and passenger information",
        "One fare, and the right time at every stop.",
        "Passenger services",
        (
            Programme("PI-OF", "One Fare", "One account and one fare on every tram, ferry and bus.", 1, 8),
            Programme("PI-RT", "Right Time", "Tell every passenger what runs and when.", 9, 14),
        ),
    ),
    Area(
        "CS",
        "Corporate services",
        "Offices, systems and people behind the service.",
        "Corporate services",
        (
            Programme("CS-CD", "Clear Desk", "Replace the systems that the offices have outgrown.", 1, 8),
            Programme("CS-GE", "Good Employer", "Hire, train and keep the people that the service needs.", 9, 14),
        ),
    ),
)
