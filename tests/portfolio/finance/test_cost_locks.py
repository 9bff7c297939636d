"""Two people at the same moment, on two connections: the second waits, and then sees what the first wrote."""

import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from pmo.core.errors import StaleWrite
from portfolio.finance import services
from portfolio.models import CostRow
from portfolio.registry.services import baseline_approve, baseline_open

HELD = 0.7  # seconds that the first transaction stays open after its write


def meanwhile(first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """Run `second` while the transaction of `first` is open on another connection."""
    written = threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                first()
                written.set()
                time.sleep(HELD)
        finally:
            written.set()
            connection.close()

    thread = threading.Thread(target=copy_context().run, args=(hold,))
    thread.start()
    written.wait(10)
    try:
        second()
    finally:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_grids_at_once_never_overwrite_each_other(house):
    (row,) = services.cost_rows_set([house.line("Jul 2026", "10")], actor=house.manager)
    with pytest.raises(StaleWrite):
        meanwhile(
            lambda: services.cost_rows_edit_amounts({row.pk: (Decimal(20), 1)}, actor=house.finance),
            lambda: services.cost_rows_edit_amounts({row.pk: (Decimal(30), 1)}, actor=house.manager),
        )
    row.refresh_from_db()
    assert (row.amount, row.version) == (Decimal(20), 2)


@pytest.mark.django_db(transaction=True)
def test_two_upserts_at_once_both_count_as_edits(house):
    (row,) = services.cost_rows_set([house.line("Jul 2026", "10")], actor=house.manager)
    meanwhile(
        lambda: services.cost_rows_set([house.line("Jul 2026", "20")], actor=house.finance),
        lambda: services.cost_rows_set([house.line("Jul 2026", "30")], actor=house.manager),
    )
    row.refresh_from_db()
    assert (row.amount, row.version) == (Decimal(30), 3)


@pytest.mark.django_db(transaction=True)
def test_no_row_slips_into_a_baseline_while_it_is_approved(house):
    draft = baseline_open(house.project, actor=house.finance)
    line = house.line("Apr 2026", "40", cost_version="budget", baseline=draft)
    with pytest.raises(ValidationError, match="An approved baseline is frozen"):
        meanwhile(
            lambda: baseline_approve(draft, actor=house.finance, reason="Gate 3"),
            lambda: services.cost_rows_set([line], actor=house.manager),
        )
    assert CostRow.objects.count() == 0
