"""Pages as of a past day: what they showed at its end, a band that says so, and nothing to edit."""

import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pmo.core import clock
from portfolio.finance import services as finance
from portfolio.models import AssuranceRating
from portfolio.registry import services as registry
from portfolio.schedule import services as schedule
from portfolio.status import services as status
from reporting.rollup import services as rollup
from reporting.snapshots.days import end_of
from tests.factories import NodeFactory, PortfolioFactory, UserFactory
from tests.reporting.dashboards.html import text_of
from tests.reporting.snapshots.forty_edits import instant
from tests.sheets import body, csv_rows

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 16)
COLS = (
    "name,health,reported,computed,finish,slip,budget,forecast,variance,planned,actual,whole_life,stake,severity,"
    "reports"
)


def later(tree):
    """Change after the day what the pages show: money, a report, a milestone, a project more, and roll it up."""
    with clock.at(instant("11-18 09:00")):
        tree.cost_1.refresh_from_db()
        finance.cost_row_update(tree.cost_1, {"amount": 900_000}, actor=tree.cleo)
        schedule.milestone_update(tree.live, {"forecast_date": date(2029, 1, 1)}, actor=tree.ben)
        colours = dict.fromkeys(("schedule", "cost", "scope", "risk", "benefit"), "off")
        status.reports_submit_bulk([status.ReportLine(tree.track, colours)], actor=tree.dora)
        registry.node_create(actor=tree.dora, kind="project", code="N-6", name="Later", parent=tree.programme)
        rollup.roll_up()


def live(client, path, at):
    with clock.at(at):
        answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def part(html, mark):
    """Return the words of the panel, figure or list that holds a mark."""
    found = re.search(rf"<(section|figure|dl)[^>]*{mark}.*?</\1>", html, re.DOTALL)
    assert found, mark
    return text_of(found.group(0))


PARTS = ('class="gh-strip', 'aria-labelledby="h-attention"', 'id="trend"', 'aria-labelledby="h-changes"',
         'aria-labelledby="h-parts"')  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/nodes/NORTH/"])
def test_page_as_of_a_day_shows_what_it_showed_at_its_end(tree, signed_in, path):
    client = signed_in(tree.top)
    then = live(client, path, end_of(DAY))
    later(tree)
    now = live(client, path, instant("11-19 09:00"))
    past = live(client, f"{path}?as_of={DAY}", instant("11-19 09:00"))
    for mark in PARTS:
        assert part(past, mark) == part(then, mark)
    assert [mark for mark in PARTS if part(now, mark) == part(then, mark)] == []


def test_head_of_a_project_as_of_a_day_tells_its_status_of_then(tree, signed_in):
    client = signed_in(tree.top)
    html = live(client, "/nodes/N-1/?as_of=2026-11-05", instant("11-19 09:00"))
    head = text_of(re.search(r'<div class="gh-sub">(.*?)</div>', html, re.DOTALL).group(1)).strip()
    assert head == "On track · since 15 Oct 2026 · Project"
    now = live(client, "/nodes/N-1/", instant("11-19 09:00"))
    head = text_of(re.search(r'<div class="gh-sub">(.*?)</div>', now, re.DOTALL).group(1)).strip()
    assert head == "At risk · since 10 Nov 2026 · Project, deliver"


def test_project_as_of_a_day_shows_its_figures_then_and_now(tree, signed_in):
    html = live(signed_in(tree.top), "/nodes/N-1/?as_of=2026-10-31", instant("11-19 09:00"))
    figures = part(html, 'aria-labelledby="h-figures"')
    assert "Forecast at completion £110k £125k +£15k" in figures
    assert "Health On track At risk" in figures
    assert "Since then: health went from on track to at risk; the forecast rose by £15k" in figures
    assert "Costs, milestones, risks and reports are not shown" in html


@pytest.mark.parametrize("path", ["/", "/nodes/NORTH/", "/nodes/N-1/", "/register/"])
def test_past_is_a_band_with_the_way_back_and_without_editing(tree, signed_in, path):
    client = signed_in(tree.top, "pmo_head")
    html = live(client, f"{path}?as_of=2026-11-05", instant("11-19 09:00"))
    band = re.search(r'<div class="gh-past" role="status">(.*?)</div>', html, re.DOTALL).group(1)
    assert "You look at 5 Nov 2026" in text_of(band)
    assert f'<a href="{path}">Return to now</a>' in band
    now = live(client, path, instant("11-19 09:00"))
    assert "gh-past" not in now
    edits = [reverse("node-create"), reverse("import-upload"), "/edit/", "/move/", "/report/", "/new/", "/bulk/"]
    main = html[html.index("<main") :]
    assert [edit for edit in edits if edit in main] == []
    assert not re.search(r'<form[^>]*method="post"', main)
    if path != "/":
        assert [edit for edit in edits if edit in now] != []


@pytest.mark.parametrize("path", ["/", "/nodes/NORTH/", "/nodes/N-1/", "/register/"])
def test_head_offers_a_day_without_javascript_and_what_changed(tree, signed_in, path):
    html = live(signed_in(tree.top), path, instant("11-19 09:00"))
    form = re.search(r'<form class="gh-pop gh-asofpop" method="get" action="([^"]+)">(.*?)</form>', html, re.DOTALL)
    assert form.group(1) == path
    assert 'type="date" id="as-of" name="as_of" value="2026-11-19" max="2026-11-19"' in form.group(2)
    assert f'href="{path}?as_of=2026-10-31"' in form.group(2)
    changes = {"/": "/changes/", "/register/": "/changes/"}.get(path, f"{path}changes/")
    assert f'href="{changes}?since=2026-10-31"' in html
    assert "What changed since 31 Oct" in html


@pytest.mark.parametrize("path", ["/", "/nodes/NORTH/"])
def test_links_carry_the_day_along(tree, signed_in, path):
    html = live(signed_in(tree.top), f"{path}?as_of=2026-11-05", instant("11-19 09:00"))
    main = html[html.index("<main") : html.index("</main>")]
    main = main[main.index("</details>") :]  # past the menu that leads to other days
    nodes = re.findall(r'href="(/nodes/[A-Z0-9-]+/(?:\?[^"]*)?)"', main)
    listed = [url for url in nodes if "role" not in url]
    assert listed
    assert [url for url in listed if "as_of=2026-11-05" not in url and url != path] == []
    register = re.findall(r'href="(/register/[^"]*)"', main)
    assert len(register) > 5
    assert [url for url in register if "as_of=2026-11-05" not in url] == []
    assert re.findall(r'data-chart-url="([^"]+)"', main) == [
        f"/charts/trend.json?{'' if path == '/' else 'node=NORTH&amp;'}as_of=2026-11-05"
    ]
    assert not re.search(r'href="/nodes/[^"]*/(money|schedule|status)/"', main[main.index("gh-strip") :])


def test_chart_as_of_a_day_ends_there(tree, signed_in):
    client = signed_in(tree.top)
    with clock.at(end_of(DAY)):
        then = json.loads(client.get("/charts/trend.json?node=NORTH").content)
    later(tree)
    with clock.at(instant("11-19 09:00")):
        past = json.loads(client.get(f"/charts/trend.json?node=NORTH&as_of={DAY}").content)
        assert past == then
        assert json.loads(client.get("/charts/trend.json?node=NORTH").content) != then
        assert client.get(f"/charts/cost.json?as_of={DAY}").status_code == 400  # only today's periods are kept


def test_money_by_period_is_left_out_with_words(tree, signed_in):
    for path in ("/", "/nodes/NORTH/"):
        html = live(signed_in(tree.top), f"{path}?as_of={DAY}", instant("11-19 09:00"))
        assert re.findall(r'<figure[^>]* id="(\w+)"', html) == ["trend"]
        assert "h-confidence" not in html
        assert "of which only today’s rows are kept." in html


def register(client, query, at):
    with clock.at(at):
        answer = client.get(f"/register/export.csv?sort=name&{query}")
    assert answer.status_code == 200, answer.content
    return csv_rows(body(answer))


def test_register_as_of_a_day_holds_its_figures_and_rows(tree, signed_in):
    client = signed_in(tree.top)
    query = f"cols={COLS}"
    then = register(client, query, end_of(DAY))
    later(tree)
    assert register(client, f"{query}&as_of={DAY}", instant("11-19 09:00")) == then
    assert register(client, query, instant("11-19 09:00")) != then


@pytest.mark.parametrize(
    "query",
    ["kind=project&health=risk", "reported=risk", "computed=nr", "severity_min=1", "slip=known", "report=missing",
     "whole_life=known", "over_budget=yes", "moved=worse", "kind=project&sort=-forecast", "kind=project&sort=-stake",
     "sort=-health", "within=PRG&sort=reports"],
)  # fmt: skip
def test_filters_and_sorting_ask_of_the_day(tree, signed_in, query):
    client = signed_in(tree.top)
    then = register(client, f"cols={COLS}&{query}", end_of(DAY))
    later(tree)
    assert register(client, f"cols={COLS}&{query}&as_of={DAY}", instant("11-19 09:00")) == then


def test_register_as_of_a_day_adds_up_its_own_money(tree, signed_in):
    client = signed_in(tree.top)
    path = "/register/?kind=project"
    then = re.search(r"7 projects · forecast £\S+", live(client, path, end_of(DAY))).group(0)
    later(tree)
    html = live(client, f"{path}&as_of={DAY}", instant("11-19 09:00"))
    assert then in html
    assert "8 projects" in live(client, path, instant("11-19 09:00"))
    assert '<a class="gh-name" href="/nodes/N-1/?as_of=2026-11-16">Signalling</a>' in html
    assert "gh-drill" not in html[html.index('id="rows"') :]


def test_register_says_what_is_not_kept(tree, signed_in):
    AssuranceRating.objects.create(node=tree.live.node, as_of="2026-11-01", source="ipa", scale="five", value="red")
    rows = register(signed_in(tree.top), f"q=N-1&cols=edition,confidence&as_of={DAY}", instant("11-19 09:00"))
    assert rows == [["Edition", "Delivery confidence"], ["Not kept", "Not kept"]]


@pytest.mark.parametrize("path", ["/", "/nodes/NORTH/", "/nodes/N-1/", "/register/"])
def test_days_before_the_first_roll_up_say_so(tree, signed_in, path):
    text = text_of(live(signed_in(tree.top), f"{path}?as_of=2026-10-14", instant("11-19 09:00")))
    assert "No figures are kept from before 15 Oct 2026, the first roll-up." in text
    assert "£" not in text


def test_moves_since_are_told(tree, signed_in):
    client = signed_in(tree.top)
    text = text_of(live(client, "/nodes/NORTH/?as_of=2026-10-31", instant("11-19 09:00")))
    assert "3 moves in the tree since 31 Oct 2026: S-2 Tunnels, N-4 Depots, N-3 Stations." in text
    assert "Sums are of the tree as it was; lists follow the tree as it is now." in text
    assert "moves in the tree" not in text_of(live(client, "/nodes/NORTH/?as_of=2026-11-12", instant("11-19 09:00")))


@pytest.mark.parametrize("path", ["/", "/nodes/NORTH/", "/register/", "/register/export.csv", "/charts/trend.json"])
@pytest.mark.parametrize("day", ["2026-11-20", "31/10/2026", "2026-02-30", "soon", "0001-01-01", "%00", "2026-1-1"])
def test_bad_and_future_days_are_refused(signed_in, path, day):
    node = PortfolioFactory(code="NORTH")
    with clock.at(instant("11-19 09:00")):
        rollup.recompute()
        client = signed_in(node)
        assert client.get(path).status_code == 200
        assert client.get(f"{path}?as_of={day}").status_code == 400


@pytest.mark.parametrize("path", ["/", "/nodes/NORTH/", "/register/"])
def test_today_is_now(tree, signed_in, path):
    client = signed_in(tree.top, "pmo_head")
    html = live(client, f"{path}?as_of=2026-11-19", instant("11-19 09:00"))
    assert "gh-past" not in html
    assert live(client, f"{path}?as_of=", instant("11-19 09:00")).count("gh-past") == 0


def test_who_sees_one_part_sees_the_past_of_that_part_only(tree, signed_in):
    client = signed_in(tree.north)
    for path in ("/", "/nodes/NORTH/", "/nodes/N-1/", "/register/"):
        html = live(client, f"{path}?as_of=2026-11-05", instant("11-19 09:00"))
        for word in ("Bridges", "South", "SOUTH", "Depots", "S-1", "N-4"):
            assert word not in html, (path, word)
    with clock.at(instant("11-19 09:00")):
        assert client.get("/nodes/SOUTH/?as_of=2026-11-05").status_code == 404
        assert client.get("/charts/trend.json?node=SOUTH&as_of=2026-11-05").status_code == 404


def test_who_may_not_see_figures_sees_no_past(tree, signed_in):
    client = signed_in(tree.top, "administrator")
    for path in ("/", "/nodes/NORTH/"):
        html = live(client, f"{path}?as_of=2026-11-05", instant("11-19 09:00"))
        assert "gh-past" not in html
        assert "£" not in text_of(html)
        assert "as_of" not in html
    with clock.at(instant("11-19 09:00")):
        assert client.get("/register/?as_of=2026-11-05").status_code == 400
        assert client.get("/charts/trend.json?as_of=2026-11-05").status_code == 404
    client.force_login(UserFactory())
    assert "gh-past" not in live(client, "/?as_of=2026-11-05", instant("11-19 09:00"))


@pytest.mark.parametrize(
    "path", ["/?as_of=2026-11-18", "/nodes/NORTH/?as_of=2026-11-18", "/register/?as_of=2026-11-18&q=Q-"]
)
def test_number_of_queries_is_the_same_for_one_project_and_three(tree, signed_in, path):
    client = signed_in(tree.top)

    def asked():
        with clock.at(instant("11-19 09:00")), CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    def add(numbers):
        for number in numbers:
            NodeFactory(parent=tree.north, code=f"Q-{number}")
        with clock.at(instant("11-18 09:00")):
            rollup.recompute()

    add([1])
    one = asked()
    add([2, 3])
    assert asked() == one <= 32
