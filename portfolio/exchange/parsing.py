"""From the bytes of an edition to typed rows, with every problem named by row and column. Pure: no database.

Rows are numbered as a spreadsheet shows them: the heading is row 1. Amounts come out in whole currency units.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from portfolio.exchange import cells, sheets
from portfolio.exchange.cells import Read
from portfolio.exchange.presets import Column, Preset

ABOUT = ("code", "name", "organisation_unit", "category", "description")
FIGURES = ("start", "finish", "budget", "forecast", "whole_life")


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell, and what to write. `row` is None for the whole file."""

    message: str
    row: int | None = None
    code: str = ""
    column: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Row:
    """One project of an edition. Amounts are in currency units; None means that the file gives no figure."""

    number: int
    code: str
    name: str
    organisation_unit: str
    category: str
    description: str
    start: date | None
    finish: date | None
    budget: Decimal | None
    forecast: Decimal | None
    whole_life: Decimal | None
    rating: str
    rating_source: str
    rating_comment: str
    note: str


@dataclass(frozen=True)
class Parsed:
    """A whole file: the readable rows and the problems of the others. `row_count` counts both."""

    preset: Preset
    row_count: int
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse(content: bytes, year: int | None = None) -> Parsed:
    """Read a file; the edition is found by its `year` column unless `year` is given.

    Raises UnreadableError when the file as a whole is no edition that is known.
    """
    sheet = sheets.read(content, year)
    parsed = Parsed(sheet.preset, len(sheet.lines))
    seen: dict[str, int] = {}
    for number, line in sheet.lines:
        row, problems = _row(number, line, sheet.places, sheet.preset)
        code = _code(line, sheet.places)
        if code and code in seen:
            words = _("%(code)s stands in row %(row)s already. Leave each project in one row.")
            words = words % {"code": code, "row": seen[code]}
            problems.append(Problem(words, number, code, "project_number", code))
        seen.setdefault(code, number)
        parsed.problems.extend(problems)
        if row is not None and not problems:
            parsed.rows.append(row)
    return parsed


def _row(
    number: int, line: list[str], places: Sequence[tuple[int, Column]], preset: Preset
) -> tuple[Row | None, list[Problem]]:
    code = _code(line, places)
    if len(line) != len(places):
        words = _("The row has %(cells)s cells, the heading has %(wanted)s. Look for a separator too many or too few.")
        return None, [Problem(words % {"cells": len(line), "wanted": len(places)}, number, code)]
    reads: dict[str, Read] = {}
    problems = []
    for at, column in places:
        reads[column.field] = cells.read(line[at], column, preset)
        if words := _control_character(line[at]) or reads[column.field].fault:
            problems.append(Problem(words, number, code, column.heading, cells.plain(line[at])[:60]))
    rating = cells.one_rating(reads["rating_ipa"], reads.get("rating_sro"))
    if rating.fault:
        problems.append(Problem(rating.fault, number, code, "colour_rating", rating.value))
    if problems:
        return None, problems
    headings = {column.field: column.heading for _at, column in places}
    row = Row(
        number,
        **{name: reads[name].value for name in (*ABOUT, *FIGURES)},
        rating=rating.value,
        rating_source=rating.source,
        rating_comment=cells.paragraphs((headings["rating_ipa"], rating.reason), ("", reads["rating_comment"].value)),
        note=cells.note(reads, headings),
    )
    return row, []


def _code(line: Sequence[str], places: Sequence[tuple[int, Column]]) -> str:
    return next((line[at].strip()[:60] for at, column in places if column.field == "code" and at < len(line)), "")


def _control_character(text: str) -> str:
    for character in text:
        if character not in "\t\r\n" and unicodedata.category(character) == "Cc":
            words = _("The cell holds an invisible control character (U+%(number)s). Delete it.")
            return words % {"number": f"{ord(character):04X}"}
    return ""
