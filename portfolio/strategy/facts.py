"""Strategy's contribution to the roll-up: live projects that serve no objective, and how much each one serves.

An objective counts for what lies below the node on which it stands, as long as it is open; a contribution counts while
its objective does. A contribution of 0% is none.
"""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from pmo.core.facts import Facts
from portfolio.strategy.models import LIVE

STATES = ", ".join(f"'{state}'" for state in LIVE)

STRATEGY = Facts(
    name="strategy",
    sql=f"""
        SELECT node_id,
            (is_project AND lifecycle IN ({STATES}) AND contributions = 0)::int AS orphans,
            CASE WHEN is_project OR kind = 'programme' THEN round(points / nullif(weight, 0), 2) END AS alignment
        FROM (
            SELECT scope.node_id, scope.is_project, scope.lifecycle, node.kind,
                sum(objective.weight) AS weight,
                coalesce(sum(given.strength * objective.weight), 0) AS points,
                count(*) FILTER (WHERE given.strength > 0) AS contributions
            FROM scope
            JOIN portfolio_node node ON node.id = scope.node_id
            CROSS JOIN LATERAL unnest(scope.ancestors) above (id)
            JOIN portfolio_objective objective ON objective.node_id = above.id AND objective.closed_on IS NULL
            LEFT JOIN portfolio_contribution given
                ON given.objective_id = objective.id AND given.node_id = scope.node_id
            WHERE above.id <> scope.node_id
            GROUP BY scope.node_id, scope.is_project, scope.lifecycle, node.kind
        ) judged
    """,
    sums=("orphans",),
    own=("alignment",),
)
