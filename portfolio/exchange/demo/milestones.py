"""Which milestones projects have: name, kind, critical or not, and where between start and finish. Pure."""

import random
from datetime import date, timedelta

from portfolio.exchange.demo.story import Planned
from portfolio.schedule.models import MilestoneKind

GATE, EVENT = MilestoneKind.GATE, MilestoneKind.MILESTONE
GATE_2 = "Gate 2, investment"

Pattern = tuple[str, MilestoneKind, bool, float]

WORKS: tuple[Pattern, ...] = (
    ("Survey finished", EVENT, False, 0.10),
    ("Design approved", EVENT, True, 0.18),
    (GATE_2, GATE, True, 0.24),
    ("Contract awarded", EVENT, True, 0.34),
    ("Works begin on site", EVENT, False, 0.45),
    ("First part in use", EVENT, True, 0.68),
    ("Gate 4, readiness for service", GATE, True, 0.88),
)
SYSTEMS: tuple[Pattern, ...] = (
    ("Requirements agreed", EVENT, False, 0.12),
    (GATE_2, GATE, True, 0.22),
    ("Supplier under contract", EVENT, True, 0.32),
    ("First release to testers", EVENT, False, 0.50),
    ("Data taken over in rehearsal", EVENT, True, 0.66),
    ("Pilot with one team", EVENT, False, 0.78),
    ("Gate 4, readiness for service", GATE, True, 0.90),
)
KEPT = frozenset({GATE_2, "Gate 4, readiness for service", "First part in use", "Data taken over in rehearsal"})


def draw(rng: random.Random, start: date, finish: date, *, works: bool) -> tuple[Planned, ...]:
    """Return five to eight milestones between `start` and `finish`, both included, in order of date."""
    inner = WORKS if works else SYSTEMS
    optional = [pattern[0] for pattern in inner if pattern[0] not in KEPT]
    left_out = set(rng.sample(optional, rng.randint(1, len(optional))))
    days = (finish - start).days
    planned = [Planned("Work begins", MilestoneKind.START, False, start)]
    for name, kind, critical, share in inner:
        if name not in left_out:
            on = start + timedelta(days=round(days * (share + rng.uniform(-0.02, 0.02))))
            planned.append(Planned(name, kind, critical, working_day(on)))
    last = "In service" if works else "Live for everybody"
    return (*planned, Planned(last, MilestoneKind.FINISH, True, finish))


def working_day(day: date) -> date:
    """Return `day`, or the Monday after it if it falls on a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
