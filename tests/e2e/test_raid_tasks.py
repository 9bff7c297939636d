"""Effort target 7 of ux.md §8, counted: log a risk with probability, impact, owner and due. And the walks around it."""

from datetime import date

import pytest
from playwright.sync_api import expect

from portfolio.models import Risk, RiskMatrix
from tests.e2e.axe import SOURCE, Inspector
from tests.e2e.house import today
from tests.portfolio.raid.register import Register

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def analyst(house, sign_in, page, live_server):
    person = sign_in(house.person("pmo_analyst"))
    page.goto(live_server.url)
    return person


def test_task_7_log_a_risk_takes_three_clicks_and_nine_keys(analyst, house, page, hands):
    node = house.projects["COR-1"]
    hands.click(page.locator(".gh-attn-row").get_by_role("link", name=node.name, exact=True))
    hands.click(page.get_by_role("link", name="Log risk"))
    expect(page.get_by_label("Risk", exact=True)).to_be_focused()
    hands.write("The test certificate comes late")
    hands.press("Tab", "4", "Tab", "5", "Tab", "H", "Tab")  # Likely, Critical, Hanne Brandt, then the day of review
    due = page.get_by_label("Next review")
    expect(due).to_be_focused()
    offered = date.fromisoformat(due.input_value())
    # The first part of a date is the day or the month, as the browser's own language has it: two keys either way.
    other = "12" if 11 in (offered.day, offered.month) else "11"
    hands.press(*other)
    wanted = date.fromisoformat(due.input_value())
    assert wanted in {offered.replace(day=int(other)), offered.replace(month=int(other))}
    assert wanted != offered
    hands.click(page.get_by_role("button", name="Save the risk"))
    expect(page.get_by_role("status").filter(has_text="Saved: The test certificate comes late")).to_be_visible()
    row = Risk.objects.get()
    assert (row.node, row.current_probability, row.current_impact, row.owner, row.review_on) == (
        node, 4, 5, house.owner, wanted,
    )  # fmt: skip
    assert (hands.clicks, hands.keys) == (3, 9)  # allowed: 3 and 10, the words free


def test_risk_is_answered_from_its_page(analyst, house, page, visit):
    node = house.projects["COR-1"]
    register = Register(node, house.parents["COR"], house.projects["COR-2"], today(), house.owner)
    visit(f"/risks/{register.risks[0].pk}/")
    page.get_by_role("link", name="Add response").click()
    page.get_by_label("Strategy").select_option("avoid")
    page.get_by_label("What is to be done").fill("Use the second hall")
    page.get_by_label("Due").fill("2031-01-15")
    page.get_by_role("button", name="Add the response").click()
    expect(page.get_by_role("link", name="Use the second hall", exact=True)).to_be_visible()
    page.get_by_role("link", name="Use the second hall", exact=True).click()
    page.get_by_label("Evidence").fill("Minutes of the board")
    page.get_by_role("button", name="Complete the action").click()
    row = page.get_by_role("row", name="Use the second hall")
    expect(row).to_contain_text("Done")
    expect(row).to_contain_text("Reconciliation fails at cutover")


def test_cell_of_the_matrix_opens_its_risks_by_keyboard(analyst, house, page, visit):
    node = house.projects["COR-1"]
    Register(node, house.parents["COR"], house.projects["COR-2"], today(), house.owner)
    visit(f"/nodes/{node.code}/raid/")
    cell = page.get_by_role("table", name="Open threats").get_by_role("link", name="Likely, Critical")
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Reconciliation fails at cutover")


@pytest.mark.skipif(not SOURCE.exists(), reason="axe-core is not installed (npm ci)")
def test_tabs_of_a_programme_and_forms_with_errors(house, page, console, sign_in, visit):
    """What the groups of test_accessibility do not reach: the programme's pages, open parts, refusals."""
    inspector = Inspector(page, console)
    node = house.projects["COR-1"]
    register = Register(node, house.parents["COR"], house.projects["COR-2"], today(), house.owner)
    sign_in(house.person("pmo_head"))
    for path in (
        "COR/raid/",
        "COR/raid/matrix/",
        "COR/risks/?band=red",
        "COR/actions/?state=overdue",
        "COR-4/raid/",
        "COR/",
    ):
        assert visit(f"/nodes/{path}").status == 200
        inspector.look(path)
    visit("/nodes/COR-1/risks/new/")
    page.get_by_text("More: money").click()
    inspector.look("all of a risk")
    risk, escalation = register.risks[0].pk, register.escalation.pk
    for path in (
        "nodes/COR-1/risks/new/", f"risks/{risk}/respond/", f"risks/{risk}/close/", f"risks/{risk}/escalate/",
        f"issues/{register.issue.pk}/resolve/", f"actions/{register.response.action_id}/complete/",
        "nodes/COR/raid/matrix/",
    ):  # fmt: skip
        visit(f"/{path}")
        page.evaluate("document.querySelectorAll('main form').forEach((form) => { form.noValidate = true; })")
        page.evaluate("document.querySelectorAll('main form textarea').forEach((area) => { area.value = ''; })")
        with page.expect_navigation() as answer:
            page.locator("main form .btn-primary[type=submit]").last.click()
        assert answer.value.status == 422, path
        inspector.look(path, status=422)
    visit(f"/escalations/{escalation}/")
    with page.expect_navigation() as answer:
        page.get_by_role("button", name="Decline").click()
    assert answer.value.status == 422
    inspector.look("decline without words", status=422)
    visit(f"/risks/{risk}/edit/")
    Risk.objects.filter(pk=risk).update(title="Moved by another", version=2)
    with page.expect_navigation() as answer:
        page.locator("[data-primary]").click()
    assert answer.value.status == 409
    inspector.look("conflict", status=409)
    assert not RiskMatrix.objects.exists()
    inspector.approve()
