"""The one audited save: what it refuses it leaves as it was, and what it writes it tells."""

import threading
import time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from governance.models import AuditEntry
from pmo.core import saving
from pmo.core.access import SYSTEM
from pmo.core.errors import NotPermitted, StaleWrite
from portfolio.finance.services import currency_update
from portfolio.models import Currency, Milestone, Node
from portfolio.registry.services import node_update, nodes_put
from portfolio.schedule.services import milestone_create, milestone_update
from tests.factories import (
    CostRowFactory,
    CurrencyFactory,
    EstimateFactory,
    MilestoneFactory,
    NodeFactory,
    PeriodFactory,
    PortfolioFactory,
    UserFactory,
    grant,
)

pytestmark = pytest.mark.django_db


def edit(node, values, actor, **kwargs):
    return saving.update(node, values, actor=actor, action="node.edit", verb="node.edited", **kwargs)


def entries():
    return list(AuditEntry.objects.filter(verb="node.edited").order_by("pk"))


def test_update_writes_tells_and_counts_the_edit(place):
    saved = edit(place.project, {"name": "Tunnel", "lifecycle": "on_hold"}, place.head, reason="Rock below")
    assert (saved.name, saved.lifecycle, saved.version) == ("Tunnel", "on_hold", 2)
    [entry] = entries()
    assert entry.changes == {"name": ["Bridge", "Tunnel"], "lifecycle": ["deliver", "on_hold"]}
    assert (entry.actor, entry.reason, entry.node_id) == (place.head, "Rock below", place.project.pk)


def test_nothing_changed_writes_nothing(place):
    saved = edit(place.project, {"name": "Bridge", "lifecycle": "deliver", "tags": []}, place.head)
    assert (saved.version, entries()) == (1, [])


def test_amount_typed_without_its_pence_is_no_change(place):
    row = EstimateFactory(node=place.project, amount=100)
    saved = saving.update(row, {"amount": Decimal(100)}, actor=SYSTEM, action="cost.edit", verb="estimate.edited")
    assert saved.version == 1


def test_another_person_of_the_same_name_is_a_change(place):
    """The log shows people by name; the row knows who is meant."""
    one, other = UserFactory(name="Ann Lee"), UserFactory(name="Ann Lee")
    edit(place.project, {"owner": one}, place.head)
    saved = edit(place.project, {"owner": other}, place.head)
    saved.refresh_from_db()
    assert (saved.owner, saved.version) == (other, 3)
    assert entries()[-1].changes == {"owner": ["Ann Lee", "Ann Lee"]}
    row = Node(kind="project", code="PRJ", name="Bridge", parent=place.root, owner=one)
    nodes_put([row], fields=["owner"], actor=SYSTEM)
    saved.refresh_from_db()
    assert saved.owner == one


def test_stale_version_is_refused_with_the_row_as_it_stands(place):
    edit(place.project, {"name": "Theirs"}, place.head, expected_version=1)
    with pytest.raises(StaleWrite) as refused:
        edit(place.project, {"name": "Mine"}, place.head, expected_version=1)
    assert (refused.value.current.name, refused.value.current.version) == ("Theirs", 2)
    place.project.refresh_from_db()
    assert (place.project.name, len(entries())) == ("Theirs", 1)


def test_row_out_of_scope_is_refused_whatever_is_written(place):
    with pytest.raises(NotPermitted):
        edit(place.project, {"name": "Taken"}, place.stranger)
    with pytest.raises(NotPermitted):
        saving.delete(place.project, actor=place.stranger, action="node.edit", verb="node.edited")
    place.project.refresh_from_db()
    assert place.project.name == "Bridge"


def test_row_must_still_lie_in_the_scope_after_the_write(place):
    """Nobody moves a row to where they may not write, nor creates one there."""
    elsewhere = NodeFactory(parent=PortfolioFactory())
    row = MilestoneFactory(node=place.project, name="Gate")
    with pytest.raises(NotPermitted, match=r"^This does not exist\.$"):
        saving.update(row, {"node": elsewhere}, actor=place.head, action="schedule.edit", verb="milestone.edited")
    row.refresh_from_db()
    assert row.node == place.project
    new = Milestone(node=elsewhere, name="New")
    with pytest.raises(NotPermitted, match=r"^This does not exist\.$"):
        saving.create(new, actor=place.head, action="schedule.edit", verb="milestone.created")
    assert not Milestone.objects.filter(name="New").exists()
    assert not AuditEntry.objects.filter(verb__startswith="milestone").exists()


def test_what_the_database_refuses_reads_like_a_form_error(place):
    milestone_create(actor=place.head, node=place.project, name="Gate", kind="gate")
    with pytest.raises(ValidationError, match="This project has a milestone of this name"):
        milestone_create(actor=place.head, node=place.project, name="Gate", kind="milestone")
    with pytest.raises(ValidationError) as refused:
        saving.insert_many(Milestone, [Milestone(node=place.project, name="Gate")])
    assert "Gate" not in str(refused.value), "the detail names the row, which the reader may not see"
    assert Milestone.objects.count() == 1


def test_row_that_others_need_stays(place):
    currency = CurrencyFactory(code="EUR", name="Euro")
    CostRowFactory(node=place.project, period=PeriodFactory(), currency=currency, amount=1)
    with pytest.raises(ValidationError, match="Other rows need this one, so it stays"):
        saving.delete(currency, actor=SYSTEM, action="calendar.edit", verb="currency.deleted")
    assert Currency.objects.filter(code="EUR").exists()
    assert not AuditEntry.objects.filter(verb="currency.deleted").exists()


def test_delete_tells_what_the_row_held(place):
    row = MilestoneFactory(node=place.project, name="Gate")
    saving.delete(row, actor=place.head, action="schedule.edit", verb="milestone.deleted", reason="Twice")
    entry = AuditEntry.objects.get(verb="milestone.deleted")
    assert entry.changes == {
        "node": ["PRJ Bridge", None],
        "name": ["Gate", None],
        "kind": ["milestone", None],
        "is_critical": [False, None],
    }
    assert (entry.reason, entry.node_id, entry.object_label) == ("Twice", place.project.pk, "Gate")


def test_invalid_value_is_refused_by_field(place):
    with pytest.raises(ValidationError) as refused:
        node_update(place.project, {"lifecycle": "no_such"}, actor=place.head)
    assert list(refused.value.message_dict) == ["lifecycle"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, None), (True, True), (3, 3), ("x", "x"), ([1, None], [1, None]), ({1: (2,)}, {"1": [2]}), (1.5, "1.5")],
)
def test_values_stand_in_the_log_as_plain_ones(value, shown):
    assert saving.plain(value) == shown


@pytest.mark.django_db(transaction=True)
def test_two_saves_of_one_version_at_once_make_one_conflict(place):
    """Without the row lock the second save would read the version before the first one commits, and overwrite it."""
    written, answers = threading.Event(), []

    def first():
        try:
            with transaction.atomic():
                edit(place.project, {"name": "First"}, SYSTEM, expected_version=1)
                written.set()
                time.sleep(0.7)
        finally:
            written.set()
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    written.wait(10)
    with pytest.raises(StaleWrite):
        answers.append(edit(place.project, {"name": "Second"}, SYSTEM, expected_version=1))
    thread.join()
    place.project.refresh_from_db()
    assert (place.project.name, place.project.version, answers) == ("First", 2, [])


@pytest.mark.django_db(transaction=True)
def test_two_edits_of_different_fields_at_once_both_stay(place):
    """A save writes whole rows; only the lock keeps the other's field."""
    written = threading.Event()

    def first():
        try:
            with transaction.atomic():
                edit(place.project, {"name": "First"}, SYSTEM)
                written.set()
                time.sleep(0.7)
        finally:
            written.set()
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    written.wait(10)
    edit(place.project, {"category": "Roads"}, SYSTEM)
    thread.join()
    place.project.refresh_from_db()
    assert (place.project.name, place.project.category, place.project.version) == ("First", "Roads", 3)


def test_update_without_versions_is_for_commands_and_counts_all_the_same(place):
    saved = currency_update(CurrencyFactory(), {"name": "Sterling"}, actor=SYSTEM)
    assert (saved.name, saved.version) == ("Sterling", 2)


def test_scope_is_that_of_the_moment_of_the_write(place):
    row = MilestoneFactory(node=place.project, name="Gate")
    manager = UserFactory()
    role = grant(manager, "project_manager", place.project)
    milestone_update(row, {"name": "Gate 2"}, actor=manager)
    role.delete()
    with pytest.raises(NotPermitted):
        milestone_update(row, {"name": "Gate 3"}, actor=manager)
