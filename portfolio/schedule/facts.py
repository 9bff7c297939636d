"""The milestones' contribution to the roll-up: baseline and forecast dates, and critical milestones that are late."""

from pmo.core.facts import Facts

# A gate is always critical. Late: its date in the current baseline has passed and it is not done. A milestone done
# late is done; one that is only forecast late shows in the finish's slip.
MILESTONES = Facts(
    name="milestones",
    sql="""
        SELECT node_id,
            min(planned) FILTER (WHERE kind = 'start') AS baseline_start,
            max(planned) FILTER (WHERE kind = 'finish') AS baseline_finish,
            max(coalesce(actual_date, forecast_date)) FILTER (WHERE kind = 'finish') AS forecast_finish,
            count(planned) FILTER (WHERE critical)::int AS critical,
            count(*) FILTER (WHERE critical AND actual_date IS NULL AND planned < %(today)s)::int AS late_critical,
            min(planned + 1) FILTER (WHERE critical AND actual_date IS NULL AND planned >= %(today)s) AS recheck_on
        FROM (
            SELECT milestone.node_id, milestone.kind, milestone.actual_date, milestone.forecast_date,
                milestone.is_critical OR milestone.kind = 'gate' AS critical, fixed.date AS planned
            FROM scope
            JOIN portfolio_milestone milestone ON milestone.node_id = scope.node_id
            LEFT JOIN portfolio_baseline baseline ON baseline.node_id = milestone.node_id AND baseline.is_current
            LEFT JOIN portfolio_milestonebaseline fixed
                ON fixed.milestone_id = milestone.id AND fixed.baseline_id = baseline.id
        ) dated
        GROUP BY node_id
    """,
    sums=("late_critical",),
    earliest=("baseline_start",),
    latest=("baseline_finish", "forecast_finish"),
    own=("critical",),
    rechecks=True,
)
