"""Draws the registers of the portfolio, its areas and its programmes. Pure."""

import random
from datetime import date, timedelta

from portfolio.exchange.demo import scales
from portfolio.exchange.demo.doings import DONE, OPEN, Window, doings
from portfolio.exchange.demo.lives import Register, RiskLife, Score
from portfolio.exchange.demo.logins import LOGINS, Person
from portfolio.exchange.demo.organisation import AREAS
from portfolio.exchange.demo.people import manager_of
from portfolio.exchange.demo.scales import AMBER, PROXIMITY, RED, YELLOW
from portfolio.exchange.demo.words.hazards import Hazard
from portfolio.exchange.demo.words.threats import ABOVE
from portfolio.people.models import Role
from portfolio.raid.models import RiskKind

USUAL_SIZE = 6_000_000  # pounds: what impacts on a programme are a share of
RAISED_AFTER = timedelta(days=40)


def programme_managers() -> dict[str, Person]:
    """Return who manages each programme, by its code."""
    return {programme.code: manager_of(programme.name) for area in AREAS for programme in area.programmes}


def draw_above(since: date, today: date) -> list[Register]:
    """Return a register for each node above projects that has risks of its own."""
    managers = programme_managers()
    codes = list(dict.fromkeys(code for code, _hazard, _band in ABOVE))
    found = []
    for code in codes:
        owner = managers.get(code, LOGINS[Role.PMO_HEAD])
        risks = [_life(code, hazard, band, owner, (since, today)) for where, hazard, band in ABOVE if where == code]
        found.append(Register(code, owner, "GBP", USUAL_SIZE if code in managers else 0, tuple(risks)))
    return found


def _life(code: str, hazard: Hazard, band: str, owner: Person, days: tuple[date, date]) -> RiskLife:
    since, today = days
    rng = random.Random(f"{code} {hazard.title}")  # noqa: S311
    grid = scales.grid_of(code.split("-", maxsplit=1)[0])
    before = {RED: AMBER, AMBER: YELLOW, YELLOW: AMBER}[band]
    first = scales.cell(rng, grid, before)
    raised = since + RAISED_AFTER
    changed = today - timedelta(days=rng.randint(5, 25) if band == RED else rng.randint(60, 200))
    now = scales.cell(rng, grid, band, first)
    window = Window(raised, today - timedelta(days=30), today)
    return RiskLife(
        hazard=hazard,
        kind=RiskKind.THREAT,
        scores=(Score(raised, *first), Score(changed, *now)),
        residual=scales.cell(rng, grid, AMBER if band == RED else YELLOW, now),
        weight=1.0,
        proximity=PROXIMITY[band],
        review_on=today + timedelta(days=rng.randint(10, 40)),
        doings=doings(rng, hazard.answers, (OPEN, DONE), owner, window),
    )
