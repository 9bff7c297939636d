"""The strategy tab of a portfolio and of a project, the overview, and orphans in the register."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio.models import Contribution, Node, Objective, Role
from tests.contracts.pages import page_of
from tests.factories import ContributionFactory, NodeFactory, ObjectiveFactory, PortfolioFactory, UserFactory, grant
from tests.portfolio.benefits.worlds import text_of
from tests.sheets import body

D = Decimal


@pytest.fixture
def served(house):
    """O1 gets 50 of A and 100 of the programme, O2 100 of A; C gives O1 nothing. B and C are orphans."""
    house.give(house.a, 1, 50)
    house.give(house.a, 2, 100)
    house.give(house.programme, 1, 100)
    house.give(house.c, 1, 0)
    return house


def test_portfolio_shows_its_objectives_and_who_serves_none(served, as_):
    response = as_(served.analyst).get("/nodes/P/strategy/")
    held = response.context["strategy"]["held"]
    assert [
        (line["served"].objective.code, line["served"].projects, line["served"].programmes, line["served"].given)
        for line in held["rows"]
    ] == [
        ("O1", 1, 1, D(60)),  # (50 + 100) × 40 / 100
        ("O2", 1, 0, D(30)),  # 100 × 30 / 100
        ("O3", 0, 0, D(0)),
    ]
    page = text_of(response)
    assert "2 of 3 live projects contribute to no objective" in page
    assert "1 of 3 open objectives is served by nothing below" in page
    assert "1 project, 1 programme" in page
    links = [attrs.get("href") for attrs in page_of(response).of("a")]
    assert [link for link in links if link and link.endswith("/contributions/new/")] == [
        "/nodes/B/contributions/new/",
        "/nodes/C/contributions/new/",
    ]


def test_count_of_an_objective_opens_the_contributions_it_counts(served, as_):
    client = as_(served.executive)
    served.b.lifecycle = "stopped"
    served.b.save()
    served.give(served.b, 1, 90)
    for line in client.get("/nodes/P/strategy/").context["strategy"]["held"]["rows"]:
        rows = client.get(line["url"]).context["table"]["rows"]
        assert len(rows) == line["served"].projects + line["served"].programmes
        assert {row.obj.node.code for row in rows} <= {"A", "G"}


def test_parts_of_objectives_add_up_to_the_parts_of_those_who_give(served, as_):
    client = as_(served.executive)
    by_objective = sum(
        line["served"].given for line in client.get("/nodes/P/strategy/").context["strategy"]["held"]["rows"]
    )
    by_node = sum(
        client.get(f"/nodes/{code}/strategy/").context["strategy"]["given"]["found"].alignment for code in "GABC"
    )
    assert by_objective == by_node == D(90)  # A 50, G 40


def test_closed_objective_stands_last_and_counts_for_nothing(served, as_):
    Objective.objects.filter(code="O1").update(closed_on=date(2026, 6, 1))
    rows = as_(served.executive).get("/nodes/P/strategy/").context["strategy"]["held"]["rows"]
    assert [(line["served"].objective.code, line["served"].given) for line in rows] == [
        ("O2", D(50)),  # 100 × 30 / 60
        ("O3", D(0)),
        ("O1", None),
    ]


def test_project_shows_what_it_contributes(served, as_):
    response = as_(served.analyst).get("/nodes/A/strategy/")
    page = text_of(response)
    assert "Contributes to 2 of 3 objectives, weighted 50%" in page
    head, rows = page_of(response).table()
    assert head[:5] == ["Objective", "Why", "Weight", "Contribution", "Weighted"]
    assert [row[0] for row in rows] == ["O1 Aim 1", "O2 Aim 2", "Weighted contribution"]
    assert [row[4] for row in rows] == ["20%", "30%", "50%"]


def test_project_that_gives_nothing_says_so_and_what_to_do(house, as_):
    page = text_of(as_(house.analyst).get("/nodes/A/strategy/"))
    assert "Contributes to no objective" in page
    assert "Add the first contribution" in page
    page = text_of(as_(house.executive).get("/nodes/A/strategy/"))
    assert "Add the first contribution" not in page


def test_portfolio_without_objectives_says_what_to_do(db, as_):
    top = PortfolioFactory(code="Q")
    NodeFactory(code="X", parent=top)
    person = UserFactory()
    grant(person, Role.PMO_ANALYST, top)
    page = text_of(as_(person).get("/nodes/Q/strategy/"))
    assert "No objective yet" in page
    assert "No open objective yet, so nothing can contribute to one" in page
    assert "Add the first objective" in page
    assert "No objective stands above it" in text_of(as_(person).get("/nodes/X/strategy/"))


def test_reader_of_one_project_sees_names_from_above_and_no_weights(served, as_):
    response = as_(served.manager).get("/nodes/A/strategy/")
    page = page_of(response)
    assert [row[2] for row in page.table()[1][:2]] == ["–", "–"]
    assert "O1 Aim 1" in "".join(page.text)
    links = {attrs.get("href") for attrs in page.of("a")}
    assert reverse("objective-detail", args=[served.objectives[0].pk]) not in links
    assert as_(served.manager).get(reverse("objective-detail", args=[served.objectives[0].pk])).status_code == 404


def test_overview_says_it_in_one_sentence(served, as_):
    client = as_(served.executive)
    assert "2 of 3 live projects contribute to no objective" in text_of(client.get("/nodes/P/"))
    assert "Contributes to 2 of 3 objectives, weighted 50%" in text_of(client.get("/nodes/A/"))
    Objective.objects.all().delete()
    assert "objective" not in text_of(client.get("/nodes/P/"))


def test_register_filters_and_marks_orphans(served, as_):
    client = as_(served.executive)
    table = client.get("/register/?orphan=yes&cols=name,orphan&sort=orphan").context["table"]
    assert sorted(row.obj.code for row in table["rows"]) == ["B", "C"]
    assert {row.cells[1].html for row in table["rows"]} == {"Contributes to no objective"}
    table = client.get("/register/?within=G&orphan=yes").context["table"]
    assert [row.obj.code for row in table["rows"]] == ["B"]
    sheet = body(client.get("/register/export.csv?cols=code,orphan&sort=code")).decode("utf-8-sig")
    none = "Contributes to no objective"
    assert sheet.splitlines() == ["Code,Strategy", "A,", f"B,{none}", f"C,{none}", "G,", "P,"]


def test_register_says_nothing_of_nodes_whose_strategy_one_may_not_see(served, as_):
    """An administrator of P sees its tree and no strategy; that they are an executive elsewhere changes nothing."""
    person, elsewhere = UserFactory(), PortfolioFactory(code="Q")
    grant(person, Role.ADMINISTRATOR, served.portfolio)
    client = as_(person)
    assert client.get("/register/?orphan=yes").status_code == 400
    assert client.get("/register/?cols=orphan").status_code == 400
    grant(person, Role.EXECUTIVE, elsewhere)
    assert client.get("/register/?orphan=yes").context["table"]["rows"] == []
    rows = client.get("/register/?cols=code,orphan").context["table"]["rows"]
    assert {row.cells[1].html for row in rows} == {"–"}


def test_nothing_of_a_portfolio_outside_the_scope_is_shown(served, as_):
    other = PortfolioFactory(code="Q")
    foreign = ObjectiveFactory(node=other, name="Canary")
    given = ContributionFactory(node=NodeFactory(code="X", parent=other), objective=foreign, rationale="Canary")
    client = as_(served.analyst)
    for url in (
        "/nodes/Q/strategy/",
        "/nodes/Q/objectives/",
        "/nodes/X/contributions/new/",
        f"/objectives/{foreign.pk}/",
        f"/objectives/{foreign.pk}/edit/",
        f"/contributions/{given.pk}/",
        f"/contributions/{given.pk}/history/",
    ):
        assert client.get(url).status_code == 404, url
    for url in ("/objectives/", "/contributions/", "/contributions/export.csv", "/nodes/A/contributions/new/"):
        assert b"Canary" not in body(client.get(url)), url


def test_form_offers_open_objectives_above_and_takes_no_other(served, as_):
    own = ObjectiveFactory(node=served.programme, code="G1", name="Own")
    Objective.objects.filter(code="O3").update(closed_on=date(2026, 6, 1))
    client = as_(served.analyst)
    form = client.get("/nodes/B/contributions/new/").context["form"]
    assert [str(row) for row in form.fields["objective"].queryset] == ["G1 Own", "O1 Aim 1", "O2 Aim 2"]
    form = client.get("/nodes/C/contributions/new/").context["form"]
    assert [str(row) for row in form.fields["objective"].queryset] == ["O1 Aim 1", "O2 Aim 2"]
    response = client.post("/nodes/C/contributions/new/", {"objective": own.pk, "strength": "5"})
    assert response.status_code == 422
    assert not Contribution.objects.filter(objective=own).exists()


def test_objective_on_a_project_is_refused_in_words(house, as_):
    response = as_(house.analyst).post("/nodes/A/objectives/new/", {"code": "X", "name": "X", "weight": "5"})
    assert response.status_code == 422
    assert "Objectives stand on a portfolio or a programme" in text_of(response)


def test_tabs_ask_as_many_queries_for_three_rows_as_for_one(house, as_):
    client = as_(house.analyst)

    def asked(url):
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    Objective.objects.exclude(code="O1").delete()
    Node.objects.filter(code__in=("B", "C")).update(lifecycle="stopped")
    house.give(house.a, 1, 50)
    NodeFactory(code="D1", parent=house.portfolio)
    one = {url: asked(url) for url in ("/nodes/P/strategy/", "/nodes/A/strategy/", "/nodes/P/", "/nodes/A/")}
    for number in (2, 3):
        more = ObjectiveFactory(node=house.portfolio, code=f"M{number}", owner=UserFactory())
        ContributionFactory(node=house.a, objective=more)
        NodeFactory(code=f"D{number}", parent=house.portfolio)
    assert {url: asked(url) for url in one} == one


@pytest.mark.parametrize(
    ("closed", "given", "words"),
    [
        ([], [1, 2, 3], "All 3 open objectives are served"),
        (["O2", "O3"], [1], "The open objective is served"),
        (["O3"], [], "2 of 2 open objectives are served by nothing below"),
        (["O1", "O2", "O3"], [1], "All objectives are closed"),
    ],
)
def test_finding_says_how_many_objectives_nothing_serves(house, as_, closed, given, words):
    for number in given:
        house.give(house.a, number, 50)
    Objective.objects.filter(code__in=closed).update(closed_on=date(2026, 6, 1))
    assert words in text_of(as_(house.executive).get("/nodes/P/strategy/"))
