"""The weekly reports' contribution to the roll-up: is a report due, is it in, and what does the last one say.

The report of the week that begins on Monday W is current until W + two cycles, exclusive: one cycle to be reported
and one to report in. After that it is stale, and what it said is not reported any more.
"""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from pmo.core.facts import Facts
from portfolio.status.models import DIMENSIONS

REPORTED = tuple(f"reported_{dimension}" for dimension in DIMENSIONS)
_COLOURS = ",\n".join(
    f"coalesce(CASE WHEN current THEN nullif({name}, '') END, 'nr') AS reported_{name}" for name in DIMENSIONS
)

# Missed: whole cycles that went by without a report since the last one, while one was due.
REPORTS = Facts(
    name="reports",
    sql=f"""
        SELECT node_id, week_start AS report_week, {_COLOURS},
            due::int AS reports_due, (due AND coalesce(current, false))::int AS reports_in,
            CASE WHEN current THEN 0 WHEN due THEN (%(today)s - week_start) / %(cycle)s - 1 END AS missed_cycles,
            CASE
                WHEN current THEN week_start + 2 * %(cycle)s
                WHEN due THEN week_start + ((%(today)s - week_start) / %(cycle)s + 1) * %(cycle)s
            END AS recheck_on
        FROM (
            SELECT scope.node_id, scope.due, report.*, %(today)s < report.week_start + 2 * %(cycle)s AS current
            FROM scope LEFT JOIN LATERAL (
                SELECT week_start, {", ".join(DIMENSIONS)} FROM portfolio_statusreport
                WHERE node_id = scope.node_id AND state = 'submitted'
                ORDER BY week_start DESC, number DESC LIMIT 1
            ) report ON true
        ) latest
    """,
    sums=("reports_due", "reports_in"),
    own=("report_week", "missed_cycles", *REPORTED),
    rechecks=True,
)
