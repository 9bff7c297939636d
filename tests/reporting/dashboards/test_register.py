"""Columns and filters of the register: values of the roll-up rows, words where nothing is known, no query a row."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pmo.core import clock
from portfolio.models import AssuranceRating, Edition, EditionPresence, Node
from reporting.dashboards import filters, tables
from tests.factories import NodeFactory
from tests.reporting.dashboards.rows import M, project, remember

COLUMNS = (
    "name,health,reported,computed,baseline_finish,finish,slip,budget,forecast,variance,variance_ratio,planned,actual,"
    "spend_gap,whole_life,stake,severity,reports,report_week,edition,confidence"
)


@pytest.fixture
def register(client, world):
    """Return a function that exports the register as dictionaries by heading."""
    client.force_login(world.person())

    def read(query):
        answer = client.get(f"/register/export.csv?{query}")
        assert answer.status_code == 200, answer.content
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    return read


def names(rows):
    return [row["Project"] for row in rows]


def test_columns_hold_what_the_roll_up_holds(register, world):
    world.n1.forecast_finish, world.n1.baseline_finish = date(2027, 7, 2), date(2027, 4, 30)
    world.n1.save()
    row = register(f"q=Billing&cols={COLUMNS}")[0]
    assert row == {
        "Project": "Billing",
        "Health": "Off track",
        "Reported": "On track",
        "Computed": "Off track",
        "Baseline finish": "2027-04-30",
        "Finish": "2027-07-02",
        "Slip": "63",
        "Budget": "10000000.00",
        "Forecast": "12000000.00",
        "Variance": "2000000.00",
        "Variance, %": "0.2",
        "Planned to date": "5000000.00",
        "Spent to date": "4000000.00",
        "Against plan": "-1000000.00",
        "Whole-life cost": "",
        "Money at stake": "12000000.00",
        "Severity": "6",
        "Reports": "In",
        "Last report, week of": "",
        "Edition": "",
        "Delivery confidence": "",
    }


def test_columns_of_a_node_without_a_roll_up_are_empty(register, world):
    NodeFactory(parent=world.north, code="NEW-1", name="Brand new")
    row = register(f"q=NEW-1&cols={COLUMNS}")[0]
    assert row["Health"] == "Not reported"
    assert [row[name] for name in ("Budget", "Forecast", "Variance", "Slip", "Severity")] == [""] * 5


def test_columns_say_unknown_and_never_zero(register, world, client):
    project(world.north, "U-1", name="Unknown money", status="on", budget=5, forecast=6, rates_missing=1)
    project(world.north, "U-2", name="No budget", status="on", forecast=6)
    rows = {row["Project"]: row for row in register("q=U-&cols=name,budget,forecast,variance,variance_ratio")}
    assert list(rows["Unknown money"].values())[1:] == ["", "", "", ""]
    assert list(rows["No budget"].values())[1:] == ["", "6000000.00", "", ""]


def test_page_shows_shape_word_and_signed_variance(client, world):
    client.force_login(world.person())
    html = client.get("/register/?kind=project&q=Billing").content.decode()
    cells = [
        unescape(re.sub(r"<[^>]+>", "", cell)).strip()
        for cell in re.findall(r'<td role="cell"[^>]*>(.*?)</td>', html, re.DOTALL)
    ]
    assert "Off track" in cells
    assert "+£2.0m +20.0%" in cells
    assert 'href="/nodes/N-1/money/">£12.0m' in html


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("-variance", "Billing", "Canarywharf"),
        ("-health", "Billing", "Portal"),
        ("-severity", "Billing", "Portal"),
        ("-slip", "Billing", "Canarywharf"),  # unknown stands last
        ("forecast", "Portal", "Identity"),
        ("-stake", "Identity", "Portal"),
    ],
)
def test_sort_puts_the_worst_where_one_looks(register, sort, first, last):
    found = names(register(f"kind=project&sort={sort}&cols=name"))
    assert (found[0], found[-1]) == (first, last)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("health=off&health=nr", ["Billing", "Canarywharf"]),
        ("computed=off", ["Billing"]),
        ("reported=on", ["Billing"]),
        ("severity_min=2", ["Billing", "Identity"]),
        ("over_budget=yes", ["Billing"]),  # Identity is exactly 5% over
        ("slip=late", ["Billing", "Identity"]),
        ("slip=in_time", ["Portal"]),
        ("slip=unknown", ["Canarywharf"]),
        ("report=missing", ["Canarywharf"]),
        ("report=in", ["Billing", "Identity", "Portal"]),
        ("whole_life=unknown", ["Portal"]),
        ("whole_life=known", ["Identity"]),
        ("edition=latest", ["Billing"]),
        ("edition=absent", ["Identity"]),
        ("edition=never", ["Canarywharf", "Portal"]),
        ("rating=red", ["Billing"]),
        ("rating=none", ["Canarywharf", "Identity", "Portal"]),
        ("moved=worse", ["Billing"]),
        ("moved=better", []),
    ],
)
def test_filters_keep_what_they_say(register, world, query, expected):
    world.n2.whole_life, world.n2.whole_life_known = 7 * M, 1
    world.n2.save()
    world.n3.whole_life_unknown = 1
    world.n3.save()
    edition = Edition.objects.create(
        portfolio=world.root,
        preset="x",
        year=2022,
        as_of="2022-03-31",
        file_name="f",
        sha256="0",
        imported_at=clock.now(),
    )
    for row, latest in ((world.n1, True), (world.n2, False)):
        EditionPresence.objects.create(node=row.node, last_edition=edition, in_latest=latest)
    for day, value in (("2021-03-31", "green"), ("2022-03-31", "red")):
        AssuranceRating.objects.create(node=world.n1.node, as_of=day, source="ipa", scale="five", value=value)
    remember(world.n1, 60, 5, status="risk")
    remember(world.n1, 5)
    assert names(register(f"kind=project&sort=name&cols=name&{query}")) == expected


def test_edition_column_says_which_is_not_in_the_latest(register, world):
    edition = Edition.objects.create(
        portfolio=world.root,
        preset="x",
        year=2021,
        as_of="2021-03-31",
        file_name="f",
        sha256="0",
        imported_at=clock.now(),
    )
    EditionPresence.objects.create(node=world.n1.node, last_edition=edition, in_latest=False)
    assert register("q=Billing&cols=name,edition")[0]["Edition"] == "Not in the latest edition, last in 2021"


def test_containers_count_their_reports(register):
    assert register("q=NORTH&cols=name,reports")[0]["Reports"] == "3 of 3"


@pytest.mark.parametrize(
    "query", ["health=purple", "slip=maybe", "rating=blue", "severity_min=x", "unknown=1", "sort=-secret"]
)
def test_unknown_values_are_refused(client, world, query):
    client.force_login(world.person())
    assert client.get(f"/register/?{query}").status_code == 400


@pytest.mark.parametrize("path", [f"/register/?kind=project&cols={COLUMNS}", "/register/?kind=project"])
def test_number_of_queries_is_the_same_for_one_row_and_three(client, world, path):
    client.force_login(world.person())

    def queries(narrow):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{path}&{narrow}").status_code == 200
        return len(captured)

    assert queries("q=N-1") == queries("q=N-")  # one row and three


def test_administrators_get_no_figures_from_the_providers(world):
    assert tables.columns(world.person("administrator")) == []
    assert filters.filters(world.person("administrator")) == {}
    assert len(tables.columns(world.person())) == len(tables.columns()) == 20


def test_totals_count_projects_once(world):
    rows = Node.objects.filter(ancestors__contains=[world.root.pk])
    assert tables.totals_words(rows) == "4 projects · forecast £47.0m on £45.0m budget"
    assert tables.totals_words(rows.filter(code="N-1")) == "1 project · forecast £12.0m on £10.0m budget"
    assert tables.totals_words(rows.none()) == "0 projects"


def test_totals_without_a_rate_or_a_budget_leave_money_out(world):
    project(world.north, "U-1", status="on", budget=5, forecast=6, rates_missing=1)
    project(world.north, "U-2", status="on", forecast=6)
    rows = Node.objects.filter(ancestors__contains=[world.root.pk])
    assert tables.totals_words(rows) == "6 projects"
    assert tables.totals_words(rows.filter(code="U-2")) == "1 project · forecast £6.0m"
