"""`manage.py recompute_rollups`."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from pmo.celery import app
from pmo.core import clock
from reporting.models import NodeRollup
from reporting.rollup import services
from tests.reporting import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with clock.at(world.NOW):
        yield


@pytest.fixture
def node():
    return world.project("X", world.portfolio("P"))


def run(*options) -> str:
    out = StringIO()
    call_command("recompute_rollups", *options, stdout=out)
    return out.getvalue().strip()


def test_recompute_says_how_many_rows_changed(node):
    assert run() == "2026-11-19: all rows recomputed, 2 changed."
    assert json.loads(run("--json")) == {"business_date": "2026-11-19", "changed": 0}


def test_check_is_clean_after_a_recompute(node):
    run()
    assert run("--check") == "2026-11-19: 0 differences."


def test_check_rolls_up_what_waits_before_it_compares(node):
    run()
    world.cost(node, "forecast", "2026-12", 5)
    services.mark([node.pk])
    assert json.loads(run("--check", "--json")) == {
        "business_date": "2026-11-19",
        "rolled_up_first": 1,
        "differences": [],
    }


def test_check_prints_each_difference_and_fails(node, capsys):
    run()
    NodeRollup.objects.filter(node=node).update(forecast=7)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("recompute_rollups", "--check", "--json", stdout=out)
    assert ended.value.code == 1
    assert json.loads(out.getvalue())["differences"] == [
        {"what": "now", "node": node.pk, "period": None, "values": {"forecast": ["7.00", "0"]}},
        {"what": "history", "node": node.pk, "period": None, "values": {"forecast": ["0.00", "7.00"]}},
    ]
    assert NodeRollup.objects.get(node=node).forecast == 7


def test_check_prints_a_missing_row_in_words(node):
    run()
    NodeRollup.objects.filter(node=node).delete()
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("recompute_rollups", "--check", stdout=out)
    assert out.getvalue().splitlines()[-1] == "2026-11-19: 2 differences."


def test_celery_knows_the_rollup_task():
    assert services.ROLL_UP_TASK in app.tasks
