"""Composes the one statement that computes roll-up rows from current state, for some nodes or for all.

Some nodes: `scope` holds the changed nodes and all their ancestors. A node's total is its own facts, those of the
nodes below it inside the scope, and the stored rows of the children just outside it. All nodes: nothing is outside.
The tree itself says who is whose child, so a move needs no care and chunks may come in any order.
"""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from reporting.health.rules import RuleSet, colour_sql
from reporting.rollup import judging
from reporting.rollup.columns import DERIVED, JUDGED, JUDGED_SUMS, PERIOD_SUMS
from reporting.rollup.contributions import (
    CONTRIBUTIONS,
    EARLIEST,
    LATEST,
    OWN,
    PERIODS,
    REPORTED,
    SCOPE,
    SHARED,
    SUMS,
    own_sql,
)

ADDED = (*SUMS, *JUDGED_SUMS)
STORED_OWN = ("report_week", "missed_cycles", *REPORTED)
COLUMNS = (*ADDED, *EARLIEST, *LATEST, *STORED_OWN, *JUDGED, *DERIVED, "recheck_on")

NOT_IN_SCOPE = "NOT EXISTS (SELECT 1 FROM scope inside WHERE inside.node_id = child.id)"


def computed(rules: RuleSet, *, everything: bool) -> str:
    """Return `WITH …` defining `final` (a row for each node of the scope) and `period_totals`.

    Parameters: today, currency, cycle, next_rules, and unless `everything`, ids: nodes with all their ancestors.
    """
    tables = [
        ("scope", SCOPE + ("" if everything else "WHERE id = ANY(%(ids)s)")),
        *SHARED,
        *((facts.name, facts.sql) for facts in CONTRIBUTIONS),
        ("own", own_sql()),
        ("coloured", judging.coloured_sql(rules)),
        ("graded", judging.graded_sql()),
        ("judged", judging.judged_sql()),
        ("weighed", judging.weighed_sql()),
        ("gathered", _gathered(everything)),
        ("totals", _totals()),
        ("final", _final(rules)),
        ("period_gathered", _period_gathered(everything)),
        ("period_totals", _period_totals()),
    ]
    # Materialized: else the planner writes each colour's expression out wherever it is used, and plans for 0.2 s.
    return "WITH " + ",\n".join(f"{name} AS MATERIALIZED ({sql})" for name, sql in tables)


def _list(columns: tuple[str, ...], table: str) -> str:
    return ", ".join(f"{table}.{column}" for column in columns)


def _folded(table: str) -> str:
    sums = [f"sum({table}.{column}) AS {column}" for column in ADDED]
    dates = [f"min({table}.{column}) AS {column}" for column in EARLIEST] + [
        f"max({table}.{column}) AS {column}" for column in LATEST
    ]
    return ", ".join(sums + dates)


def _gathered(everything: bool) -> str:
    """Return what lies in each container itself: its own facts, its projects, and stored rows of children outside."""
    columns = (*ADDED, *EARLIEST, *LATEST)
    parts = [
        f"""SELECT CASE WHEN is_project THEN parent_id ELSE node_id END AS node_id, {_list(columns, "weighed")}
            FROM weighed"""
    ]
    if not everything:
        parts.append(f"""SELECT scope.node_id, {_list(columns, "stored")}
            FROM scope JOIN portfolio_node child ON child.parent_id = scope.node_id
            JOIN reporting_noderollup stored ON stored.node_id = child.id WHERE {NOT_IN_SCOPE}""")
    return f"SELECT part.node_id, {_folded('part')} FROM ({' UNION ALL '.join(parts)}) part GROUP BY part.node_id"


def _totals() -> str:
    columns = (*ADDED, *EARLIEST, *LATEST)
    return f"""
        SELECT above.node_id, {_folded("gathered")}
        FROM gathered JOIN scope ON scope.node_id = gathered.node_id
        CROSS JOIN LATERAL unnest(scope.ancestors) ancestor (id)
        JOIN scope above ON above.node_id = ancestor.id AND NOT above.is_project
        GROUP BY above.node_id
        UNION ALL SELECT node_id, {_list(columns, "weighed")} FROM weighed WHERE is_project
    """


def _final(rules: RuleSet) -> str:
    """Return the finished rows: a project keeps its own colours, a container gets those of its sums."""
    return f"""
        SELECT node_id, parent_id, {", ".join((*ADDED, *EARLIEST, *LATEST, *STORED_OWN, *JUDGED))},
            forecast_finish - baseline_finish AS slip_days,
            CASE WHEN is_project THEN own_cost ELSE {colour_sql(rules.of("cost"))} END AS cost_colour,
            CASE WHEN is_project THEN own_computed ELSE {judging.mean_of_computed_sql()} END AS computed,
            CASE WHEN is_project THEN own_status ELSE {judging.mean_of_status_sql()} END AS status,
            {rules.version} AS rules_version, recheck_on
        FROM (
            SELECT totals.*, {_list((*OWN, *JUDGED), "weighed")},
                weighed.parent_id, weighed.is_project, weighed.recheck_on,
                weighed.cost_colour AS own_cost, weighed.computed AS own_computed, weighed.status AS own_status
            FROM totals JOIN weighed ON weighed.node_id = totals.node_id
        ) whole
    """


def _period_gathered(everything: bool) -> str:
    sums = ", ".join(f"sum(part.{column}) AS {column}" for column in PERIOD_SUMS)
    parts = [
        f"""SELECT CASE WHEN scope.is_project THEN scope.parent_id ELSE scope.node_id END AS node_id,
            own.period_id, {_list(PERIOD_SUMS, "own")} FROM {PERIODS} own JOIN scope ON scope.node_id = own.node_id"""
    ]
    if not everything:
        parts.append(f"""SELECT scope.node_id, stored.period_id, {_list(PERIOD_SUMS, "stored")}
            FROM scope JOIN portfolio_node child ON child.parent_id = scope.node_id
            JOIN reporting_nodeperiodrollup stored ON stored.node_id = child.id WHERE {NOT_IN_SCOPE}""")
    return f"SELECT part.node_id, part.period_id, {sums} FROM ({' UNION ALL '.join(parts)}) part GROUP BY 1, 2"


def _period_totals() -> str:
    sums = ", ".join(f"sum(gathered.{column}) AS {column}" for column in PERIOD_SUMS)
    return f"""
        SELECT above.node_id, above.parent_id, gathered.period_id, {sums}
        FROM period_gathered gathered JOIN scope ON scope.node_id = gathered.node_id
        CROSS JOIN LATERAL unnest(scope.ancestors) ancestor (id)
        JOIN scope above ON above.node_id = ancestor.id AND NOT above.is_project
        GROUP BY above.node_id, above.parent_id, gathered.period_id
        UNION ALL
        SELECT own.node_id, scope.parent_id, own.period_id, {_list(PERIOD_SUMS, "own")}
        FROM {PERIODS} own JOIN scope ON scope.node_id = own.node_id AND scope.is_project
    """
