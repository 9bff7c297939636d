"""A past day and what changed since: one click away, readable without JavaScript, and axe finds nothing."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from pmo.core import clock
from portfolio.models import CostRow, Milestone, Node
from portfolio.registry import services as registry
from portfolio.schedule import services as schedule
from reporting.models import NodeRollupHistory
from reporting.rollup.services import roll_up
from tests.e2e.axe import SOURCE, Inspector

pytestmark = pytest.mark.django_db(transaction=True)
needs_axe = pytest.mark.skipif(not SOURCE.exists(), reason="axe-core is not installed (npm ci)")


def past_day() -> date:
    return clock.today() - timedelta(days=10)


@pytest.fixture
def edited(house):
    """Let the house stand for sixty days and then be edited: a milestone, a project moved, renamed, a row deleted."""
    NodeRollupHistory.objects.update(recorded_from=clock.now() - timedelta(days=60))
    head, node = house.person("pmo_head"), house.projects["PAY-5"]
    milestone = Milestone.objects.get(node=node, kind="finish")
    later = milestone.forecast_date + timedelta(days=200)
    schedule.milestone_update(milestone, {"forecast_date": later}, actor=head, reason="The supplier is late")
    registry.node_update(node, {"organisation_unit": "Security"}, actor=head)
    registry.node_move(house.projects["COR-5"], house.parents["PAY"], actor=head, reason="Archive goes with payments")
    gone = schedule.milestone_create(actor=head, node=node, name="Dress rehearsal")
    house.milestone, house.gone = milestone, gone
    roll_up()
    return house


@pytest.fixture
def executive(edited, sign_in):
    return sign_in(edited.person("executive"))


@pytest.mark.parametrize("path", ["/", "/nodes/HOUSE/"])
def test_task_15_what_changed_since_last_month_takes_one_click(executive, page, visit, hands, path):
    visit(path)
    hands.click(page.get_by_role("link", name="What changed since"))
    expect(page.get_by_role("heading", name="4 changes to 4 rows in 2 places")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="The supplier is late")
    expect(row).to_contain_text("Finish")
    expect(row).to_contain_text("Pmo Head")
    expect(page.get_by_role("row").filter(has_text="Lies in")).to_contain_text("PAY Payments programme")
    expect(page.get_by_role("heading", name="1 project got worse")).to_be_visible()
    assert (hands.clicks, hands.keys) == (1, 0)  # allowed: 1 and 0


def test_day_is_chosen_and_left_without_javascript(executive, browser, live_server, context):
    plain = browser.new_context(locale="en-GB", java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()
    page.goto(f"{live_server.url}/nodes/PAY-5/")
    expect(page.locator(".gh-sub")).to_contain_text("Off track")
    page.get_by_text("As of").first.click()
    page.get_by_label("Show the end of this day").fill(past_day().isoformat())
    page.get_by_role("button", name="Show this day").click()
    page.wait_for_url(f"**/nodes/PAY-5/?as_of={past_day()}")
    expect(page.get_by_text("Nothing can be edited.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Forecast finish")).to_contain_text("200 d later")
    page.get_by_role("link", name="Payments programme").click()
    page.wait_for_url(f"**/nodes/PAY/?as_of={past_day()}")
    page.get_by_role("link", name="Return to now").first.click()
    page.wait_for_url("**/nodes/PAY/")
    plain.close()


@needs_axe
def test_pages_of_a_past_day_and_of_changes_have_no_fault(edited, sign_in, page, visit, console):
    inspector = Inspector(page, console)
    sign_in(edited.person("pmo_head"))
    day, old = past_day(), clock.today() - timedelta(days=400)
    CostRow.objects.filter(node=edited.projects["PAY-1"], cost_version="forecast").update(amount=1)
    paths = [f"/?as_of={day}", f"/nodes/COR/?as_of={day}", f"/nodes/PAY-5/?as_of={day}", f"/register/?as_of={day}"]
    paths += [f"/?as_of={old}", f"/nodes/COR/?as_of={old}", f"/nodes/PAY-5/?as_of={old}", f"/register/?as_of={old}"]
    paths += ["/changes/", "/nodes/HOUSE/changes/?kind=moved", "/nodes/PAY-5/changes/", "/nodes/PAY-1/changes/"]
    paths += [f"/changes/?since={old}", f"/nodes/PAY-1/changes/?since={day}&until={day + timedelta(days=1)}"]
    for path in paths:
        assert visit(path).status == 200, path
        inspector.look(path)
    visit("/nodes/COR/")
    page.locator("summary.gh-asof").click()
    inspector.look("menu of the day")
    inspector.approve()
    assert Node.objects.count() == 13


def test_charts_of_a_past_day_draw(executive, page, visit):
    visit(f"/?as_of={past_day()}")
    page.locator("#trend [data-ready]").wait_for()
    expect(page.locator("#cost")).to_have_count(0)
