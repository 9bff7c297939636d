"""Read what an export wrote: the rows of a CSV, and the typed cells of a workbook, from its own XML."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Cell:
    """One cell: `kind` is "s" (text), "n" (number, also of dates), "b" (truth) or "" (empty)."""

    kind: str = ""
    value: Any = None
    number_format: str = ""


def body(response: Any) -> bytes:
    """Return the whole of a download."""
    return b"".join(response) if response.streaming else response.content


def csv_rows(content: bytes) -> list[list[str]]:
    """Return the rows of a CSV that begins with a byte-order mark, as a spreadsheet reads them."""
    text = content.decode("utf-8")
    assert text.startswith("\ufeff"), "Excel takes a CSV without the mark for another encoding"
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def xlsx_rows(content: bytes) -> list[list[Cell]]:
    """Return the cells of the first sheet. A formula anywhere is an error."""
    book = zipfile.ZipFile(io.BytesIO(content))
    assert book.testzip() is None
    shared = _shared(book)
    formats = _formats(book)
    rows = []
    for row in _parse(book, "xl/worksheets/sheet1.xml").iter(f"{MAIN}row"):
        cells: list[Cell] = []
        for cell in row.iter(f"{MAIN}c"):
            assert cell.find(f"{MAIN}f") is None, "no cell of an export is a formula"
            column = _column(cell.attrib["r"])
            cells += [Cell()] * (column - len(cells))
            cells.append(_cell(cell, shared, formats))
        rows.append(cells)
    return rows


def texts(rows: Iterable[Iterable[Cell]]) -> list[list[Any]]:
    """Return the values of rows of cells."""
    return [[cell.value for cell in row] for row in rows]


def _parse(book: zipfile.ZipFile, name: str) -> Any:
    return ET.fromstring(book.read(name))  # noqa: S314  our own file


def _shared(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [
        ESCAPED.sub(lambda code: chr(int(code[1], 16)), "".join(part.text or "" for part in entry.iter(f"{MAIN}t")))
        for entry in _parse(book, "xl/sharedStrings.xml").iter(f"{MAIN}si")
    ]


def _formats(book: zipfile.ZipFile) -> list[str]:
    styles = _parse(book, "xl/styles.xml")
    named = {found.attrib["numFmtId"]: found.attrib["formatCode"] for found in styles.iter(f"{MAIN}numFmt")}
    used = styles.find(f"{MAIN}cellXfs")
    return [named.get(found.attrib["numFmtId"], "") for found in used]


def _column(reference: str) -> int:
    number = 0
    for letter in re.match(r"[A-Z]+", reference)[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _cell(cell: Any, shared: list[str], formats: list[str]) -> Cell:
    number_format = formats[int(cell.attrib.get("s", 0))]
    value = cell.find(f"{MAIN}v")
    if value is None:
        return Cell()
    kind = cell.attrib.get("t", "n")
    if kind == "s":
        return Cell("s", shared[int(value.text)], number_format)
    if kind == "b":
        return Cell("b", value.text == "1", number_format)
    assert kind == "n", f"a cell of an export is text, a number or a truth, not {kind}"
    return Cell("n", float(value.text), number_format)
