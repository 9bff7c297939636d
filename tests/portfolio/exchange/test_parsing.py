"""Whole files: the published editions to the last figure, and files that are broken on purpose."""

from collections import Counter
from decimal import Decimal

import pytest

from portfolio.exchange import parsing
from portfolio.exchange.sheets import UnreadableError
from tests.portfolio.exchange.conftest import CELLS, DATA, HEADINGS, edition, needs_data, published

CODE = CELLS["project_number"]


def problems(content):
    return [(one.row, one.column, one.message) for one in parsing.parse(content).problems]


# The counts and sums are those of ../shared/data/README.md.
@needs_data
@pytest.mark.parametrize(
    ("year", "rows", "numeric", "total", "ratings"),
    [
        (2021, 184, 164, "541951.37", {"amber_green": 29, "amber": 84, "amber_red": 44, "green": 12, "red": 7}),
        (2022, 235, 191, "494181.00", {"amber": 170, "red": 27, "green": 24}),
    ],
)
def test_published_edition_is_read_whole(year, rows, numeric, total, ratings):
    parsed = parsing.parse(published(year))
    assert (len(parsed.rows), parsed.problems) == (rows, [])
    figures = [row.whole_life for row in parsed.rows if row.whole_life is not None]
    assert (len(figures), sum(figures) / 1_000_000) == (numeric, Decimal(total))
    counts = Counter(row.rating for row in parsed.rows)
    others = counts.pop("exempt") + counts.pop("not_rated")
    assert (counts, others) == (ratings, rows - sum(ratings.values()))


@needs_data
def test_published_2022_ratings_come_from_two_reviewers():
    given = Counter(
        row.rating_source for row in parsing.parse(published(2022)).rows if row.rating in ("amber", "green", "red")
    )
    assert given == {"ipa": 153, "sro": 68}


@needs_data
@pytest.mark.parametrize(
    ("year", "words"),
    [(2014, "one project a column"), (2016, "one project a column"), (2019, "no column “project_number”")],
)
def test_editions_without_a_key_are_refused_and_say_what_can_be_read(year, words):
    with pytest.raises(UnreadableError, match=words) as error:
        parsing.parse(published(year))
    assert str(error.value).endswith("Editions that can be read: GMPP 2021, GMPP 2022.")


def test_no_text_of_a_row_is_lost():
    texts = {name: f"words of {name}" for name in CELLS if name.endswith("_comment")}
    figures = {"wlc_baseline_incl_NCG": "Exempt A", "total_baseline": "Exempt B", "end_date": "Exempt C"}
    (row,) = parsing.parse(edition(2021, texts | figures | {"colour_rating": "Exempt D"})).rows
    assert row.rating_comment == "colour_rating: Exempt D\n\nwords of rating_comment"
    assert row.note == (
        "wlc_baseline_incl_NCG: Exempt A\n\ntotal_baseline: Exempt B\n\nend_date: Exempt C\n\n"
        "schedule_comment: words of schedule_comment\n\nvariance_comment: words of variance_comment\n\n"
        "budget_comment: words of budget_comment"
    )


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-8", "utf-8-sig"])
def test_pound_signs_and_dashes_survive_either_encoding(encoding):
    (row,) = parsing.parse(edition(2021, {"project_name": "Crossrail – “Elizabeth”"}, encoding=encoding)).rows
    assert (row.name, row.whole_life) == ("Crossrail – “Elizabeth”", Decimal("2013020000.00"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b" \r\n", "The file is empty."),
        (b"PK\x03\x04rest", "Excel workbook"),
        ("year;x".encode("utf-16"), "UTF-16"),
        (edition(2021, {}).replace(b"Rail", b"R\0il"), "Line 2 holds a NUL byte"),
        (edition(2021, {}).replace(b"Rail", b"\xa3\x81"), "Line 2 holds the byte 0x81"),
        (edition(2021, {}).replace(b";", b","), "separated by commas; GMPP 2021 is read with semicolons"),
        (
            edition(2021, {}).replace(b"end_date;", b""),
            "The heading lacks “end_date”. GMPP 2021 has these columns: year",
        ),
        (edition(2021, {}).replace(b"end_date;", b"end_date;risk;"), "“risk”, which would be lost"),
        (edition(2021, {}).replace(b"2021;", b"1999;"), "The edition “1999” is not known"),
        (HEADINGS[2021].encode(), "no column “year” with a year"),
        (edition(2021, {}).replace(b"Rail", b'"Rail'), "Look for a quotation mark"),
        (b"a;b\n1;2\n", "no column “year”"),
        (b"\x89PNG\r\n\x1a\n rest", "neither Windows-1252 nor UTF-8|no column"),
    ],
)
def test_a_file_that_is_no_edition_says_why(content, words):
    with pytest.raises(UnreadableError, match=words):
        parsing.parse(content)


def test_every_problem_is_named_by_row_and_column():
    content = edition(
        2021,
        {},
        {"project_number": "B", "total_baseline": "lots", "end_date": "soon"},
        {"project_number": "C", "year": "2020"},
    )
    assert [(row, column) for row, column, _words in problems(content)] == [
        (3, "end_date"),
        (3, "total_baseline"),
        (4, "year"),
    ]


def test_a_code_that_stands_twice_names_the_first_row():
    assert problems(edition(2021, {}, {})) == [
        (3, "project_number", f"{CODE} stands in row 2 already. Leave each project in one row.")
    ]


def test_a_row_of_another_length_and_a_control_character_are_named():
    content = edition(2021, {}, {"project_number": "B", "description_aims": "bell \x07"}) + b"2021;C;x\n"
    assert problems(content) == [
        (3, "description_aims", "The cell holds an invisible control character (U+0007). Delete it."),
        (4, "", "The row has 3 cells, the heading has 16. Look for a separator too many or too few."),
    ]


def test_empty_lines_are_left_out_and_long_cells_kept():
    content = edition(2021, {"description_aims": "x" * 10_000}) + b"\n;;\n"
    (row,) = parsing.parse(content).rows
    assert row.description == "x" * 10_000


@needs_data
def test_naughty_strings_are_kept_or_refused_by_row():
    lines = (DATA / "badinput/blns.txt").read_text(encoding="utf-8").split("\n")
    payloads = (DATA / "badinput/csv-payload.txt").read_text(encoding="utf-8").splitlines()
    strings = [line for line in [*lines, *payloads] if line.strip() and not line.startswith("#")]
    rows = [{"project_number": f"B{n}", "description_aims": text} for n, text in enumerate(strings)]
    parsed = parsing.parse(edition(2021, *rows, encoding="utf-8"))
    kept = {row.code: row.description for row in parsed.rows}
    assert all(kept[f"B{n}"] == text.strip() for n, text in enumerate(strings) if f"B{n}" in kept)
    refused = [one for one in parsed.problems if "control character" not in one.message]
    assert (len(kept) + len({one.row for one in parsed.problems}), refused) == (len(strings), [])
    assert set(payloads) <= set(kept.values())
