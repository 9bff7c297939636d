"""Import a published portfolio edition from a file: `manage.py import_projects FILE --into CODE`."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError

from pmo.core.access import SYSTEM
from portfolio.exchange import services
from portfolio.exchange.outcome import Outcome


class Command(BaseCommand):
    """Import a file all or nothing; a project is found by its code, and the same file twice changes nothing."""

    help = "Import projects from a published portfolio edition (CSV). Exits with 1 when a row has an error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--into", required=True, metavar="CODE", help="code of the portfolio; made if not there")
        parser.add_argument(
            "--edition", type=int, metavar="YEAR", help="year of the edition, instead of the file's own"
        )
        parser.add_argument("--dry-run", action="store_true", help="show the difference, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, file: Path, into: str, edition: int | None, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror or error}") from error
        with pghistory.context(command="import_projects"):
            result = services.edition_import(
                content,
                into=into,
                actor=SYSTEM,
                file_name=file.name,
                year=edition,
                dry_run=options["dry_run"],
            )
        if options["json"]:
            self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False))
        else:
            self._print(result, into, dry_run=options["dry_run"])
        if result.errors:
            raise SystemExit(1)

    def _print(self, result: Outcome, into: str, *, dry_run: bool) -> None:
        figures = result.as_json()
        errors = figures.pop("errors")
        ratings = figures.pop("ratings")
        self.stdout.write(f"{result.edition or 'Unknown edition'} into {into}")
        labels = {
            "edition_whole_life_cost": "whole-life cost of the edition, million",
            "live_whole_life_cost": "live, million",
        }
        for name, value in figures.items():
            shown = "–" if value is None else f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
            self.stdout.write(f"  {labels.get(name, name):<42}{shown:>14}")
        for label, number in ratings.items():
            self.stdout.write(f"  rated {label:<36}{number:>14,}")
        for item in result.changed if dry_run else ():
            self.stdout.write(f"  row {item['row']} {item['code']} {item['name']}")
            for change in item["changes"]:
                self.stdout.write(f"    {change['label']}: {change['before'] or '–'} → {change['after'] or '–'}")
        for error in errors:
            place = f"row {error['row']}, {error['column'] or 'row'}" if error["row"] else "file"
            self.stderr.write(f"  {place}: {error['message']}")
        if errors:
            self.stderr.write("Nothing was written.")
        elif dry_run:
            self.stdout.write("Dry run: nothing was written.")
