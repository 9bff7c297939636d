"""The bridge adds up exactly; what is not named is one step; nobody hides one step behind Other."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reporting.dashboards.nodes.bridge import Bridge, Moves, Step

M = Decimal(1_000_000)


def moves(*tenths):
    """Return steps of so many tenths of a million, as a read gives them: the largest five, and the sum of all."""
    steps = sorted((Step(f"S{n}", Decimal(n) * M / 10) for n in tenths), key=lambda step: -abs(step.amount))
    return Moves(steps[:5], sum((step.amount for step in steps), Decimal(0)), len(steps))


def test_bridge_of_the_mock_adds_up():
    # £m: original 45.6, approved +1.4 +0.5 +0.9 −0.2 = 48.2 now; +2.8 +0.4 +0.2 −0.3 −0.1 −0.2 = 51.0.
    found = Bridge(moves(14, 5, 9, -2), moves(28, 4, 2, -3, -1, -2), Decimal("48.2") * M, Decimal("51.0") * M)
    assert found.original == Decimal("45.6") * M
    assert found.variance == Decimal("2.8") * M == found.gaps.total
    assert [step.amount / M * 10 for step in found.changes.named] == [14, 9, 5, -2]
    assert found.changes.others == 0
    assert [step.amount / M * 10 for step in found.gaps.named] == [28, 4, -3, 2]
    assert (found.gaps.others, found.gaps.other) == (2, Decimal("-0.3") * M)  # −0.1 −0.2


def test_one_step_alone_is_never_other():
    assert len(moves(5, 4, 3, 2, 1).named) == 5
    assert len(moves(6, 5, 4, 3, 2, 1).named) == 4


def test_bridge_of_no_change_begins_at_the_budget():
    assert Bridge(Moves(), moves(3), 2 * M, Decimal("2.3") * M).original == 2 * M


@given(st.lists(st.integers(-(10**6), 10**6), max_size=30))
def test_named_and_other_always_add_up(tenths):
    found = moves(*tenths)
    assert sum((step.amount for step in found.named), Decimal(0)) + found.other == found.total
    assert len(found.named) + found.others == len(tenths)
    assert found.others != 1
