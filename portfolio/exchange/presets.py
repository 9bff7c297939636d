"""What is known about published portfolio editions, as data: how the file is written and what each column means.

Sources: the Government Major Projects Portfolio, published each year by the Infrastructure and Projects Authority
(Open Government Licence v3.0). Amounts are million pounds, figures are of 31 March, annual figures of the financial
year that ends on that day. Editions before 2020 carry no project number, so nothing tells which project is which.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum


class Reads(Enum):
    """How the cells of a column are read."""

    YEAR = "year"
    LINE = "line"  # text on one line
    TEXT = "text"
    DATE = "date"  # ISO 8601
    MONEY = "money"  # in the preset's unit
    RATING = "rating"


@dataclass(frozen=True)
class Column:
    """One column of a file: its heading, the field it fills and how it is read."""

    heading: str
    field: str
    reads: Reads


@dataclass(frozen=True)
class Annual:
    """The financial year of an edition's annual figures, both days included."""

    start: date
    end: date
    label: str
    fiscal_year: str


@dataclass(frozen=True)
class Preset:
    """One edition. `unit` is what one in a money cell stands for, in `currency`; `columns` are in the file's order."""

    key: str
    label: str
    portfolio_name: str
    year: int
    as_of: date
    annual: Annual
    scale: str
    columns: tuple[Column, ...]
    delimiter: str = ";"
    encoding: str = "windows-1252"
    currency: str = "GBP"
    currency_name: str = "Pound sterling"
    unit: Decimal = Decimal(1_000_000)
    # The source gives annual totals without a split. Spending is opex until somebody has capitalised it.
    category: str = "Annual figure"
    cost_type: str = "opex"


# What a published cell says instead of a figure, a date or a colour. Compared without regard to case, as a beginning.
REASONS = (
    "exempt",
    "data not provided",
    "the gmpp project did not provide data",
    "the project is not in a position to provide",
    "the project is still at the planning stage",
    "early planning gmpp project",
    "legal sensitivity around this programme",
)
RATINGS = {
    "green": "green",
    "amber/green": "amber_green",
    "amber": "amber",
    "amber/red": "amber_red",
    "red": "red",
}
RATING_LABELS = {
    "green": "Green",
    "amber_green": "Amber/Green",
    "amber": "Amber",
    "amber_red": "Amber/Red",
    "red": "Red",
    "exempt": "Exempt",
    "not_rated": "Not rated",
}
SCALES = {
    "five": ("green", "amber_green", "amber", "amber_red", "red"),
    "three": ("green", "amber", "red"),
}

_YEAR = Column("year", "year", Reads.YEAR)
_CODE = Column("project_number", "code", Reads.LINE)
_ABOUT = (
    Column("project_name", "name", Reads.LINE),
    Column("department", "organisation_unit", Reads.LINE),
    Column("report_category", "category", Reads.LINE),
    Column("description_aims", "description", Reads.TEXT),
)
_IPA = Column("colour_rating", "rating_ipa", Reads.RATING)
_SRO = Column("colour_rating", "rating_sro", Reads.RATING)
_DATES = (
    Column("rating_comment", "rating_comment", Reads.TEXT),
    Column("start_date", "start", Reads.DATE),
    Column("end_date", "finish", Reads.DATE),
    Column("schedule_comment", "schedule_comment", Reads.TEXT),
    Column("total_baseline", "budget", Reads.MONEY),
)
_COSTS = (
    Column("variance_comment", "variance_comment", Reads.TEXT),
    Column("wlc_baseline_incl_NCG", "whole_life", Reads.MONEY),
    Column("budget_comment", "budget_comment", Reads.TEXT),
)


def _gmpp(year: int, scale: str, columns: tuple[Column, ...]) -> Preset:
    fiscal_year = f"{year - 1}/{year % 100:02}"
    annual = Annual(date(year - 1, 4, 1), date(year, 3, 31), f"FY {fiscal_year}", fiscal_year)
    name = "Government Major Projects Portfolio"
    return Preset("gmpp", f"GMPP {year}", name, year, annual.end, annual, scale, columns)


_FORECAST_2021 = Column("yearly_forecast", "forecast", Reads.MONEY)
_FORECAST_2022 = Column("forecast_incl_NGC", "forecast", Reads.MONEY)

PRESETS = (
    _gmpp(2021, "five", (_YEAR, _CODE, *_ABOUT, _IPA, *_DATES, _FORECAST_2021, *_COSTS)),
    # From 2022 the scale has three points, and of two columns of one name the first is the IPA's rating, the second
    # the senior responsible owner's; exactly one of them is filled.
    _gmpp(2022, "three", (_YEAR, _CODE, *_ABOUT, _IPA, _SRO, *_DATES, _FORECAST_2022, *_COSTS)),
)


def supported() -> str:
    """Return the editions that can be read, for a message: `GMPP 2021, GMPP 2022`."""
    return ", ".join(preset.label for preset in PRESETS)


def find(key: str, year: int) -> Preset | None:
    """Return the preset of an edition, or None."""
    return next((preset for preset in PRESETS if (preset.key, preset.year) == (key, year)), None)
