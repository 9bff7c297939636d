"""Tasks 14 and 17 of ux.md §8 on a portfolio's own page, counted; its drawings, its tables on phones, a silent console."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from reporting.models import NodeRollup
from tests.reporting.dashboards.dom import money
from tests.reporting.dashboards.full_world import FullWorld

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full(transactional_db):
    return FullWorld()


@pytest.fixture
def executive(full, sign_in):
    return sign_in(full.person())


def row(node):
    return NodeRollup.objects.get(node=node)


def test_task_17_plan_actual_and_forecast_of_one_programme_in_one_click(executive, full, page, visit, hands):
    visit("/")
    hands.click(page.locator("[aria-labelledby=h-parts]").get_by_role("link", name="Payments programme"))
    chart = page.locator("#cost")
    chart.locator("[data-ready]").wait_for()
    labels = chart.locator(".annotation-text").all_inner_texts()
    for word, amount in (("plan", "£17.6m"), ("actual", "£10.4m"), ("forecast", "£19.5m")):
        assert f"{amount} {word}" in labels
    assert "Spend is £1.8m ahead of plan, and the forecast ends £1.9m above it" in chart.inner_text()
    assert (hands.clicks, hands.keys) == (1, 0)  # allowed: 1 and 0


@pytest.mark.parametrize("label", ["Forecast at completion", "Spent to date", "Contingency left", "Benefits, forecast"])
def test_task_14_from_a_figure_to_its_rows_to_what_they_are_made_of(executive, full, page, visit, hands, label):
    columns = {
        "Forecast at completion": "forecast",
        "Spent to date": "actual",
        "Contingency left": "contingency_left",
        "Benefits, forecast": "benefit_forecast",
    }
    visit("/nodes/TOP/")
    figure = page.locator(".gh-strip > div", has=page.locator("dt", has_text=label))
    hands.click(figure.locator(".v a"))
    first = page.locator("#rows tbody tr td.num:nth-child(2)").all_inner_texts()
    known = [amount for text in first if (amount := money(text)) is not None]
    assert sum(known, Decimal(0)) == getattr(row(full.top), columns[label])
    hands.click(page.locator("#rows tbody tr").first.locator("a.gh-drill"))
    expect(page.locator("h1")).to_have_text(
        "Instant payments" if label != "Benefits, forecast" else "Payments programme"
    )
    assert (hands.clicks, hands.keys) == (2, 0)  # allowed: 2 and 0


def test_roadmap_is_a_drawing_on_a_desk_and_a_table_on_a_phone(executive, full, page, visit):
    visit("/nodes/TOP/")
    roadmap = page.locator("#roadmap")
    expect(roadmap.locator("svg.rm")).to_be_visible()
    expect(roadmap.locator("table")).to_be_hidden()
    roadmap.get_by_role("button", name="View as table").click()
    expect(roadmap.locator("table")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    visit("/nodes/TOP/")
    for key in ("roadmap", "bridge"):
        expect(page.locator(f"#{key} table")).to_be_visible()
    expect(page.locator("#trend table")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_every_table_stands_without_scripts(executive, full, browser, context, live_server):
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()
    page.goto(f"{live_server.url}/nodes/TOP/")
    for key in ("trend", "cost", "roadmap", "bridge", "benefits", "alignment"):
        expect(page.locator(f"#{key} table")).to_be_visible()
    plain.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_charts_of_a_portfolio_draw(executive, full, page, visit, scheme):
    page.emulate_media(color_scheme=scheme)
    visit("/nodes/TOP/")
    for key in ("trend", "cost", "bridge", "benefits", "alignment"):
        page.locator(f"#{key} [data-ready]").wait_for()
        expect(page.locator(f"#{key} svg.main-svg").first).to_be_visible()
