"""What pages and reports read of risks; counts by hand. Today is 20 November 2026, 30 days ago 21 October."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.models import Risk
from portfolio.raid import queries
from portfolio.raid.facts import RISKS
from portfolio.raid.matrix import Cells
from portfolio.raid.scoring import DEFAULT
from tests.factories import (
    ActionFactory,
    CurrencyFactory,
    DependencyFactory,
    EscalationFactory,
    RateFactory,
    RiskFactory,
    RiskMatrixFactory,
    RiskResponseFactory,
)
from tests.portfolio.facts import facts_of
from tests.portfolio.raid.conftest import NOW, TODAY

DAY = timedelta(days=1)
Event = Risk.pgh_event_model


def risk(node, probability, impact, **values):
    return RiskFactory(node=node, current_probability=probability, current_impact=impact, **values)


def became(row, days_ago, **values):
    """Write `values` to a risk as if it had happened so many days ago."""
    known = set(Event.objects.values_list("pk", flat=True))
    Risk.objects.filter(pk=row.pk).update(**values)
    Event.objects.exclude(pk__in=known).update(pgh_created_at=NOW - days_ago * DAY)


def logged(node, days_ago, probability, impact, **values):
    row = risk(node, probability, impact, **values)
    Event.objects.filter(pgh_obj=row).update(pgh_created_at=NOW - days_ago * DAY)
    return row


def shown(cells):
    """Return the cells that hold or held something, as (probability, impact): (now, before)."""
    rows = [cell for row in cells.rows(DEFAULT) for cell in row.cells]
    return {(c.probability, c.impact): (c.count, c.before) for c in rows if c.count or c.before}


# --- The matrix ------------------------------------------------------------------------------


def test_matrix_counts_open_threats_below_a_node(house):
    risk(house.project, 4, 5)
    risk(house.project, 4, 5)
    risk(house.programme, 2, 3)
    risk(house.other, 1, 1)
    risk(house.project, 5, 5, kind="opportunity")
    risk(house.project, 5, 5, state="closed", closed_on=TODAY)
    Event.objects.update(pgh_created_at=NOW - 60 * DAY)
    assert shown(queries.matrix_counts(house.head, house.programme)) == {(4, 5): (2, 2), (2, 3): (1, 1)}
    assert shown(queries.matrix_counts(house.head, house.portfolio)) == {(4, 5): (2, 2), (2, 3): (1, 1), (1, 1): (1, 1)}
    assert shown(queries.matrix_counts(house.head, house.project, "opportunity")) == {(5, 5): (1, 1)}
    assert queries.matrix_counts(house.head, house.portfolio).total == 4


def test_matrix_shows_how_cells_moved_in_thirty_days(house):
    node = house.project
    moved = logged(node, 90, 2, 2)
    became(moved, 45, current_probability=3)  # (3, 2) thirty days ago
    became(moved, 10, current_probability=4)
    became(moved, 5, current_impact=4)  # (4, 4) now
    logged(node, 10, 4, 4)  # new
    gone = logged(node, 90, 1, 1)
    became(gone, 3, state="closed", closed_on=TODAY)
    turned = logged(node, 90, 5, 1, kind="opportunity")
    became(turned, 3, kind="threat")
    touched = logged(node, 90, 3, 3)
    became(touched, 2, title="Same place")
    assert shown(queries.matrix_counts(house.manager, node)) == {
        (4, 4): (2, 0), (3, 2): (0, 1), (1, 1): (0, 1), (5, 1): (1, 0), (3, 3): (1, 1),
    }  # fmt: skip


def test_exactly_thirty_days_ago_counts_as_then(house):
    row = logged(house.project, 90, 1, 1)
    became(row, 30, current_impact=2)
    assert shown(queries.matrix_counts(house.manager, house.project)) == {(1, 2): (1, 1)}


def test_matrix_counts_what_the_person_may_see(house):
    risk(house.project, 4, 5)
    assert shown(queries.matrix_counts(house.stranger, house.portfolio)) == {}
    assert queries.matrix_counts(house.manager, house.portfolio).total == 1


def test_risks_of_a_larger_matrix_stand_outside():
    assert Cells({(6, 1): 2, (1, 1): 1}).outside(DEFAULT) == 2


def test_grid_is_the_nearest_one_up_the_tree(house):
    assert queries.grid_of(house.project) == DEFAULT
    RiskMatrixFactory(node=house.portfolio, red_from=20)
    assert queries.grid_of(house.project).red_from == 20
    RiskMatrixFactory(node=house.programme, red_from=16)
    assert [queries.grid_of(node).red_from for node in (house.project, house.programme, house.other)] == [16, 16, 20]


# --- Scores and bands ------------------------------------------------------------------------


def test_band_of_each_risk_is_that_of_its_own_matrix_and_agrees_with_the_facts(house):
    RiskMatrixFactory(node=house.programme, yellow_from=2, amber_from=3, red_from=4)
    rows = [risk(house.project, 2, 2), risk(house.other, 2, 2), risk(house.other, 3, 5), risk(house.programme, 1, 3)]
    found = {row.pk: (row.score, row.band_rank) for row in queries.with_scores(Risk.objects.all())}
    assert [found[row.pk] for row in rows] == [(4, 3), (4, 0), (15, 3), (3, 2)]
    assert {code: row["risks_red"] for code, row in facts_of(RISKS).items()} == {"A": 1, "B": 1, "G": 0}


def test_threat_counts_say_where_most_of_the_red_ones_are(house):
    for place in ("project", "project", "other", "portfolio"):
        risk(getattr(house, place), 5, 5)
    risk(house.other, 1, 1)
    counts = queries.threat_counts(house.head, house.portfolio)
    assert (counts.is_open, counts.red, counts.worst, counts.worst_red) == (5, 4, "Billing platform", 2)
    own = queries.threat_counts(house.head, house.project)
    assert (own.is_open, own.red, own.worst) == (2, 2, "")


def test_top_risks_come_by_score_then_by_money_with_change_and_response(house):
    node, pound = house.project, CurrencyFactory()
    money = {"probability_percent": 50, "currency": pound}
    low = logged(node, 90, 1, 1)
    rich = logged(node, 90, 4, 4, impact_amount=200, **money)
    became(rich, 3, current_impact=5)
    poor = logged(node, 2, 5, 4, impact_amount=100, **money)
    RiskResponseFactory(risk=rich, strategy="avoid", action=ActionFactory(node=node, due=TODAY + 9 * DAY))
    RiskResponseFactory(risk=rich, strategy="transfer", action=ActionFactory(node=node, due=TODAY + DAY))
    risk(node, 5, 5, kind="opportunity")
    rows = queries.top_risks(house.manager, node)
    assert [(row.pk, row.score, row.change, row.strategy) for row in rows] == [
        (rich.pk, 20, 4, "Transfer"), (poor.pk, 20, None, ""), (low.pk, 1, 0, ""),
    ]  # fmt: skip
    assert [row.pk for row in queries.top_risks(house.manager, node, above_appetite=True)] == [rich.pk, poor.pk]
    assert [row.pk for row in queries.top_risks(house.manager, node, 1)] == [rich.pk]
    assert queries.top_risks(house.stranger, node) == []


# --- Money -----------------------------------------------------------------------------------


def test_exposure_is_what_the_roll_up_adds(house):
    RateFactory(currency=CurrencyFactory(code="EUR", name="Euro"), valid_from=TODAY - DAY, rate="0.333")
    RateFactory(currency=CurrencyFactory(code="EUR", name="Euro"), valid_from=TODAY + DAY, rate="9")
    for node, percent, amount, code, kind in (
        (house.project, 50, "0.10", "EUR", "threat"),
        (house.project, 50, "0.10", "EUR", "threat"),
        (house.other, 30, "1000", "GBP", "threat"),
        (house.other, 10, "500", "GBP", "opportunity"),
        (house.other, 10, "500", "USD", "threat"),
    ):
        currency = CurrencyFactory(code=code, name=code)
        RiskFactory(node=node, probability_percent=percent, impact_amount=amount, currency=currency, kind=kind)
    found = queries.exposure(house.head, house.portfolio)
    # 0.10 x 0.333 = 0.0333, 0.03; and 30% of 1000; a dollar has no rate
    assert (found.threat, found.opportunity, found.missing) == (Decimal("300.03"), 50, 1)
    rolled = facts_of(RISKS, TODAY).values()
    assert sum(row["emv_threat"] or 0 for row in rolled) == found.threat
    assert sum(row["emv_opportunity"] or 0 for row in rolled) == found.opportunity
    assert sum(row["rates_missing"] or 0 for row in rolled) == found.missing


def test_exposure_without_any_money_is_unknown(house):
    RiskFactory(node=house.project)
    found = queries.exposure(house.head, house.portfolio)
    assert (found.threat, found.opportunity, found.missing) == (None, None, 0)


# --- Dependencies and escalations ------------------------------------------------------------


def test_dependencies_of_a_node_go_both_ways(house):
    needed = DependencyFactory(node=house.project, provider=house.other, needed_by=TODAY)
    provided = DependencyFactory(node=house.other, provider=house.project, needed_by=TODAY + DAY)
    DependencyFactory(node=house.other, provider=house.portfolio)
    DependencyFactory(node=house.project, provider=house.other, state="met")
    assert list(queries.dependencies_open(house.head, house.programme)) == [needed, provided]
    assert list(queries.dependencies_open(house.stranger, house.other))[:2] == [needed, provided]


def test_escalations_wait_at_the_node_that_was_asked_and_show_at_the_one_that_asked(house):
    answered = {"answered_at": datetime.fromisoformat("2026-11-18T09:00+00:00")}
    here = {"node": house.project, "to_node": house.programme}
    asked = EscalationFactory(**here, risk=RiskFactory(node=house.project))
    accepted = EscalationFactory(**here, risk=RiskFactory(node=house.project), state="accepted", **answered)
    EscalationFactory(**here, risk=RiskFactory(node=house.project), state="declined", **answered)
    assert list(queries.escalations_here(house.lead, house.programme)) == [asked]
    assert list(queries.escalations_here(house.lead, house.portfolio)) == []
    assert set(queries.escalations_asked(house.manager, house.project)) == {asked, accepted}


# --- Number of queries -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "read",
    [
        lambda house: queries.matrix_counts(house.head, house.portfolio),
        lambda house: queries.top_risks(house.head, house.portfolio, 9),
        lambda house: queries.threat_counts(house.head, house.portfolio),
        lambda house: queries.exposure(house.head, house.portfolio),
    ],
)
def test_reads_ask_the_same_queries_for_one_row_and_for_three(house, read):
    def make():
        return RiskResponseFactory(risk=risk(house.project, 5, 5, owner=house.lead, currency=CurrencyFactory()))

    def count():
        with CaptureQueriesContext(connection) as found:
            read(house)
        return len(found)

    make()
    one = count()
    make()
    make()
    assert count() == one <= 3
