"""Scores, bands and expected monetary values, against published figures and sums worked by hand."""

from decimal import Decimal

import pytest

from portfolio.raid import scoring
from portfolio.raid.scoring import DEFAULT, Grid, band, emv, expected_value, numeric_score, score, shown

D = Decimal


@pytest.mark.parametrize(
    ("probability", "impact", "product"), [(1, 1, 1), (3, 5, 15), (5, 5, 25), (4, None, None), (None, 2, None)]
)
def test_score_is_the_product_of_the_classes_or_unknown(probability, impact, product):
    assert score(probability, impact) == product


@pytest.mark.parametrize(
    ("value", "colour"),
    [
        (1, "green"), (4, "green"), (5, "yellow"), (9, "yellow"), (10, "amber"), (14, "amber"), (15, "red"),
        (25, "red"), (None, None),
    ],
)  # fmt: skip
def test_bands_of_the_default_matrix_are_the_common_ones(value, colour):
    # domain.md 6: 1-4 green, 5-9 yellow, 10-14 amber, 15-25 red
    found = band(DEFAULT, value)
    assert (found.key if found else None) == colour


def test_bands_of_a_matrix_of_ones_own_start_where_it_says():
    grid = Grid(("Low", "Medium", "High"), ("Low", "Medium", "High"), 2, 4, 9)
    assert [band(grid, value).key for value in (1, 2, 3, 4, 6, 9)] == [
        "green", "yellow", "yellow", "amber", "amber", "red",
    ]  # fmt: skip


def test_default_matrix_has_the_five_words_each_way():
    assert [str(word) for word in DEFAULT.probability] == ["Rare", "Unlikely", "Possible", "Likely", "Almost certain"]
    assert [str(word) for word in DEFAULT.impact] == ["Minor", "Moderate", "Major", "Severe", "Critical"]


def test_band_is_monotone_in_both_classes():
    for fixed in range(1, 6):
        along = [band(DEFAULT, score(fixed, moving)).rank for moving in range(1, 6)]
        assert along == sorted(along)


# --- Expected monetary value -----------------------------------------------------------------


def test_emv_is_probability_times_impact_and_signed_by_kind():
    assert emv(D("30"), D("100"), "threat") == D("30")
    assert emv(D("12.5"), D("8000000.00"), "threat") == D("1000000")
    assert emv(D("40"), D("1000000"), "opportunity") == D("-400000")


@pytest.mark.parametrize(("percent", "amount"), [(None, D("100")), (D("30"), None), (None, None)])
def test_emv_without_probability_or_impact_is_unknown_never_zero(percent, amount):
    assert emv(percent, amount, "threat") is None


def test_emv_of_three_threats_adds_up():
    # domain.md 5: 30% x 100, 10% x 500, 50% x 40: EMV 100
    threats = ((30, 100), (10, 500), (50, 40))
    assert sum(emv(D(percent), D(amount), "threat") for percent, amount in threats) == 100


def test_oracle_emv_1_the_upgrade_beats_the_new_plant():
    # PMBOK Fig. 11-16: build 120, 60% 200 and 40% 90; upgrade 50, 60% 120 and 40% 60
    build = expected_value([(D("0.6"), D(200 - 120)), (D("0.4"), D(90 - 120))])
    upgrade = expected_value([(D("0.6"), D(120 - 50)), (D("0.4"), D(60 - 50))])
    assert (build, upgrade) == (36, 46)


def test_oracle_emv_2_at_65_to_35():
    # B. Powell's slides: the same tree at 65/35
    build = expected_value([(D("0.65"), D(80)), (D("0.35"), D(-30))])
    upgrade = expected_value([(D("0.65"), D(70)), (D("0.35"), D(10))])
    assert (build, upgrade) == (D("41.5"), 49)


def test_branches_of_a_decision_add_up_to_one():
    with pytest.raises(ValueError, match="add up to 1"):
        expected_value([(D("0.6"), D(1)), (D("0.3"), D(1))])


# --- The numeric scale of PMBOK 3 to 5 -------------------------------------------------------


def test_numeric_score_is_the_product_of_the_published_scales():
    # probability .1 .3 .5 .7 .9; impact .05 .1 .2 .4 .8; products run from .005 to .72
    assert (numeric_score(1, 1), numeric_score(5, 5)) == (D("0.005"), D("0.72"))
    assert (numeric_score(3, 3), numeric_score(4, 4), numeric_score(2, 5)) == (D("0.10"), D("0.28"), D("0.24"))


@pytest.mark.parametrize(
    ("probability", "impact", "exact", "printed"),
    [(5, 1, "0.045", "0.05"), (4, 1, "0.035", "0.04"), (3, 1, "0.025", "0.03"), (1, 1, "0.005", "0.01")],
)
def test_numeric_score_is_printed_half_up_as_the_tables_do(probability, impact, exact, printed):
    value = numeric_score(probability, impact)
    assert (value, shown(value)) == (D(exact), D(printed))


@pytest.mark.parametrize("classes", [(6, 1), (1, 6), (None, 3), (0, 3)])
def test_numeric_score_is_known_for_five_classes_only(classes):
    assert numeric_score(*classes) is None


def test_every_band_has_a_word_and_a_rank_of_its_own():
    assert [(found.key, found.rank, str(found.label)) for found in scoring.BANDS] == [
        ("green", 0, "Green"), ("yellow", 1, "Yellow"), ("amber", 2, "Amber"), ("red", 3, "Red"),
    ]  # fmt: skip
