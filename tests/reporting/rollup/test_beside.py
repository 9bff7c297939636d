"""Computed health beside the weekly report is what the roll-up will say, before it has run."""

from datetime import date

import pytest

from pmo.core.access import SYSTEM
from portfolio.status.services.reports import computed_health
from reporting.health.services import rules_install_defaults
from reporting.rollup import services
from reporting.rollup.beside import health_now
from reporting.rollup.models import NodeRollup
from tests.factories import NodeFactory
from tests.reporting import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def late_and_dear():
    rules_install_defaults(actor=SYSTEM)
    node = world.project("CD-014", world.portfolio("CHG"))
    finish = world.milestone(node, "Finish", "finish", forecast_date=date(2027, 7, 2))
    dates = {world.milestone(node, "Start", "start"): date(2026, 5, 5), finish: date(2027, 4, 30)}
    world.baseline(node, {"2026-11": 18_600_000}, dates)
    world.cost(node, "forecast", "2026-11", 21_400_000)
    return node


def test_health_is_told_before_the_roll_up_has_run(late_and_dear):
    assert NodeRollup.objects.count() == 0
    found = health_now(late_and_dear)
    assert found["cost"].colour == "off"
    assert found["cost"].text == "Forecast £21.4m on £18.6m: +15.1%, tolerance 5%"
    assert found["schedule"].colour == "off"
    assert "63\N{NO-BREAK SPACE}d late" in found["schedule"].text


def test_health_equals_the_rolled_up_row(late_and_dear):
    before = health_now(late_and_dear)
    services.recompute()
    row = NodeRollup.objects.get(node=late_and_dear)
    assert {name: reason.colour for name, reason in before.items()} == {
        "cost": row.cost_colour,
        "schedule": row.schedule_colour,
        "reporting": row.reporting_colour,
    }


def test_report_gets_colour_reason_and_the_address_of_the_rows(late_and_dear):
    found = computed_health(late_and_dear)["cost"]
    assert found["colour"] == "off"
    assert found["url"] == "/nodes/CD-014/money/"


def test_project_without_rows_is_grey(late_and_dear):
    bare = NodeFactory(parent=late_and_dear.parent)
    assert {reason.colour for reason in health_now(bare).values()} == {"nr"}
