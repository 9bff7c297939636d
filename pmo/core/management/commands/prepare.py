"""`manage.py prepare`: what a start needs, without starting: browser files, migrations, the demo."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from pmo.core import prepare


class Command(BaseCommand):
    """Do what is not done yet; `--static-only` leaves the database alone."""

    help = "Build browser files, migrate, and load the demo into an empty database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --static-only."""
        parser.add_argument("--static-only", action="store_true", help="build browser files only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, saying each step."""
        prepare.static_files(self.stdout.write)
        if not options["static_only"]:
            prepare.migrations(self.stdout.write)
            prepare.demo(self.stdout.write)
