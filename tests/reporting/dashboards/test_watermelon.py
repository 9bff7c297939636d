"""Reported better than computed: flagged, cited, asked; never accused, and silent where the project is at rest."""

import re
from html import unescape
from types import SimpleNamespace

import pytest

from pmo.core import clock
from reporting.dashboards.watermelon import condition, is_watermelon, watermelon
from reporting.health.reasons import Reason
from reporting.models import NodeRollup
from tests.reporting import world as facts
from tests.reporting.dashboards.dom import page_of
from tests.reporting.dashboards.html import count_behind, text_of
from tests.reporting.dashboards.rows import project


def row(**columns):
    colours = {f"reported_{name}": "on" for name in ("schedule", "cost", "scope", "risk", "benefit")}
    return SimpleNamespace(**{"status": "off", "reported": "on", "computed": "off"} | colours | columns)


def why(dimension, colour):
    return Reason(dimension, colour, f"Words of {dimension}", "node-money")


def test_flag_cites_the_rows_and_asks():
    reasons = [why("cost", "off"), why("schedule", "risk"), why("risk", "on"), why("reporting", "on")]
    found = watermelon(row(), reasons)
    assert [(cite.label, cite.reason.text) for cite in found.cites] == [
        ("cost", "Words of cost"),
        ("schedule", "Words of schedule"),
    ]
    assert found.question == (
        "Reported on track, computed off track on cost: what does the project manager know that the rows do not?"
    )


def test_flag_names_every_dimension_that_is_as_bad():
    found = watermelon(row(reported="risk"), [why("cost", "off"), why("benefit", "off"), why("schedule", "risk")])
    assert found.finding == "Reported at risk, computed off track on cost and benefit"


def test_a_dimension_without_a_report_is_held_against_the_whole_report():
    found = watermelon(row(reported_risk="nr"), [why("risk", "off")])
    assert [(cite.label, cite.reported) for cite in found.cites] == [("risk", "nr")]


def test_flag_tells_what_the_report_says_of_it():
    found = watermelon(row(), [why("cost", "off")], {"cost": {"text": "Claim agreed", "until": "2026-12-03"}})
    assert (found.cites[0].said, found.cites[0].until) == ("Claim agreed", "2026-12-03")


ORDER = ("on", "risk", "off", "nr", "hold", "done")
BETTER = {("on", "risk"), ("on", "off"), ("risk", "off")}


@pytest.mark.parametrize("status", ["off", "risk", "nr", "hold", "done"])
def test_only_a_better_report_of_a_project_at_work_is_flagged(status):
    flagged = {
        (reported, computed)
        for reported in ORDER
        for computed in ORDER
        if is_watermelon(row(status=status, reported=reported, computed=computed))
    }
    assert flagged == (set() if status in ("hold", "done") else BETTER)


def test_rows_are_found_by_the_same_rule(world):
    for number, reported in enumerate(ORDER):
        for other, computed in enumerate(ORDER):
            status = "hold" if number + other == 0 else "off"
            project(world.north, f"W-{number}{other}", status=status, reported=reported, computed=computed)
    found = NodeRollup.objects.filter(condition())
    assert {(held.reported, held.computed) for held in found.filter(node__code__startswith="W-")} == BETTER
    assert all(is_watermelon(held) for held in found)


def test_register_keeps_what_is_reported_better(client, world):
    client.force_login(world.person())
    assert count_behind(client, "/register/?watermelon=true") == 1  # Billing: reported on track, computed off track
    text = text_of(client.get("/register/?watermelon=true&cols=name,watermelon").content.decode())
    assert "Billing" in text
    assert "Reported on track, computed off track" in text


def test_attention_asks_why_and_counts_the_flags(client, world):
    client.force_login(world.person())
    text = text_of(client.get("/").content.decode())
    assert "computed, worse" in text
    assert "Ask why it is reported better" in text
    root = page_of(client, "/")
    link = next(link for link in root.all("a", "gh-drill") if "watermelon=true" in link.attrs["href"])
    assert link.text == "1 reported better than computed"
    assert count_behind(client, unescape(link.attrs["href"])) == 1


def overrun(root):
    """Give a project an overrun of a fifth and a report that says on track."""
    node = facts.project("W-1", root, name="Web shop")
    month = f"{clock.today():%Y-%m}"
    facts.baseline(node, {month: 10_000_000})
    facts.cost(node, "forecast", month, 12_000_000)
    monday = clock.today() - facts.timedelta(days=clock.today().weekday())
    return node, monday


def test_project_page_asks_beside_its_status(client, full_person):
    root, person = full_person
    node, monday = overrun(root)
    facts.report(node, monday)
    facts.services.recompute()
    client.force_login(person)
    root_of_page = page_of(client, "/nodes/W-1/")
    panel = root_of_page.one("watermelon")
    assert "Reported on track, computed off track on cost: what does the project manager know" in panel.text
    cited = [(link.attrs["href"], link.text) for link in panel.all("a", "gh-drill")]
    assert cited == [("/nodes/W-1/money/", "Forecast £12.0m on £10.0m: +20.0%, tolerance 5%")]
    assert not re.search(r"wrong|lie|hide|false|mislead|dishonest", panel.text, re.IGNORECASE)


def test_project_page_tells_the_reason_that_still_holds(client, full_person):
    root, person = full_person
    node, monday = overrun(root)
    report = facts.report(node, monday, state="draft")
    until = clock.today() + facts.timedelta(days=9)
    report.reasons = {"cost": {"text": "The claim is agreed in principle", "until": until.isoformat()}}
    report.state, report.submitted_at = "submitted", clock.now()
    report.save()
    facts.services.recompute()
    client.force_login(person)
    assert "The claim is agreed in principle" in page_of(client, "/nodes/W-1/").one("watermelon").text


def test_project_page_without_a_difference_asks_nothing(client, full_person):
    root, person = full_person
    node, monday = overrun(root)
    facts.report(node, monday, cost="off")
    facts.services.recompute()
    client.force_login(person)
    assert page_of(client, "/nodes/W-1/").one("watermelon") is None
