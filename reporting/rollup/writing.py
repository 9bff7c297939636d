"""The SQL that claims what is dirty, writes rows that changed with their history, and compares stored with computed."""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from reporting.health.rules import RuleSet
from reporting.rollup.columns import PERIOD_SUMS
from reporting.rollup.statement import COLUMNS, computed

# The wait for a long full run may pass the connection's lock_timeout; the first term sets it for this transaction.
LOCK = "SELECT set_config('lock_timeout', '120s', true), pg_advisory_xact_lock(%(lock)s)"

# A row that another transaction holds is left to it: nobody waits, and the next run takes what is still there.
CLAIM = """
    WITH claimed AS (
        DELETE FROM reporting_dirtynode WHERE id IN (
            SELECT id FROM reporting_dirtynode ORDER BY id LIMIT %(chunk)s FOR UPDATE SKIP LOCKED
        ) RETURNING node_id
    )
    SELECT (SELECT count(*) FROM claimed), (
        SELECT coalesce(array_agg(DISTINCT above.id), '{}')
        FROM claimed JOIN portfolio_node node ON node.id = claimed.node_id
        CROSS JOIN LATERAL unnest(node.ancestors) above (id)
    )
"""

MARK = "INSERT INTO reporting_dirtynode (node_id, marked_at) SELECT unnest(%(ids)s::bigint[]), %(now)s"

MARK_DUE = """
    INSERT INTO reporting_dirtynode (node_id, marked_at)
    SELECT row.node_id, %(now)s FROM reporting_noderollup row
    WHERE row.recheck_on <= %(today)s
    AND NOT EXISTS (SELECT 1 FROM reporting_dirtynode dirty WHERE dirty.node_id = row.node_id)
"""

CLOSE_HISTORY = """
    UPDATE reporting_noderolluphistory SET recorded_to = %(now)s
    WHERE node_id = ANY(%(changed)s) AND recorded_to IS NULL
"""

_NAMES = ", ".join(COLUMNS)

OPEN_HISTORY = f"""
    INSERT INTO reporting_noderolluphistory (node_id, recorded_from, {_NAMES})
    SELECT node_id, %(now)s, {_NAMES} FROM reporting_noderollup WHERE node_id = ANY(%(changed)s)
"""


def _row(table: str, columns: tuple[str, ...]) -> str:
    return f"({', '.join(f'{table}.{column}' for column in columns)})"


def _sets(columns: tuple[str, ...]) -> str:
    return ", ".join(f"{column} = excluded.{column}" for column in columns)


def _differ(left: str, right: str, columns: tuple[str, ...]) -> str:
    """Return whether two joined rows differ; a row that is missing on one side differs."""
    missing = f"{left}.node_id IS NULL OR {right}.node_id IS NULL"
    return f"({missing} OR {_row(left, columns)} IS DISTINCT FROM {_row(right, columns)})"


KEPT = ("parent_id", *COLUMNS)
KEPT_SUMS = ("parent_id", *PERIOD_SUMS)
SAME_NODE = "stored.node_id = final.node_id"
SAME_PERIOD = "stored.node_id = total.node_id AND stored.period_id = total.period_id"


def write(rules: RuleSet, *, everything: bool) -> str:
    """Return the statement that computes and writes both kinds of rows; it returns the nodes whose row changed."""
    return f"""{computed(rules, everything=everything)},
        emptied AS (
            DELETE FROM reporting_nodeperiodrollup stored USING scope
            WHERE stored.node_id = scope.node_id AND NOT EXISTS (SELECT 1 FROM period_totals total WHERE {SAME_PERIOD})
        ),
        filled AS (
            INSERT INTO reporting_nodeperiodrollup (node_id, period_id, {", ".join(KEPT_SUMS)})
            SELECT total.node_id, total.period_id, {", ".join(f"total.{name}" for name in KEPT_SUMS)}
            FROM period_totals total LEFT JOIN reporting_nodeperiodrollup stored ON {SAME_PERIOD}
            WHERE {_differ("stored", "total", KEPT_SUMS)}
            ON CONFLICT (node_id, period_id) DO UPDATE SET {_sets(KEPT_SUMS)}
        )
        INSERT INTO reporting_noderollup (node_id, updated_at, {", ".join(KEPT)})
        SELECT final.node_id, %(now)s, {", ".join(f"final.{name}" for name in KEPT)}
        FROM final LEFT JOIN reporting_noderollup stored ON {SAME_NODE}
        WHERE {_differ("stored", "final", KEPT)}
        ON CONFLICT (node_id) DO UPDATE SET updated_at = excluded.updated_at, {_sets(KEPT)}
        RETURNING node_id
    """


def compare(rules: RuleSet) -> str:
    """Return the query of rows that a full run would change: what, node, period, and both rows as JSON."""
    return f"""{computed(rules, everything=True)}
        SELECT 'now', coalesce(stored.node_id, final.node_id), NULL, to_jsonb(stored)::text, to_jsonb(final)::text
        FROM final
        FULL JOIN (SELECT node_id, {", ".join(KEPT)} FROM reporting_noderollup) stored ON {SAME_NODE}
        WHERE {_differ("stored", "final", KEPT)}
        UNION ALL
        SELECT 'period', coalesce(stored.node_id, total.node_id), coalesce(stored.period_id, total.period_id),
            to_jsonb(stored)::text, to_jsonb(total)::text
        FROM period_totals total
        FULL JOIN (SELECT node_id, period_id, {", ".join(KEPT_SUMS)} FROM reporting_nodeperiodrollup) stored
            ON {SAME_PERIOD}
        WHERE {_differ("stored", "total", KEPT_SUMS)}
        UNION ALL
        SELECT 'history', coalesce(stored.node_id, kept.node_id), NULL, to_jsonb(kept)::text, to_jsonb(stored)::text
        FROM (SELECT node_id, {_NAMES} FROM reporting_noderollup) stored
        FULL JOIN (SELECT node_id, {_NAMES} FROM reporting_noderolluphistory WHERE recorded_to IS NULL) kept
            ON kept.node_id = stored.node_id
        WHERE {_differ("stored", "kept", COLUMNS)}
    """
