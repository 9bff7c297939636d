"""Exports: the rows, the order and the columns of the page, numbers as numbers, and never a formula."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.http import QueryDict
from django.urls import reverse

from pmo.core import clock, export
from pmo.core.errors import DomainError
from pmo.core.tables import Column, Table
from portfolio.finance.tables import CostTable, EstimateTable
from portfolio.models import CostRow, Milestone, User, WholeLifeEstimate
from portfolio.schedule.tables import MilestoneTable
from tests.factories import CostRowFactory, EstimateFactory, MilestoneFactory, NodeFactory, PeriodFactory, UserFactory
from tests.sheets import Cell, body, csv_rows, texts, xlsx_rows

PAYLOADS = Path(__file__).resolve().parents[4] / "shared" / "data" / "badinput" / "csv-payload.txt"
TABBED = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    ' "=1',
    ";=1",
    ",=1",
    "'=1",
    " =1",
]


def bind(table, rows, query=""):
    return table(rows, QueryDict(query))


def as_csv(table):
    return csv_rows("".join(export.csv_lines(table)).encode())


def as_xlsx(table):
    return xlsx_rows(export.xlsx_bytes(table))


@pytest.fixture
def costs(place):
    period = PeriodFactory(label="Apr 2026", start=date(2026, 4, 1), end=date(2026, 4, 30), fiscal_year="2026/27")
    for category, amount in (("Build", "1000.50"), ("Credit", "-20"), ("Advice", "0")):
        CostRowFactory(node=place.project, period=period, category=category, amount=amount)
    return CostRow.objects.all()


def test_csv_has_the_rows_order_and_columns_asked_for(costs):
    assert as_csv(bind(CostTable, costs, "sort=-amount&cols=amount,category,period")) == [
        ["Amount", "Category", "Fiscal period"],
        ["1000.50", "Build", "Apr 2026"],
        ["0.00", "Advice", "Apr 2026"],
        ["-20.00", "Credit", "Apr 2026"],
    ]


def test_workbook_types_its_cells(costs):
    head, *rows = as_xlsx(bind(CostTable, costs, "sort=category&cols=category,amount,cost_version,baseline"))
    assert [cell.value for cell in head] == ["Category", "Amount", "Version", "Baseline"]
    assert [row[:3] for row in rows] == [
        [Cell("s", "Advice"), Cell("n", 0.0, "#,##0.00"), Cell("s", "Forecast")],
        [Cell("s", "Build"), Cell("n", 1000.5, "#,##0.00"), Cell("s", "Forecast")],
        [Cell("s", "Credit"), Cell("n", -20.0, "#,##0.00"), Cell("s", "Forecast")],
    ]
    assert all(len(row) == 3 for row in rows), "a cell without a value is not written"


def test_dates_truths_and_whole_numbers_are_typed(place):
    MilestoneFactory(node=place.project, name="Gate", is_critical=True, forecast_date=date(2027, 7, 2))
    MilestoneFactory(node=place.project, name="Later")
    table = bind(MilestoneTable, Milestone.objects.all(), "cols=name,is_critical,forecast_date,slip&sort=name")
    # 2 July 2027 is day 46570 of the workbook's calendar: 2027-01-01 is 46388, and 182 days follow.
    assert as_xlsx(table)[1] == [Cell("s", "Gate"), Cell("b", True), Cell("n", 46570.0, "yyyy-mm-dd")]
    assert as_csv(table)[1:] == [["Gate", "True", "2027-07-02", ""], ["Later", "False", "", ""]]


def test_instants_stand_in_the_time_of_the_organisation(db):
    UserFactory(name="Ann", last_login=datetime(2026, 7, 1, 12, 30, tzinfo=UTC))

    class Logins(Table):
        columns = (Column("name", "Name"), Column("last_login", "Last sign-in"))

    table = bind(Logins, User.objects.filter(name="Ann"))
    # 13:30 in London's summer: day 46204 and 13.5 / 24.
    [_head, row] = as_xlsx(table)
    assert row == [Cell("s", "Ann"), Cell("n", 46204.5625, "yyyy-mm-dd hh:mm")]
    assert as_csv(table)[1] == ["Ann", "2026-07-01T12:30:00+00:00"]


def test_date_before_the_workbooks_calendar_is_text(place):
    MilestoneFactory(node=place.project, name="Old", forecast_date=date(1, 1, 1), actual_date=date(1899, 12, 31))
    MilestoneFactory(node=place.project, name="Far", forecast_date=date(9999, 12, 31))
    table = bind(MilestoneTable, Milestone.objects.all(), "cols=name,forecast_date,actual_date&sort=-name")
    _head, old, far = as_xlsx(table)
    assert old == [Cell("s", "Old"), Cell("s", "0001-01-01"), Cell("s", "1899-12-31")]
    assert far == [Cell("s", "Far"), Cell("n", 2958465.0, "yyyy-mm-dd")]


def payloads():
    published = PAYLOADS.read_text().splitlines() if PAYLOADS.exists() else []
    return [line for line in published if line] + TABBED


def test_no_text_becomes_a_formula(place):
    """T-C5: text stays text in both formats, and comes back as it was typed."""
    words = payloads()
    if len(words) == len(TABBED):
        pytest.skip("the published payloads are not on this machine")
    for number, text in enumerate(words):
        EstimateFactory(node=place.project, as_of=date(2026, 1, number + 1), source=text, note=text)
    table = bind(EstimateTable, WholeLifeEstimate.objects.all(), "cols=source,note&sort=as_of")
    sheet = as_xlsx(table)[1:]
    assert {cell.kind for row in sheet for cell in row} == {"s"}
    assert texts(sheet) == [[text, text] for text in words]
    written = as_csv(table)[1:]
    risky = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    for (cell, again), text in zip(written, words, strict=True):
        assert cell == again
        assert cell in (text, f"'{text}")
        assert not cell.lstrip(" \"';,").startswith(risky) or cell.startswith("'")


def test_heading_is_no_formula_either(place):
    class Odd(Table):
        columns = (Column("name", "=cmd|' /C calc'!A0"), Column("code", "Code"))

    table = bind(Odd, type(place.project).objects.filter(code="PRJ"))
    assert as_csv(table) == [["'=cmd|' /C calc'!A0", "Code"], ["Bridge", "PRJ"]]
    assert texts(as_xlsx(table)) == [["=cmd|' /C calc'!A0", "Code"], ["Bridge", "PRJ"]]


def test_negative_numbers_are_no_formulas(place):
    class Figures(Table):
        columns = (
            Column("a", "Decimal", value=lambda _row: Decimal("-0.5")),
            Column("b", "Whole", value=lambda _row: -7),
            Column("c", "Ratio", value=lambda _row: -0.25),
            Column("d", "List", value=lambda _row: ["=1", "b"]),
        )

    table = bind(Figures, type(place.project).objects.filter(code="PRJ"))
    assert as_csv(table)[1] == ["-0.5", "-7", "-0.25", "'=1, b"]
    assert [cell.value for cell in as_xlsx(table)[1]] == [-0.5, -7.0, -0.25, "=1, b"]


def test_long_list_comes_whole_and_in_pieces(place):
    rows = [Milestone(node=place.project, name=f"{number:04} {'x' * 60}") for number in range(1200)]
    Milestone.objects.bulk_create(rows)
    table = bind(MilestoneTable, Milestone.objects.all(), "cols=name&sort=-name")
    pieces = list(export.csv_lines(table))
    assert len(pieces) > 2
    names = [row[0][:4] for row in csv.reader(io.StringIO("".join(pieces)[1:]))][1:]
    assert names == [f"{number:04}" for number in reversed(range(1200))]


def test_lines_in_a_cell_survive_the_csv(place):
    text = 'first\r\nsecond, "quoted"\nthird\ttab'
    EstimateFactory(node=place.project, note=text)
    table = bind(EstimateTable, WholeLifeEstimate.objects.all(), "cols=note")
    assert as_csv(table)[1] == [text]
    assert texts(as_xlsx(table))[1] == [text]


def test_other_formats_are_refused(place):
    with pytest.raises(DomainError, match="csv or xlsx"):
        export.respond(bind(CostTable, CostRow.objects.none()), "pdf", "cost")


@pytest.mark.parametrize(
    ("file_format", "kind"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_download_is_named_by_the_day_and_never_cached(client, place, file_format, kind):
    client.force_login(place.head)
    with clock.at(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)):  # 2 July in London
        response = client.get(reverse("node-export", args=[file_format]))
        content = body(response)
    assert response["Content-Disposition"] == f'attachment; filename="node-2026-07-02.{file_format}"'
    assert (response["Cache-Control"], response["Content-Type"]) == ("no-store", kind)
    names = csv_rows(content) if file_format == "csv" else texts(xlsx_rows(content))
    assert [row[0] for row in names] == ["Project", "Bridge", "Name of TOP"]


@pytest.mark.parametrize("file_format", ["pdf", "CSV", "xls", "csv-x"])
def test_address_of_another_format_is_a_400(client, place, file_format):
    client.force_login(place.head)
    assert client.get(reverse("node-export", args=[file_format])).status_code == 400


def test_hidden_rows_are_in_no_export(client, place):
    NodeFactory(code="SECRET", parent=None, kind="portfolio", name="Canary")
    client.force_login(place.head)
    assert b"Canary" not in body(client.get(reverse("node-export", args=["csv"])))
    assert "Canary" not in str(texts(xlsx_rows(body(client.get(reverse("node-export", args=["xlsx"]))))))
