"""Measured progress as it enters the roll-up: the same rules as `performance`, for many projects in one statement.

A project counts if its packages' shares add up to 100%, each can be told, its current baseline holds a budget of more
than nothing, and no rate is missing. In the reporting currency, to cents. Planned value moves every day while a
period of the budget runs, so such a project is due again tomorrow.
"""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from pmo.core.facts import Facts

# The zeros give a quotient enough digits for its rounding to cents.
PLAN = """
    SELECT money.node_id, sum(money.budget) AS budget, sum(money.actual) AS actual,
        sum(round(money.budget * 1.0000000000 * passed.days / passed.length, 2)) AS planned,
        CASE WHEN bool_or(money.has_forecast) THEN sum(money.forecast) END AS forecast,
        min(passed.next_on) FILTER (WHERE money.budget <> 0) AS recheck_on
    FROM finance_periods money
    JOIN scope ON scope.node_id = money.node_id AND scope.is_project
    JOIN portfolio_fiscalperiod period ON period.id = money.period_id
    CROSS JOIN LATERAL (
        SELECT period."end" - period.start + 1 AS length,
            least(greatest(%(today)s::date - period.start + 1, 0), period."end" - period.start + 1) AS days,
            CASE WHEN period."end" > %(today)s THEN greatest(period.start, %(today)s::date + 1) END AS next_on
    ) passed
    WHERE EXISTS (SELECT 1 FROM portfolio_workpackage package WHERE package.node_id = money.node_id)
    GROUP BY money.node_id
    HAVING sum(money.budget) > 0 AND sum(money.rates_missing) = 0
"""

# A package that is apportioned earns what stands at the root of its chain; one in a ring has no root.
ROOTED = """
    SELECT id, node_id, id AS root FROM packages WHERE technique <> 'apportioned'
    UNION ALL
    SELECT follower.id, follower.node_id, rooted.root
    FROM rooted JOIN packages follower ON follower.apportioned_to_id = rooted.id AND follower.node_id = rooted.node_id
"""

ACHIEVED = """
    SELECT counted.package_id, sum(counted.weight) AS weight,
        coalesce(sum(counted.weight) FILTER (WHERE milestone.actual_date <= %(today)s), 0) * 0.01 AS part
    FROM packages
    JOIN portfolio_packagemilestone counted ON counted.package_id = packages.id
    JOIN portfolio_milestone milestone ON milestone.id = counted.milestone_id
    GROUP BY counted.package_id
"""

PART = """CASE root.technique
    WHEN 'effort' THEN 1
    WHEN 'milestones' THEN CASE WHEN achieved.weight = 100 THEN achieved.part END
    ELSE CASE
        WHEN root.finished_on <= %(today)s THEN 1
        WHEN root.technique = '50/50' THEN CASE WHEN root.started_on <= %(today)s THEN 0.5 ELSE 0 END
        WHEN root.technique = 'physical' THEN
            coalesce(reading.percent * 0.01, CASE WHEN root.started_on <= %(today)s THEN NULL ELSE 0 END)
        WHEN root.technique = '0/100' THEN 0
    END
END"""

PARTS = f"""
    SELECT package.node_id, package.weight, coalesce(root.technique = 'effort', false) AS as_planned, {PART} AS part
    FROM packages package
    LEFT JOIN rooted ON rooted.id = package.id
    LEFT JOIN packages root ON root.id = rooted.root
    LEFT JOIN achieved ON achieved.package_id = root.id
    LEFT JOIN LATERAL (
        SELECT known.percent FROM portfolio_progressreading known
        WHERE known.package_id = root.id AND known.as_of <= %(today)s
        ORDER BY known.as_of DESC LIMIT 1
    ) reading ON root.technique = 'physical'
"""

SHARES = """
    SELECT node_id, coalesce(sum(weight * part) FILTER (WHERE NOT as_planned), 0) * 0.01 AS measured,
        coalesce(sum(weight * part) FILTER (WHERE as_planned), 0) * 0.01 AS as_planned
    FROM parts GROUP BY node_id HAVING sum(weight) = 100 AND bool_and(part IS NOT NULL)
"""

EARNED = Facts(
    name="earned",
    sql=f"""
        WITH RECURSIVE plan AS MATERIALIZED ({PLAN}),
        packages AS (SELECT package.* FROM plan JOIN portfolio_workpackage package ON package.node_id = plan.node_id),
        rooted AS ({ROOTED}), achieved AS ({ACHIEVED}), parts AS ({PARTS}), shares AS ({SHARES})
        SELECT node_id, 1 AS ev_projects, budget AS ev_budget, planned AS ev_planned, earned AS ev_earned,
            actual AS ev_actual,
            CASE WHEN actual > 0 AND earned > 0 THEN round(budget * actual * 1.0000000000 / earned, 2)
                ELSE coalesce(forecast, actual + budget - earned) END AS ev_estimate,
            recheck_on
        FROM (
            SELECT plan.*, round(shares.measured * plan.budget + shares.as_planned * plan.planned, 2) AS earned
            FROM plan JOIN shares ON shares.node_id = plan.node_id
        ) known
    """,
    sums=("ev_projects", "ev_budget", "ev_planned", "ev_earned", "ev_actual", "ev_estimate"),
    rechecks=True,
)
