"""The page of what changed: the rows of the script, who may read them, narrowed, paged, exported, with the figures."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pmo.core import clock
from portfolio.finance import services as finance
from portfolio.registry import services as registry
from portfolio.schedule import services as schedule
from tests.factories import MilestoneFactory, NodeFactory, PortfolioFactory, UserFactory
from tests.reporting.dashboards.html import text_of
from tests.reporting.snapshots import forty_edits as script
from tests.reporting.snapshots.forty_edits import instant
from tests.sheets import body, csv_rows, xlsx_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
WINDOW = "since=2026-10-31&until=2026-11-15"
NORTH = f"/nodes/NORTH/changes/?{WINDOW}"


def listed(html):
    """Return the list as rows of texts, the rows that name a project as one text."""
    body = html[html.index('id="rows"') :]
    return [
        [text_of(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)[1:]
    ]


def exported(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    heads, *rows = csv_rows(body(answer))
    return [dict(zip(heads, row, strict=True)) for row in rows]


def queries_of(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_page_lists_each_change_below_its_project(tree, signed_in):
    html = signed_in(tree.top).get(NORTH).content.decode()
    rows = listed(html)
    names = [row[0] for row in rows if len(row) == 1]
    assert names == ["Depots N-4", "Platforms N-5", "Signalling N-1", "Stations N-3", "Track N-2", "Tunnels S-2"]
    assert len([row for row in rows if len(row) > 1]) == len(script.EXPECTED) == 24
    design = "Forecast was 15 Feb 2027 is 10 Apr 2027 2 edits"
    assert ["Design freeze Milestone", design, "Ben, Dora", "5 Nov 2026 09:00", "Weather"] in rows
    assert ["Survey Milestone", "Actual is 3 Nov 2026", "Ben", "4 Nov 2026 09:00", ""] in rows
    assert "24 changes to 22 rows in 6 places between 31 Oct 2026 and 15 Nov 2026" in text_of(html)


def test_rows_lead_to_their_pages_and_deleted_ones_nowhere(tree, signed_in):
    client = signed_in(tree.top)
    html = client.get(NORTH).content.decode()
    found = html[html.index('id="rows"') :]
    links = dict(re.findall(r'<a class="gh-drill" href="([^"]+)">([^<]+)</a>', found))
    assert links[f"/milestones/{tree.design.pk}/"] == "Design freeze"
    assert links[f"/costs/{tree.new_cost.pk}/"] == "Forecast Dec 2026 Build"
    assert links["/nodes/N-5/"] == "N-5 Platforms"
    assert f"/costs/{tree.cost_2.pk}/" not in links
    for address in links:
        assert client.get(address).status_code == 200, address


def test_row_deleted_after_the_window_leads_nowhere(tree, signed_in):
    with clock.at(instant("11-17 09:00")):
        finance.cost_row_delete(tree.new_cost, actor=tree.cleo)
    html = signed_in(tree.top).get(NORTH).content.decode()
    assert "Forecast Dec 2026 Build" in html
    assert f"/costs/{tree.new_cost.pk}/" not in html


def test_figures_of_the_window_stand_beside_the_list(tree, signed_in):
    """By hand: of NORTH, N-1 to N-4 with 110,000 + 7,000 + 20,000; at the end N-1, N-2, N-3, S-2, N-5."""
    text = text_of(signed_in(tree.top).get(NORTH).content.decode())
    assert "Forecast at completion £137k £200k +£63k" in text  # 125,000 + 55,000 + 20,000
    assert "Projects 4 5 +1" in text  # N-4 out, S-2 and N-5 in
    assert "Budget Unknown £400k now known" in text
    assert "Whole-life cost £1.0m £2.0m +£1.0m" in text  # the latest estimate counts
    assert "the forecast rose by £63k" in text


def test_projects_whose_status_changed_stand_by_direction(tree, signed_in):
    html = signed_in(tree.top).get(NORTH).content.decode()
    panel = html[html.index('<h2 id="h-statuses"') : html.index('<section class="gh-panel" id="rows"')]
    assert " ".join(text_of(panel).split()) == "1 project got worse Got worse Signalling On track to At risk"
    assert 'href="/nodes/N-1/changes/?since=2026-10-31&amp;until=2026-11-15"' in panel


def test_kinds_narrow_the_list_and_keep_the_days(tree, signed_in):
    client = signed_in(tree.top)
    html = client.get(f"{NORTH}&kind=deleted").content.decode()
    assert [row[0] for row in listed(html)] == ["Track N-2", "Green 2026-08-31 Assurance rating",
                                                "Forecast Nov 2026 Build Cost row"]  # fmt: skip
    counts = re.findall(r"<li><a href=\"([^\"]+)\"[^>]*>([A-Za-z ]+) <span class=\"gh-count[^>]*>(\d+)</span>", html)
    assert [(words, number) for _url, words, number in counts] == [
        ("All changes", "24"), ("New", "9"), ("Changed", "10"), ("Moved", "3"), ("Deleted", "2"),
    ]  # fmt: skip
    assert unescape(counts[1][0]) == f"/nodes/NORTH/changes/?{WINDOW}&kind=new"
    assert len(listed(client.get(f"{NORTH}&what=portfolio.milestone").content.decode())) == 2 + 4


def test_export_holds_the_rows_of_the_page(tree, signed_in):
    client = signed_in(tree.top)
    rows = exported(client, f"/nodes/NORTH/changes/export.csv?{WINDOW}")
    fields = ("Code", "Change", "Row", "Field", "Before", "After", "Who", "Why")
    assert sorted(tuple(row[name] for name in fields) for row in rows) == sorted(
        (told.project, told.kind.capitalize(), told.row, told.field, told.before, told.after, told.who, told.why)
        for told in script.EXPECTED
    )
    page = [row for row in listed(client.get(NORTH).content.decode()) if len(row) > 1]
    assert [row["Who"] for row in rows] == [row[2] for row in page]
    assert exported(client, f"/nodes/NORTH/changes/export.csv?{WINDOW}&kind=moved") == [
        row for row in rows if row["Change"] == "Moved"
    ]
    sheet = xlsx_rows(body(client.get(f"/nodes/NORTH/changes/export.xlsx?{WINDOW}")))
    assert [row[0].value for row in sheet[1:]] == [row["Code"] for row in rows]
    assert {row[10].number_format for row in sheet[1:]} == {"yyyy-mm-dd hh:mm"}


def test_pages_part_the_list_and_lose_nothing(tree, signed_in):
    with clock.at(instant("11-14 09:00")):
        for number in range(40):
            schedule.milestone_create(actor=tree.ben, node=tree.signals, name=f"Step {number:02d}")
    client = signed_in(tree.top)
    first, second = (client.get(f"{NORTH}&page={page}").content.decode() for page in (1, 2))
    whole = [row for row in listed(first) + listed(second) if len(row) > 1]
    assert [len([row for row in listed(page) if len(row) > 1]) for page in (first, second)] == [50, 14]
    assert len({tuple(row) for row in whole}) == 64
    assert "Rows 51 to 64 of 64" in text_of(second)


def test_nothing_changed_says_so_and_what_to_do(tree, signed_in):
    text = text_of(signed_in(tree.top).get("/nodes/NORTH/changes/?since=2026-11-17").content.decode())
    assert "Nothing changed since 17 Nov 2026" in text
    assert "Nobody changed anything" in text
    assert "Choose an earlier day above." in text
    assert "No figure moved" in text


def test_no_change_of_a_kind_leads_back_to_all(tree, signed_in):
    html = signed_in(tree.top).get("/nodes/N-1/changes/?since=2026-10-31&kind=moved").content.decode()
    assert "No change of this kind" in html
    assert 'href="/nodes/N-1/changes/?since=2026-10-31">Show all changes' in html


def test_days_before_the_first_roll_up_have_no_figures_but_changes(tree, signed_in):
    text = text_of(signed_in(tree.top).get("/nodes/NORTH/changes/?since=2026-09-30").content.decode())
    assert "No figures are kept from before 15 Oct 2026, the first roll-up." in text
    assert "Figures cannot be compared" in text
    assert "Signals Signalling" in text.replace("was ", "").replace("is ", "")


def test_presets_name_the_last_report_before_today(tree, signed_in):
    html = signed_in(tree.top).get("/nodes/NORTH/changes/").content.decode()
    pills = re.findall(r'<a class="gh-pill" href="[^"]*since[^"]*"[^>]*>(.*?)</a>', html)
    found = [text_of(pill).strip() for pill in pills]
    assert found[:4] == ["Last week 12 Nov 2026", "Last report 12 Nov 2026", "Last month 31 Oct 2026",
                         "Last quarter 30 Sep 2026"]  # fmt: skip
    assert re.search(r'since=2026-10-31" aria-current="true"', html)


@pytest.mark.parametrize(
    "query",
    ["since=31/10/2026", "since=2026-11-20", "until=2027-01-01", "since=2026-11-15&until=2026-11-01", "kind=odd",
     "what=portfolio.secret", "what=auth.user", "page=0", "page=9", "sort=who", "cols=who", "q=x", "as_of=2026-10-31",
     "since=2026-10-31&since=2026-10-30", "kind=new&kind=moved", "since=%00"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/nodes/NORTH/changes/", "/changes/"])
def test_addresses_that_cannot_be_read_are_refused(signed_in, path, query):
    client = signed_in(PortfolioFactory(code="NORTH"))
    assert client.get(path).status_code == 200
    assert client.get(f"{path}?{query}").status_code == 400


def test_exports_come_in_two_formats(signed_in):
    client = signed_in(PortfolioFactory())
    assert client.get("/changes/export.pdf").status_code == 400
    assert client.get("/changes/export.csv?since=x").status_code == 400


def test_who_sees_one_part_finds_nothing_of_the_other(tree, signed_in):
    """A canary: South, its projects and where S-2 came from are on no page of who sees North alone."""
    with clock.at(instant("11-12 09:00")):
        NodeFactory(parent=tree.south, code="CANARY-1", name="Canary")
        for name in ("Canary one", "Canary two"):
            schedule.milestone_create(actor=tree.dora, node=tree.bridges, name=name)
        registry.node_update(tree.depots, {"name": "Canary depots"}, actor=tree.dora)
    client = signed_in(tree.north)
    for path in (NORTH, f"/changes/?{WINDOW}", "/changes/?since=2026-10-16", "/nodes/NORTH/changes/?since=2026-10-16"):
        html = client.get(path).content.decode()
        for word in ("Canary", "South", "Bridges", "Depots", "S-1", "N-4", "SOUTH"):
            assert word not in html, (path, word)
        assert "A place you may not see" in html
    rows = exported(client, f"/changes/export.csv?{WINDOW}")
    assert len(rows) == len(script.EXPECTED_OF_NORTH_ONLY)
    assert not re.search("Canary|South|SOUTH|S-1|N-4", str(rows))
    for path in ("/nodes/SOUTH/changes/", "/nodes/S-1/changes/", "/nodes/NO-SUCH/changes/", "/nodes/TOP/changes/"):
        assert client.get(path).status_code == 404


def test_administrators_and_people_without_a_role_read_no_changes(tree, signed_in, client):
    for path in ("/nodes/NORTH/changes/", "/changes/", "/changes/export.csv", "/nodes/NORTH/changes/export.xlsx"):
        assert signed_in(tree.top, "administrator").get(path).status_code == 404
        client.force_login(UserFactory())
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/nodes/NORTH/changes/", "/changes/"])
def test_number_of_queries_is_the_same_for_one_project_and_three(tree, signed_in, path):
    client = signed_in(tree.top)
    with clock.at(instant("11-18 09:00")):
        made = [NodeFactory(parent=tree.north, code=f"Q-{n}") for n in range(3)]
        schedule.milestone_create(actor=tree.dora, node=made[0], name="One")
    address = f"{path}?since=2026-11-17"
    one = queries_of(client, address)
    with clock.at(instant("11-18 10:00")):
        for node in made:
            schedule.milestone_create(actor=tree.dora, node=node, name="Two")
            MilestoneFactory(node=node)
    assert queries_of(client, address) == one <= 27


def test_markup_typed_into_a_value_is_shown_as_text(tree, signed_in):
    with clock.at(instant("11-18 09:00")):
        tree.signals.refresh_from_db()
        registry.node_update(tree.signals, {"name": "<script>alert(1)</script>"}, actor=tree.dora, reason="<b>why</b>")
    html = signed_in(tree.top).get("/nodes/NORTH/changes/?since=2026-11-17").content.decode()
    assert "<script>alert" not in html
    assert "<b>why" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_changes_of_today_are_there_at_once(tree, signed_in):
    with clock.at(clock.now() - timedelta(minutes=1)):
        schedule.milestone_create(actor=tree.dora, node=tree.signals, name="Fresh")
    assert "Fresh" in signed_in(tree.top).get("/nodes/N-1/changes/?since=2026-11-18").content.decode()
