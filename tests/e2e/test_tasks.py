"""Effort targets of ux.md §8, counted. Start is the role's home page, signed in; each test says what it spent."""

from datetime import date

import pytest
from playwright.sync_api import expect

from portfolio.models import CostRow, Milestone, StatusReport
from tests.e2e.house import FORECAST, NEEDY, M, monday

pytestmark = pytest.mark.django_db(transaction=True)


def spent(hands, clicks: int, keys: int) -> None:
    """Assert the exact effort, so that a page that asks for more is noticed."""
    assert (hands.clicks, hands.keys) == (clicks, keys)


@pytest.fixture
def analyst(house, sign_in, page, live_server):
    person = sign_in(house.person("pmo_analyst"))
    page.goto(live_server.url)
    return person


@pytest.fixture
def executive(house, sign_in, page, live_server):
    person = sign_in(house.person("executive"))
    page.goto(live_server.url)
    return person


def report_of(house, code: str) -> StatusReport:
    return StatusReport.objects.get(node=house.projects[code], week_start=monday(), state="submitted")


def test_task_1_weekly_update_with_nothing_changed_takes_two_clicks(analyst, house, page, hands):
    hands.click(page.get_by_role("link", name="Report Archive retention"))
    hands.click(page.get_by_role("button", name="Nothing changed, submit"))
    expect(
        page.get_by_role("status").filter(has_text="Report of Archive retention submitted and frozen.")
    ).to_be_visible()
    report = report_of(house, "COR-5")
    assert [getattr(report, name) for name in ("schedule", "cost", "scope", "risk", "benefit")] == ["on"] * 5
    assert (report.done, report.next_steps, report.help_needed) == ("The rehearsal ran.", "The second rehearsal.", "")
    assert report.author == analyst
    spent(hands, clicks=2, keys=0)  # allowed: 2 and 1


def test_task_2_weekly_update_with_words_and_a_milestone(analyst, house, page, hands):
    node = house.projects["COR-5"]
    milestone = Milestone.objects.get(node=node, kind="finish")
    wanted = other_day_of_year(milestone.forecast_date)
    hands.click(page.get_by_role("link", name="Report Archive retention"))
    hands.click(page.get_by_role("group", name="Scope").get_by_text("At risk"))
    hands.click(page.get_by_label("What happened", exact=True))
    hands.press("Control+A")
    hands.write("Records of 2014 are sorted.")
    hands.press("Tab", "Control+A")
    hands.write("Shred what the board has released.")
    hands.press("Tab", "Control+A")
    hands.write("A decision on the paper archive.")
    hands.press("Tab", "Tab")  # the table, then the first part of its first date
    expect(page.get_by_label("Finish", exact=True)).to_be_focused()
    hands.press(*f"{wanted:%d%m}")
    hands.click(page.get_by_role("button", name="Submit report"))
    expect(page.get_by_role("status").filter(has_text="submitted and frozen")).to_be_visible()
    report = report_of(house, "COR-5")
    assert [getattr(report, name) for name in ("schedule", "cost", "scope", "risk", "benefit")] == [
        "on", "on", "risk", "on", "on",
    ]  # fmt: skip
    assert report.done == "Records of 2014 are sorted."
    assert report.next_steps == "Shred what the board has released."
    assert report.help_needed == "A decision on the paper archive."
    milestone.refresh_from_db()
    assert milestone.forecast_date == wanted
    assert report.frozen["milestones"][0]["forecast"] == wanted.isoformat()
    spent(hands, clicks=4, keys=11)  # allowed: 6 and 12, the words free


def other_day_of_year(day: date) -> date:
    """Return a day that reads the same whether the browser asks for the day or the month first."""
    return day.replace(month=11 if day.month == day.day == 12 else 12, day=11 if day.month == day.day == 12 else 12)


def test_task_13_home_says_which_projects_need_attention_and_why(executive, house, page, hands):
    rows = page.locator(".gh-attn-row")
    expect(rows).to_have_count(NEEDY)
    for row in rows.all():
        box = row.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900, "every row stands above the fold at 1440 x 900"
        why = row.locator(".gh-why")
        assert len(why.inner_text()) > 20, "every row says why in words"
        reason = why.bounding_box()
        assert reason["y"] + reason["height"] <= box["y"] + box["height"] + 1
    names = [row.locator(".gh-name").inner_text() for row in rows.all()]
    assert names[:2] == [house.projects["COR-1"].name, house.projects["PAY-1"].name]  # 34 and 26 million, both off
    assert set(names) == {node.name for code, node in house.projects.items() if code not in ("PAY-5", "COR-5")}
    assert "£34.0m" in rows.first.inner_text()
    spent(hands, clicks=0, keys=0)


def test_task_14_from_the_total_to_the_projects_to_the_causing_line(executive, house, page, hands):
    figure = page.locator(".gh-strip").get_by_role("link", name=f"£{FORECAST}.0m")
    hands.click(figure)
    expect(page.locator("tbody tr")).to_have_count(10)
    amounts = page.locator("tbody td[data-l='Forecast']").all_inner_texts()
    assert sum(float(text.strip("£m")) for text in amounts) == pytest.approx(FORECAST)
    hands.click(page.locator("tbody tr", has_text="Core data centre exit").get_by_role("link", name="£34.0m"))
    line = page.get_by_role("table").filter(has_text="Category").get_by_role("row", name="Build")
    expect(line).to_contain_text("£34.0m")
    expect(line).to_contain_text("+£4.0m")
    rows = CostRow.objects.filter(node=house.projects["COR-1"]).exclude(cost_version="budget")
    assert sum(row.amount for row in rows) == 34 * M
    spent(hands, clicks=2, keys=0)  # allowed: 2 and 0
