"""Roll-up rows as of a moment: what stood then, with the same columns; now is the present row."""

from datetime import date

import pytest

from pmo.core import clock
from reporting.models import NodeRollup, NodeRollupHistory
from reporting.rollup.models import RollupColumns
from reporting.snapshots import queries
from reporting.snapshots.days import end_of
from tests.reporting.snapshots import forty_edits as script
from tests.reporting.snapshots.forty_edits import instant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
COLUMNS = [field.name for field in RollupColumns._meta.get_fields()]


def columns(row):
    return {name: getattr(row, name) for name in COLUMNS}


def test_as_of_now_equals_live(tree, reader):
    person = reader(tree.top)
    live = {row.node_id: columns(row) for row in queries.rollups(person)}
    assert {row.node_id: columns(row) for row in queries.rollups(person, clock.now())} == live
    assert len(live) == 11  # four that contain and seven projects


@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2026, 11, 5), date(2026, 11, 12)])
def test_as_of_a_day_is_what_was_live_at_its_end(tree, reader, day):
    """The last row that was opened by then, found without the query's own condition."""
    person, moment = reader(tree.top), end_of(day)
    stood = {}
    for row in NodeRollupHistory.objects.filter(recorded_from__lte=moment).order_by("recorded_from", "pk"):
        stood[row.node_id] = columns(row)
    assert {row.node_id: columns(row) for row in queries.rollups(person, moment)} == stood


def test_forecast_of_a_project_by_hand(tree, reader):
    """110,000 from the last half hour of October on, 125,000 from ten past midnight."""
    person = reader(tree.top)

    def forecast(at):
        return int(queries.rollups_of(person, [tree.signals.pk], at)[tree.signals.pk].forecast)

    assert forecast(instant("10-31 23:29")) == 100_000
    assert forecast(end_of(date(2026, 10, 31))) == 110_000
    assert forecast(instant("11-01 00:10")) == 125_000
    assert forecast(None) == 125_000


def test_at_the_instant_of_a_change_the_new_row_stands_alone(tree, reader):
    person = reader(tree.top)
    for edit in script.EDITS:
        found = list(queries.rollups(person, instant(edit.at)).values_list("node", flat=True))
        assert len(found) == len(set(found)), edit.at


def test_nothing_stood_before_the_first_roll_up(tree, reader):
    person = reader(tree.top)
    assert not queries.rollups(person, instant("10-15 08:59")).exists()
    assert queries.rollups(person, instant("10-15 09:00")).count() == 10  # N-5 was not there yet
    assert queries.first_day(person) == date(2026, 10, 15)
    made = tree.programme.children.get(code="N-5")
    assert queries.first_day(person, [made.pk]) == date(2026, 11, 11)
    assert queries.first_day(person, []) is None


def test_rows_are_those_one_may_see(tree, reader):
    person = reader(tree.north)
    assert {row.node.code for row in queries.rollups(person, end_of(date(2026, 11, 1)))} == {
        "NORTH", "PRG", "N-1", "N-2", "N-3", "S-2",
    }  # fmt: skip
    assert not queries.rollups(reader(tree.north, "administrator"), end_of(date(2026, 11, 1))).exists()


def test_moves_are_told_where_they_lead_in_out_and_inside(tree, reader):
    def moved(person, node, since):
        return [entry.object_label for entry in queries.moves_since(person, node, end_of(since))]

    person = reader(tree.top)
    assert moved(person, tree.north, date(2026, 10, 31)) == ["S-2 Tunnels", "N-4 Depots", "N-3 Stations"]
    assert moved(person, tree.south, date(2026, 10, 31)) == ["S-2 Tunnels", "N-4 Depots"]
    assert moved(person, None, date(2026, 11, 8)) == ["S-2 Tunnels", "N-4 Depots"]
    assert moved(person, tree.signals, date(2026, 10, 31)) == []
    assert moved(reader(tree.north), None, date(2026, 10, 31)) == ["S-2 Tunnels", "N-3 Stations"]


def test_last_report_before_an_instant_counts(tree, reader):
    person = reader(tree.top)
    assert queries.last_report_day(person, tree.north, clock.now()) == date(2026, 11, 12)
    assert queries.last_report_day(person, tree.signals, instant("11-12 00:00")) == date(2026, 11, 10)
    assert queries.last_report_day(person, tree.south, clock.now()) is None


def test_status_of_then_and_now_by_hand(tree, reader):
    person = reader(tree.top)
    found = queries.status_moves(person, tree.north, end_of(date(2026, 10, 31)), None)
    assert [(row.node.code, row.before, row.status) for row in found] == [("N-1", "on", "risk")]
    assert queries.status_moves(person, None, end_of(date(2026, 11, 12)), None) == []
    assert NodeRollup.objects.get(node=tree.signals).status == "risk"
