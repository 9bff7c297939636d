"""What the organisation is after, and which part of it serves what."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """An objective of the node `node`; `weight` in %. `is_over`: it was closed half-way through the demo's history."""

    node: str
    code: str
    name: str
    success: str
    weight: int
    is_over: bool = False


AIMS: tuple[Aim, ...] = (
    Aim("DEMO", "O1", "Everybody can travel", "Every stop and pier is step-free by 2030.", 20),
    Aim("DEMO", "O2", "Half the carbon", "Half of the carbon of 2020 by 2032.", 20),
    Aim("DEMO", "O3", "On time, every time", "92% of trips leave within a minute of the timetable.", 20),
    Aim("DEMO", "O4", "One simple fare", "Nine of ten trips are paid without a ticket.", 15),
    Aim("DEMO", "O5", "Nobody is hurt", "No serious injury in three years.", 15),
    Aim("DEMO", "O6", "Pay our way", "Running cost per trip falls by 8%.", 10),
    Aim("DEMO", "O7", "Passengers are back", "As many trips as in 2019: reached in spring 2026.", 10, is_over=True),
    Aim("TP", "T1", "The Harbour Line opens", "Trams run from Castle Quay to the university in 2029.", 50),
    Aim("PI", "P1", "Right within a minute", "Every channel tells the same, nine times in ten.", 40),
    Aim("CS", "C1", "People who stay", "Fewer than 6% of staff leave in a year.", 40),
)

# Programme, or area for what lies in none: objective, and how much a project contributes, from and to.
SERVES: dict[str, tuple[tuple[str, int, int], ...]] = {
    "FL-QF": (("O2", 60, 90), ("O3", 20, 40)),
    "FL-DR": (("O3", 40, 70), ("O6", 20, 50)),
    "FL": (("O3", 30, 60), ("O5", 20, 50)),
    "ST-OD": (("O1", 70, 100), ("O5", 20, 40)),
    "ST-SS": (("O5", 70, 100), ("O3", 10, 30)),
    "ST": (("O1", 30, 60), ("O3", 20, 40)),
    "TP-HL": (("T1", 60, 100), ("O2", 30, 60)),
    "TP-SC": (("O3", 60, 90),),
    "TP": (("O3", 40, 70), ("O5", 10, 30)),
    "PI-OF": (("O4", 70, 100), ("O6", 20, 40)),
    "PI-RT": (("P1", 60, 90), ("O3", 10, 30)),
    "PI": (("O4", 30, 60), ("P1", 20, 50)),
    "CS-CD": (("O6", 50, 90),),
    "CS-GE": (("C1", 50, 90), ("O5", 10, 30)),
    "CS": (("O6", 30, 60),),
}
BY_TAG = {"accessibility": "O1", "net zero": "O2", "customer promise": "O4", "safety": "O5"}
WHY = {
    "O1": "Removes steps or tells people where they can travel without them.",
    "O2": "Uses less energy, or brings people out of cars.",
    "O3": "Removes a cause of late trips.",
    "O4": "Makes paying simpler.",
    "O5": "Takes a danger away from passengers or staff.",
    "O6": "Lowers what it costs to run.",
    "O7": "Brought passengers back.",
    "T1": "The line cannot open without it.",
    "P1": "Makes what passengers are told more reliable.",
    "C1": "Makes work here better.",
}

# Nobody has said what these serve; the second group served only the objective that was closed.
ORPHANS = ("CS-015", "CS-023", "FL-024", "PI-023", "PI-024", "ST-022")
LEFT_BEHIND = ("FL-022", "ST-019")
ALSO_SERVED = ("PI-015", "FL-021")  # contributed to the closed objective beside others
