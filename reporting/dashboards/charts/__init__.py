"""Figures for Plotly as plain data: colours are tokens that the page resolves, missing values are gaps (pure)."""

from reporting.dashboards.charts.alignment import alignment
from reporting.dashboards.charts.bridge import bridge
from reporting.dashboards.charts.common import apart
from reporting.dashboards.charts.cost import cost
from reporting.dashboards.charts.trend import trend

__all__ = ["alignment", "apart", "bridge", "cost", "trend"]
