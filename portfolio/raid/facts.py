"""The contribution of risks, issues and escalations to the roll-up.

Money is in the reporting currency: the expected monetary values of one node, kind and currency are summed first,
converted once with the latest rate valid on the business date and rounded to cents. A sum without a rate counts in
`rates_missing` and adds nothing. Only what is open counts, except in `risk_register`.
"""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from pmo.core.facts import Facts
from portfolio.raid.scoring import DEFAULT

# As in the facts of money: the reporting currency itself is worth 1.
RATE = """CASE WHEN currency.code = %(currency)s THEN 1 ELSE (
    SELECT known.rate FROM portfolio_exchangerate known
    WHERE known.currency_id = currency.id AND known.valid_from <= %(today)s
    ORDER BY known.valid_from DESC LIMIT 1
) END"""
NEXT_RATE_ON = """CASE WHEN currency.code <> %(currency)s THEN (
    SELECT min(coming.valid_from) FROM portfolio_exchangerate coming
    WHERE coming.currency_id = currency.id AND coming.valid_from > %(today)s
) END"""

# The nearest matrix up the tree says where the bands of a node's scores start.
MATRICES = f"""
    SELECT scope.node_id, coalesce(matrix.yellow_from, {DEFAULT.yellow_from}) AS yellow_from,
        coalesce(matrix.amber_from, {DEFAULT.amber_from}) AS amber_from,
        coalesce(matrix.red_from, {DEFAULT.red_from}) AS red_from
    FROM scope LEFT JOIN LATERAL (
        SELECT held.yellow_from, held.amber_from, held.red_from FROM portfolio_riskmatrix held
        WHERE held.node_id = ANY(scope.ancestors)
        ORDER BY array_position(scope.ancestors, held.node_id) DESC LIMIT 1
    ) matrix ON true
"""
SCORED = f"""
    SELECT risk.node_id, risk.kind, risk.state = 'open' AS open,
        risk.state = 'open' AND risk.kind = 'threat' AS threatens,
        risk.current_probability * risk.current_impact AS score,
        coalesce(risk.residual_probability * risk.residual_impact,
            risk.current_probability * risk.current_impact) AS appetite_score,
        matrix.yellow_from, matrix.amber_from, matrix.red_from
    FROM ({MATRICES}) matrix JOIN portfolio_risk risk ON risk.node_id = matrix.node_id
"""
EXPECTED = f"""
    SELECT node_id, round(threat * rate, 2) AS threat, round(opportunity * rate, 2) AS opportunity,
        rate IS NULL AS unknown, next_rate_on
    FROM (
        SELECT held.*, {RATE} AS rate, {NEXT_RATE_ON} AS next_rate_on
        FROM (
            SELECT risk.node_id, risk.currency_id,
                sum(risk.probability_percent * risk.impact_amount / 100) FILTER (WHERE risk.kind = 'threat') AS threat,
                sum(risk.probability_percent * risk.impact_amount / 100) FILTER (WHERE risk.kind = 'opportunity')
                    AS opportunity
            FROM scope JOIN portfolio_risk risk ON risk.node_id = scope.node_id
            WHERE risk.state = 'open' AND risk.probability_percent * risk.impact_amount IS NOT NULL
            GROUP BY risk.node_id, risk.currency_id
        ) held JOIN portfolio_currency currency ON currency.id = held.currency_id
    ) valued
"""
NONE = "NULL::int"

# `top_risk` is the highest band of the open threats by the score after responses where that is assessed: 0 green,
# 1 yellow, 2 amber, 3 red; 0 too for a register without an open threat, and nothing without any risk.
RISKS = Facts(
    name="risks",
    sql=f"""
        SELECT node_id, sum(risks_open)::int AS risks_open, sum(risks_red)::int AS risks_red,
            sum(emv_threat) AS emv_threat, sum(emv_opportunity) AS emv_opportunity,
            sum(rates_missing)::int AS rates_missing, sum(issues_open)::int AS issues_open,
            sum(issues_overdue)::int AS issues_overdue, sum(escalations)::int AS escalations,
            max(top_risk) AS top_risk, max(risk_register) AS risk_register, min(recheck_on) AS recheck_on
        FROM (
            SELECT node_id, open::int AS risks_open, (threatens AND score >= red_from)::int AS risks_red,
                CASE WHEN threatens THEN (appetite_score >= yellow_from)::int + (appetite_score >= amber_from)::int
                    + (appetite_score >= red_from)::int ELSE 0 END AS top_risk,
                1 AS risk_register, NULL::numeric AS emv_threat, NULL::numeric AS emv_opportunity,
                {NONE} AS rates_missing, {NONE} AS issues_open, {NONE} AS issues_overdue, {NONE} AS escalations,
                NULL::date AS recheck_on
            FROM ({SCORED}) scored
            UNION ALL
            SELECT node_id, {NONE}, {NONE}, {NONE}, {NONE}, threat, opportunity, unknown::int, {NONE}, {NONE}, {NONE},
                next_rate_on
            FROM ({EXPECTED}) expected
            UNION ALL
            SELECT issue.node_id, {NONE}, {NONE}, {NONE}, {NONE}, NULL, NULL, {NONE}, 1,
                coalesce(issue.due < %(today)s, false)::int, {NONE},
                CASE WHEN issue.due >= %(today)s THEN issue.due + 1 END
            FROM scope JOIN portfolio_issue issue ON issue.node_id = scope.node_id WHERE issue.state = 'open'
            UNION ALL
            SELECT asked.node_id, {NONE}, {NONE}, {NONE}, {NONE}, NULL, NULL, {NONE}, {NONE}, {NONE}, 1, NULL
            FROM scope JOIN portfolio_escalation asked ON asked.node_id = scope.node_id WHERE asked.state = 'asked'
        ) part
        GROUP BY node_id
    """,
    sums=(
        "risks_open",
        "risks_red",
        "emv_threat",
        "emv_opportunity",
        "rates_missing",
        "issues_open",
        "issues_overdue",
        "escalations",
    ),
    latest=("top_risk",),
    own=("risk_register",),
    rechecks=True,
)
