"""`manage.py doctor`: what this installation runs on, where its data lie, and what is wrong, in words."""

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from pmo.celery import app
from pmo.core import checks, embedded

LEAST_FREE_GB = 1


class Command(BaseCommand):
    """Print one line per fact; exit with 1 and the fixes when something is wrong."""

    help = "Say what runs, where the data lie and what is wrong."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the facts, then every problem with its fix. Raises CommandError if there is a problem."""
        self.stdout.write(f"Gatehouse {settings.VERSION} on Python {sys.version.split()[0]}, {settings.BASE_DIR}")
        self.stdout.write(f"Start: {'local, this machine only' if settings.LOCAL else 'production'}")
        problems = [*self._database(), *self._broker(), *self._disk()]
        problems += [checks.in_words([message]).strip() for message in checks.settings_are_safe(None)]
        if problems:
            raise CommandError("\n".join(["something is wrong:", *problems]))
        self.stdout.write("Nothing is wrong.")

    def _database(self) -> Iterator[str]:
        given = settings.DATABASES["default"]
        private = "" if os.environ.get("DATABASE_URL") else f"private, files in {embedded.home(settings.VAR_DIR)}, "
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "select current_setting('server_version'), pg_size_pretty(pg_database_size(%s))",
                    [connection.settings_dict["NAME"]],
                )
                version, size = cursor.fetchone()
            executor = MigrationExecutor(connection)
            waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        except DatabaseError as error:
            self.stdout.write(f"Database: {private}not reached")
            yield f"The database does not answer: {error}    Fix: start it, or correct DATABASE_URL."
            return
        self.stdout.write(f"Database: {private}PostgreSQL {version}, {given['NAME']}, {size}")
        if waiting:
            yield f"{waiting} migrations are waiting.\n    Fix: manage.py migrate"

    def _broker(self) -> Iterator[str]:
        kind = "Redis" if settings.REDIS_URL else "files under var/broker"
        self.stdout.write(f"Broker: {kind}")
        if not settings.REDIS_URL:
            return
        try:
            with app.connection_for_write(connect_timeout=2) as link:
                link.ensure_connection(max_retries=1, timeout=2)
        except Exception as error:  # noqa: BLE001  whatever the transport raises is the finding
            yield f"The broker does not answer: {error}\n    Fix: start it, or correct REDIS_URL."

    def _disk(self) -> Iterator[str]:
        free = shutil.disk_usage(settings.BASE_DIR).free / 1e9
        self.stdout.write(f"Disk: {free:.0f} GB free")
        if free < LEAST_FREE_GB:
            yield f"Less than {LEAST_FREE_GB} GB of disk is free.\n    Fix: make room; PostgreSQL stops without it."
