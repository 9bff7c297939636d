"""Reading single cells: what a figure, a date or a rating looks like, and what stands in its place. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portfolio.exchange.presets import RATING_LABELS, RATINGS, REASONS, SCALES, Column, Preset, Reads

AMOUNT = re.compile(r"(-?)£?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?\s*m?", re.IGNORECASE)
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY_FIRST = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
LARGEST = Decimal(10) ** 17  # currency units; what the columns of the database hold
BLANK = "(blank)"


@dataclass(frozen=True)
class Read:
    """What a cell says: a value, or none for the `reason` that stands there, or the `fault` that a person mends."""

    value: Any = None
    reason: str = ""
    fault: str = ""
    source: str = ""


def read(cell: str, column: Column, preset: Preset) -> Read:
    """Read one cell as its column says."""
    text = plain(cell)
    if column.reads is Reads.TEXT:
        return Read(text)
    if column.reads is Reads.LINE:
        return Read(" ".join(part for part in re.split(r"[\n\t]+", text) if part))
    if column.reads is Reads.YEAR:
        fault = _("This row is of another edition. Write %(year)s or leave the row out.") % {"year": preset.year}
        return Read(preset.year, fault="" if text == str(preset.year) else fault)
    if not text:
        return Read()
    if " ".join(text.split()).casefold().startswith(REASONS):
        return Read(reason=text)
    return _FIGURES[column.reads](text, column, preset)


def plain(cell: str) -> str:
    """Return the text without blanks around it and with one kind of line end."""
    return re.sub(r"\r+\n|\r", "\n", cell).strip()


def _date(text: str, column: Column, preset: Preset) -> Read:
    day_first = DAY_FIRST.fullmatch(text)
    iso = "{2}-{1:0>2}-{0:0>2}".format(*day_first.groups()) if day_first else text
    if not ISO_DATE.fullmatch(iso):
        return Read(fault=_("Not a date. Write it as 2027-03-31, or “Data not provided”."))
    try:
        value = date.fromisoformat(iso)
    except ValueError:
        return Read(fault=_("There is no such day. Write it as 2027-03-31, or “Data not provided”."))
    if day_first:
        return Read(fault=_("Not an ISO date. If the day comes first, write %(date)s.") % {"date": iso})
    return Read(value)


def _amount(text: str, column: Column, preset: Preset) -> Read:
    found = AMOUNT.fullmatch(text)
    if not found:
        words = _("Not an amount in million %(currency)s. Write it as 12.50, or “Data not provided”.")
        return Read(fault=words % {"currency": preset.currency})
    sign, whole, part = found.groups()
    value = Decimal(f"{sign}{whole.replace(',', '')}{part or ''}") * preset.unit
    if abs(value) >= LARGEST:
        words = _("The amount is too large to be kept. It is read in million %(currency)s.")
        return Read(fault=words % {"currency": preset.currency})
    if value < 0 and column.field == "whole_life":
        return Read(fault=_("A whole-life cost is not negative. Write the amount without the minus."))
    return Read(value.quantize(Decimal("0.01")))


def _rating(text: str, column: Column, preset: Preset) -> Read:
    value = RATINGS.get(re.sub(r"\s*([/-])\s*", "/", text.casefold()))
    scale = SCALES[preset.scale]
    if value in scale:
        return Read(value)
    choices = ", ".join(RATING_LABELS[name] for name in scale)
    return Read(fault=_("Not a rating of this edition. Write one of: %(choices)s.") % {"choices": choices})


_FIGURES = {Reads.DATE: _date, Reads.MONEY: _amount, Reads.RATING: _rating}


def one_rating(ipa: Read, sro: Read | None) -> Read:
    """Return the one rating of a project and who gave it, of the reviewer's and the responsible owner's."""
    if ipa.value and sro and sro.value:
        return Read(fault=_("Both reviewers rated this project. Leave one of the two cells blank."))
    given, source = (sro, "sro") if sro and sro.value else (ipa, "ipa")
    reasons = list(dict.fromkeys(read.reason for read in (ipa, sro) if read and read.reason))
    reason = "\n\n".join(reasons)
    if given.value:
        return Read(given.value, reason, given.fault, source)
    if not ipa.reason and sro and sro.reason:
        source = "sro"
    value = "exempt" if any(text.casefold().startswith("exempt") for text in reasons) else "not_rated"
    return Read(value, reason or BLANK, "", source)


def paragraphs(*parts: tuple[str, str]) -> str:
    """Return the texts one below the other, each after the heading of its column; equal ones stand once."""
    headings: dict[str, list[str]] = {}
    for heading, text in parts:
        if text:
            headings.setdefault(text, []).append(heading)
    named = ((", ".join(name for name in names if name), text) for text, names in headings.items())
    return "\n\n".join(f"{names}: {text}" if names else text for names, text in named)


def note(reads: Mapping[str, Read], headings: Mapping[str, str]) -> str:
    """Return the texts that have no field of their own, and every reason for a missing figure, with their headings."""
    missing = {"whole_life": BLANK}  # a blank here clears the current figure, so the note says so
    figures = ("whole_life", "budget", "forecast", "start", "finish")
    parts = [
        (headings[name], reads[name].reason or missing.get(name, "")) for name in figures if reads[name].value is None
    ]
    comments = ("schedule_comment", "variance_comment", "budget_comment")
    return paragraphs(*parts, *((headings[name], reads[name].value) for name in comments))
