"""The audit log: one entry an object, in the event's own transaction, never changed."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from governance.audit import queries
from governance.models import AuditEntry
from pmo.core import events
from pmo.core.access import SYSTEM
from portfolio.registry import services
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def node():
    return NodeFactory(parent=PortfolioFactory(), name="Before")


def test_one_entry_for_every_object_of_an_emit(node):
    other = NodeFactory(parent=node.parent)
    with transaction.atomic():
        events.emit("node.edited", [events.Event(node), events.Event(other)], actor=SYSTEM, reason="Both")
    entries = AuditEntry.objects.filter(verb="node.edited").values_list("object_id", "actor_label", "reason", "node_id")
    assert set(entries) == {(node.pk, "Gatehouse", "Both", node.pk), (other.pk, "Gatehouse", "Both", other.pk)}


def test_entry_goes_with_the_write_it_reports(node):
    with transaction.atomic():
        services.node_update(node, {"name": "After"}, actor=SYSTEM)
        assert AuditEntry.objects.filter(verb="node.edited").exists()
        transaction.set_rollback(True)
    node.refresh_from_db()
    assert node.name == "Before"
    assert not AuditEntry.objects.filter(verb="node.edited").exists()


def test_error_of_a_receiver_aborts_the_write(node):
    def refuse(**_):
        raise IntegrityError("no")

    events.domain_event.connect(refuse, dispatch_uid="refuse")
    try:
        with pytest.raises(IntegrityError):
            services.node_update(node, {"name": "After"}, actor=SYSTEM)
    finally:
        events.domain_event.disconnect(dispatch_uid="refuse")
    node.refresh_from_db()
    assert node.name == "Before"


@pytest.mark.parametrize("act", ["update", "delete"])
def test_entries_are_never_changed(node, act):
    services.node_update(node, {"name": "After"}, actor=SYSTEM)
    rows = AuditEntry.objects.filter(verb="node.edited")
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        rows.update(reason="forged") if act == "update" else rows.delete()
    assert AuditEntry.objects.get(verb="node.edited").reason == ""


def test_emit_of_an_undeclared_verb_is_refused(node):
    with pytest.raises(ValueError, match=r"Undeclared verb: node\.forged"), transaction.atomic():
        events.emit("node.forged", node, actor=SYSTEM)


def test_timeline_shows_only_what_one_may_read(node):
    services.node_update(node, {"name": "After"}, actor=SYSTEM, reason="Clearer")
    reader, stranger = UserFactory(), UserFactory()
    grant(reader, "auditor", node.parent)
    [entry] = queries.timeline_of_object(reader, node)
    assert entry["text"] == f"Edited: {node.code} After"
    assert entry["changes"] == [{"label": "Name", "before": "Before", "after": "After"}]
    assert queries.timeline_of_object(stranger, node) == []
