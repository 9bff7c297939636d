"""Fills the benchmark's tables by COPY through our own models.

The triggers of the large tables rest meanwhile; the history they would have written is written from the rows by one
statement a table. The small tables, the tree among them, are filled with every trigger on.
"""

import io
import time
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

from portfolio.models import (
    Baseline,
    Benefit,
    BenefitValue,
    CostRow,
    Currency,
    ExchangeRate,
    FiscalPeriod,
    Membership,
    Milestone,
    MilestoneBaseline,
    Node,
    Risk,
    StatusReport,
    User,
)
from reporting.rollup.statement import COLUMNS
from tests.bench import database

NODE = ("id", "kind", "code", "name", "parent", "lifecycle", "owner", "method")
COST = ("node", "cost_version", "baseline", "period", "category", "cost_type", "currency", "amount")
MILESTONE = ("id", "node", "name", "kind", "is_critical", "forecast_date", "actual_date")
RISK = (
    "node", "title", "kind", "state", "current_probability", "current_impact", "probability_percent", "impact_amount",
    "currency", "raised_on", "closed_on",
)  # fmt: skip
BENEFIT = ("id", "node", "name", "kind", "nature", "measure", "currency")
VALUE = ("benefit", "value_version", "baseline", "period", "amount")
REPORT = (
    "node", "week_start", "schedule", "cost", "scope", "risk", "benefit", "done", "help_needed", "author",
    "created_at", "submitted_at",
)  # fmt: skip
CHUNK = 10_000  # rows
HISTORY_DAYS, PROJECT_EVERY = 365, 20  # a project's row changes on 5 % of the days, a container's on each


def steps(world):
    """Yield what is filled, in order: model, fields, rows, and values that are the same in every row."""
    yield User, ("id", "email", "name", "password"), world.users(), {}
    yield Currency, ("id", "code", "name"), [(1, "GBP", "Pound sterling"), (2, "EUR", "Euro")], {}
    yield FiscalPeriod, ("id", "start", "end", "label", "fiscal_year"), world.periods(), {}
    yield ExchangeRate, ("currency", "valid_from", "rate"), world.rates(), {}
    for depth in (1, 2, 3, 4):
        yield Node, NODE, world.nodes(depth), {}
    yield Membership, ("user", "role", "node"), world.memberships(), {}
    yield Baseline, ("id", "node", "number"), world.baselines(), {}
    yield CostRow, COST, world.costs(), {}
    yield Milestone, MILESTONE, world.milestones(), {}
    yield MilestoneBaseline, ("milestone", "baseline", "date"), world.baseline_dates(), {}
    yield Risk, RISK, world.risks(), {}
    yield Benefit, BENEFIT, world.benefits(), {}
    yield BenefitValue, VALUE, world.benefit_values(), {}
    yield StatusReport, REPORT, world.reports(), {"state": "submitted"}


MODELS = (
    User, Currency, FiscalPeriod, ExchangeRate, Node, Membership, Baseline, CostRow, Milestone, MilestoneBaseline, Risk,
    Benefit, BenefitValue, StatusReport,
)  # fmt: skip
LARGE = {CostRow, Milestone, MilestoneBaseline, Risk, Benefit, BenefitValue, StatusReport}
# Without these each row's triggers fail to read them and open a subtransaction that scans all rows before it.
AS_IN_A_REQUEST = """
    SET pgtrigger.ignore = '{}'; SET pghistory.context_metadata = '{}';
    SET pghistory.context_id = '00000000-0000-4000-8000-000000000001'
"""


def fill(world, say):
    """Write the whole world and approve its baselines; `say` is told how long each table took."""
    with database.patient():
        database.execute(AS_IN_A_REQUEST)
        for model, fields, rows, same in steps(world):
            with _told(say, model._meta.db_table), _resting(model):
                _copy(model, fields, rows, same, world.noon)
        with _told(say, "baselines approved"), transaction.atomic():
            Baseline.objects.update(state="approved", is_current=True, approved_at=world.noon)
        for sql in connection.ops.sequence_reset_sql(no_style(), MODELS):
            database.execute(sql)
    connection.close()  # and with it the settings above


@contextmanager
def _resting(model):
    """Let the triggers of a large table rest, and write its history afterwards as they would have."""
    if model not in LARGE:
        yield
        return
    table = model._meta.db_table
    database.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    yield
    event = apps.get_model(model._meta.app_label, f"{model.__name__}Event")
    kept = {field.column for field in model._meta.concrete_fields}
    names = ", ".join(f'"{f.column}"' for f in event._meta.concrete_fields if f.column in kept)
    database.execute(f"""
        INSERT INTO "{event._meta.db_table}" ({names}, pgh_obj_id, pgh_label, pgh_created_at)
        SELECT {names}, id, 'insert', now() FROM "{table}"
    """)
    database.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


def _copy(model, fields, rows, same, noon):
    given = [model._meta.get_field(name).column for name in fields]
    rest = {field.column: value for field, value in _defaults(model, set(fields), noon)}
    rest |= {model._meta.get_field(name).column: _text(value) for name, value in same.items()}
    names = ", ".join(f'"{name}"' for name in (*given, *rest))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.cursor.copy_expert(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', Lines(rows, rest.values()))


def _defaults(model, given, noon):
    for field in model._meta.concrete_fields:
        if field.name in given or field.primary_key:
            continue
        value = noon if getattr(field, "auto_now_add", False) else field.get_default()
        yield field, _text(field.get_db_prep_save(value, connection) if isinstance(field, models.JSONField) else value)


def _text(value):
    """Return a value as COPY reads it; the world's texts hold no tab, line break or backslash."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list | dict):
        return "{}"  # an empty list of PostgreSQL, and an empty object of JSON
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(getattr(value, "adapted", value))


class Lines:
    """The rows as COPY's text, made while they are read."""

    def __init__(self, rows, rest):
        self.rows, self.chunk = iter(rows), io.BytesIO()
        self.end = "".join(f"\t{text}" for text in rest) + "\n"

    def read(self, size=-1):
        """Return the next bytes, none at the end."""
        data = self.chunk.read(size)
        if not data:
            lines = ("\t".join(map(_text, row)) + self.end for row in islice(self.rows, CHUNK))
            self.chunk = io.BytesIO("".join(lines).encode())
            data = self.chunk.read(size)
        return data


@contextmanager
def _told(say, what):
    began = time.perf_counter()
    yield
    say(what, time.perf_counter() - began)


# The roll-up's past, written at once: every row as it stands now, cut at the days on which it changed; where it
# changed, one in six projects had another colour before, so that trends and "what changed" find something.
HISTORY = f"""
    INSERT INTO reporting_noderolluphistory (node_id, recorded_from, recorded_to, {", ".join(COLUMNS)})
    SELECT row.node_id, cut.day, cut.day + step.days * interval '1 day',
        {", ".join("cut.status" if name == "status" else f"row.{name}" for name in COLUMNS)}
    FROM reporting_noderollup row
    JOIN portfolio_node node ON node.id = row.node_id
    CROSS JOIN LATERAL (SELECT CASE WHEN node.kind = 'project' THEN {PROJECT_EVERY} ELSE 1 END AS days) step
    CROSS JOIN LATERAL (
        SELECT %(now)s::timestamptz - back * interval '1 day' AS day,
            CASE WHEN (node.id + back / step.days) %% 6 = 0 THEN 'risk' ELSE row.status END AS status
        FROM generate_series(step.days + (node.id %% step.days)::int, {HISTORY_DAYS}, step.days) back
    ) cut
"""
REOPEN = f"""
    UPDATE reporting_noderolluphistory held SET recorded_from = %(now)s::timestamptz
        - CASE WHEN node.kind = 'project' THEN node.id %% {PROJECT_EVERY} ELSE 0 END * interval '1 day'
    FROM portfolio_node node WHERE node.id = held.node_id AND held.recorded_to IS NULL
"""


def fill_history(now):
    """Give the roll-up a year's past, after its first full run at `now`."""
    with database.patient(), transaction.atomic():
        database.execute(HISTORY, {"now": now})
        database.execute(REOPEN, {"now": now})
