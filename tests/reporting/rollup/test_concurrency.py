"""Two roll-ups at once, repeats and any order (security.md F6, F7), on real transactions."""

import random
import threading
import time
from functools import partial

import pytest
from django.db import connection, transaction

from portfolio.models import CostRow
from reporting.models import DirtyNode, NodeRollup, NodeRollupHistory
from reporting.rollup import services, tasks
from tests.reporting import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tree():
    top = world.portfolio("P")
    nodes = [world.project(f"X{n}", top) for n in range(6)]
    for node in nodes:
        world.cost(node, "forecast", "2026-12", 1)
    services.recompute()
    return top, nodes


def in_thread(function) -> threading.Thread:
    def run():
        try:
            function()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def change(node, amount) -> None:
    with transaction.atomic():
        CostRow.objects.filter(node=node).update(amount=amount)
        services.mark([node.pk])


def wait_for(condition) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database())"
        )
        return cursor.fetchone()[0]


def test_second_rollup_waits_for_the_first_and_so_sees_its_children(tree):
    """Without the advisory lock the second adds up the parent without the first one's change, and writes it last."""
    top, (one, other, *_) = tree
    with transaction.atomic():
        change(one, 100)
        services.roll_up()
        # The first roll-up is done and not committed. `other` changes elsewhere, and its own roll-up begins.
        second = in_thread(lambda: (change(other, 1000), services.roll_up()))
        wait_for(waiting_for_a_lock)
    second.join()
    assert world.row(top).forecast == 100 + 1000 + 4
    assert services.differences() == []


def test_dirty_row_that_another_transaction_holds_is_left_to_it(tree):
    """Without SKIP LOCKED the claim would wait for a transaction that may stay open for long."""
    top, (one, other, *_) = tree
    change(one, 100)
    change(other, 1000)
    held, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            list(DirtyNode.objects.select_for_update().filter(node=other))
            held.set()
            release.wait(10)

    holder = in_thread(hold)
    assert held.wait(10)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '3s'")
            assert services.roll_up() == 1
    finally:
        release.set()
        holder.join()
    assert [dirty.node_id for dirty in DirtyNode.objects.all()] == [other.pk]
    assert services.roll_up() == 1
    assert world.row(top).forecast == 100 + 1000 + 4


def test_change_that_commits_while_a_rollup_runs_is_taken_by_the_next(tree):
    top, (one, other, *_) = tree
    with transaction.atomic():
        change(one, 100)
        assert services.roll_up() == 1
        in_thread(lambda: change(other, 1000)).join()
    assert services.roll_up() == 1
    assert world.row(top).forecast == 1104


def test_same_task_five_times_at_once_has_one_effect(tree):
    top, nodes = tree
    before = NodeRollupHistory.objects.filter(node=top).count()
    for n, node in enumerate(nodes):
        change(node, 10**n)
    barrier = threading.Barrier(5)
    threads = [in_thread(lambda: (barrier.wait(), tasks.roll_up())) for _ in range(5)]
    for thread in threads:
        thread.join()
    assert world.row(top).forecast == 111_111
    assert NodeRollupHistory.objects.filter(node=top).count() == before + 1
    assert DirtyNode.objects.count() == 0


def test_saves_and_rollups_in_any_order_end_where_a_full_run_ends(tree):
    top, nodes = tree
    chance = random.Random(20261119)

    def work(seed):
        own = random.Random(seed)
        for _ in range(8):
            node = nodes[own.randrange(6)] if own.random() < 0.5 else nodes[seed % 6]
            change(node, own.randint(0, 999))
            if own.random() < 0.5:
                tasks.roll_up()

    threads = [in_thread(partial(work, chance.randrange(1000))) for _ in range(4)]
    for thread in threads:
        thread.join()
    tasks.roll_up()
    amounts = sum(row.amount for row in CostRow.objects.all())
    assert world.row(top).forecast == amounts
    assert services.differences() == []
    assert NodeRollup.objects.count() == 7


def test_very_late_task_changes_nothing(tree):
    top, (one, *_) = tree
    change(one, 100)
    tasks.roll_up()
    before = world.row(top).updated_at
    tasks.roll_up()
    services.mark([one.pk])
    tasks.roll_up()
    assert world.row(top).updated_at == before


def test_rollup_that_fails_leaves_what_was_dirty(tree):
    top, (one, *_) = tree
    change(one, 100)
    with transaction.atomic():
        services.roll_up()
        transaction.set_rollback(True)
    assert DirtyNode.objects.count() == 1
    assert world.row(top).forecast == 6
