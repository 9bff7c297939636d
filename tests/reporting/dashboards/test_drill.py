"""Every number leads to its rows, as many as it says, in two clicks at most."""

import re
from html import unescape

from portfolio.models import AssuranceRating
from tests.reporting.dashboards.html import Links, count_behind
from tests.reporting.dashboards.rows import M


def test_counts_lead_to_as_many_rows(client, world):
    world.n1.whole_life, world.n1.whole_life_known = 7 * M, 1
    world.n1.save()
    AssuranceRating.objects.create(node=world.n1.node, as_of="2022-03-31", source="ipa", scale="three", value="red")
    world.top.whole_life, world.top.whole_life_known, world.top.whole_life_unknown = 7 * M, 1, 0
    world.top.save()
    client.force_login(world.person())
    links = [(url, text) for url, text in Links(client.get("/").content.decode()).found if url.startswith("/register/")]
    counted = [
        (url, int(text.split()[0])) for url, text in links if text.split()[0].isdecimal() and "slip=known" not in url
    ]
    assert len(counted) >= 12
    assert count_behind(client, "/register/?kind=project&slip=known") == 3  # behind the median
    for url, number in counted:
        assert count_behind(client, url.replace("&amp;", "&")) == number, (url, number)


def test_whole_attention_list_is_in_the_register(client, world):
    client.force_login(world.person())
    html = client.get("/").content.decode()
    url = unescape(re.search(r'href="([^"]+)">All 3 in the register', html).group(1))
    assert count_behind(client, url) == 3


def test_forecast_leads_to_the_causing_project_in_two_clicks(client, world):
    client.force_login(world.person())
    links = {text: url for url, text in Links(client.get("/").content.decode()).found}
    register = client.get(links["£47.0m"])
    rows = Links(register.content.decode()).found
    assert rows[0] == ("/nodes/N-1/money/", "£12.0m")  # +2.0 on 10: the largest variance stands first
    assert client.get(rows[0][0]).status_code == 200
