"""G1 to G5: the roll-up against bare SQL and against a loop. Reference and product in turn, results compared."""

import random

from django.db import transaction

from pmo.core.access import SYSTEM
from portfolio.finance.services import cost_rows_edit_amounts
from portfolio.models import CostRow
from reporting.rollup import services
from tests.bench import database, loop, reference, table
from tests.bench.timing import Queries, Series, clocked, cpu_words, exponent, in_turn, percentile

OURS = ("reporting_noderollup", "reporting_nodeperiodrollup", "reporting_noderolluphistory")
BARE = ("bench_now", "bench_period")
CHANGES, WARM, SAMPLE = 200, 10, 200
# Every stored row is made wrong, so that a full run must write every row anew and close and open its history.
SPOIL = (
    "UPDATE reporting_noderollup SET severity = severity + 1; UPDATE reporting_nodeperiodrollup SET budget = budget + 1"
)
EMPTY = "TRUNCATE reporting_noderollup, reporting_nodeperiodrollup, reporting_noderolluphistory"


class Unequal(Exception):
    """The product's figures are not those of the reference; the message says which."""


def same():
    """Raise Unequal unless the roll-up, the bare tables and a full computation agree to the cent."""
    if found := reference.unequal():
        raise Unequal(f"rows that differ from bare SQL: {found}")
    if found := services.differences():
        raise Unequal(f"{len(found)} rows differ from a full computation, such as {found[0]}")


class Rolling:
    """The measurements of one world. `rounds` is how often each full run is repeated."""

    def __init__(self, world, rounds):
        self.world, self.rounds = world, rounds
        self.chance = random.Random(world.seed)
        database.execute(reference.TABLES)

    # --- full runs ---------------------------------------------------------------------------
    def full(self):
        """Return the seconds of bare SQL and of the product when every row is replaced; results compared."""
        with database.patient():
            database.tidy()
            found = in_turn(
                {"bare": reference.full, "product": services.recompute}, rounds=self.rounds, before=self._before_full
            )
            reference.full()
        same()
        return found

    def _before_full(self, name):
        if name == "product":
            database.execute(SPOIL)
        database.tidy(*(OURS if name == "product" else BARE))

    def nothing_changed(self):
        """Return the seconds of a full run that finds every row as it should be."""
        return in_turn({"product": services.recompute}, rounds=3)["product"]

    def from_empty(self):
        """Return the seconds of the first full run, into empty tables; history is emptied with them."""
        with database.patient():
            return in_turn(
                {"product": services.recompute}, rounds=3, warm=0, before=lambda _name: database.execute(EMPTY)
            )["product"]

    def orm_loop(self):
        """Return the seconds of the per-project loop for all projects, scaled from a sample, rolled back."""
        count = min(SAMPLE, self.world.projects)
        numbers = self.chance.sample(range(self.world.projects), count)
        ids = [self.world.first_project + number for number in numbers]
        with database.patient(), transaction.atomic():
            seconds = clocked(lambda: loop.roll_up(ids))
            transaction.set_rollback(True)
        return seconds * self.world.projects / count

    # --- one change and many -------------------------------------------------------------------
    def change(self, count):
        """Change one forecast amount in each of `count` projects by the service; return the projects' ids."""
        ids = [self.world.first_project + n for n in self.chance.sample(range(self.world.projects), count)]
        rows = (
            CostRow.objects.filter(node__in=ids, cost_version="forecast").order_by("node_id", "pk").distinct("node_id")
        )
        changes = {row.pk: (row.amount + self.chance.randint(1, 9_999), row.version) for row in rows}
        cost_rows_edit_amounts(changes, actor=SYSTEM)
        return ids

    def one_change(self):
        """Return what 200 single changes took, one after the other up to the root: bare, product, and its queries."""
        self._settle()
        bare, whole, inside, counts = Series(), Series(), Series(), []
        for number in range(CHANGES + WARM):
            ids = self.change(1)
            kept = number >= WARM
            with Queries() as seen:
                (whole if kept else Series()).run(services.roll_up)
            (bare if kept else Series()).run(lambda ids=ids: reference.some(ids))
            if kept:
                inside.seconds.append(seen.seconds)
                counts.append(seen.count)
        same()
        return bare, whole, inside, max(counts)

    def many_changes(self):
        """Return the seconds of rolling up 200 changed projects at once: bare and product."""
        self._settle()
        count, found = min(CHANGES, self.world.projects // 2), {"bare": Series(), "product": Series()}
        for number in range(self.rounds + 1):
            ids = self.change(count)
            (found["product"] if number else Series()).run(services.roll_up)
            (found["bare"] if number else Series()).run(lambda ids=ids: reference.some(ids))
        same()
        return found

    def _settle(self):
        with database.patient():
            services.recompute()
            reference.full()
            database.tidy(*OURS, *BARE)


def measure(rolling, wanted, say):
    """Yield the lines of G1 and G3 to G5 of one world. Raises Unequal."""
    if {"G1", "G3"} & wanted:
        say("full roll-up, reference and product in turn")
        full = rolling.full()
        if "G1" in wanted:
            yield from _full_lines(rolling, full)
        if "G3" in wanted:
            say("per-project loop")
            scaled, p50 = rolling.orm_loop(), full["product"].p50
            note = f"{min(SAMPLE, rolling.world.projects)} projects measured, scaled to {rolling.world.projects:,}"
            yield table.faster("G3", "full roll-up against an ORM loop", scaled, p50, 25, note=note)
    if "G4" in wanted:
        say("200 single changes")
        yield from _change_lines(rolling)
    if "G5" in wanted:
        say("200 changes at once")
        found = rolling.many_changes()
        yield table.times(
            "G5",
            "200 changes rolled up in one transaction",
            found["bare"].p50,
            found["product"].p50,
            2,
            cpu_words(*found.values()),
        )


def _full_lines(rolling, full):
    bare, product = full["bare"].p50, full["product"].p50
    equal = f"{len(reference.SHARED)} + {len(reference.SHARED_PERIODS)} columns equal; with history"
    note = f"{equal}; {cpu_words(*full.values())}"
    yield table.times("G1", "full roll-up, every row replaced", bare, product, 1.5, note=note)
    for what, series in (("nothing changed", rolling.nothing_changed()), ("from empty", rolling.from_empty())):
        ratio = f"{series.p50 / bare:.2f}x"
        yield table.Line("G1", f"… {what}", table.told(bare), table.told(series.p50), ratio, note="told, not judged")


def _change_lines(rolling):
    bare, whole, inside, count = rolling.one_change()
    yield table.limit("G4", "one change to the root: queries", count, 8, str)
    words = f"with Python {table.told(whole.p50)}; {cpu_words(bare, whole)}"
    yield table.limit("G4", "… database time p50", inside.p50, 0.010, table.told, words, table.told(bare.p50))
    yield table.limit("G4", "… database time p95", inside.p95, 0.020, table.told, "", table.told(bare.p95))
    note = f"after {CHANGES} changes, against bare SQL and a full computation, to the cent"
    yield table.Line("G4", "… equal to a full recompute", wanted="equal", verdict=table.MET, note=note)


def growth(sizes, fulls, changes):
    """Return the lines of G2, and of G4 across sizes, from what was measured at each size, smallest first."""
    bare = exponent(sizes, [found["bare"].p50 for found in fulls])
    ours = exponent(sizes, [found["product"].p50 for found in fulls])
    span = f"{sizes[0]:,} to {sizes[-1]:,}"
    met = table.verdict(ours <= bare + 0.03)
    lines = [
        table.Line(
            "G2", f"growth exponent, {span}", f"{bare:.2f}", f"{ours:.2f}", f"{ours - bare:+.2f}", "≤ bare + 0.03", met
        )
    ]
    if changes:
        first, last = (percentile(found.seconds, 0.5) for found in (changes[0], changes[-1]))
        lines.append(table.times("G4", f"… p50, {span}", first, last, 2, "both are the product's"))
    return lines
