"""Cost rows: bulk upsert, single edits, the money grid, scope, frozen baselines."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from pmo.core.errors import DomainError, NotPermitted, StaleWrite
from portfolio.finance import services
from portfolio.models import Baseline, CostRow
from portfolio.registry.services import baseline_approve, baseline_open


def test_set_inserts_once_and_the_second_time_writes_nothing(house):
    lines = [house.line("Jul 2026", "100"), house.line("Aug 2026", "250.50")]
    first = services.cost_rows_set(lines, actor=house.manager, reason="plan")
    second = services.cost_rows_set(lines, actor=house.manager)
    assert [row.pk for row in second] == [row.pk for row in first]
    assert list(CostRow.objects.values_list("amount", "version")) == [(Decimal("100.00"), 1), (Decimal("250.50"), 1)]
    entries = AuditEntry.objects.filter(verb__startswith="cost.")
    assert sorted(entries.values_list("verb", "reason")) == [("cost.created", "plan")] * 2
    assert entries.first().changes["amount"] in ([None, "100.00"], [None, "250.50"])


def test_set_changes_an_amount_and_raises_the_version(house):
    services.cost_rows_set([house.line("Jul 2026", "100")], actor=house.manager)
    (row,) = services.cost_rows_set([house.line("Jul 2026", "130")], actor=house.manager, reason="later")
    row.refresh_from_db()
    assert (row.amount, row.version) == (Decimal("130.00"), 2)
    entry = AuditEntry.objects.get(verb="cost.edited")
    assert (entry.changes, entry.reason, entry.object_id, entry.node_id) == (
        {"amount": ["100.00", "130.00"]},
        "later",
        row.pk,
        house.project.pk,
    )


def test_set_across_nodes_takes_as_many_queries_as_for_one(house, django_assert_num_queries):
    lines = [
        house.line(label, "5", node=node) for node in (house.project, house.other) for label in ("Jul 2026", "Aug 2026")
    ]
    with CaptureQueriesContext(connection) as one:
        services.cost_rows_set(lines[:1], actor=house.finance)
    CostRow.objects.all().delete()
    with django_assert_num_queries(len(one)):
        services.cost_rows_set(lines, actor=house.finance)


def test_set_refuses_the_whole_request_for_one_foreign_node(house):
    lines = [house.line("Jul 2026", "1"), house.line("Jul 2026", "2", node=house.other)]
    with pytest.raises(NotPermitted):
        services.cost_rows_set(lines, actor=house.manager)
    assert CostRow.objects.count() == 0


@pytest.mark.parametrize(
    ("label", "values", "words"),
    [
        ("Jul 2026", {"cost_version": "actual"}, "Line 2: Jul 2026 has not begun: nothing is spent in it yet."),
        (
            "Jul 2026",
            {"cost_version": "budget"},
            "Line 2: A budget row belongs to a baseline, and only a budget row does.",
        ),
        ("Aug 2026", {"category": " "}, "Line 2: category: This field cannot be blank."),
        ("Aug 2026", {}, "Line 2: stands twice in this request."),
    ],
)
def test_set_names_the_faulty_line_and_writes_nothing(house, label, values, words):
    with pytest.raises(ValidationError) as caught:
        services.cost_rows_set([house.line("Aug 2026", "1"), house.line(label, "1", **values)], actor=house.manager)
    assert caught.value.messages == [words]
    assert CostRow.objects.count() == 0


def test_actual_of_the_running_month_is_taken(house):
    (row,) = services.cost_rows_set([house.line("Jun 2026", "7", cost_version="actual")], actor=house.manager)
    assert row.pk


def test_set_refuses_the_baseline_of_another_node(house):
    foreign = baseline_open(house.other, actor=house.finance)
    with pytest.raises(ValidationError, match=r"Line 1: This baseline does not exist\."):
        services.cost_rows_set(
            [house.line("Jul 2026", "1", cost_version="budget", baseline=foreign)], actor=house.manager
        )


def test_create_of_a_budget_row_opens_the_draft_once(house):
    for label in ("Apr 2026", "May 2026"):
        services.cost_row_create(
            actor=house.manager,
            node=house.project,
            cost_version="budget",
            period=house.month(label),
            category="Build",
            cost_type="capex",
            currency=house.pound,
            amount=Decimal(10),
        )
    draft = Baseline.objects.get()
    assert (draft.number, draft.state, draft.cost_rows.count()) == (1, "draft", 2)


def test_create_outside_the_scope_is_refused_and_opens_nothing(house):
    with pytest.raises(NotPermitted):
        services.cost_row_create(
            actor=house.manager,
            node=house.other,
            cost_version="budget",
            period=house.month("Apr 2026"),
            category="Build",
            cost_type="capex",
            currency=house.pound,
            amount=Decimal(10),
        )
    assert (CostRow.objects.count(), Baseline.objects.count()) == (0, 0)


def test_update_with_an_old_version_is_refused(house):
    (row,) = services.cost_rows_set([house.line("Jul 2026", "100")], actor=house.manager)
    services.cost_row_update(row, {"amount": Decimal(120)}, actor=house.finance, expected_version=1)
    with pytest.raises(StaleWrite) as caught:
        services.cost_row_update(row, {"amount": Decimal(90)}, actor=house.manager, expected_version=1)
    assert caught.value.current.amount == Decimal(120)
    row.refresh_from_db()
    assert (row.amount, row.version) == (Decimal(120), 2)


def test_update_leaves_project_version_and_baseline_as_they_are(house):
    (row,) = services.cost_rows_set([house.line("Jul 2026", "100")], actor=house.finance)
    for values in ({"node": house.other}, {"cost_version": "budget"}):
        with pytest.raises(DomainError):
            services.cost_row_update(row, values, actor=house.finance)
    same = services.cost_row_update(row, {"cost_version": "forecast", "amount": Decimal(100)}, actor=house.finance)
    assert same.version == 1


def test_update_cannot_move_an_actual_into_the_future(house):
    (row,) = services.cost_rows_set([house.line("Jun 2026", "7", cost_version="actual")], actor=house.manager)
    with pytest.raises(ValidationError) as caught:
        services.cost_row_update(row, {"period": house.month("Jul 2026")}, actor=house.manager)
    assert list(caught.value.message_dict) == ["period"]


def test_delete_tells_what_was_lost(house):
    (row,) = services.cost_rows_set([house.line("Jul 2026", "100")], actor=house.manager)
    services.cost_row_delete(row, actor=house.manager, reason="twice")
    assert CostRow.objects.count() == 0
    assert AuditEntry.objects.get(verb="cost.deleted").changes["amount"] == ["100.00", None]


def _fifty(house):
    labels = [
        f"{name} {year}" for year in (2025, 2026) for name in ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
    ]
    lines = [house.line(label, "10", category=f"C{n}") for n in range(4) for label in labels]
    return services.cost_rows_set(lines[:50], actor=house.finance)


def test_grid_writes_many_amounts_in_one_event_list(house):
    rows = _fifty(house)
    services.cost_rows_edit_amounts({row.pk: (Decimal(11), 1) for row in rows}, actor=house.manager, reason="grid")
    assert set(CostRow.objects.values_list("amount", "version")) == {(Decimal(11), 2)}
    assert AuditEntry.objects.filter(verb="cost.edited", reason="grid").count() == 50


def test_grid_refuses_everything_for_one_foreign_row_and_names_only_its_place(house):
    rows = _fifty(house)
    (foreign,) = services.cost_rows_set([house.line("Jul 2026", "10", node=house.other)], actor=house.finance)
    ids = [row.pk for row in rows]
    ids[16] = foreign.pk
    with pytest.raises(NotPermitted, match=r"^Row 17 does not exist\.$"):
        services.cost_rows_edit_amounts({pk: (Decimal(11), 1) for pk in ids}, actor=house.manager)
    assert set(CostRow.objects.values_list("amount", flat=True)) == {Decimal(10)}


def test_grid_with_an_old_version_is_refused_as_a_whole_and_lists_the_rows(house):
    rows = _fifty(house)
    services.cost_row_update(rows[3], {"amount": Decimal(99)}, actor=house.finance)
    with pytest.raises(StaleWrite) as caught:
        services.cost_rows_edit_amounts({row.pk: (Decimal(11), 1) for row in rows}, actor=house.manager)
    assert [(row.pk, row.amount) for row in caught.value.current] == [(rows[3].pk, Decimal(99))]
    assert CostRow.objects.filter(amount=11).count() == 0


def _approved(house):
    draft = baseline_open(house.project, actor=house.finance)
    rows = services.cost_rows_set(
        [house.line("Apr 2026", "40", cost_version="budget", baseline=draft)], actor=house.finance
    )
    return baseline_approve(draft, actor=house.finance, reason="Gate 3"), rows[0]


def test_approved_baseline_is_frozen_for_every_service(house):
    baseline, row = _approved(house)
    line = house.line("Apr 2026", "50", cost_version="budget", baseline=baseline)
    for write in (
        lambda: services.cost_rows_set([line], actor=house.finance),
        lambda: services.cost_row_update(row, {"amount": Decimal(50)}, actor=house.finance),
        lambda: services.cost_rows_edit_amounts({row.pk: (Decimal(50), 1)}, actor=house.finance),
        lambda: services.cost_row_delete(row, actor=house.finance),
    ):
        with pytest.raises(ValidationError, match="An approved baseline is frozen"):
            write()
    row.refresh_from_db()
    assert (row.amount, row.version) == (Decimal(40), 1)


def test_approved_baseline_is_frozen_for_the_database_too(house):
    baseline, row = _approved(house)
    for write in (
        lambda: CostRow.objects.filter(pk=row.pk).update(amount=1),
        lambda: CostRow.objects.filter(pk=row.pk).delete(),
        lambda: CostRow.objects.create(
            node=house.project,
            cost_version="budget",
            baseline=baseline,
            period=house.month("May 2026"),
            category="Build",
            cost_type="capex",
            currency=house.pound,
            amount=1,
        ),
    ):
        with pytest.raises(IntegrityError, match="An approved baseline is frozen"), transaction.atomic():
            write()
    assert CostRow.objects.get().amount == Decimal(40)


def test_next_draft_starts_as_a_copy_of_the_current_plan(house):
    _baseline, row = _approved(house)
    draft = baseline_open(house.project, actor=house.finance, reason="exception plan")
    copy = draft.cost_rows.get()
    assert (draft.number, copy.amount, copy.period_id, copy.pk == row.pk) == (2, Decimal(40), row.period_id, False)
    entry = AuditEntry.objects.get(verb="baseline.opened", object_id=draft.pk)
    assert entry.changes["cost rows"] == [None, 1]
