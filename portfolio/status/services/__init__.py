"""Writes of weekly reports and assurance ratings."""

from portfolio.status.services.ratings import RatingLine, rating_create, rating_delete, rating_update, ratings_put
from portfolio.status.services.reports import (
    ReportLine,
    draft_for,
    report_save,
    report_submit,
    reports_submit_bulk,
)

__all__ = [
    "RatingLine",
    "ReportLine",
    "draft_for",
    "rating_create",
    "rating_delete",
    "rating_update",
    "ratings_put",
    "report_save",
    "report_submit",
    "reports_submit_bulk",
]
