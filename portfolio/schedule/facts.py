"""The schedule's contribution to the roll-up: baseline and forecast dates, late critical milestones, re-baselines."""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from pmo.core.facts import Facts

# How often the plan was approved anew: the approved baselines after the first; nothing where none is approved.
REBASELINES = """
    SELECT scope.node_id, (count(*) - 1)::int AS rebaselines
    FROM scope JOIN portfolio_baseline baseline ON baseline.node_id = scope.node_id AND baseline.state = 'approved'
    GROUP BY scope.node_id
"""

# A gate is always critical. Late: its date in the current baseline has passed and it is not done. A milestone done
# late is done; one that is only forecast late shows in the finish's slip.
DATES = """
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
"""

MILESTONES = Facts(
    name="milestones",
    sql=f"""
        SELECT node_id, dated.baseline_start, dated.baseline_finish, dated.forecast_finish, dated.critical,
            dated.late_critical, versions.rebaselines, dated.recheck_on
        FROM ({DATES}) dated FULL JOIN ({REBASELINES}) versions USING (node_id)
    """,
    sums=("late_critical",),
    earliest=("baseline_start",),
    latest=("baseline_finish", "forecast_finish"),
    own=("critical", "rebaselines"),
    rechecks=True,
)
