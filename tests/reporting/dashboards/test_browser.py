"""What only a browser can tell: the whole list above the fold, two clicks to the cause, a silent console."""

import pytest

from tests.reporting.dashboards.rows import World, project, remember

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def executive(sign_in):
    world = World()
    for n in range(6):
        project(world.north, f"X-{n}", status="off", budget=1, forecast=2, severity=4, slip_days=n)
    remember(world.top, 30, 10, n_off=0)
    remember(world.top, 10)
    return sign_in(world.person())


def test_attention_list_stands_above_the_fold(executive, page, live_server):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/")
    rows = page.locator(".gh-attn-row")
    assert rows.count() == 8
    last = rows.last.bounding_box()
    assert last["y"] + last["height"] <= 900


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_draw_and_their_tables_are_one_button_away(executive, page, live_server, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_server.url}/")
    figure = page.locator("#trend")
    figure.locator("[data-ready]").wait_for()
    assert figure.locator("svg.main-svg").first.is_visible()
    figure.get_by_role("button", name="View as table").click()
    assert figure.locator("table").is_visible()


def test_forecast_leads_to_the_causing_line_in_two_clicks(executive, page, live_server):
    page.goto(f"{live_server.url}/")
    page.get_by_role("link", name="£47.0m").click()
    page.locator("tbody tr").first.get_by_role("link", name="£12.0m").click()
    page.wait_for_url("**/nodes/N-1/money/")


def test_phone_has_no_sideways_scroll_and_large_asks(executive, page, live_server):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    ask = page.locator(".gh-ask a").first.bounding_box()
    assert ask["height"] >= 44
    why, dots = page.locator(".gh-why").first.bounding_box(), page.locator(".gh-attn-row .gh-dims").first.bounding_box()
    assert why["y"] < dots["y"]
