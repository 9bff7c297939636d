"""Reserves as they enter the roll-up: set aside and left, by kind, in the reporting currency.

Each sum of one node, kind and currency converts once, at the rate of the business date, and is rounded to cents
there. A sum without a rate adds nothing and counts in `rates_missing`.
"""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from pmo.core.facts import Facts
from portfolio.finance.facts.money import rate_sql

HELD = """
    SELECT reserve.node_id, reserve.kind, reserve.currency_id, sum(reserve.amount) AS amount,
        sum(reserve.amount - coalesce(drawn.amount, 0)) AS still_there
    FROM scope
    JOIN portfolio_reserve reserve ON reserve.node_id = scope.node_id
    LEFT JOIN LATERAL (
        SELECT sum(draw.amount) AS amount FROM portfolio_reservedraw draw WHERE draw.reserve_id = reserve.id
    ) drawn ON true
    GROUP BY reserve.node_id, reserve.kind, reserve.currency_id
"""

CONVERTED = f"""
    SELECT held.node_id, held.kind, {rate_sql("currency", "%(today)s")} AS rate, held.amount, held.still_there,
        CASE WHEN currency.code <> %(currency)s THEN (
            SELECT min(coming.valid_from) FROM portfolio_exchangerate coming
            WHERE coming.currency_id = currency.id AND coming.valid_from > %(today)s
        ) END AS next_rate_on
    FROM ({HELD}) held JOIN portfolio_currency currency ON currency.id = held.currency_id
"""


def _sum(column: str, kind: str) -> str:
    return f"coalesce(sum(round({column} * rate, 2)) FILTER (WHERE kind = '{kind}'), 0)"


RESERVES = Facts(
    name="reserves",
    sql=f"""
        SELECT node_id, {_sum("amount", "contingency")} AS contingency,
            {_sum("still_there", "contingency")} AS contingency_left,
            {_sum("amount", "management")} AS management_reserve,
            {_sum("still_there", "management")} AS management_reserve_left,
            count(*) FILTER (WHERE rate IS NULL)::int AS rates_missing,
            min(next_rate_on) AS recheck_on
        FROM ({CONVERTED}) converted GROUP BY node_id
    """,
    sums=("contingency", "contingency_left", "management_reserve", "management_reserve_left", "rates_missing"),
    rechecks=True,
)
