"""Replays money: the plan of a new project, each closed month's actuals, forecasts that turn, estimates."""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from portfolio.exchange.demo.story import Course, Story, value_on
from portfolio.exchange.demo.world import CELL_UNIT, Cell, Live, World, acting, month_of, months
from portfolio.finance.models import CostVersion
from portfolio.finance.services import CostLine, EstimateLine, cost_rows_set, estimates_put
from portfolio.people.models import Role
from portfolio.registry.models import Baseline

CLOSED_AFTER = 7  # days from a month's end until its ledger is closed
PACE = (0.93, 1.06)  # actual spend of a month and category as a share of what was forecast for it
LIFE = {"FL": 1.2, "ST": 1.15, "TP": 1.1, "PI": 1.7, "CS": 1.6}  # whole-life cost for each unit of project budget


def spread(amount: float, over: list[date], shares: Iterable[tuple[str, str, float]]) -> dict[Cell, int]:
    """Return `amount` over months, slow at both ends, and categories; in whole tens."""
    count = len(over)
    weights = [0.15 + (index + 0.5) * (count - index - 0.5) / count**2 * 4 for index in range(count)]
    return {
        (month, category): round(amount * share * weight / sum(weights) / CELL_UNIT) * CELL_UNIT
        for month, weight in zip(over, weights, strict=True)
        for category, _type, share in shares
    }


def plan(live: Live) -> None:
    """Set the project's first plan: the forecast begins equal to the budget."""
    story = live.story
    live.budget = spread(story.budget, months(story.start, story.finish), story.shares)
    live.forecast = dict(live.budget)
    live.turned = (month_of(story.finish), 0.0)


def lines(
    world: World, live: Live, version: CostVersion, cells: dict[Cell, int], draft: Baseline | None = None
) -> list[CostLine]:
    """Return `cells` as lines of one version for the services."""
    types = {category: cost_type for category, cost_type, _share in live.story.shares}
    currency = world.currencies[live.story.currency]
    return [
        CostLine(live.node, version, world.periods[month], category, types[category], currency, Decimal(amount), draft)
        for (month, category), amount in cells.items()
    ]


def close_months(world: World, day: date) -> None:
    """Post the actuals of every month whose ledger is closed on `day` and that is not posted yet."""
    closed = month_of(day - timedelta(days=CLOSED_AFTER))
    posted: list[CostLine] = []
    for live in world.lives.values():
        cells = {
            cell: _paid(live.story, cell, amount)
            for cell, amount in live.forecast.items()
            if _is_due(live, cell, closed)
        }
        live.spent |= cells
        posted += lines(world, live, CostVersion.ACTUAL, cells)
    if posted:
        with acting(world.login(Role.FINANCE)) as finance:
            cost_rows_set(posted, actor=finance, reason="Ledger closed")


def _is_due(live: Live, cell: Cell, closed: date) -> bool:
    stops = live.story.held_from or live.story.ended_on
    return cell not in live.spent and cell[0] < closed and (stops is None or cell[0] <= stops)


def _paid(story: Story, cell: Cell, amount: int) -> int:
    rng = random.Random(f"{story.code} {cell}")  # noqa: S311
    return round(amount * rng.uniform(*PACE) / CELL_UNIT) * CELL_UNIT


def forecast_again(world: World, day: date) -> None:
    """Spread what is still to come anew for every project that turned since its last forecast."""
    written: list[CostLine] = []
    for live in world.lives.values():
        story = live.story
        finish = month_of(story.finish + timedelta(days=story.days_late(day)))
        now = (finish, value_on(story.overruns, day))
        if now == live.turned or story.course is Course.PROPOSED:
            continue
        live.turned = now
        cells = _still_to_come(live, day)
        live.forecast |= cells
        written += lines(world, live, CostVersion.FORECAST, cells)
    if written:
        with acting(world.login(Role.FINANCE)) as finance:
            cost_rows_set(written, actor=finance, reason="Forecast after the month's review")


def drop_forecast(world: World, live: Live) -> list[CostLine]:
    """Return the lines that set to nothing what a stopped project would still have spent."""
    cells = {cell: 0 for cell in live.forecast if cell not in live.spent}
    live.forecast |= cells
    return lines(world, live, CostVersion.FORECAST, cells)


def _still_to_come(live: Live, day: date) -> dict[Cell, int]:
    """Return the forecast of all months that are not posted, so that the forecast at completion is the story's."""
    story = live.story
    finish, overrun = live.turned
    first = max([month_of(story.start), *(month_of(month + timedelta(days=32)) for month, _category in live.spent)])
    last = max(first, finish)
    to_come = max(0.0, story.budget * (1 + overrun) - sum(live.spent.values()))
    cells = spread(to_come, months(first, last), story.shares)
    emptied = {cell: 0 for cell in live.forecast if cell not in live.spent and cell not in cells}
    return cells | emptied


def estimate(world: World, lives: Iterable[Live], day: date, source: str) -> None:
    """Date a whole-life estimate of each project `day`."""
    found = [
        EstimateLine(live.node, day, _whole_life(live.story, day), world.currencies[live.story.currency], source)
        for live in lives
    ]
    if found:
        with acting(world.login(Role.FINANCE)) as finance:
            estimates_put(found, actor=finance)


def _whole_life(story: Story, day: date) -> Decimal:
    cost = story.budget * (1 + value_on(story.overruns, day))
    running = story.budget * (LIFE[story.area] - 1)
    return Decimal(round(cost + running, -4))
