"""The range of EAC methods around a forecast; sums worked by hand from EV-1 and EV-3 of the domain reference."""

from datetime import date
from decimal import Decimal

from portfolio.finance.money import CurvePoint
from reporting.dashboards.nodes.bands import Band, Estimates, band, spread

# EV-1: EAC1 1,125,000, EAC2 1,050,000, EAC3 1,293,750. EV-3, times 1000: 625,000, 550,000, 812,500.
BOTH = Estimates(2, Decimal(1_500_000), Decimal(1_750_000), Decimal(1_600_000), Decimal(2106250))


def test_band_puts_the_methods_in_place_of_the_measured_forecasts():
    # The node forecasts 5,000,000, of which 1,500,000 is measured: 3,500,000 + 1,600,000 and + 2,106,250.
    assert band(Decimal(5_000_000), BOTH) == Band(Decimal(5_100_000), Decimal(5_606_250), 2)


def test_band_needs_a_forecast_and_measured_progress():
    assert band(None, BOTH) is None
    assert band(Decimal(5_000_000), Estimates()) is None


def point(month, actual, forecast):
    known = [None if value is None else Decimal(value) for value in (actual, forecast)]
    return CurvePoint(f"P{month}", date(2026, month, 1), None, *known)


def test_spread_opens_from_the_last_actual_to_the_end():
    points = [point(1, 100, None), point(2, 200, 200), point(3, None, 300), point(4, None, 600)]
    # To come 400: after P3 a quarter is spent, so a quarter of −40 and of +80.
    assert spread(points, Band(Decimal(560), Decimal(680), 1)) == [
        None,
        (Decimal(200), Decimal(200)),
        (Decimal(290), Decimal(320)),
        (Decimal(560), Decimal(680)),
    ]


def test_spread_begins_at_nothing_where_nothing_is_spent():
    points = [point(1, None, 100), point(2, None, 200)]
    assert spread(points, Band(Decimal(180), Decimal(220), 1)) == [
        (Decimal(90), Decimal(110)),
        (Decimal(180), Decimal(220)),
    ]


def test_spread_is_none_without_a_band_or_with_nothing_to_come():
    assert spread([point(1, 100, 100)], Band(Decimal(90), Decimal(110), 1)) == [None]
    assert spread([point(1, None, 100)], None) == [None]
    assert spread([], Band(Decimal(1), Decimal(2), 1)) == []
