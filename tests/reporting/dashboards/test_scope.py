"""Who sees what: a part sums that part only, a hidden project is nowhere; pages stay fresh, quick and off the facts."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pmo.core import clock
from reporting.models import DirtyNode
from tests.reporting.dashboards.html import text_of
from tests.reporting.dashboards.rows import project, remember


def test_home_of_a_part_sums_that_part_only(client, world):
    client.force_login(world.person(node=world.north))
    html = client.get("/").content.decode()
    text = text_of(html)
    assert "<h1>North</h1>" in html
    assert "£38.0m" in text  # 12 + 21 + 5
    assert "£47.0m" not in text
    assert "Canarywharf" not in html


@pytest.mark.parametrize("path", ["/", "/charts/trend.json", "/charts/cost.json", "/register/", "/register/export.csv"])
def test_a_hidden_project_is_nowhere(client, world, path):
    remember(world.s1, 60, 3, status="on")
    client.force_login(world.person(node=world.north))
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert b"Canarywharf" not in body
    assert b"S-1" not in body


def test_charts_of_a_hidden_node_look_like_charts_of_none(client, world):
    client.force_login(world.person(node=world.north))
    hidden, missing = client.get("/charts/trend.json?node=SOUTH"), client.get("/charts/trend.json?node=NOWHERE")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert client.get("/charts/trend.json?node=NORTH").status_code == 200


def test_charts_of_one_part_hold_its_numbers_only(client, world):
    remember(world.top, 20)
    remember(world.north_row, 20)
    client.force_login(world.person())
    figure = json.loads(client.get("/charts/trend.json?node=NORTH").content)
    assert sum(bar["y"][-1] for bar in figure["data"]) == 3


def test_charts_refuse_unknown_names(client, world):
    client.force_login(world.person())
    assert client.get("/charts/secret.json").status_code == 404
    assert client.get("/charts/trend.json?user=1").status_code == 400
    assert client.get("/charts/trend.json")["Cache-Control"] == "private, no-store"


def test_home_asks_anonymous_people_to_sign_in(client, db):
    assert client.get("/").status_code == 302
    assert client.get("/charts/trend.json").status_code == 302


def test_home_tells_what_waits_to_be_rolled_up(client, world):
    DirtyNode.objects.create(node=world.n1.node, marked_at=clock.now())
    DirtyNode.objects.create(node=world.n2.node, marked_at=clock.now())
    client.force_login(world.person())
    assert "2 updates pending" in text_of(client.get("/").content.decode())


def queries_of(client, path):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.parametrize(
    ("path", "most"), [("/", 20), ("/nodes/NORTH/", 32), ("/charts/trend.json", 8), ("/charts/cost.json", 8)]
)
def test_number_of_queries_does_not_grow_with_the_projects(client, world, path, most):
    client.force_login(world.person())
    few = queries_of(client, path)
    for n in range(26):
        remember(
            project(world.north, f"Q-{n}", status="off", budget=1, forecast=2, severity=5, slip_days=n), 60, status="on"
        )
    assert len(queries_of(client, path)) == len(few) <= most


@pytest.mark.parametrize("path", ["/", "/charts/trend.json", "/charts/cost.json"])
def test_home_reads_no_fact_table(client, world, path):
    client.force_login(world.person())
    facts = ("portfolio_costrow", "portfolio_milestone", "portfolio_wholelifeestimate", "portfolio_exchangerate")
    assert [sql for sql in queries_of(client, path) if any(table in sql for table in facts)] == []
