"""The weekly report in a browser: saving while typing, leaving, signing out in between, keys, and no script at all."""

import re
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from portfolio.models import StatusReport
from portfolio.status import services
from portfolio.status.services.reports import TYPED, draft_for
from tests.e2e.house import monday
from tests.factories import PASSWORD, UserFactory, grant

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/nodes/COR-5/report/"


@pytest.fixture
def analyst(house, sign_in, page, live_server):
    person = sign_in(house.person("pmo_analyst"))
    page.goto(live_server.url + ADDRESS)
    return person


def drafts():
    return StatusReport.objects.filter(state="draft", node__code="COR-5")


def test_typing_is_saved_and_what_the_report_will_say_follows(analyst, page):
    page.get_by_label("Help needed", exact=True).fill("A decision on the paper archive.")
    expect(page.locator("#savestate")).to_contain_text("Draft saved")
    expect(page.locator("#say")).to_contain_text("Help needed")
    expect(page.locator("#id_version")).to_have_value("1")
    assert drafts().get().help_needed == "A decision on the paper archive."
    page.get_by_label("Help needed", exact=True).fill("Decided.")
    expect(page.locator("#id_version")).to_have_value("2")


def test_leaving_the_page_saves_what_was_typed(analyst, page):
    page.get_by_label("What happened", exact=True).type("Sorted. ")
    page.keyboard.press("Alt+KeyJ")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Archive retention")
    deadline = time.monotonic() + 30
    while not drafts().exists() and time.monotonic() < deadline:  # the save travels on its own after the page has gone
        page.wait_for_timeout(50)
    page.goto(page.url.split("/nodes/")[0] + ADDRESS)
    expect(page.get_by_label("What happened", exact=True)).to_have_value("Sorted. The rehearsal ran.")
    expect(page.locator("#restored")).to_be_hidden()
    assert drafts().get().done == "Sorted. The rehearsal ran."


def test_submit_waits_for_a_save_that_is_under_way(analyst, page):
    held = []

    def hold(route):
        if route.request.headers.get("hx-request") and not held:
            held.append(route)  # the answer of the first save stays away until the person has pressed submit
        else:
            route.continue_()

    page.route(f"**{ADDRESS}", hold)
    with page.expect_request(lambda request: bool(request.headers.get("hx-request"))):
        page.get_by_label("What happened", exact=True).fill("Sorted.")
    page.locator("[data-primary]").click()
    held[0].continue_()
    expect(page.get_by_role("status").filter(has_text="submitted and frozen")).to_be_visible()
    assert StatusReport.objects.get(node__code="COR-5", week_start=monday()).done == "Sorted."


def test_typed_text_comes_back_after_the_session_has_ended(analyst, page, context):
    words = "Typed while the session was ending."
    Session.objects.all().delete()
    page.get_by_label("What happened", exact=True).fill(words)
    page.wait_for_url("**/sign-in/**")
    page.get_by_label("E-mail").fill(analyst.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("What happened", exact=True)).to_have_value(words)
    expect(page.locator("#restored")).to_be_visible()
    page.locator("[data-primary]").click()
    expect(page.get_by_role("status").filter(has_text="submitted and frozen")).to_be_visible()
    assert StatusReport.objects.get(node__code="COR-5", week_start=monday()).done == words


def test_conflict_is_resolved_by_one_more_click(analyst, house, page, console):
    colleague = UserFactory(name="Ada Quill")
    grant(colleague, "pmo_analyst", house.root)
    node = house.projects["COR-5"]
    theirs = {name: getattr(draft_for(node), name) for name in TYPED} | {"done": "Theirs.", "risk": "risk"}
    services.report_save(node, theirs, actor=colleague, expected_version=0)
    page.get_by_label("What happened", exact=True).fill("Mine, long and dear.")
    page.locator("[data-primary]").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Ada Quill saved meanwhile; one field differs")
    expect(alert).to_contain_text("Theirs.")
    expect(alert).to_contain_text("Mine, long and dear.")
    page.locator("[data-primary]").click()
    expect(page.get_by_role("status").filter(has_text="submitted and frozen")).to_be_visible()
    report = StatusReport.objects.get(node=node, week_start=monday())
    assert (report.done, report.risk) == ("Mine, long and dear.", "risk")
    assert all("409 (Conflict)" in message for message in console)
    console.clear()


def test_better_than_computed_asks_for_a_reason_at_once_and_the_slip_follows_the_date(
    house, sign_in, page, live_server
):
    sign_in(house.person("pmo_analyst"))
    page.goto(f"{live_server.url}/nodes/COR-2/report/")  # cost 5 on 4 million and 35 days late: computed off track
    reason = page.get_by_label("Cost: why it differs")
    page.get_by_role("group", name="Cost").get_by_text("Off track").click()
    page.get_by_role("group", name="Cost").get_by_text("On track").click()
    expect(reason).to_be_visible()
    field = page.get_by_label("Finish", exact=True)
    baseline = page.locator("tr", has=field).get_attribute("data-baseline")
    later = monday().fromisoformat(baseline) + timedelta(days=12)
    field.fill(later.isoformat())
    field.blur()
    expect(page.locator("tr", has=field).locator("[data-slip]")).to_have_text("+12\N{NO-BREAK SPACE}d")


def test_report_is_sent_without_any_script(house, browser, live_server, client):
    client.force_login(house.person("pmo_analyst"))
    context = browser.new_context(java_script_enabled=False)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + ADDRESS)
    page.get_by_label("What happened", exact=True).fill("Without a script.")
    page.locator("[data-primary]").click()
    assert "submitted and frozen" in page.locator(".gh-messages").inner_text()
    assert StatusReport.objects.get(node__code="COR-5", week_start=monday()).done == "Without a script."
    context.close()


def test_frozen_report_prints_on_one_page(analyst, page, live_server):
    report = StatusReport.objects.get(node__code="COR-2")
    page.goto(f"{live_server.url}/reports/{report.pk}/")
    expect(page.get_by_role("button", name="Print one page")).to_be_visible()
    assert re.findall(rb"/Count (\d+)", page.pdf(prefer_css_page_size=True)) == [b"1"]
