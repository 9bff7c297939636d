"""The drawn pictures: lengths and positions are worked by hand from the mocks."""

import re
from xml.etree import ElementTree as ET

import pytest

from pmo.core import svg


def attributes(markup, tag, name):
    return [element.get(name) for element in ET.fromstring(markup).iter(tag)]  # noqa: S314 - our own drawing


def test_bullet_places_value_tolerance_and_target_on_125_per_cent():
    # 180 px are 125%: the target stands at 144 (the tick's centre), 105% at 151.2, 21.4 of 18.6 at 165.7.
    markup = svg.bullet(21.4, 18.6, 0.05, "Forecast 115% of budget")
    assert attributes(markup, "rect", "class") == ["bu-2", "bu-1", "bu-v", "bu-t"]
    assert attributes(markup, "rect", "width") == ["180", "151.2", "165.7", "2"]
    assert attributes(markup, "rect", "x")[-1] == "143"


def test_bullet_beyond_its_scale_ends_in_a_block():
    markup = svg.bullet(3.0, 1.0, 0.05, "300%")
    assert attributes(markup, "rect", "width") == ["180", "151.2", "180", "8", "2"]


@pytest.mark.parametrize("target", [None, 0, -1])
def test_bullet_without_a_target_is_only_its_ground(target):
    assert attributes(svg.bullet(5, target, 0.05, "n/a"), "rect", "class") == ["bu-2"]


def test_bullet_without_a_value_keeps_the_target():
    assert attributes(svg.bullet(None, 10, 0.1, "Unknown"), "rect", "class") == ["bu-2", "bu-1", "bu-t"]


def test_distribution_shares_150_pixels_in_a_fixed_order():
    # The first row of the mock: 38 projects; 22/38 of 150 is 86.84, less the gap of 1.
    counts = {"done": 1, "on": 22, "risk": 9, "off": 3, "hold": 1, "nr": 2}
    markup = svg.distribution(counts, "38 projects")
    assert attributes(markup, "rect", "class") == ["b-on", "b-risk", "b-off", "b-hold", "b-nr", "b-done"]
    assert attributes(markup, "rect", "width") == ["85.8", "34.5", "10.8", "2.9", "5.4", "2.9"]
    assert attributes(markup, "rect", "x") == ["0", "86.8", "122.4", "134.2", "138.9", "146.1"]


def test_distribution_of_nothing_is_empty():
    assert attributes(svg.distribution({}, "none"), "rect", "class") == []


def test_sparkline_runs_from_base_line_to_top():
    markup = svg.sparkline([0, 5, 10], "Slip")
    assert attributes(markup, "polyline", "points") == ["2,19 29,10.5 56,2"]
    assert (attributes(markup, "circle", "cx"), attributes(markup, "circle", "cy")) == (["56"], ["2"])


def test_sparkline_scale_lets_rows_be_compared():
    assert attributes(svg.sparkline([0, 10], "Slip", 20), "polyline", "points") == ["2,19 56,10.5"]


def test_sparkline_leaves_a_dotted_gap_where_a_value_is_missing():
    markup = svg.sparkline([10, None, 10], "Slip")
    assert attributes(markup, "polyline", "class") == ["sp-l", "sp-l", "sp-gap"]
    assert attributes(markup, "polyline", "points")[-1] == "2,2 56,2"


def test_sparkline_ends_dotted_when_the_last_values_are_missing():
    markup = svg.sparkline([10, 10, None], "Slip")
    assert attributes(markup, "polyline", "points") == ["2,2 29,2", "29,2 56,2"]
    assert attributes(markup, "circle", "cx") == ["29"]


def test_sparkline_of_nothing_known_is_its_base_line():
    markup = svg.sparkline([None, None], "Unknown")
    assert (attributes(markup, "polyline", "class"), attributes(markup, "line", "class")) == ([], ["sp-b"])


def test_sparkline_stays_inside_its_frame_below_zero():
    points = attributes(svg.sparkline([0, -6, 12], "Slip"), "polyline", "points")[0]
    assert points == "2,19 29,21 56,2"


def test_labels_are_escaped():
    markup = svg.bullet(1, 1, 0, '"><script>alert(1)</script>')
    assert "<script" not in markup
    assert ET.fromstring(markup).get("aria-label") == '"><script>alert(1)</script>'  # noqa: S314 - our own drawing


def test_every_status_has_a_shape_of_its_own():
    shapes = {str(svg.shape(status)) for status in svg.STATUS_ORDER}
    assert len(shapes) == 6
    assert svg.shape("unheard of") == svg.shape("nr")


def test_pictures_carry_no_style():
    pictures = [svg.bullet(2, 1, 0.1, "a"), svg.distribution({"on": 1}, "b"), svg.sparkline([1, None, 2], "c")]
    assert not re.search(r"style=|#[0-9a-fA-F]{3}|rgb\(", "".join(pictures))
