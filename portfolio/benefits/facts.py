"""Benefits' contribution to the roll-up: money in the reporting currency, rounded to cents where it is converted.

A benefit counts for the nodes that claim it, by their shares; without shares it counts where it stands. However many
nodes claim it, their parts add up to the benefit to the cent: each part is rounded, and what is left goes to the last
share by node id. A dis-benefit counts against. Measured benefits are counted, never summed with money.

Target: the current baseline's values. Forecast: the actual of each benefit, then its forecast for the periods that
start after its last period with an actual. Rates are those of money: the latest one valid from a day not after the
period's end nor after the business date.
"""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from pmo.core.facts import Facts


def _rate(currency: str, day: str) -> str:
    return f"""CASE WHEN {currency}.code = %(currency)s THEN 1 ELSE (
        SELECT known.rate FROM portfolio_exchangerate known
        WHERE known.currency_id = {currency}.id AND known.valid_from <= {day}
        ORDER BY known.valid_from DESC LIMIT 1
    ) END"""


# Every claim of each benefit in money that touches the scope, also claims outside it: the rest needs them all.
CLAIMS = """
    SELECT benefit.id AS benefit_id, coalesce(share.node_id, benefit.node_id) AS node_id,
        coalesce(share.percent, 100) AS percent, benefit.currency_id,
        CASE benefit.kind WHEN 'disbenefit' THEN -1 ELSE 1 END AS sign,
        share.node_id IS NULL
            OR share.node_id = max(share.node_id) OVER (PARTITION BY benefit.id) AS takes_rest
    FROM (
        SELECT standing.id FROM scope JOIN portfolio_benefit standing ON standing.node_id = scope.node_id
        UNION
        SELECT claimed.benefit_id FROM scope
        JOIN portfolio_benefitshare claimed ON claimed.node_id = scope.node_id
    ) touched
    JOIN portfolio_benefit benefit ON benefit.id = touched.id AND benefit.nature <> 'measured'
    LEFT JOIN portfolio_benefitshare share ON share.benefit_id = benefit.id
"""

SUMS = """
    SELECT value.benefit_id, value.period_id, period.start AS starts, period."end" AS ends,
        sum(value.amount) FILTER (WHERE value.value_version = 'target') AS target,
        sum(value.amount) FILTER (WHERE value.value_version = 'actual') AS actual,
        sum(value.amount) FILTER (WHERE value.value_version = 'forecast') AS planned,
        max(max(period."end") FILTER (WHERE value.value_version = 'actual'))
            OVER (PARTITION BY value.benefit_id) AS actual_until
    FROM (SELECT DISTINCT benefit_id FROM benefit_claims) used
    JOIN portfolio_benefitvalue value ON value.benefit_id = used.benefit_id
    JOIN portfolio_fiscalperiod period ON period.id = value.period_id
    LEFT JOIN portfolio_baseline baseline ON baseline.id = value.baseline_id
    WHERE value.baseline_id IS NULL OR baseline.is_current
    GROUP BY value.benefit_id, value.period_id, period.start, period."end"
"""

IN_USE = """
    SELECT benefit_id, period_id, ends, target, actual,
        CASE WHEN actual_until IS NULL OR starts > actual_until THEN planned END AS to_come
    FROM benefit_sums
"""

CLAIMED = f"""
    SELECT claim.node_id, claim.percent, claim.sign, claim.takes_rest, used.*,
        {_rate("currency", "least(used.ends, %(today)s)")} AS rate,
        CASE WHEN currency.code <> %(currency)s THEN (
            SELECT min(coming.valid_from) FROM portfolio_exchangerate coming
            WHERE coming.currency_id = currency.id AND coming.valid_from > %(today)s AND coming.valid_from <= used.ends
        ) END AS next_rate_on
    FROM ({IN_USE}) used
    JOIN benefit_claims claim ON claim.benefit_id = used.benefit_id
    JOIN portfolio_currency currency ON currency.id = claim.currency_id
    WHERE coalesce(used.target, used.actual, used.to_come) IS NOT NULL
"""


def _part(column: str) -> str:
    """Return one claim's part of an amount: its rounded share; for the last claim what the others leave of it."""
    part = f"round({column} * rate * percent * 0.01, 2)"
    others = f"sum({part}) FILTER (WHERE NOT takes_rest) OVER one"
    return f"sign * CASE WHEN takes_rest THEN round({column} * rate, 2) - coalesce({others}, 0) ELSE {part} END"


PARTS = f"""
    SELECT node_id, period_id, ends, rate, next_rate_on,
        target IS NOT NULL AS has_target, coalesce(actual, to_come) IS NOT NULL AS has_forecast,
        {_part("target")} AS target, {_part("actual")} AS actual, {_part("to_come")} AS to_come
    FROM benefit_claimed
    WINDOW one AS (PARTITION BY benefit_id, period_id)
"""

# One row for each node of the scope and fiscal period with anything in it.
PERIODS = f"""
    SELECT part.node_id, part.period_id, part.ends,
        coalesce(sum(target), 0) AS benefit_target,
        coalesce(sum(actual), 0) + coalesce(sum(to_come), 0) AS benefit_forecast,
        coalesce(sum(actual), 0) AS benefit_actual,
        count(*) FILTER (WHERE rate IS NULL) AS rates_missing,
        bool_or(has_target) AS has_target,
        bool_or(has_forecast) AS has_forecast,
        min(next_rate_on) AS next_rate_on
    FROM ({PARTS}) part
    JOIN scope ON scope.node_id = part.node_id
    GROUP BY part.node_id, part.period_id, part.ends
"""
BENEFIT_PERIODS = "benefit_periods"

# The tables that the contribution reads, in this order; `BENEFIT_PERIODS` is also what the rows by period add up.
# Each is computed once; written into one another, the planner would look every rate up several times.
SHARED: tuple[tuple[str, str], ...] = (
    ("benefit_claims", CLAIMS),
    ("benefit_sums", SUMS),
    ("benefit_claimed", CLAIMED),
    (BENEFIT_PERIODS, PERIODS),
)

# Benefits and their reviews are counted where they stand, their money where it is claimed.
BENEFITS = Facts(
    name="benefits",
    sql="""
        SELECT scope.node_id, money.benefit_target, money.benefit_forecast, money.benefit_actual,
            money.benefit_target_to_date, money.benefits_targeted, money.benefits_forecasted, money.benefits_compared,
            money.rates_missing, held.benefits, held.reviews_overdue,
            least(money.recheck_on, held.recheck_on) AS recheck_on
        FROM scope
        LEFT JOIN (
            SELECT node_id, sum(benefit_target) AS benefit_target, sum(benefit_forecast) AS benefit_forecast,
                sum(benefit_actual) AS benefit_actual,
                coalesce(sum(benefit_target) FILTER (WHERE ends <= %(today)s), 0) AS benefit_target_to_date,
                bool_or(has_target)::int AS benefits_targeted,
                bool_or(has_forecast)::int AS benefits_forecasted,
                (bool_or(has_target) AND bool_or(has_forecast))::int AS benefits_compared,
                sum(rates_missing)::int AS rates_missing,
                least(min(next_rate_on), min(ends) FILTER (WHERE has_target AND ends > %(today)s)) AS recheck_on
            FROM benefit_periods GROUP BY node_id
        ) money ON money.node_id = scope.node_id
        LEFT JOIN (
            SELECT standing.node_id, count(*)::int AS benefits,
                count(*) FILTER (WHERE standing.review_on < %(today)s)::int AS reviews_overdue,
                min(standing.review_on + 1) FILTER (WHERE standing.review_on >= %(today)s) AS recheck_on
            FROM scope JOIN portfolio_benefit standing ON standing.node_id = scope.node_id
            WHERE standing.closed_on IS NULL
            GROUP BY standing.node_id
        ) held ON held.node_id = scope.node_id
        WHERE money.node_id IS NOT NULL OR held.node_id IS NOT NULL
    """,
    sums=(
        "benefit_target",
        "benefit_forecast",
        "benefit_actual",
        "benefit_target_to_date",
        "benefits",
        "benefits_targeted",
        "benefits_forecasted",
        "benefits_compared",
        "rates_missing",
        "reviews_overdue",
    ),
    rechecks=True,
)
