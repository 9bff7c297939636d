"""Netting: first value against last, whatever stood between; what left nothing is not told."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.models import AuditEntry
from pmo.core import events
from reporting.snapshots import net, queries
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def log():
    """Return a function that writes entries of one object, a minute apart, and the list that comes of them."""
    node = NodeFactory(parent=PortfolioFactory())
    person = UserFactory()
    grant(person, "auditor", node)

    def write(*entries, object_type="portfolio.costrow", object_id=1):
        for minute, (verb, changes) in enumerate(entries, start=1):
            AuditEntry.objects.create(
                at=START + timedelta(minutes=minute),
                verb=verb,
                actor_label="Ann",
                object_type=object_type,
                object_id=object_id,
                object_label="Row",
                node=node,
                changes=changes,
            )
        found = queries.changes(person, node, START, START + timedelta(days=1))
        return [(row.kind, row.field, row.before, row.after) for row in found]

    return write


def edited(before, after, name="amount"):
    return ("cost.edited", {name: [before, after]})


def test_number_written_otherwise_is_the_same(log):
    assert log(edited("100.00", "120"), edited("120.00", "1E+2")) == []


def test_text_that_looks_like_a_number_is_text(log):
    assert log(edited("1.0", "1", "category")) == [("changed", "Category", "1.0", "1")]


def test_blank_and_nothing_are_the_same(log):
    assert log(edited(None, "x", "category"), edited("x", "", "category")) == []
    assert log(("node.edited", {"tags": [[], ["a"]]}), ("node.edited", {"tags": [["a"], []]}), object_id=2) == []


def test_fields_are_netted_apart(log):
    found = log(edited("1.00", "2.00"), edited("Build", "Run", "category"), edited("2.00", "1.00"))
    assert found == [("changed", "Category", "Build", "Run")]


def test_row_edited_and_then_deleted_is_told_with_what_it_was_at_first(log):
    gone = ("cost.deleted", {"amount": ["2.00", None], "category": ["Build", None]})
    assert log(edited("1.00", "2.00"), gone) == [("deleted", "", "Category: Build; Amount: 1.00", "")]


def test_row_made_and_deleted_is_not_told(log):
    made = ("cost.created", {"amount": [None, "2.00"]})
    assert log(made, edited("2.00", "3.00"), ("cost.deleted", {"amount": ["3.00", None]})) == []


def test_act_that_names_no_field_is_told_by_its_verb(log):
    assert log(("milestone.achieved", {})) == [("changed", "", "", "")]


def test_value_of_a_number_that_is_none_does_not_break_the_list(log):
    assert log(edited("n/a", "5.00")) == [("changed", "Amount", "n/a", "5.00")]


def test_type_of_row_that_is_no_more_is_shown_as_logged(log):
    found = log(("thing.bent", {"shape": ["round", "flat"]}), object_type="portfolio.gone")
    assert found == [("changed", "Shape", "round", "flat")]


def test_markup_in_a_value_is_text(log):
    assert log(edited("<b>", "<i>", "category")) == [("changed", "Category", "<b>", "<i>")]


def test_verbs_that_make_and_take_are_known():
    verbs = events.declared_verbs()
    made, gone = set(net.making(verbs)), set(net.taking(verbs))
    assert {"node.created", "rating.given", "report.drafted", "report.submitted", "report.corrected"} <= made
    assert {"baseline.opened", "membership.granted", "risk.created", "benefitvalue.created"} <= made
    assert {"cost.deleted", "membership.revoked", "milestone.deleted"} <= gone
    assert not made & gone
    neither = {"rating.corrected", "baseline.approved", "benefit.reopened", "risk.reopened", "node.moved"}
    assert not neither & (made | gone)
