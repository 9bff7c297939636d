"""`manage.py import_projects`: one JSON object, a table for people, exit status 1 when a row has an error."""

import json

import pytest
from django.core.management import CommandError, call_command

from portfolio.models import Node
from tests.portfolio.exchange.conftest import edition, needs_data, published

KEYS = [
    "rows",
    "created",
    "updated",
    "unchanged",
    "absent",
    "edition_whole_life_cost",
    "live_whole_life_cost",
    "ratings",
    "errors",
]


@pytest.fixture
def run(tmp_path, capsys, db):
    def call(content, *options):
        path = tmp_path / "edition.csv"
        path.write_bytes(content)
        status = 0
        try:
            call_command("import_projects", str(path), "--into", "GMPP", *options)
        except SystemExit as stop:
            status = stop.code
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


@needs_data
def test_json_of_the_published_edition(run):
    status, out, _err = run(published(2021), "--json")
    figures = json.loads(out)
    assert (status, list(figures)) == (0, KEYS)
    assert (figures["rows"], figures["edition_whole_life_cost"], figures["errors"]) == (184, 541951.37, [])
    assert {name: figures["ratings"][name] for name in ("Amber/Green", "Amber", "Amber/Red", "Green", "Red")} == {
        "Amber/Green": 29,
        "Amber": 84,
        "Amber/Red": 44,
        "Green": 12,
        "Red": 7,
    }
    assert figures["ratings"]["Exempt"] + figures["ratings"]["Not rated"] == 8


def test_errors_end_with_status_1_and_the_json_is_still_printed(run):
    status, out, _err = run(edition(2021, {"end_date": "soon"}), "--json")
    figures = json.loads(out)
    assert (status, figures["created"], Node.objects.count()) == (1, 0, 0)
    assert figures["errors"] == [
        {"row": 2, "column": "end_date", "message": "Not a date. Write it as 2027-03-31, or “Data not provided”."}
    ]


def test_a_file_that_is_no_edition_is_one_error_of_the_file(run):
    status, out, _err = run(b"a;b\n1;2\n", "--json")
    (error,) = json.loads(out)["errors"]
    assert (status, error["row"], error["column"]) == (1, None, "")
    assert error["message"].endswith("Editions that can be read: GMPP 2021, GMPP 2022.")


def test_table_for_people_and_dry_run(run):
    status, out, _err = run(edition(2021, {}), "--dry-run")
    assert (status, Node.objects.count()) == (0, 0)
    assert "GMPP 2021 into GMPP" in out
    assert "2,013.02" in out
    assert "Dry run: nothing was written." in out
    run(edition(2021, {}))
    _status, out, _err = run(edition(2022, {"project_name": "Rail II"}), "--dry-run")
    assert "Name: Rail → Rail II" in out


def test_errors_in_words_name_row_and_column(run):
    status, _out, err = run(edition(2021, {"end_date": "soon"}))
    assert (status, "row 2, end_date: Not a date." in err, "Nothing was written." in err) == (1, True, True)


def test_a_missing_file_is_named(run, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_projects", str(tmp_path / "none.csv"), "--into", "GMPP")


def test_the_edition_can_be_given(run):
    status, out, _err = run(edition(2021, {}), "--edition", "2022", "--json")
    assert (status, json.loads(out)["errors"][0]["message"][:35]) == (1, "The heading lacks “colour_rating”, “"[:35])
