"""Bare SQL that gives the roll-up's sums and dates in plain tables: written apart from the product, over its tables.

One statement computes each project's figures and adds them up the tree; delete, insert, commit. The same text narrowed
to some projects, and their ancestors added up from their children's rows, is the bare increment. Rules as told in
docs/figures.md. Left out: colours, weights and severity, and what areas without data here would add.
"""

from django.conf import settings
from django.db import transaction

from pmo.core import clock
from reporting.rollup.columns import PERIOD_SUMS
from reporting.rollup.statement import COLUMNS
from tests.bench import database

MONEY = ("budget", "forecast", "actual", "planned_to_date")
BENEFIT = ("benefit_target", "benefit_forecast", "benefit_actual", "benefit_target_to_date")
SUMS = (
    "projects", *MONEY, "budgeted", "forecasted", "compared", "late_critical", "reports_due", "reports_in",
    "risks_open", "risks_red", "emv_threat", "emv_opportunity", "benefits", *BENEFIT,
)  # fmt: skip
DATES = {"baseline_start": "min", "baseline_finish": "max", "forecast_finish": "max"}
PERIODS = ("budget", "forecast", "actual", "benefit_target", "benefit_forecast", "benefit_actual")
SHARED = tuple(name for name in (*SUMS, *DATES) if name in COLUMNS)
SHARED_PERIODS = tuple(name for name in PERIODS if name in PERIOD_SUMS)
RED_FROM = 15  # of the matrix that holds where none is configured

TABLES = f"""
    CREATE TABLE IF NOT EXISTS bench_now (
        node_id bigint PRIMARY KEY, parent_id bigint, {", ".join(f"{name} numeric(36, 2)" for name in SUMS)},
        {", ".join(f"{name} date" for name in DATES)}
    );
    CREATE INDEX IF NOT EXISTS bench_now_parent ON bench_now (parent_id);
    CREATE TABLE IF NOT EXISTS bench_period (
        node_id bigint, period_id bigint, {", ".join(f"{name} numeric(36, 2)" for name in PERIODS)},
        PRIMARY KEY (node_id, period_id)
    );
"""


def _figures(only):
    """Return the CTEs that end in `figures` (a row a project) and `months` (project and period).

    `only` is a condition on a column `node_id`, empty for all.
    """
    where = f"AND {only}" if only else ""
    return f"""
    rate AS MATERIALIZED (
        SELECT period.id AS period_id, currency.id AS currency_id, period.start, period."end",
            CASE WHEN currency.code = %(currency)s THEN 1 ELSE (
                SELECT rate FROM portfolio_exchangerate known WHERE known.currency_id = currency.id
                AND valid_from <= least(period."end", %(today)s) ORDER BY valid_from DESC LIMIT 1) END AS rate
        FROM portfolio_fiscalperiod period CROSS JOIN portfolio_currency currency
    ),
    spent AS MATERIALIZED (
        SELECT cost.node_id, period_id, currency_id,
            sum(amount) FILTER (WHERE cost_version = 'budget') AS budget,
            sum(amount) FILTER (WHERE cost_version = 'actual') AS actual,
            sum(amount) FILTER (WHERE cost_version = 'forecast') AS planned
        FROM portfolio_costrow cost LEFT JOIN portfolio_baseline b ON b.id = cost.baseline_id
        WHERE (cost.baseline_id IS NULL OR b.is_current) {where.replace("node_id", "cost.node_id")}
        GROUP BY cost.node_id, period_id, currency_id
    ),
    ends AS MATERIALIZED (
        SELECT *, coalesce(planned_until > actual_until OR actual_until >= budget_until,
            actual_until IS NULL AND planned_until IS NOT NULL) AS forecasted
        FROM (
            SELECT node_id, max(period."end") FILTER (WHERE actual IS NOT NULL) AS actual_until,
                max(period."end") FILTER (WHERE budget IS NOT NULL) AS budget_until,
                max(period.start) FILTER (WHERE planned IS NOT NULL) AS planned_until
            FROM spent JOIN portfolio_fiscalperiod period ON period.id = period_id GROUP BY node_id
        ) found
    ),
    money AS MATERIALIZED (
        SELECT node_id, period_id, max("end") AS "end",
            sum(round(budget * rate, 2)) AS budget, sum(round(actual * rate, 2)) AS actual,
            sum(CASE WHEN forecasted THEN coalesce(round(actual * rate, 2), 0) + CASE
                WHEN actual_until IS NULL OR start > actual_until THEN coalesce(round(planned * rate, 2), 0)
                ELSE 0 END END) AS forecast
        FROM spent JOIN ends USING (node_id) JOIN rate USING (period_id, currency_id) GROUP BY node_id, period_id
    ),
    costs AS (
        SELECT node_id, sum(budget) AS budget, sum(forecast) AS forecast, sum(actual) AS actual,
            sum(budget) FILTER (WHERE "end" <= %(today)s) AS planned_to_date,
            (count(budget) > 0)::int AS budgeted, (count(forecast) > 0)::int AS forecasted,
            (count(budget) > 0 AND count(forecast) > 0)::int AS compared
        FROM money GROUP BY node_id
    ),
    values AS MATERIALIZED (
        SELECT benefit.id AS benefit_id, benefit.node_id, benefit.currency_id, benefit.kind, period_id,
            sum(amount) FILTER (WHERE value_version = 'target') AS target,
            sum(amount) FILTER (WHERE value_version = 'actual') AS actual,
            sum(amount) FILTER (WHERE value_version = 'forecast') AS planned
        FROM portfolio_benefit benefit JOIN portfolio_benefitvalue value ON value.benefit_id = benefit.id
        LEFT JOIN portfolio_baseline b ON b.id = value.baseline_id
        WHERE (value.baseline_id IS NULL OR b.is_current) {where.replace("node_id", "benefit.node_id")}
        GROUP BY benefit.id, period_id
    ),
    realised AS MATERIALIZED (
        SELECT benefit_id, max(start) FILTER (WHERE actual IS NOT NULL) AS last_start
        FROM values JOIN portfolio_fiscalperiod period ON period.id = period_id GROUP BY benefit_id
    ),
    gains AS MATERIALIZED (
        SELECT node_id, period_id, max("end") AS "end", sum(sign * round(target * rate, 2)) AS benefit_target,
            sum(sign * CASE WHEN last_start IS NULL OR start > last_start THEN
                coalesce(round(actual * rate, 2), 0) + coalesce(round(planned * rate, 2), 0)
                ELSE coalesce(round(actual * rate, 2), 0) END) AS benefit_forecast,
            sum(sign * round(actual * rate, 2)) AS benefit_actual
        FROM values JOIN realised USING (benefit_id) JOIN rate USING (period_id, currency_id)
        CROSS JOIN LATERAL (SELECT CASE kind WHEN 'disbenefit' THEN -1 ELSE 1 END AS sign) way
        GROUP BY node_id, period_id
    ),
    gained AS (
        SELECT node_id, sum(benefit_target) AS benefit_target, sum(benefit_forecast) AS benefit_forecast,
            sum(benefit_actual) AS benefit_actual,
            sum(benefit_target) FILTER (WHERE "end" <= %(today)s) AS benefit_target_to_date
        FROM gains GROUP BY node_id
    ),
    held AS (SELECT node_id, count(*) AS benefits FROM portfolio_benefit WHERE closed_on IS NULL {where} GROUP BY 1),
    dated AS (
        SELECT milestone.node_id, min(date) FILTER (WHERE kind = 'start') AS baseline_start,
            max(date) FILTER (WHERE kind = 'finish') AS baseline_finish,
            max(coalesce(actual_date, forecast_date)) FILTER (WHERE kind = 'finish') AS forecast_finish,
            count(*) FILTER (WHERE (is_critical OR kind = 'gate') AND actual_date IS NULL AND date < %(today)s)
                AS late_critical
        FROM portfolio_milestone milestone
        LEFT JOIN (
            SELECT milestone_id, date FROM portfolio_milestonebaseline
            JOIN portfolio_baseline b ON b.id = baseline_id AND b.is_current {where.replace("node_id", "b.node_id")}
        ) fixed ON fixed.milestone_id = milestone.id
        WHERE true {where.replace("node_id", "milestone.node_id")} GROUP BY milestone.node_id
    ),
    today AS MATERIALIZED (
        SELECT id AS currency_id, CASE WHEN code = %(currency)s THEN 1 ELSE (
            SELECT rate FROM portfolio_exchangerate known WHERE known.currency_id = currency.id
            AND valid_from <= %(today)s ORDER BY valid_from DESC LIMIT 1) END AS rate
        FROM portfolio_currency currency
    ),
    risky AS (
        SELECT node_id, sum(risks_open) AS risks_open, sum(risks_red) AS risks_red,
            sum(round(threat * rate, 2)) AS emv_threat, sum(round(opportunity * rate, 2)) AS emv_opportunity
        FROM (
            SELECT node_id, currency_id, count(*) AS risks_open,
                count(*) FILTER (WHERE kind = 'threat' AND current_probability * current_impact >= {RED_FROM})
                    AS risks_red,
                sum(probability_percent * impact_amount / 100) FILTER (WHERE kind = 'threat') AS threat,
                sum(probability_percent * impact_amount / 100) FILTER (WHERE kind = 'opportunity') AS opportunity
            FROM portfolio_risk WHERE state = 'open' {where} GROUP BY node_id, currency_id
        ) summed LEFT JOIN today USING (currency_id) GROUP BY node_id
    ),
    told AS (
        SELECT DISTINCT ON (node_id) node_id, week_start FROM portfolio_statusreport
        WHERE state = 'submitted' {where} ORDER BY node_id, week_start DESC
    ),
    figures AS MATERIALIZED (
        SELECT node.id AS node_id, node.parent_id, node.ancestors, 1 AS projects,
            {_zero(("budget", "forecast", "actual", "planned_to_date", "budgeted", "forecasted", "compared"))},
            {_zero(("late_critical",))},
            due::int AS reports_due,
            (due AND coalesce(%(today)s < week_start + 2 * %(cycle)s, false))::int AS reports_in,
            {_zero(("risks_open", "risks_red", "emv_threat", "emv_opportunity", "benefits", *BENEFIT))},
            baseline_start, baseline_finish, forecast_finish
        FROM portfolio_node node CROSS JOIN LATERAL (SELECT lifecycle IN ('define', 'deliver') AS due) asked
        LEFT JOIN costs ON costs.node_id = node.id LEFT JOIN gained ON gained.node_id = node.id
        LEFT JOIN held ON held.node_id = node.id LEFT JOIN dated ON dated.node_id = node.id
        LEFT JOIN risky ON risky.node_id = node.id LEFT JOIN told ON told.node_id = node.id
        WHERE node.kind = 'project' {where.replace("node_id", "node.id")}
    ),
    months AS MATERIALIZED (
        SELECT coalesce(money.node_id, gains.node_id) AS node_id,
            coalesce(money.period_id, gains.period_id) AS period_id, {_zero(PERIODS)}
        FROM money FULL JOIN gains ON gains.node_id = money.node_id AND gains.period_id = money.period_id
    )
    """


def _zero(names):
    return ", ".join(f"coalesce({name}, 0) AS {name}" for name in names)


def _added(names, table):
    return ", ".join(f"sum({table}.{name}) AS {name}" for name in names)


ROW = ", ".join((*SUMS, *DATES))
DATED = ", ".join(f"{how}({name}) AS {name}" for name, how in DATES.items())
FULL = f"""
    WITH {_figures("")},
    parts AS MATERIALIZED (
        SELECT parent_id AS id, period_id, {_added(PERIODS, "months")}
        FROM months JOIN figures USING (node_id) GROUP BY parent_id, period_id
    ),
    told_months AS (
        INSERT INTO bench_period (node_id, period_id, {", ".join(PERIODS)})
        SELECT node_id, period_id, {", ".join(PERIODS)} FROM months
        UNION ALL
        SELECT above.id, period_id, {_added(PERIODS, "parts")} FROM parts JOIN portfolio_node node ON node.id = parts.id
        CROSS JOIN LATERAL unnest(node.ancestors) above (id) GROUP BY above.id, period_id
    ),
    whole AS (
        SELECT above.id, {_added(SUMS, "figures")}, {DATED}
        FROM figures CROSS JOIN LATERAL unnest(ancestors) above (id) WHERE above.id <> node_id GROUP BY above.id
    )
    INSERT INTO bench_now (node_id, parent_id, {ROW})
    SELECT node_id, parent_id, {ROW} FROM figures
    UNION ALL SELECT whole.id, node.parent_id, {ROW} FROM whole JOIN portfolio_node node ON node.id = whole.id
"""
SOME = f"""
    WITH {_figures("node_id = ANY(%(ids)s)")},
    told_months AS (
        INSERT INTO bench_period (node_id, period_id, {", ".join(PERIODS)})
        SELECT node_id, period_id, {", ".join(PERIODS)} FROM months
    )
    INSERT INTO bench_now (node_id, parent_id, {ROW}) SELECT node_id, parent_id, {ROW} FROM figures
"""
ABOVE = """
    SELECT array_agg(DISTINCT above.id), above.place FROM portfolio_node node
    CROSS JOIN LATERAL unnest(node.ancestors) WITH ORDINALITY above (id, place)
    WHERE node.id = ANY(%(ids)s) AND above.id <> node.id GROUP BY above.place ORDER BY above.place DESC
"""
FORGET = """
    DELETE FROM bench_now WHERE node_id = ANY(%(ids)s); DELETE FROM bench_period WHERE node_id = ANY(%(ids)s)
"""
FROM_CHILDREN = f"""
    INSERT INTO bench_period (node_id, period_id, {", ".join(PERIODS)})
    SELECT child.parent_id, period_id, {_added(PERIODS, "month")}
    FROM bench_now child JOIN bench_period month USING (node_id) WHERE child.parent_id = ANY(%(ids)s) GROUP BY 1, 2;
    INSERT INTO bench_now (node_id, parent_id, {ROW})
    SELECT child.parent_id, node.parent_id, {_added(SUMS, "child")}, {DATED}
    FROM bench_now child JOIN portfolio_node node ON node.id = child.parent_id
    WHERE child.parent_id = ANY(%(ids)s) GROUP BY child.parent_id, node.parent_id
"""


def values():
    """Return the parameters of the statements: the same business date and currency as the product's."""
    return {
        "today": clock.today(),
        "currency": settings.REPORTING_CURRENCY,
        "cycle": settings.REPORTING_CYCLE_DAYS,
    }


@transaction.atomic
def full():
    """Compute everything: delete, insert, commit."""
    database.execute("DELETE FROM bench_now; DELETE FROM bench_period")
    database.execute(FULL, values())


@transaction.atomic
def some(ids):
    """Compute some projects, and their ancestors from their children's rows, deepest first."""
    given = values() | {"ids": list(ids)}
    levels = database.rows(ABOVE, given)
    database.execute(FORGET, given)
    database.execute(SOME, given)
    for above, _place in levels:
        database.execute(FORGET, {"ids": above})
        database.execute(FROM_CHILDREN, {"ids": above})


def unequal():
    """Return what differs between the roll-up and the bare tables on the columns both have: name and rows, or none."""
    now = _differing("reporting_noderollup", "bench_now", "node_id", SHARED)
    months = _differing("reporting_nodeperiodrollup", "bench_period", "node_id, period_id", SHARED_PERIODS)
    return {f"now.{name}": count for name, count in now.items()} | {
        f"period.{name}": count for name, count in months.items()
    }


def _differing(ours, bare, key, names):
    counts = ", ".join(f"count(*) FILTER (WHERE ours.{name} IS DISTINCT FROM bare.{name})" for name in names)
    with database.patient():
        [found] = database.rows(f"SELECT {counts} FROM {ours} ours FULL JOIN {bare} bare USING ({key})")
    return {name: count for name, count in zip(names, found, strict=True) if count}
