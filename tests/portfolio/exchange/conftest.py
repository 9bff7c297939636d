"""Editions for tests: the published ones where they are at hand, and small ones written cell by cell."""

import csv
import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from pmo.core.access import SYSTEM
from portfolio.exchange import services
from portfolio.models import Currency, FiscalPeriod, Role
from tests.factories import PortfolioFactory, UserFactory, grant

DATA = Path(settings.BASE_DIR).parent / "shared/data"
GMPP = DATA / "portfolios/gmpp"
needs_data = pytest.mark.skipif(
    not GMPP.is_dir(), reason="the published editions (../shared/data) are not on this machine"
)

HEADINGS = {
    2021: "year;project_number;project_name;department;report_category;description_aims;colour_rating;rating_comment;"
    "start_date;end_date;schedule_comment;total_baseline;yearly_forecast;variance_comment;wlc_baseline_incl_NCG;"
    "budget_comment",
    2022: "year;project_number;project_name;department;report_category;description_aims;colour_rating;colour_rating;"
    "rating_comment;start_date;end_date;schedule_comment;total_baseline;forecast_incl_NGC;variance_comment;"
    "wlc_baseline_incl_NCG;budget_comment",
}
CELLS = {
    "project_number": "DFT_0001_1112-Q1",
    "project_name": "Rail",
    "department": "DFT",
    "report_category": "Infrastructure and Construction",
    "description_aims": "To build a railway.",
    "colour_rating": "Amber",
    "rating_comment": "Steady.",
    "start_date": "2015-04-01",
    "end_date": "2030-03-31",
    "schedule_comment": "On time.",
    "total_baseline": "£100.50",
    "yearly_forecast": "£98.00",
    "forecast_incl_NGC": "£98.00",
    "variance_comment": "Small.",
    "wlc_baseline_incl_NCG": "£2,013.02",
    "budget_comment": "No change.",
}


def edition(year, *rows, encoding="windows-1252"):
    """Return the bytes of an edition; each row names the cells that differ from CELLS, `sro` the second rating."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    heading = HEADINGS[year].split(";")
    writer.writerow(heading)
    for row in rows:
        cells = CELLS | {"year": str(year)} | row
        line, seen = [], set()
        for name in heading:
            line.append(cells.get("sro", "") if name == "colour_rating" and name in seen else cells[name])
            seen.add(name)
        writer.writerow(line)
    return out.getvalue().encode(encoding)


def published(year):
    return (GMPP / f"uk_{year}.csv").read_bytes()


def load(content, into="GMPP", actor=SYSTEM, **options):
    return services.edition_import(content, into=into, actor=actor, file_name="file.csv", **options)


@pytest.fixture
def office(db):
    """A portfolio with its PMO head and analyst, and the calendar of both editions."""
    portfolio = PortfolioFactory(code="GMPP", name="Major projects")
    people = {role: UserFactory(name=role) for role in ("head", "analyst", "executive")}
    grant(people["head"], Role.PMO_HEAD, portfolio)
    grant(people["analyst"], Role.PMO_ANALYST, portfolio)
    grant(people["executive"], Role.EXECUTIVE, portfolio)
    Currency.objects.create(code="GBP", name="Pound sterling")
    for year in (2021, 2022):
        label = f"{year - 1}/{year % 100}"
        FiscalPeriod.objects.create(
            start=f"{year - 1}-04-01", end=f"{year}-03-31", label=f"FY {label}", fiscal_year=label
        )
    return SimpleNamespace(portfolio=portfolio, **people)
