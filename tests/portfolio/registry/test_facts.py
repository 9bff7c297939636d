"""What the tree itself contributes to the roll-up."""

import pytest

from portfolio.models import Lifecycle
from tests.reporting import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("lifecycle", "due", "status"),
    [
        ("proposed", 0, "nr"),
        ("define", 1, "nr"),
        ("deliver", 1, "nr"),
        ("on_hold", 0, "hold"),
        ("complete", 0, "done"),
        ("stopped", 0, "done"),
    ],
)
def test_lifecycle_says_whether_a_report_is_due_and_what_a_silent_project_counts_as(lifecycle, due, status):
    node = world.project("X", world.portfolio(), lifecycle=lifecycle)
    row = world.rolled(node)
    assert (row.projects, row.reports_due, row.status, getattr(row, f"n_{status}")) == (1, due, status, 1)


def test_every_lifecycle_is_tried():
    assert len(Lifecycle) == 6


def test_only_projects_count_as_projects():
    top = world.portfolio()
    programme = world.programme("G", top)
    for code in ("A", "B", "C"):
        world.project(code, programme)
    world.full()
    assert [world.row(node).projects for node in (top, programme)] == [3, 3]
    assert [world.row(node).n_nr for node in (top, programme)] == [3, 3]
