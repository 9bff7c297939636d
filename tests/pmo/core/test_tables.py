"""A table bound to an address: what is unknown is refused, what is known orders the rows and the columns."""

from datetime import date

import pytest
from django.core.exceptions import BadRequest
from django.http import QueryDict

from portfolio.models import Milestone, Node
from portfolio.registry.tables import NodeTable
from portfolio.schedule.tables import MilestoneTable
from tests.factories import MilestoneFactory, NodeFactory, PortfolioFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def nodes():
    root = PortfolioFactory(code="TOP", name="Top")
    zoe, adam = UserFactory(name="Zoe"), UserFactory(name="Adam")
    NodeFactory(code="B", name="Bridge", parent=root, owner=zoe, target_date=date(2027, 5, 1), lifecycle="deliver")
    NodeFactory(code="C", name="Canal", parent=root, owner=adam, lifecycle="deliver")
    NodeFactory(code="D", name="Dam", parent=root, target_date=date(2026, 5, 1), lifecycle="define")
    return Node.objects.filter(kind="project")


def bind(rows, query="", table=NodeTable, **kwargs):
    return table(rows, QueryDict(query), **kwargs)


def codes(table):
    return [node.code for node in table.queryset]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("sort=no_such", "no_such"),
        ("sort=name,-no_such", "no_such"),
        ("sort=tags", "tags"),  # a column that cannot be sorted by
        ("sort=--name", "-name"),
        ("sort=owner__password", "owner__password"),
        ("sort=name%00", "name"),
        ("cols=name,password", "password"),
        ("cols=__class__", "__class__"),
    ],
)
def test_unknown_sort_key_or_column_is_refused_by_name(nodes, query, words):
    with pytest.raises(BadRequest, match=words):
        bind(nodes, query)


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "1.0", "²", "9" * 5000, "1e309", "NaN"])
def test_page_that_does_not_exist_is_refused(nodes, number):
    with pytest.raises(BadRequest, match="There is no page"):
        bind(nodes, f"page={number}").page()


def test_empty_list_has_a_first_page(nodes):
    assert bind(nodes.none()).bound()["count"] == 0


def test_columns_come_in_the_order_asked_for(nodes):
    table = bind(nodes, "cols=code,owner&cols=name&sort=code")
    assert [column.key for column in table.shown] == ["code", "owner", "name"]
    assert [[str(cell.html) for cell in row.cells[:2]] for row in table.bound()["rows"]] == [
        ["B", "Zoe"],
        ["C", "Adam"],
        ["D", "–"],
    ]


def test_columns_not_asked_for_wait_in_the_chooser(nodes):
    choices = bind(nodes, "cols=code").column_choices()
    assert [choice["column"].key for choice in choices if choice["shown"]] == ["code"]
    assert len(choices) == len(NodeTable.columns)
    assert choices[0]["column"].key == "code"


def test_default_columns_and_order(nodes):
    table = bind(nodes)
    assert [column.key for column in table.shown] == ["name", "parent", "lifecycle", "owner"]
    assert codes(table) == ["B", "C", "D"]


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("target_date", ["D", "B", "C"]),
        ("-target_date", ["B", "D", "C"]),
        ("owner", ["C", "B", "D"]),
        ("-owner", ["B", "C", "D"]),
        ("-name", ["D", "C", "B"]),
        ("", ["B", "C", "D"]),
    ],
)
def test_rows_without_a_value_come_last_whichever_way_one_sorts(nodes, sort, found):
    assert codes(bind(nodes, f"sort={sort}")) == found


def test_several_keys_sort_one_after_the_other(nodes):
    # "define" stands before "deliver" in the alphabet.
    assert codes(bind(nodes, "sort=-lifecycle,name")) == ["B", "C", "D"]
    assert codes(bind(nodes, "sort=lifecycle,-name")) == ["D", "C", "B"]


def test_equal_rows_keep_one_order_over_all_pages():
    root = PortfolioFactory()
    for _number in range(120):
        NodeFactory(parent=root, name="Same")
    rows = Node.objects.filter(name="Same")
    seen = [row.obj.pk for page in "123" for row in bind(rows, f"page={page}").bound()["rows"]]
    assert seen == sorted(rows.values_list("pk", flat=True))
    assert [len(bind(rows, f"page={page}").page().object_list) for page in "123"] == [50, 50, 20]


def test_addresses_keep_the_filters_and_drop_the_page(nodes):
    table = bind(nodes, "q=a&sort=name&page=1", path="/register/")
    by_key = {heading.key: heading for heading in table.headings()}
    assert by_key["name"].sort_url == "/register/?q=a&sort=-name"
    assert by_key["owner"].sort_url == "/register/?q=a&sort=owner"
    assert (by_key["name"].sorted, by_key["owner"].sorted) == ("asc", None)
    again = bind(nodes, "sort=-name", path="/register/").headings()[0]
    assert (again.sorted, again.sort_url) == ("desc", "/register/?sort=name")
    assert bind(nodes, "page=1", path="/register/").address(page=None) == "/register/"


def test_pages_link_to_their_neighbours():
    root = PortfolioFactory()
    for _number in range(51):
        NodeFactory(parent=root)
    rows = Node.objects.filter(kind="project")
    first, second = (bind(rows, f"page={page}", path="/register/").bound() for page in "12")
    assert (first["previous_url"], first["next_url"]) == ("", "/register/?page=2")
    assert (second["previous_url"], second["next_url"]) == ("/register/?page=1", "")


def test_cell_is_escaped_and_the_name_links_to_its_row():
    project = NodeFactory(parent=PortfolioFactory())
    MilestoneFactory(node=project, name='<b onclick="x">')
    table = bind(Milestone.objects.all(), "cols=name,kind", MilestoneTable, url_of=lambda _row: "/milestones/1/")
    [row] = table.bound()["rows"]
    shown = '<a class="gh-name" href="/milestones/1/">&lt;b onclick=&quot;x&quot;&gt;</a>'
    assert [str(cell.html) for cell in row.cells] == [shown, "Milestone"]


def test_column_needed_only_for_the_order_is_still_computed():
    project = NodeFactory(parent=PortfolioFactory())
    MilestoneFactory(node=project, name="A")
    table = bind(Milestone.objects.all(), "cols=name&sort=-slip", MilestoneTable)
    assert [row.name for row in table.queryset] == ["A"]
