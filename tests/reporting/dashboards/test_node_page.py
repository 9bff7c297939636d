"""A portfolio's overview shows the same parts as the home, of its own; the head of any node tells its status."""

import re

from tests.reporting.dashboards.html import text_of
from tests.reporting.dashboards.rows import remember


def page(client, world, code, **person):
    client.force_login(world.person(**person))
    return client.get(f"/nodes/{code}/").content.decode()


def test_overview_of_a_portfolio_shows_its_own_sums(client, world):
    remember(world.north_row, 20)
    html = page(client, world, "NORTH")
    text = text_of(html)
    assert "£38.0m" in text
    assert "+£3.0m (+8.6%) on £35.0m" in text
    assert "Two projects need attention; none asks anything of you" in text
    assert "Canarywharf" not in html
    assert 'href="/register/?within=NORTH&amp;kind=project"' in html
    assert 'data-chart-url="/charts/trend.json?node=NORTH"' in html


def test_overview_of_a_project_has_no_portfolio_figures(client, world):
    html = page(client, world, "N-1")
    assert "gh-attn" not in html
    assert "/charts/" not in html


def test_head_of_a_portfolio_counts_its_projects(client, world):
    assert "1 of 3 projects off track, 0 not reported" in text_of(page(client, world, "NORTH"))


def test_head_of_a_project_tells_since_when_and_what_differs(client, world):
    remember(world.n1, 60, 40, status="risk")
    remember(world.n1, 40, 10)
    since = remember(world.n1, 10).recorded_from
    html = page(client, world, "N-1")
    head = text_of(re.search(r'<div class="gh-sub">(.*?)</div>', html, re.DOTALL).group(1))
    assert "Off track · since" in head
    assert f"{since:%Y}" in head
    assert "reported on track, computed off track" in head


def test_head_of_a_project_without_history_tells_its_status(client, world):
    head = text_of(re.search(r'<div class="gh-sub">(.*?)</div>', page(client, world, "N-3"), re.DOTALL).group(1))
    assert head.strip() == "On track · Project, deliver"


def test_administrators_see_no_status_in_the_head(client, world):
    html = page(client, world, "NORTH", role="administrator")
    assert "off track" not in text_of(html).lower()
    assert "£" not in text_of(html)
