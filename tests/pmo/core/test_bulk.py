"""Many rows at once: all guarded, written in a few queries, told as one list; one bad line refuses all."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import AuditEntry
from pmo.core import bulk
from pmo.core.access import SYSTEM
from pmo.core.errors import NotPermitted
from portfolio.models import AssuranceRating, Node
from portfolio.status.services import RatingLine, ratings_put
from tests.factories import NodeFactory, PortfolioFactory, RatingFactory, UserFactory, grant

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 1)


def rating(node, value="amber", **given):
    return AssuranceRating(
        node=node, as_of=given.pop("as_of", DAY), source="internal", scale="five", value=value, **given
    )


def upsert(rows):
    return bulk.upsert(
        rows, AssuranceRating.objects.all(), key=lambda row: (row.node_id, row.as_of), values=["value", "comment"]
    )


def test_new_rows_are_written_changed_ones_edited_and_equal_ones_left(place):
    same, changed = NodeFactory(parent=place.root), NodeFactory(parent=place.root)
    RatingFactory(node=same, as_of=DAY)
    RatingFactory(node=changed, as_of=DAY)
    outcome = upsert([rating(place.project), rating(same), rating(changed, "red", comment="Late")])
    assert [(row.node, row.value, row.version) for row in outcome.rows] == [
        (place.project, "amber", 1),
        (same, "amber", 1),
        (changed, "red", 2),
    ]
    assert [event.obj.node for event in outcome.created] == [place.project]
    assert [event.changes for event in outcome.edited] == [{"value": ("amber", "red"), "comment": ("", "Late")}]
    assert sorted(AssuranceRating.objects.values_list("value", "version")) == [("amber", 1), ("amber", 1), ("red", 2)]


def test_number_of_queries_is_the_same_for_one_row_and_for_many(place):
    nodes = [NodeFactory(parent=place.root) for _number in range(40)]

    def queries(rows):
        with CaptureQueriesContext(connection) as found:
            upsert(rows)
        return len(found)

    assert queries([rating(nodes[0])]) == queries([rating(node) for node in nodes[1:]])


def test_key_that_stands_twice_is_refused_by_its_line(place):
    with pytest.raises(ValidationError, match="Line 2: stands twice in this request"):
        upsert([rating(place.project), rating(place.project, "red")])
    assert not AssuranceRating.objects.exists()


def test_invalid_line_refuses_all_and_names_no_row(place):
    other = NodeFactory(parent=place.root)
    with pytest.raises(ValidationError) as refused:
        upsert([rating(place.project), rating(other, "purple")])
    [message] = refused.value.messages
    assert message.startswith("Line 2: value: ")
    assert other.code not in message
    assert not AssuranceRating.objects.exists()


def test_what_only_the_database_refuses_reads_like_a_form_error(place):
    three = AssuranceRating(node=place.project, as_of=DAY, source="sro", scale="three", value="amber_red")
    with pytest.raises(ValidationError) as refused:
        upsert([three])
    assert "rating_fits_scale" in str(refused.value)
    assert not AssuranceRating.objects.exists()


def test_nothing_wanted_writes_nothing(place):
    assert upsert([]) == bulk.Outcome()


def test_one_row_out_of_scope_refuses_all_in_one_query(place):
    hidden = NodeFactory(parent=PortfolioFactory())
    mine = [NodeFactory(parent=place.root) for _number in range(5)]
    with CaptureQueriesContext(connection) as found:
        bulk.require_all(place.head, "node.edit", mine)
    assert len(found) == 1
    with pytest.raises(NotPermitted, match=r"^This does not exist\.$"):
        bulk.require_all(place.head, "node.edit", [*mine, hidden])
    bulk.require_all(place.head, "node.edit", [])
    bulk.require_all(SYSTEM, "node.edit", [hidden])


def test_bulk_service_tells_one_list_with_one_request(place):
    nodes = [NodeFactory(parent=place.root) for _number in range(50)]
    lines = [
        RatingLine(node=node, as_of=DAY, source="internal", scale="five", value="green", comment="") for node in nodes
    ]
    ratings_put(lines, actor=place.head, reason="Review")
    entries = AuditEntry.objects.filter(verb="rating.given")
    assert entries.count() == 50
    assert set(entries.values_list("actor", "reason")) == {(place.head.pk, "Review")}


def test_bulk_service_with_one_hidden_row_writes_nothing(place):
    person = UserFactory()
    grant(person, "pmo_analyst", place.project)
    hidden = NodeFactory(parent=place.root)
    lines = [
        RatingLine(node=node, as_of=DAY, source="internal", scale="five", value="green", comment="")
        for node in (place.project, hidden)
    ]
    with pytest.raises(NotPermitted):
        ratings_put(lines, actor=person)
    assert not AssuranceRating.objects.exists()


def test_created_changes_leave_out_what_is_empty(place):
    row = Node(kind="project", code="X", name="N", parent=place.root, category="")
    assert bulk.created_changes(row) == {
        "kind": (None, "project"),
        "code": (None, "X"),
        "name": (None, "N"),
        "parent": (None, "TOP Name of TOP"),
        "lifecycle": (None, "proposed"),
    }
