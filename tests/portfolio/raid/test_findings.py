"""The sentences above lists of risks, issues and the rest, with their numbers."""

from decimal import Decimal

import pytest

from portfolio.raid import findings


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0), "No threat is open"),
        ((4, 0), "None of 4 open threats is above appetite"),
        ((1, 1), "The only open threat is above appetite"),
        ((17, 1), "One of 17 open threats is above appetite"),
        ((17, 2), "Two of 17 open threats are above appetite"),
        ((58, 3, "Billing", 2), "Three of 58 open threats are above appetite, two of them on Billing"),
        ((58, 2, "Billing", 2), "Two of 58 open threats are above appetite, on Billing"),
        ((58, 3, "Billing", 1), "Three of 58 open threats are above appetite"),
        ((1200, 12), "12 of 1,200 open threats are above appetite"),
    ],
)
def test_threats(counts, sentence):
    assert findings.threats(*counts) == sentence


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ((None, None, 0), ""),
        ((Decimal(6_400_000), None, 0), "EMV of threats £6.4m"),
        ((Decimal(6_400_000), Decimal(400_000), 0), "EMV of threats £6.4m · of opportunities −£400k"),
        ((Decimal(100), None, 2), "EMV of threats £100 · 2 sums have no exchange rate"),
        ((None, None, 1), "1 sum has no exchange rate"),
    ],
)
def test_exposure(values, sentence):
    assert findings.exposure(*values, "GBP") == sentence


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0), "No issue is open"),
        ((1, 0), "One issue is open, none overdue"),
        ((3, 0), "Three issues are open, none overdue"),
        ((1, 1), "The only open issue is overdue"),
        ((3, 1), "One of 3 open issues is overdue"),
        ((3, 2), "Two of 3 open issues are overdue"),
    ],
)
def test_issues(counts, sentence):
    assert findings.issues(*counts) == sentence


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0), "No assumption waits to be confirmed"),
        ((1, 0), "One assumption to confirm"),
        ((4, 1), "Four assumptions to confirm, 1 past its day"),
        ((4, 2), "Four assumptions to confirm, 2 past their day"),
    ],
)
def test_assumptions(counts, sentence):
    assert findings.assumptions(*counts) == sentence


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0), "No dependency is open"),
        ((1, 0), "One dependency is open, none too late"),
        ((1, 1), "The only open dependency comes too late"),
        ((5, 2), "Two of 5 dependencies come too late"),
    ],
)
def test_dependencies(counts, sentence):
    assert findings.dependencies(*counts) == sentence


def test_escalations():
    assert findings.waiting_here(1) == "One escalation waits for an answer here"
    assert findings.waiting_here(2) == "Two escalations wait for an answer here"
    assert findings.asked_above(2, 1) == "Two escalations wait above"
    assert findings.asked_above(0, 1) == "One escalation was accepted above"
