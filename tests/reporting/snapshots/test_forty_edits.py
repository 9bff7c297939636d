"""Issue 3, done when 2: what changed between two dates is exactly the edits of a script written before the page."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import timezone

from governance.models import AuditEntry
from reporting.snapshots import queries
from reporting.snapshots.days import end_of
from tests.factories import UserFactory, grant
from tests.reporting.snapshots import forty_edits as script
from tests.reporting.snapshots.forty_edits import Told

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    tree = script.Tree()
    script.play(tree)
    return tree


def reader(node):
    person = UserFactory(name="Reader")
    grant(person, "executive", node)
    return person


def told(found):
    """Return the rows of the list as the script writes them."""
    return [
        Told(
            project=row.project.code,
            kind=row.kind,
            row=row.row,
            field=row.field,
            before=row.before,
            after=row.after,
            who=row.who,
            when=f"{timezone.localtime(row.when):%m-%d %H:%M}",
            why=row.why,
        )
        for row in found
    ]


def ordered(rows):
    return sorted(rows, key=lambda row: tuple(vars(row).values()))


def listed(user, node, since=script.SINCE, until=script.UNTIL):
    return told(queries.changes(user, node, end_of(since), end_of(until)))


def test_script_has_forty_edits_that_all_stand_in_the_log(tree):
    assert len(script.EDITS) == 40
    assert AuditEntry.objects.filter(node__isnull=False).count() == 40


def test_changes_of_a_node_are_exactly_those_of_the_script(tree):
    assert ordered(listed(reader(tree.top), tree.north)) == ordered(script.EXPECTED)


def test_changes_of_everything_are_exactly_those_of_the_script(tree):
    assert ordered(listed(reader(tree.top), None)) == ordered(script.EXPECTED_OF_ALL)
    assert ordered(listed(reader(tree.top), tree.top)) == ordered(script.EXPECTED_OF_ALL)


def test_who_sees_one_part_reads_of_that_part_only(tree):
    person = reader(tree.north)
    assert ordered(listed(person, tree.north)) == ordered(script.EXPECTED_OF_NORTH_ONLY)
    assert ordered(listed(person, None)) == ordered(script.EXPECTED_OF_NORTH_ONLY)
    assert listed(person, tree.south) == []


def test_changes_of_a_project_are_its_own(tree):
    rows = listed(reader(tree.top), tree.signals)
    assert ordered(rows) == ordered([row for row in script.EXPECTED if row.project == "N-1"])


def test_later_end_takes_the_last_edit_in(tree):
    wanted = [
        replace(row, after="1 May 2027", who="Ben, Dora, Ann", when="11-16 00:10")
        if row.row == "Design freeze"
        else row
        for row in script.EXPECTED
    ]
    assert ordered(listed(reader(tree.top), tree.north, until=date(2026, 11, 16))) == ordered(wanted)
