"""Three-way merge: what only one side changed is merged, what both changed is a conflict, typed text stays."""

from pmo.core.conflict import three_way

BASE = {"done": "a", "next": "b", "help": "c"}


def test_changes_to_different_fields_merge():
    merge = three_way(BASE, BASE | {"done": "theirs"}, BASE | {"next": "mine"})
    assert merge.values == {"done": "theirs", "next": "mine", "help": "c"}
    assert merge.conflicts == {}


def test_changes_to_the_same_field_conflict_and_mine_stays():
    merge = three_way(BASE, BASE | {"done": "theirs"}, BASE | {"done": "mine"})
    assert merge.values["done"] == "mine"
    assert merge.conflicts == {"done": ("theirs", "mine")}


def test_same_change_on_both_sides_is_no_conflict():
    merge = three_way(BASE, BASE | {"done": "same"}, BASE | {"done": "same"})
    assert merge.conflicts == {}


def test_without_a_base_every_difference_is_a_conflict():
    merge = three_way({}, {"done": "theirs"}, {"done": "mine"})
    assert merge.conflicts == {"done": ("theirs", "mine")}
