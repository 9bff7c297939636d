"""From bytes to lines of cells, and which edition they are: encoding, separator, heading. Pure: no database."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core.errors import DomainError
from portfolio.exchange.presets import PRESETS, Column, Preset, supported

DELIMITERS = {";": gettext_lazy("semicolons"), ",": gettext_lazy("commas"), "\t": gettext_lazy("tabs")}
EXCEL = gettext_lazy("This is an Excel workbook. Save the sheet as CSV with semicolons and choose that file.")
UTF_16 = gettext_lazy("The text is saved as UTF-16. Save it as CSV in Windows-1252 or UTF-8.")
FOREIGN = ((b"PK\x03\x04", EXCEL), (b"\xd0\xcf\x11\xe0", EXCEL), (b"\xff\xfe", UTF_16), (b"\xfe\xff", UTF_16))
LARGEST_CELL = 100_000  # characters
LARGEST_FILE = 10 * 1024 * 1024  # bytes


class UnreadableError(DomainError):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Sheet:
    """The lines of an edition with their numbers, and the place of each column of its preset."""

    preset: Preset
    lines: list[tuple[int, list[str]]]
    places: list[tuple[int, Column]]


def read(content: bytes, year: int | None = None) -> Sheet:
    """Split a file into cells and find its edition. Raises UnreadableError."""
    text = decode(content)
    delimiter = max(DELIMITERS, key=text.split("\n", 1)[0].count)
    table = _split(text, delimiter)
    heading = [" ".join(cell.split()) for cell in table[0]]
    lines = [(number, line) for number, line in enumerate(table[1:], start=2) if any(cell.strip() for cell in line)]
    preset = _preset(heading, _year(heading, lines, year))
    if delimiter != preset.delimiter:
        words = _("The cells are separated by %(found)s; %(edition)s is read with %(wanted)s. Save it that way.")
        names = {"found": DELIMITERS[delimiter], "wanted": DELIMITERS[preset.delimiter], "edition": preset.label}
        raise UnreadableError(words % names)
    return Sheet(preset, lines, _places(heading, preset))


def decode(content: bytes) -> str:
    """Return the text: UTF-8 where it is that, else Windows-1252, as editions are published. Raises UnreadableError."""
    if len(content) > LARGEST_FILE:
        raise UnreadableError(_("The file is larger than 10 MB."))
    if not content.strip():
        raise UnreadableError(_("The file is empty."))
    for start, words in FOREIGN:
        if content.startswith(start):
            raise UnreadableError(str(words))
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise UnreadableError(_("Line %(line)s holds a NUL byte, so this is no text. Save it as CSV.") % {"line": line})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _published(content)


def _published(content: bytes) -> str:
    try:
        return content.decode("windows-1252")
    except UnicodeDecodeError as error:
        words = _("Line %(line)s holds the byte %(byte)s, neither Windows-1252 nor UTF-8. Save the file as UTF-8.")
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(words % {"line": line, "byte": f"0x{content[error.start]:02x}"}) from error


def _split(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        words = _("Line %(line)s does not split into cells (%(error)s). Look for a quotation mark that is not closed.")
        raise UnreadableError(words % {"line": reader.line_num, "error": error}) from error


def _year(heading: Sequence[str], lines: Sequence[tuple[int, list[str]]], year: int | None) -> str:
    if year or "year" not in heading:
        return str(year or "")
    at = heading.index("year")
    return lines[0][1][at].strip()[:20] if lines and at < len(lines[0][1]) else ""


def _preset(heading: Sequence[str], year: str) -> Preset:
    found = next((preset for preset in PRESETS if str(preset.year) == year), None)
    if found and "project_number" in heading:
        return found
    if heading and heading[0].casefold() == "project name":
        words = _("This edition stands on its side, one project a column, and has no project numbers to match by.")
    elif "year" not in heading or not year:
        words = _("There is no column “year” with a year below it, so the edition is unknown.")
    elif "project_number" not in heading:
        words = _("There is no column “project_number”, so nothing tells which project is which.")
    else:
        words = _("The edition “%(year)s” is not known.") % {"year": year}
    raise UnreadableError(f"{words} {_('Editions that can be read: %(editions)s.') % {'editions': supported()}}")


def _places(heading: Sequence[str], preset: Preset) -> list[tuple[int, Column]]:
    wanted, there = Counter(column.heading for column in preset.columns), Counter(heading)
    if gap := list((wanted - there).elements()):
        _refuse(_("The heading lacks %(names)s."), gap, preset)
    if extra := list((there - wanted).elements()):
        _refuse(_("The heading has %(names)s, which would be lost. Delete it."), extra, preset)
    used: Counter[str] = Counter()
    places = []
    for column in preset.columns:
        nth = [index for index, name in enumerate(heading) if name == column.heading]
        places.append((nth[used[column.heading]], column))
        used[column.heading] += 1
    return places


def _refuse(words: str, names: Sequence[str], preset: Preset) -> None:
    quoted = ", ".join(f"“{name[:40]}”" for name in names[:5])
    columns = ", ".join(column.heading for column in preset.columns)
    wanted = _("%(edition)s has these columns: %(columns)s.") % {"edition": preset.label, "columns": columns}
    raise UnreadableError(f"{words % {'names': quoted}} {wanted}")
