"""The benchmark's own database: its name, its making and its end. No other database is ever written."""

from contextlib import contextmanager

from django.conf import settings
from django.db import connection

SUFFIX = "_bench"
TOLD = ("server_version", "shared_buffers", "work_mem", "random_page_cost", "synchronous_commit", "autovacuum", "jit")


def use():
    """Point this process at the benchmark's database: the configured name and a suffix. Call before any query."""
    database = settings.DATABASES["default"]
    if not database["NAME"].endswith(SUFFIX):
        database["NAME"] += SUFFIX


def name():
    """Return the name of the benchmark's database. Raises RuntimeError where `use` was not called."""
    found = connection.settings_dict["NAME"]
    if not found.endswith(SUFFIX):
        raise RuntimeError(f"{found} is not the benchmark's own database")
    return found


def drop():
    """Drop the benchmark's database, whoever is still connected."""
    _administer(f'DROP DATABASE IF EXISTS "{name()}" WITH (FORCE)')


def create():
    """Make the benchmark's database anew."""
    drop()
    _administer(f'CREATE DATABASE "{name()}"')


def _administer(sql):
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def patient():
    """Lift the timeouts: filling and comparing take longer than any request may."""
    execute("SET statement_timeout = 0; SET lock_timeout = 0")
    yield
    execute("RESET statement_timeout; RESET lock_timeout")


def execute(sql, values=None):
    """Run a statement outside the product's own code."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def rows(sql, values=None):
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def tidy(*tables):
    """Vacuum and analyse tables, or all of ours, as a server does by itself in time: dead rows must not be measured."""
    with patient():
        execute(f"VACUUM ANALYZE {', '.join(tables or connection.introspection.table_names())}")


def described():
    """Return the server's settings that matter and the size of the database, in words."""
    told = ", ".join(f"{key} {rows(f'SHOW {key}')[0][0]}" for key in TOLD)
    [(size,)] = rows("SELECT pg_size_pretty(pg_database_size(current_database()))")
    return f"{told}; database {size}"
