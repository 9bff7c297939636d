"""The weighted contribution, against sums done by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.strategy.alignment import part_of, weighted_contribution

D = Decimal


def of(strengths, weights):
    return weighted_contribution(
        {key: D(value) for key, value in strengths.items()}, {key: D(value) for key, value in weights.items()}
    )


@pytest.mark.parametrize(
    ("strengths", "weights", "expected"),
    [
        # (50 × 40 + 100 × 30 + 0 × 30) / 100 = (2000 + 3000) / 100
        ({1: "50", 2: "100"}, {1: "40", 2: "30", 3: "30"}, "50.00"),
        # Weights that do not add up to 100: (100 × 10 + 50 × 30) / 40 = 2500 / 40
        ({1: "100", 2: "50"}, {1: "10", 2: "30"}, "62.50"),
        # (25 × 20 + 10 × 40) / 60 = 900 / 60
        ({1: "25", 2: "10"}, {1: "20", 2: "40"}, "15.00"),
        # 100 × 1 / 3 = 33.333…, and of two thirds 66.666… rounds up.
        ({1: "100"}, {1: "1", 2: "2"}, "33.33"),
        ({2: "100"}, {1: "1", 2: "2"}, "66.67"),
        # domain.md WS-1, weighted score: weights .4 .3 .2 .1; X 4, 3, 5, 2 = 3.7; Y 5, 2, 3, 4 = 3.6
        ({1: "4", 2: "3", 3: "5", 4: "2"}, {1: ".4", 2: ".3", 3: ".2", 4: ".1"}, "3.70"),
        ({1: "5", 2: "2", 3: "3", 4: "4"}, {1: ".4", 2: ".3", 3: ".2", 4: ".1"}, "3.60"),
        # What serves none of them serves nothing; what is given to a closed objective, 9, does not count.
        ({}, {1: "40"}, "0.00"),
        ({9: "100"}, {1: "40"}, "0.00"),
    ],
)
def test_weighted_contribution_is_the_mean_of_strengths_by_weight(strengths, weights, expected):
    assert str(of(strengths, weights)) == expected


@pytest.mark.parametrize("weights", [{}, {1: "0"}, {1: "0", 2: "0"}])
def test_without_a_weight_it_is_unknown(weights):
    assert of({1: "100"}, weights) is None
    assert part_of(D(100), D(0), D(0)) is None


def test_part_of_one_objective():
    """Two projects give 50 and 100 to an objective of weight 40 among 100: 150 × 40 / 100."""
    assert part_of(D(150), D(40), D(100)) == D("60.00")


PERCENTS = st.decimals(0, 100, places=2)


@given(st.dictionaries(st.integers(1, 6), PERCENTS, min_size=1), st.lists(PERCENTS, min_size=1, max_size=6))
def test_it_lies_between_the_least_and_the_greatest_strength(weights, strengths):
    given_to = dict(zip(weights, strengths, strict=False))
    found = weighted_contribution(given_to, weights)
    if found is None:
        assert sum(weights.values()) == 0
        return
    each = [given_to.get(key, D(0)) for key in weights]
    assert min(each) - D("0.005") <= found <= max(each) + D("0.005")
