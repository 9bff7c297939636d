"""Dates the rows of history like the instant that is replayed: the database's triggers know the real clock only."""

from datetime import datetime

import pghistory.models
from django.apps import apps
from django.db import connection


class Backdating:
    """Remembers up to which row of each history table the dates are true."""

    def __init__(self) -> None:
        """Leave alone what is there already."""
        found = (model for model in apps.get_models() if issubclass(model, pghistory.models.Event))
        self.tables = [connection.ops.quote_name(model._meta.db_table) for model in found if model._meta.managed]
        self.last = dict.fromkeys(self.tables, 0)
        for table in self.tables:
            self.last[table] = self._run(f"SELECT coalesce(max(pgh_id), 0) FROM {table}")  # noqa: S608

    def date(self, at: datetime) -> None:
        """Date every row that was written since the last call `at`."""
        for table, last in self.last.items():
            written = f"UPDATE {table} SET pgh_created_at = %s WHERE pgh_id > %s RETURNING pgh_id"  # noqa: S608
            sql = f"WITH dated AS ({written}) SELECT coalesce(max(pgh_id), %s) FROM dated"  # noqa: S608
            self.last[table] = self._run(sql, at, last, last)

    @staticmethod
    def _run(sql: str, *values: datetime | int) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()[0]
