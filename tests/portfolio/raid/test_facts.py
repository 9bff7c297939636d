"""What risks, issues and escalations give to the roll-up. The business date is 19 November 2026."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from portfolio.raid.facts import RISKS
from tests.factories import (
    CurrencyFactory,
    EscalationFactory,
    IssueFactory,
    NodeFactory,
    PortfolioFactory,
    RateFactory,
    RiskFactory,
    RiskMatrixFactory,
)
from tests.portfolio.facts import TODAY, facts_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def root():
    return PortfolioFactory(code="P")


@pytest.fixture
def node(root):
    return NodeFactory(code="X", parent=root)


def said(*names, **kwargs):
    row = facts_of(RISKS, **kwargs)["X"]
    return row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)


def closed(node, **values):
    return RiskFactory(node=node, state="closed", closed_on=TODAY, outcome="Did not happen", **values)


def scored(node, probability, impact, **values):
    return RiskFactory(node=node, current_probability=probability, current_impact=impact, **values)


def test_node_without_any_of_it_has_no_row(node):
    assert facts_of(RISKS) == {}


def test_open_risks_count_and_red_ones_are_threats_by_their_current_score(node):
    scored(node, 3, 5)  # 15: red
    scored(node, 5, 5, residual_probability=1, residual_impact=1)  # 25 now, whatever is left after the responses
    scored(node, 2, 7 - 1)  # 12: amber
    scored(node, 5, 5, kind="opportunity")
    closed(node, current_probability=5, current_impact=5)
    assert said("risks_open", "risks_red", "risk_register") == (4, 2, 1)


@pytest.mark.parametrize(
    ("now", "after", "rank"),
    [
        ((2, 2), (None, None), 0),  # 4
        ((1, 5), (None, None), 1),  # 5
        ((2, 5), (None, None), 2),  # 10
        ((3, 5), (None, None), 3),  # 15
        ((5, 5), (2, 2), 0),  # 25 now, 4 after the responses
        ((1, 1), (5, 3), 3),
    ],
)
def test_top_risk_is_the_highest_band_after_responses_or_now(node, now, after, rank):
    scored(node, *now, residual_probability=after[0], residual_impact=after[1])
    scored(node, 1, 1)
    assert said("top_risk") == rank


def test_register_without_an_open_threat_is_green_and_without_a_risk_unknown(root, node):
    other = NodeFactory(code="Y", parent=root)
    IssueFactory(node=other)
    closed(node, current_probability=5, current_impact=5)
    scored(node, 5, 5, kind="opportunity")
    assert said("top_risk", "risk_register", "risks_red") == (0, 1, 0)
    row = facts_of(RISKS)["Y"]
    assert (row["top_risk"], row["risk_register"], row["issues_open"]) == (None, None, 1)


def test_nearest_matrix_above_says_what_is_red(root):
    programme = NodeFactory(code="G", kind="programme", parent=root)
    near, far = NodeFactory(code="X", parent=programme), NodeFactory(code="Y", parent=root)
    RiskMatrixFactory(node=root, yellow_from=3, amber_from=6, red_from=9)
    RiskMatrixFactory(node=programme, yellow_from=4, amber_from=8, red_from=20)
    for place in (near, far, programme, root):
        scored(place, 3, 4)  # 12
    found = facts_of(RISKS)
    assert {code: (row["risks_red"], row["top_risk"]) for code, row in found.items()} == {
        "X": (0, 2), "G": (0, 2), "Y": (1, 3), "P": (1, 3),
    }  # fmt: skip


# --- Money -----------------------------------------------------------------------------------


def priced(node, percent, amount, currency="GBP", **values):
    money = CurrencyFactory(code=currency, name=currency)
    return RiskFactory(node=node, probability_percent=percent, impact_amount=amount, currency=money, **values)


def test_expected_value_of_threats_and_opportunities_stays_apart_and_unsigned(node):
    priced(node, 30, 100)
    priced(node, 10, 500)
    priced(node, 50, 40)
    priced(node, 25, 80, kind="opportunity")
    priced(node, 90, 1000, state="closed", closed_on=TODAY)
    RiskFactory(node=node, probability_percent=50)
    assert said("emv_threat", "emv_opportunity", "rates_missing") == (100, 20, 0)


def test_expected_value_is_unknown_where_no_risk_has_one(node):
    RiskFactory(node=node)
    assert said("emv_threat", "emv_opportunity", "rates_missing") == (None, None, None)


def test_foreign_money_takes_the_rate_of_the_business_date_once_for_the_sum(node):
    for day, rate in ((TODAY - 300 * DAY, "0.5"), (TODAY, "0.333"), (TODAY + 6 * DAY, "0.9")):
        RateFactory(currency=CurrencyFactory(code="EUR", name="Euro"), valid_from=day, rate=rate)
    priced(node, 50, "0.10", "EUR")
    priced(node, 50, "0.10", "EUR")
    # 0.05 twice is 0.10; 0.10 x 0.333 = 0.0333, 0.03. Each by itself would be 0.01665, 0.02 twice.
    assert said("emv_threat", "recheck_on") == (Decimal("0.03"), TODAY + 6 * DAY)
    assert said("emv_threat", "recheck_on", today=TODAY + 6 * DAY) == (Decimal("0.09"), None)


def test_sum_without_a_rate_counts_and_adds_nothing(node):
    RateFactory(currency=CurrencyFactory(code="EUR", name="Euro"), valid_from=TODAY + DAY, rate="0.9")
    priced(node, 50, 100, "EUR")
    priced(node, 50, 100, "EUR", kind="opportunity")
    priced(node, 50, 100, "USD")
    priced(node, 50, 100)
    assert said("emv_threat", "emv_opportunity", "rates_missing", "recheck_on") == (50, None, 2, TODAY + DAY)


# --- Issues and escalations ------------------------------------------------------------------


def test_issue_is_overdue_from_the_day_after_its_due_day_and_says_when(node):
    IssueFactory(node=node, due=TODAY - DAY)
    IssueFactory(node=node, due=TODAY)
    IssueFactory(node=node, due=TODAY + 9 * DAY)
    IssueFactory(node=node)
    IssueFactory(node=node, due=TODAY - DAY, state="resolved", resolved_on=TODAY, resolution="Paid")
    assert said("issues_open", "issues_overdue", "recheck_on") == (4, 1, TODAY + DAY)
    assert said("issues_overdue", "recheck_on", today=TODAY + DAY) == (2, TODAY + 10 * DAY)
    assert said("issues_overdue", "recheck_on", today=TODAY + 10 * DAY) == (3, None)


def test_escalation_that_waits_counts_where_it_was_asked(root, node):
    answered = {"answered_at": datetime.fromisoformat("2026-11-18T09:00+00:00")}
    EscalationFactory(node=node, to_node=root, risk=RiskFactory(node=node))
    EscalationFactory(node=node, to_node=root, issue=IssueFactory(node=node))
    EscalationFactory(node=node, to_node=root, risk=RiskFactory(node=node), state="accepted", **answered)
    EscalationFactory(node=node, to_node=root, risk=RiskFactory(node=node), state="declined", **answered)
    found = facts_of(RISKS)
    assert found["X"]["escalations"] == 2
    assert "P" not in found


def test_one_row_holds_all_of_a_node(node):
    priced(node, 50, 100, current_probability=5, current_impact=5)
    IssueFactory(node=node, due=date(2026, 11, 30))
    EscalationFactory(node=node, to_node=node.parent, risk=RiskFactory(node=node))
    row = facts_of(RISKS)["X"]
    del row["node_id"]
    assert row == {
        "risks_open": 2, "risks_red": 1, "emv_threat": 50, "emv_opportunity": None, "rates_missing": 0,
        "issues_open": 1, "issues_overdue": 0, "escalations": 1, "top_risk": 3, "risk_register": 1,
        "recheck_on": date(2026, 12, 1),
    }  # fmt: skip
