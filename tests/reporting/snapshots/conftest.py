"""The tree of the forty edits, rolled up after each of them, so that the past is there to look at."""

import pytest

from pmo.core import clock
from reporting.rollup import services as rollup
from tests.factories import UserFactory, grant
from tests.reporting.snapshots import forty_edits as script

BEGUN, ASKED = "10-15 09:00", "11-19 09:00"


@pytest.fixture
def now():
    """The clock of whoever asks: Thursday, 19 November 2026."""
    with clock.at(script.instant(ASKED)):
        yield


@pytest.fixture
def tree(db):
    """Return the tree after all edits, with a roll-up after each."""
    tree = script.Tree()
    with clock.at(script.instant(BEGUN)):
        rollup.recompute()
    for edit in sorted(script.EDITS, key=lambda edit: edit.at):
        with clock.at(script.instant(edit.at)):
            edit.do(tree)
            rollup.roll_up()
    return tree


@pytest.fixture
def reader():
    """Return a function that makes an executive of a node, or somebody of another role."""

    def make(node, role="executive"):
        person = UserFactory(name="Reader")
        grant(person, role, node)
        return person

    return make


@pytest.fixture
def signed_in(client, reader):
    """Return a function that signs a reader of a node in."""

    def sign_in(node, role="executive"):
        client.force_login(reader(node, role))
        return client

    return sign_in
