"""Every list: as many queries for three rows as for one, and the same rows on page, in fragment and export."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pmo.core.export import safe_text
from tests.contracts.nouns import NOUNS, RECIPES, House
from tests.contracts.pages import page_of
from tests.sheets import body, csv_rows, texts, xlsx_rows

pytestmark = pytest.mark.django_db


def queries_of(client, url):
    with CaptureQueriesContext(connection) as found:
        body(client.get(url))
    return len(found)


@pytest.mark.parametrize("name", NOUNS)
def test_list_and_export_ask_the_same_queries_for_one_row_and_for_three(name):
    house, recipe, crud = House(), RECIPES[name], NOUNS[name]
    columns = ",".join(column.key for column in [*crud.table.columns, *crud.columns(house.person)])
    urls = [
        reverse(f"{name}-list"),
        f"{reverse(f'{name}-list')}?cols={columns}",
        reverse(f"{name}-export", args=["csv"]),
    ]
    if not house.count(name):
        recipe.make(house, 1)
    assert house.count(name) == 1
    one = [queries_of(house.client, url) for url in urls]
    recipe.make(house, 2)
    recipe.make(house, 3)
    assert house.count(name) == 3
    assert [queries_of(house.client, url) for url in urls] == one
    assert max(one) < 40


@pytest.mark.parametrize("name", [name for name, crud in NOUNS.items() if crud.parent])
def test_list_of_a_node_asks_the_same_queries_for_one_row_and_for_three(name):
    house, recipe = House(), RECIPES[name]
    url = reverse(f"{name}-node-list", args=["PRJ"])
    node = house.project
    counted = []
    for number in (1, 2, 3):
        row = recipe.make(house, number)
        row.node = node
        row.save(update_fields=["node"])
        if number != 2:
            house.client.get(url)
            counted.append(queries_of(house.client, url))
            assert house.client.get(url).context["table"]["count"] == number
    assert counted[0] == counted[1]


@pytest.mark.parametrize("name", NOUNS)
def test_page_fragment_and_exports_have_the_same_rows_in_the_same_order(name):
    house, recipe, crud = House(), RECIPES[name], NOUNS[name]
    there = house.count(name)
    for number in (2, 3, 1):
        recipe.make(house, number)
    sortable = next(column for column in crud.table.columns if column.sort)
    plain = [column for column in crud.table.columns if not (column.format or column.template)]
    shown = list(dict.fromkeys([sortable, *reversed(plain)]))
    query = f"?sort=-{sortable.key}&cols={','.join(column.key for column in shown)}"
    url = reverse(f"{name}-list") + query
    head, rows = page_of(house.client.get(url)).table()
    fragment = page_of(house.client.get(url, headers={"HX-Request": "true"}))
    assert fragment.table() == (head, rows)
    assert fragment.of("html") == []
    csv_head, *csv_body = csv_rows(body(house.client.get(reverse(f"{name}-export", args=["csv"]) + query)))
    xlsx_head, *xlsx_body = texts(xlsx_rows(body(house.client.get(reverse(f"{name}-export", args=["xlsx"]) + query))))
    expected = [str(column.label) for column in shown]
    assert head == csv_head == xlsx_head == expected
    assert len(rows) == len(csv_body) == len(xlsx_body) == 3 + there
    for index, column in enumerate(shown):
        if column not in plain:
            continue
        page = ["" if row[index] == "–" else row[index] for row in rows]
        assert [row[index] for row in csv_body] == [safe_text(cell) for cell in page], column.key
        if page[0] and not page[0].isdecimal() and page[0] not in ("True", "False"):
            assert [(row[index] if index < len(row) else None) or "" for row in xlsx_body] == page, column.key


@pytest.mark.parametrize("name", NOUNS)
def test_every_column_can_be_shown_and_every_sortable_one_sorted_by(name):
    house, crud = House(), NOUNS[name]
    RECIPES[name].make(house, 1)
    columns = [*crud.table.columns, *crud.columns(house.person)]
    everything = ",".join(column.key for column in columns)
    for column in columns:
        if column.sort:
            for sign in ("", "-"):
                url = f"{reverse(f'{name}-list')}?cols={everything}&sort={sign}{column.key}"
                assert house.client.get(url).status_code == 200, column.key


NEVER_EMPTY = {"node", "user", "membership", "audit"}  # one's own place, account and role; what set-up has done


@pytest.mark.parametrize("name", sorted(set(NOUNS) - NEVER_EMPTY))
def test_empty_list_says_what_to_do(name):
    house = House()
    response = house.client.get(reverse(f"{name}-list"))
    assert response.status_code == 200
    assert str(NOUNS[name].empty) in "".join(page_of(response).text)
    assert csv_rows(body(house.client.get(reverse(f"{name}-export", args=["csv"]))))[1:] == []


@pytest.mark.parametrize("name", [name for name, crud in NOUNS.items() if crud.filterset])
def test_filter_that_fits_nothing_offers_the_way_back(name):
    house = House()
    RECIPES[name].make(house, 1)
    page = "".join(page_of(house.client.get(reverse(f"{name}-list") + "?q=zzzzzz-no-such")).text)
    assert "Nothing fits these filters" in page
    assert "Remove the filters" in page
