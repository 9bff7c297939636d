"""What the areas contribute to a roll-up row. A new area adds its line here."""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from dataclasses import replace

from pmo.core.facts import Facts
from portfolio.actions import facts as actions
from portfolio.benefits import facts as benefits
from portfolio.finance import facts as finance
from portfolio.raid import facts as raid
from portfolio.registry import facts as registry
from portfolio.schedule import facts as schedule
from portfolio.status import facts as status
from portfolio.strategy import facts as strategy


def _apart(facts: Facts) -> Facts:
    """Return the same facts with their missing rates counted apart: they make no cost unknown."""
    sums = tuple("values_without_rate" if column == "rates_missing" else column for column in facts.sums)
    return replace(
        facts, sql=f"SELECT given.*, rates_missing AS values_without_rate FROM ({facts.sql}) given", sums=sums
    )


SCOPE = registry.SCOPE
CONTRIBUTIONS: tuple[Facts, ...] = (
    finance.MONEY,
    finance.WHOLE_LIFE,
    finance.EARNED,
    _apart(finance.RESERVES),
    schedule.MILESTONES,
    status.REPORTS,
    actions.ACTIONS,
    _apart(raid.RISKS),
    _apart(benefits.BENEFITS),
    strategy.STRATEGY,
)

# What the rows by fiscal period add up: money's and benefits' periods beside each other.
PERIODS = "periods"
_PERIODS = f"""
    SELECT node_id, period_id, sum(budget) AS budget, sum(forecast) AS forecast, sum(actual) AS actual,
        sum(rates_missing) AS rates_missing, sum(benefit_target) AS benefit_target,
        sum(benefit_forecast) AS benefit_forecast, sum(benefit_actual) AS benefit_actual,
        sum(values_without_rate) AS values_without_rate
    FROM (
        SELECT node_id, period_id, budget, forecast, actual, rates_missing, 0 AS benefit_target,
            0 AS benefit_forecast, 0 AS benefit_actual, 0 AS values_without_rate
        FROM finance_periods
        UNION ALL
        SELECT node_id, period_id, 0, 0, 0, 0, benefit_target, benefit_forecast, benefit_actual, rates_missing
        FROM {benefits.BENEFIT_PERIODS}
    ) part
    GROUP BY node_id, period_id
"""

# Tables that several contributions read.
SHARED: tuple[tuple[str, str], ...] = (
    ("finance_sums", finance.SUMS),
    ("finance_periods", finance.PERIODS),
    *benefits.SHARED,
    (PERIODS, _PERIODS),
)
REPORTED = status.REPORTED


def _unique(kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for facts in CONTRIBUTIONS for column in getattr(facts, kind)))


SUMS = _unique("sums")
EARLIEST = _unique("earliest")
LATEST = _unique("latest")
OWN = _unique("own")


def own_sql() -> str:
    """Return the SELECT of each node's own facts: one row for every node of `scope`, sums 0 where there is nothing."""
    chosen = [f"{_sum(column)} AS {column}" for column in SUMS]
    chosen += [f"{_giver(column)}.{column}" for column in (*EARLIEST, *LATEST, *OWN)]
    rechecks = ", ".join(f"{facts.name}.recheck_on" for facts in CONTRIBUTIONS if facts.rechecks)
    joins = "\n".join(f"LEFT JOIN {facts.name} ON {facts.name}.node_id = scope.node_id" for facts in CONTRIBUTIONS)
    return f"""
        SELECT scope.*, {", ".join(chosen)}, least({rechecks}, %(next_rules)s::date) AS recheck_on
        FROM scope {joins}
    """


def _sum(column: str) -> str:
    return " + ".join(f"coalesce({facts.name}.{column}, 0)" for facts in CONTRIBUTIONS if column in facts.sums)


def _giver(column: str) -> str:
    return next(facts.name for facts in CONTRIBUTIONS if column in (*facts.earliest, *facts.latest, *facts.own))
