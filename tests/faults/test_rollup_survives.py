"""Issue 2, done-when 3: 200 saves during a fault, none lost, and the roll-up equal to a plain SQL (F1, F2, F3)."""

import time
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from pmo.core.access import SYSTEM
from portfolio.finance.services import cost_row_create
from portfolio.models import CostRow
from reporting.models import DirtyNode, NodeRollup
from tests.reporting import world

pytestmark = [pytest.mark.fault, pytest.mark.embedded, pytest.mark.django_db(transaction=True)]
SAVES = 200
PROMISED_SECONDS = {"redis": 2, "files": 5}

# What each node adds up to, said plainly: everything below it, by parent, and every row of it.
PLAIN = """
    WITH RECURSIVE below (top, id) AS (
        SELECT id, id FROM portfolio_node
        UNION ALL SELECT below.top, node.id FROM below JOIN portfolio_node node ON node.parent_id = below.id
    )
    SELECT below.top, coalesce(sum(row.amount), 0) AS forecast,
        coalesce(sum(row.amount) FILTER (WHERE row.cost_version = 'actual'), 0) AS actual,
        count(DISTINCT node.id) FILTER (WHERE node.kind = 'project') AS projects
    FROM below JOIN portfolio_node node ON node.id = below.id LEFT JOIN portfolio_costrow row ON row.node_id = below.id
    GROUP BY below.top
"""


@pytest.fixture
def projects():
    """Four projects below two programmes; actuals lie before every forecast, so each row counts."""
    top = world.portfolio("P")
    programmes = [world.programme(code, top) for code in ("L", "R")]
    made = [world.project(f"X{n}", programmes[n % 2]) for n in range(4)]
    world.full()
    return made


def save(projects, n: int) -> int:
    """Save one cost row as a person's request would; return its id once it is acknowledged."""
    version, month = (("actual", "2026-09"), ("forecast", "2026-12"))[n % 2]
    row = cost_row_create(
        actor=SYSTEM,
        node=projects[n % 4],
        cost_version=version,
        period=world.period(month),
        category=f"Line {n}",
        cost_type="capex",
        currency=world.currency("GBP"),
        amount=Decimal(n) + Decimal("0.01"),
    )
    return row.pk


def until(condition, seconds: float) -> bool:
    """Poll `condition` for at most `seconds`; return whether it came true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def nothing_waits() -> bool:
    return not DirtyNode.objects.exists()


def assert_nothing_lost(acknowledged: list[int]) -> None:
    assert until(nothing_waits, 60), "the roll-up has not caught up"
    assert len(set(acknowledged)) == SAVES
    assert set(CostRow.objects.values_list("pk", flat=True)) == set(acknowledged)
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
        plain = {node: (forecast, actual, count) for node, forecast, actual, count in cursor.fetchall()}
    assert {row.pk: (row.forecast, row.actual, row.projects) for row in NodeRollup.objects.all()} == plain
    assert max(plain.values())[0] == sum(range(SAVES)) + Decimal("0.01") * SAVES
    out = StringIO()
    call_command("recompute_rollups", "--check", stdout=out)
    assert out.getvalue().strip().endswith(": 0 differences.")


def test_worker_killed_again_and_again_loses_nothing(projects, start_worker):
    acknowledged = []
    worker = start_worker()
    for n in range(SAVES):
        if n == 10:
            assert until(lambda: NodeRollup.objects.filter(node__code="P", forecast__gt=0).exists(), 60)
        if n % 50 == 49:
            worker.kill()
        if n % 50 == 20 and n > 50:
            worker = start_worker()
        acknowledged.append(save(projects, n))
    assert DirtyNode.objects.exists()
    start_worker()
    assert_nothing_lost(acknowledged)


def test_flushed_broker_loses_nothing(projects, broker, start_worker):
    acknowledged = []
    start_worker()
    for n in range(SAVES):
        acknowledged.append(save(projects, n))
        if n % 10 == 9 or n == SAVES - 1:
            broker.lose_messages()
    assert_nothing_lost(acknowledged)


def test_unreachable_broker_neither_fails_nor_slows_a_save_and_loses_nothing(projects, broker, start_worker):
    acknowledged, slowest = [], 0.0
    broker.go_away()
    for n in range(SAVES):
        before = time.monotonic()
        acknowledged.append(save(projects, n))
        slowest = max(slowest, time.monotonic() - before)
    assert DirtyNode.objects.count() >= SAVES
    assert slowest < 2  # seconds; a publish on the request's path would wait for its timeout
    broker.come_back()
    start_worker()
    assert_nothing_lost(acknowledged)


def test_save_shows_at_the_root_as_promised(projects, start_worker, request):
    """The sweeper sleeps: what arrives was woken by the save itself."""
    start_worker(sweep_seconds=3600)
    root = NodeRollup.objects.filter(node__code="P")
    save(projects, 1)
    assert until(lambda: root.filter(forecast=Decimal("1.01")).exists(), 60), "the worker has not come up"
    save(projects, 2)
    promised = PROMISED_SECONDS[request.node.callspec.params["broker"]]
    assert until(lambda: root.filter(forecast=Decimal("3.02")).exists(), promised)
