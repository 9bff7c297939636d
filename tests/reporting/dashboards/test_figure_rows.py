"""The rows behind a figure: complete, in whole cents, own parts told once, and only what the reader may see."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reporting.dashboards.nodes.behind import SETS
from reporting.models import NodeRollup
from tests.factories import UserFactory
from tests.reporting.dashboards.dom import Table, added, exported, page_of
from tests.reporting.dashboards.full_world import FullWorld
from tests.reporting.dashboards.html import text_of

COLUMNS = {
    "money": {"Forecast": "forecast", "Budget": "budget"},
    "spend": {"Spent to date": "actual", "Planned to date": "planned_to_date"},
    "contingency": {
        "Contingency left": "contingency_left",
        "Contingency": "contingency",
        "Management reserve": "management_reserve",
        "Management reserve left": "management_reserve_left",
    },
    "benefits": {"Forecast": "benefit_forecast", "Target": "benefit_target", "Realised": "benefit_actual"},
    "risks": {
        "Open risks": "risks_open",
        "Above appetite": "risks_red",
        "Expected value of threats": "emv_threat",
        "Expected value of opportunities": "emv_opportunity",
    },
    "earned": {"EAC1, cost goes on": "ev_estimate", "Earned value": "ev_earned", "Actual cost": "ev_actual"},
}


@pytest.fixture
def full(db):
    return FullWorld(past=False)


@pytest.mark.parametrize("code", ["TOP", "PAY", "COR"])
@pytest.mark.parametrize("key", COLUMNS)
def test_rows_add_up_to_the_node(client, full, key, code):
    client.force_login(full.person())
    rows = exported(client, f"/figures/?of={key}&node={code}")
    row = NodeRollup.objects.get(node__code=code)
    assert {label: added(rows, label) for label in COLUMNS[key]} == {
        label: getattr(row, column) for label, column in COLUMNS[key].items()
    }


def test_without_a_node_all_that_one_sees_is_listed(client, full):
    client.force_login(full.person())
    assert exported(client, "/figures/?of=money") == exported(client, "/figures/?of=money&node=TOP")


def test_a_programme_stands_with_what_is_its_own(client, full):
    client.force_login(full.person())
    table = Table(page_of(client, "/figures/?of=money&node=PAY").all("table")[0])
    own = next(row for row in table.rows if "by itself" in row["Name"])
    assert (own["Forecast"], own["Budget"], own["Variance"]) == ("£430,000.00", "£600,000.00", "−£170,000.00")


def test_approved_changes_are_told_one_by_one(client, full):
    client.force_login(full.person())
    table = Table(page_of(client, "/figures/?of=changes&node=PAY").all("table")[0])
    assert [(row["Name"], row["Baseline"], row["Change"]) for row in table.rows] == [
        ("Instant payments PAY-1", "3", "+£3,000,000.00"),  # 12 months of 1.0m after 10 of 0.9m
        ("Instant payments PAY-1", "2", "+£1,800,000.00"),  # 10 of 0.9m after 9 of 0.8m
        ("Payments programme PAY · by itself", "2", "+£300,000.00"),
    ]
    assert (table.total["Change"], table.total["Before"]) == ("+£5,100,000.00", "–")


def test_a_difference_is_told_of_all_only_if_of_each(client, full):
    client.force_login(full.person())
    total = Table(page_of(client, "/figures/?of=money&node=TOP").all("table")[0]).total
    assert total["Variance"] == "–"  # one project has no forecast and one no budget
    total = Table(page_of(client, "/figures/?of=money&node=COR").all("table")[0]).total
    assert total["Variance"] == "+£132,408.94"


def test_reader_of_a_part_sees_that_part_and_no_other(client, full):
    client.force_login(full.person(node=full.pay))
    for key in SETS:
        text = text_of(client.get(f"/figures/?of={key}").content.decode())
        assert "Core data centre exit" not in text
        assert client.get(f"/figures/?of={key}&node=COR").status_code == 404
        assert client.get(f"/figures/?of={key}&node=NOWHERE").status_code == 404
        assert client.get(f"/figures/export.csv?of={key}&node=TOP").status_code == 404
    assert sum(Decimal(row["Forecast"]) for row in exported(client, "/figures/?of=money")) == row_of("PAY").forecast


def row_of(code):
    return NodeRollup.objects.get(node__code=code)


def test_people_without_figures_find_no_page(client, full):
    for role in ("administrator", None):
        client.force_login(full.person(role) if role else UserFactory())
        assert client.get("/figures/").status_code == 404
        assert client.get("/figures/export.csv").status_code == 404


@pytest.mark.parametrize("query", ["of=secret", "of=money&user=1", "sort=node__owner__password", "page=9", "cols=x"])
def test_unknown_parameters_are_refused_by_name(client, full, query):
    client.force_login(full.person())
    assert client.get(f"/figures/?{query}").status_code == 400
    assert client.get("/figures/export.exe").status_code == 400


def test_a_figure_of_nothing_says_what_to_do(client, full):
    client.force_login(full.person())
    text = text_of(client.get("/figures/?of=contingency&node=SUB").content.decode())
    assert "Nothing below adds to this figure yet" in text


@pytest.mark.parametrize("key", SETS)
def test_number_of_queries_does_not_grow_with_the_rows(client, full, key):
    client.force_login(full.person())

    def queries(code):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/figures/?of={key}&node={code}").status_code == 200
        return len(captured)

    # A portfolio has one name more above a programme's page, read all at once.
    assert queries("PAY") == queries("COR")
