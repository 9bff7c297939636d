"""Money's contribution to the roll-up, in the reporting currency, rounded to cents where it is converted.

Every sum of one node, period and currency converts once, with the latest rate valid from a day not after the
period's end nor after the business date; an estimate converts with the rate of its own date. The reporting currency
itself is worth 1. A sum without a rate counts in `rates_missing` and adds nothing.
"""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from pmo.core.facts import Facts


def _rate(currency: str, day: str) -> str:
    return f"""CASE WHEN {currency}.code = %(currency)s THEN 1 ELSE (
        SELECT known.rate FROM portfolio_exchangerate known
        WHERE known.currency_id = {currency}.id AND known.valid_from <= {day}
        ORDER BY known.valid_from DESC LIMIT 1
    ) END"""


# Budget rows count from the current baseline. Forecast rows count from the first period that starts after the last
# period with actuals, so that spent and still to come add up to the forecast at completion.
SUMS = """
    SELECT row.node_id, row.period_id, row.currency_id, period.start AS starts, period."end" AS ends,
        sum(row.amount) FILTER (WHERE row.cost_version = 'budget') AS budget,
        sum(row.amount) FILTER (WHERE row.cost_version = 'actual') AS actual,
        sum(row.amount) FILTER (WHERE row.cost_version = 'forecast') AS planned,
        max(max(period."end") FILTER (WHERE row.cost_version = 'actual'))
            OVER (PARTITION BY row.node_id) AS actual_until
    FROM scope
    JOIN portfolio_costrow row ON row.node_id = scope.node_id
    JOIN portfolio_fiscalperiod period ON period.id = row.period_id
    LEFT JOIN portfolio_baseline baseline ON baseline.id = row.baseline_id
    WHERE row.baseline_id IS NULL OR baseline.is_current
    GROUP BY row.node_id, row.period_id, row.currency_id, period.start, period."end"
"""

IN_USE = """
    SELECT node_id, period_id, currency_id, ends, budget, actual,
        CASE WHEN actual_until IS NULL OR starts > actual_until THEN planned END AS still_to_come
    FROM finance_sums
"""

CONVERTED = f"""
    SELECT used.*, {_rate("currency", "least(used.ends, %(today)s)")} AS rate,
        CASE WHEN currency.code <> %(currency)s THEN (
            SELECT min(coming.valid_from) FROM portfolio_exchangerate coming
            WHERE coming.currency_id = currency.id AND coming.valid_from > %(today)s AND coming.valid_from <= used.ends
        ) END AS next_rate_on
    FROM ({IN_USE}) used
    JOIN portfolio_currency currency ON currency.id = used.currency_id
    WHERE coalesce(used.budget, used.actual, used.still_to_come) IS NOT NULL
"""

# One row for each node and fiscal period with anything in it. `forecast` is the actual, then what is still to come.
PERIODS = f"""
    SELECT node_id, period_id, ends,
        coalesce(sum(round(budget * rate, 2)), 0) AS budget,
        coalesce(sum(round(actual * rate, 2)), 0) AS actual,
        coalesce(sum(round(actual * rate, 2)), 0) + coalesce(sum(round(still_to_come * rate, 2)), 0) AS forecast,
        count(*) FILTER (WHERE rate IS NULL) AS rates_missing,
        count(budget) > 0 AS has_budget,
        count(actual) + count(still_to_come) > 0 AS has_forecast,
        min(next_rate_on) AS next_rate_on
    FROM ({CONVERTED}) converted
    GROUP BY node_id, period_id, ends
"""

MONEY = Facts(
    name="money",
    sql="""
        SELECT node_id, sum(budget) AS budget, sum(forecast) AS forecast, sum(actual) AS actual,
            coalesce(sum(budget) FILTER (WHERE ends <= %(today)s), 0) AS planned_to_date,
            bool_or(has_budget)::int AS budgeted,
            bool_or(has_forecast)::int AS forecasted,
            (bool_or(has_budget) AND bool_or(has_forecast))::int AS compared,
            sum(rates_missing)::int AS rates_missing,
            least(min(next_rate_on), min(ends) FILTER (WHERE has_budget AND ends > %(today)s)) AS recheck_on
        FROM finance_periods GROUP BY node_id
    """,
    sums=("budget", "forecast", "actual", "planned_to_date", "budgeted", "forecasted", "compared", "rates_missing"),
    rechecks=True,
)

# The latest estimate whose date has come. A blank one means that no figure is known, whatever was known before.
WHOLE_LIFE = Facts(
    name="whole_life",
    sql=f"""
        SELECT dated.node_id, coalesce(round(estimate.amount * rate.rate, 2), 0) AS whole_life,
            (estimate.amount * rate.rate IS NOT NULL)::int AS whole_life_known,
            (estimate.amount * rate.rate IS NULL AND (dated.is_project OR dated.as_of IS NOT NULL))::int
                AS whole_life_unknown,
            (estimate.amount IS NOT NULL AND rate.rate IS NULL)::int AS rates_missing,
            dated.next_on AS recheck_on
        FROM (
            SELECT scope.node_id, scope.is_project,
                max(given.as_of) FILTER (WHERE given.as_of <= %(today)s) AS as_of,
                min(given.as_of) FILTER (WHERE given.as_of > %(today)s) AS next_on
            FROM scope LEFT JOIN portfolio_wholelifeestimate given ON given.node_id = scope.node_id
            GROUP BY scope.node_id, scope.is_project
        ) dated
        LEFT JOIN portfolio_wholelifeestimate estimate
            ON estimate.node_id = dated.node_id AND estimate.as_of = dated.as_of
        LEFT JOIN portfolio_currency currency ON currency.id = estimate.currency_id
        LEFT JOIN LATERAL (SELECT {_rate("currency", "estimate.as_of")} AS rate) rate ON true
    """,
    sums=("whole_life", "whole_life_known", "whole_life_unknown", "rates_missing"),
    rechecks=True,
)
