"""The home: figures equal the roll-up rows, ranks are severity times value, and nobody sees more than their part."""

import json
import re
from datetime import timedelta
from html import unescape

from pmo.core import clock
from portfolio.models import AssuranceRating, Edition, EditionPresence, StatusReport
from reporting.models import NodePeriodRollup
from tests.factories import NodeFactory, PeriodFactory, PortfolioFactory, UserFactory, grant
from tests.reporting.dashboards.html import text_of
from tests.reporting.dashboards.rows import M, project, remember, roll, sum_up

THIN = "\N{NO-BREAK SPACE}"


def ranked(html):
    return re.findall(r'<h3><a class="gh-name"[^>]*>([^<]+)</a>', html)


def test_home_without_a_role_says_so_and_whom_to_ask(client, db):
    client.force_login(UserFactory())
    text = text_of(client.get("/").content.decode())
    assert "You hold no role yet" in text
    assert "Ask your PMO or an administrator" in text


def test_home_before_the_first_roll_up_shows_no_zero(client, db):
    node = PortfolioFactory(code="NEW", name="Fresh portfolio")
    person = UserFactory()
    grant(person, "executive", node)
    client.force_login(person)
    text = text_of(client.get("/").content.decode())
    assert "No figures to show" in text
    assert "Fresh portfolio" in text


def test_home_of_an_administrator_shows_names_without_figures(client, world):
    client.force_login(world.person("administrator"))
    text = text_of(client.get("/").content.decode())
    assert "Change portfolio" in text
    assert "£" not in text
    assert client.get("/charts/trend.json").status_code == 404


def test_home_shows_the_sums_of_the_portfolio(home):
    text = text_of(home)
    assert "<h1>Change portfolio</h1>" in home
    assert "4 projects in 2 portfolios and programmes" in text
    for words in (
        "£47.0m",
        "+£2.0m (+4.4%) on £45.0m",
        "£4.0m",
        "80% of £5.0m planned",
        "3 of 4 due",
        "1 project has not reported",
    ):
        assert words in text
    assert f"11{THIN}d late" in text  # the middle of −2, 11 and 63
    assert "2 of 3 finish late" in text


def test_home_ranks_by_severity_times_value(home):
    # Billing 6 × 12 = 72, Identity 2 × 21 = 42, Canarywharf 1 × 9 = 9; Portal needs none.
    assert ranked(home) == ["Billing", "Identity", "Canarywharf"]
    assert "Three projects need attention; one asks something of you" in text_of(home)


def test_home_breaks_ties_by_name(client, world):
    for name in ("Zulu", "Alpha"):
        project(world.north, f"T-{name}", status="off", budget=24, forecast=24, severity=3, name=name)
    client.force_login(world.person())
    assert ranked(client.get("/").content.decode())[:3] == ["Alpha", "Billing", "Zulu"]  # 72 each


def test_home_shows_eight_at_most_and_counts_all(client, world):
    for n in range(9):
        project(world.north, f"X-{n}", status="off", budget=1, forecast=1, severity=9)
    client.force_login(world.person())
    html = client.get("/").content.decode()
    assert len(ranked(html)) == 8
    assert "All 12 in the register" in text_of(html)


def test_home_marks_where_reported_and_computed_differ(home):
    assert len(re.findall(r'class="gh-pair differs"', home)) == 1  # Billing: reported on, computed off


def test_home_asks_for_the_help_of_the_current_report(client, world):
    monday = clock.today() - timedelta(days=clock.today().weekday())
    values = {"node": world.n1.node, "week_start": monday, "created_at": clock.now()}
    StatusReport.objects.create(**values, number=1, state="submitted", submitted_at=clock.now(), help_needed="Old ask")
    StatusReport.objects.create(
        **values, number=2, state="submitted", submitted_at=clock.now(), help_needed="Decide the plan"
    )
    client.force_login(world.person())
    text = text_of(client.get("/").content.decode())
    assert "two ask something of you" in text
    assert "Decide the plan" in text
    assert "Old ask" not in text


def test_home_shows_slip_since_the_last_month_end(client, world):
    remember(world.n1, 90, 0, slip_days=42)
    remember(world.n1, 0)
    client.force_login(world.person())
    html = client.get("/").content.decode()
    assert f"↑ 21{THIN}d" in text_of(html)
    assert f"Slip over twelve weeks, now 63{THIN}d late" in unescape(html)


def test_home_tells_what_changed_in_thirty_days(client, world):
    remember(world.n1, 60, 10, status="risk")
    remember(world.n1, 10)
    remember(world.n2, 60, 5, status="off")
    remember(world.n2, 5)
    remember(world.s1, 60, 3, status="on")
    remember(world.s1, 3)
    remember(world.n3, 60)
    client.force_login(world.person())
    text = text_of(client.get("/").content.decode())
    assert "one project got worse, one got better, one is not reported any more" in text
    assert "Got worse: 1" in text


def test_home_tells_the_trend_and_its_table(client, world):
    remember(world.top, 200, 20, n_off=0, n_on=4, n_risk=0, n_nr=0)
    remember(world.top, 20)
    client.force_login(world.person())
    html = client.get("/").content.decode()
    assert "One project is off track, up from none in" in text_of(html)
    figure = json.loads(client.get("/charts/trend.json").content)
    bars = {bar["name"]: bar["y"] for bar in figure["data"]}
    assert bars["off track"][-1] == 1
    assert bars["on track"][0] == 4
    rows = re.search(r'id="trend".*?<tbody>(.*?)</tbody>', html, re.DOTALL).group(1)
    assert [int(n) for n in re.findall(r'<td class="num">(\d+)</td>', rows)][-7:] == [1, 1, 1, 0, 1, 0, 4]


def test_home_adds_money_up_period_by_period(client, world):
    for n, (budget, actual, forecast) in enumerate([(10, 8, 8), (20, 0, 25)], start=1):
        day = clock.today().replace(day=1, month=1).replace(year=2025 + n)
        period = PeriodFactory(label=f"FY{n}", start=day, end=day.replace(month=12, day=31), fiscal_year=str(n))
        NodePeriodRollup.objects.create(
            node=world.root, period=period, budget=budget * M, actual=actual * M, forecast=forecast * M
        )
    client.force_login(world.person())
    html = client.get("/").content.decode()
    table = re.search(r'id="cost".*?<tbody>(.*?)</tbody>', html, re.DOTALL).group(1)
    assert re.findall(r'<td class="num">([^<]+)</td>', table) == [
        "£10,000,000.00", "£8,000,000.00", "£8,000,000.00", "£30,000,000.00", "–", "£33,000,000.00",
    ]  # fmt: skip
    lines = {line["name"]: line["y"] for line in json.loads(client.get("/charts/cost.json").content)["data"]}
    assert lines == {"plan": [10.0, 30.0], "actual": [8.0, None], "forecast": [8.0, 33.0]}
    assert "Spend is £2.0m behind plan" in text_of(html)


def test_home_leaves_a_gap_where_a_rate_is_missing(client, world):
    day = clock.today().replace(day=1, month=1)
    period = PeriodFactory(label="FY", start=day, end=day.replace(month=12, day=31), fiscal_year="x")
    NodePeriodRollup.objects.create(node=world.root, period=period, budget=M, rates_missing=1)
    client.force_login(world.person())
    assert json.loads(client.get("/charts/cost.json").content)["data"] == []


def test_home_parts_add_up_to_the_portfolio(client, world):
    direct = project(world.root, "D-1", status="on", budget=3, forecast=4, name="Direct")
    world.top.delete()
    sum_up(world.root, [world.north_row, world.south_row, direct])
    client.force_login(world.person())
    html = client.get("/").content.decode()
    table = re.search(r'aria-labelledby="h-parts".*?</section>', html, re.DOTALL).group(0)
    names = [text_of(name).strip() for name in re.findall(r'<th role="rowheader"[^>]*>(.*?)</th>', table)]
    assert names == ["North", "South", "Projects and money directly here", "All"]
    assert [text_of(n).strip() for n in re.findall(r'data-l="Budget" class="num">(.*?)</td>', table)] == [
        "£35.0m",
        "£10.0m",
        "£3.0m",
        "£48.0m",
    ]
    assert [text_of(n).strip() for n in re.findall(r'data-l="Projects" class="num">(.*?)</td>', table)] == [
        "3",
        "1",
        "1",
        "5",
    ]
    assert "North carries all of the £3.0m overrun" in html  # North +3, South −1, Direct +1


def test_home_shows_delivery_confidence_beside_status(client, world):
    edition = Edition.objects.create(
        portfolio=world.root,
        preset="x",
        year=2022,
        as_of="2022-03-31",
        file_name="f",
        sha256="0",
        imported_at=clock.now(),
    )
    for row, rating, latest in ((world.n1, "red", True), (world.n2, "amber", True), (world.s1, "green", False)):
        AssuranceRating.objects.create(node=row.node, as_of="2021-03-31", source="ipa", scale="three", value="green")
        AssuranceRating.objects.create(node=row.node, as_of="2022-03-31", source="ipa", scale="three", value=rating)
        EditionPresence.objects.create(node=row.node, last_edition=edition, in_latest=latest)
    client.force_login(world.person())
    html = client.get("/").content.decode()
    panel = text_of(re.search(r'aria-labelledby="h-confidence".*?</section>', html, re.DOTALL).group(0))
    assert "Of 2 projects, reviewers rate one Red and one Amber" in panel
    assert "2 in the 2022 edition , 1 not in the latest edition" in panel
    assert "1 never rated" in panel
    assert "R Red 1 0 A Amber 1 0 G Green 0 1" in panel


def test_home_of_several_portfolios_adds_them_up(client, world):
    other = PortfolioFactory(code="OTHER", name="Other portfolio")
    sum_up(other, [project(other, "O-1", status="on", budget=5, forecast=5)])
    person = world.person(node=world.south)
    grant(person, "executive", other)
    client.force_login(person)
    text = text_of(client.get("/").content.decode())
    assert "Your portfolios" in text
    assert "£14.0m" in text  # 9 + 5
    assert "Other portfolio" in text
    assert "South" in text


def test_money_in_foreign_currency_without_a_rate_is_a_word(client, db):
    node = PortfolioFactory(code="R", name="Rates")
    roll(node, projects=1, n_on=1, budget=M, budgeted=1, forecast=M, forecasted=1, compared=1, rates_missing=1)
    person = UserFactory()
    grant(person, "executive", node)
    client.force_login(person)
    text = text_of(client.get("/").content.decode())
    assert "Unknown 1 amount has no exchange rate" in text
    assert "£1.0m" not in text


def test_node_kinds_of_the_parts_are_named(client, world):
    programme = NodeFactory(kind="programme", code="PRG", name="Programme", parent=world.north)
    sum_up(programme, [project(programme, "P-1", status="on", budget=1, forecast=1)])
    client.force_login(world.person())
    assert "Programme" in text_of(client.get("/nodes/NORTH/").content.decode())
