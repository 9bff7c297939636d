"""CSV and XLSX of a bound table: the same rows, order and columns as the page, with typed cells."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

from pmo.core import clock
from pmo.core.errors import DomainError
from pmo.core.tables import Table

FORMATS = ("csv", "xlsx")
CHUNK = 500
FIRST_YEAR = 1900  # of a workbook's calendar; earlier dates go out as text
# Characters with which a spreadsheet may take text for a formula, also in their full-width forms.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def respond(table: Table, file_format: str, name: str) -> HttpResponse | StreamingHttpResponse:
    """Return the whole of `table` as a download called `name` with the day in it."""
    file_name = f"{name}-{clock.today():%Y-%m-%d}.{file_format}"
    response: HttpResponse | StreamingHttpResponse
    if file_format == "csv":
        response = StreamingHttpResponse(csv_lines(table), content_type="text/csv; charset=utf-8")
    elif file_format == "xlsx":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(xlsx_bytes(table), content_type=kind)
    else:
        raise DomainError("Exports come as csv or xlsx.")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    return response


def values(table: Table) -> Iterator[list[Any]]:
    """Yield the typed values of every row, in the page's columns and order, a chunk at a time."""
    for obj in table.queryset.iterator(chunk_size=CHUNK):
        yield [column.raw(obj) for column in table.shown]


def safe_text(text: str) -> str:
    """Return `text` so that no spreadsheet runs it as a formula: an apostrophe stands before a risky start."""
    return f"'{text}" if text.lstrip(" \"';,").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bool | int | float | Decimal | date):
        return str(value)
    if isinstance(value, list | tuple):
        return safe_text(", ".join(map(str, value)))
    return safe_text(str(value))


def csv_lines(table: Table) -> Iterator[str]:
    """Yield the lines of the CSV: UTF-8 with a byte-order mark, for Excel, and a heading row."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    writer.writerow([safe_text(str(column.label)) for column in table.shown])
    for row in values(table):
        writer.writerow([_plain(value) for value in row])
        if buffer.tell() > 32_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def xlsx_bytes(table: Table) -> bytes:
    """Return the workbook: numbers and dates typed, all text as text, never a formula."""
    import xlsxwriter  # slow import

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "constant_memory": False}) as book:
        sheet = book.add_worksheet()
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "money": book.add_format({"num_format": "#,##0.00"}),
        }
        for index, column in enumerate(table.shown):
            sheet.write_string(0, index, str(column.label), formats["head"])
        for number, row in enumerate(values(table), start=1):
            for index, value in enumerate(row):
                _write(sheet, number, index, value, formats)
        sheet.freeze_panes(1, 1)
        sheet.autofit()
    return stream.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), formats["money"])
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, timezone.make_naive(value), formats["instant"])
    elif isinstance(value, date) and value.year >= FIRST_YEAR:
        sheet.write_datetime(row, column, datetime.combine(value, time()), formats["date"])
    else:
        sheet.write_string(row, column, ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
