"""The actions' contribution to the roll-up: how many are open, and how many of them are overdue."""

from pmo.core.facts import Facts

# An action is overdue from the day after it was due.
ACTIONS = Facts(
    name="actions",
    sql="""
        SELECT action.node_id, count(*)::int AS actions_open,
            count(*) FILTER (WHERE action.due < %(today)s)::int AS actions_overdue,
            min(action.due + 1) FILTER (WHERE action.due >= %(today)s) AS recheck_on
        FROM scope JOIN portfolio_action action ON action.node_id = scope.node_id
        WHERE action.done_on IS NULL
        GROUP BY action.node_id
    """,
    sums=("actions_open", "actions_overdue"),
    rechecks=True,
)
