"""What the areas contribute to a roll-up row. A new area adds its line here."""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from pmo.core.facts import Facts
from portfolio.finance import facts as finance
from portfolio.registry import facts as registry
from portfolio.schedule import facts as schedule
from portfolio.status import facts as status

SCOPE = registry.SCOPE
CONTRIBUTIONS: tuple[Facts, ...] = (finance.MONEY, finance.WHOLE_LIFE, schedule.MILESTONES, status.REPORTS)

# Tables that several contributions read; `PERIODS` is also what the rows by fiscal period add up.
SHARED: tuple[tuple[str, str], ...] = (("finance_sums", finance.SUMS), ("finance_periods", finance.PERIODS))
PERIODS = "finance_periods"
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
