"""The one signal: declared verbs only, in the transaction of the write, many objects at once."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from pmo.core import clock, events
from pmo.core.access import SYSTEM
from tests.factories import MilestoneFactory, PeriodFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    found = []

    def listen(**given):
        found.append(given)

    events.domain_event.connect(listen, dispatch_uid="test")
    yield found
    events.domain_event.disconnect(dispatch_uid="test")


def test_one_object_is_told_with_what_changed(place, heard):
    instant = datetime(2026, 11, 19, 12, tzinfo=UTC)
    with clock.at(instant):
        events.emit("node.edited", place.project, actor=place.head, changes={"name": ("A", "B")}, reason="Why")
    [told] = heard
    assert (told["verb"], told["actor"], told["reason"], told["at"]) == ("node.edited", place.head, "Why", instant)
    assert told["events"] == [events.Event(place.project, {"name": ("A", "B")})]


def test_many_objects_are_told_at_once(place, heard):
    events.emit("node.edited", (events.Event(node) for node in (place.root, place.project)), actor=SYSTEM)
    [told] = heard
    assert [event.obj for event in told["events"]] == [place.root, place.project]


def test_nothing_to_tell_is_not_told(heard):
    events.emit("node.edited", [], actor=SYSTEM)
    assert heard == []


def test_undeclared_verb_is_a_programming_error(place, heard):
    with pytest.raises(ValueError, match=r"Undeclared verb: node\.painted"):
        events.emit("node.painted", place.project, actor=SYSTEM)
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_told(place, heard):
    with pytest.raises(RuntimeError, match="needs the transaction of the write"):
        events.emit("node.edited", place.project, actor=SYSTEM)
    with transaction.atomic():
        events.emit("node.edited", place.project, actor=SYSTEM)
    assert len(heard) == 1


def test_event_knows_the_node_of_its_object(place):
    row = MilestoneFactory(node=place.project)
    found = [events.Event(obj).node_id for obj in (place.project, row, PeriodFactory())]
    assert found == [place.project.pk, place.project.pk, None]


def test_words_of_a_verb():
    assert events.verb_label("node.moved") == "Moved in the tree"
    assert events.verb_label("node.painted") == "node.painted"
