"""`python -m tests.bench`: make the data, measure reference and product in turn, print one table (docs/performance.md).

Ends with 0 unless the product's results are not those of the reference.
"""

import argparse
import os
import platform
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmo.settings")
os.environ.setdefault("LOG_LEVEL", "WARNING")

import django
from django.conf import settings
from django.core.management import call_command

from tests.bench import database

database.use()
django.setup()

from pmo.celery import app  # noqa: E402  after django.setup
from pmo.core import clock  # noqa: E402
from reporting.rollup import services  # noqa: E402
from tests.bench import fill, load, pages, rolling, table  # noqa: E402
from tests.bench.timing import Series, clocked  # noqa: E402
from tests.bench.world import FACTS, World  # noqa: E402

ALL = [f"G{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18)]
NOT_HERE = {"G11": ("import of 10,000 rows", "no import of a table of projects yet, only of published editions")}
TUNED = {"work_mem": "64MB", "random_page_cost": "1.1"}  # as the floors of design/performance.md were measured
BETWEEN_SIZES = {"G2", "G18"}


def options():
    """Return the command line's choices."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, default=10_000, help="size of the world that is measured (10000)")
    parser.add_argument("--sizes", help="sizes for growth, such as 1000,100000 (a tenth of the projects, and all)")
    parser.add_argument("--only", default="", help="goals, such as G1,G4 (all)")
    parser.add_argument(
        "--rounds", type=int, default=0, help="how often each full run is repeated (5, or 3 above 20000)"
    )
    parser.add_argument(
        "--as-is", action="store_true", help="leave work_mem and random_page_cost as the server has them"
    )
    parser.add_argument("--keep", action="store_true", help="keep the database at the end")
    parser.add_argument("--reuse", action="store_true", help="measure the database that an earlier --keep has left")
    given = parser.parse_args()
    given.goals = set(filter(None, given.only.upper().split(","))) or set(ALL)
    if unknown := given.goals - set(ALL):
        parser.error(f"no such goal: {', '.join(sorted(unknown))}")
    given.sizes = _sizes(given)
    return given


def _sizes(given):
    if given.reuse or not given.goals & (BETWEEN_SIZES | {"G4"}):
        return [given.projects]
    asked = [int(size) for size in given.sizes.split(",")] if given.sizes else [given.projects // 10, given.projects]
    return sorted({*asked, given.projects} if not given.sizes else set(asked))


def say(words):
    """Tell on standard error what goes on; the table alone goes to standard output."""
    print(f"  {time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def prepared(world, given):
    """Make the database of one world; return the seconds of its migrations from empty."""
    database.create()
    if not given.as_is:
        for name, value in TUNED.items():
            database.execute(f'ALTER DATABASE "{database.name()}" SET {name} = "{value}"')
        django.db.connection.close()
    seconds = clocked(lambda: call_command("migrate", verbosity=0))
    say(f"migrated from empty in {seconds:.1f} s; filling {world.projects:,} projects")
    whole = clocked(lambda: fill.fill(world, lambda what, took: took > 5 and say(f"{what}: {took:.0f} s")))
    with database.patient():
        database.tidy()
        first = clocked(services.recompute)
    fill.fill_history(clock.now())
    database.tidy()
    say(f"filled in {whole:.0f} s, rolled up for the first time in {first:.1f} s; {database.described()}")
    return seconds


class Run:
    """One run over all sizes: what is measured at each, and the lines that need several."""

    def __init__(self, given):
        self.given, self.lines = given, []
        self.fulls, self.changes, self.counts, self.migrations = [], [], [], []

    def all(self):
        """Measure every size, the largest in full; return the lines."""
        for size in self.given.sizes:
            world = World(size, today=clock.today())
            say(f"{size:,} projects")
            if not self.given.reuse:
                self.migrations.append(prepared(world, self.given))
            self._one(world, largest=size == self.given.sizes[-1])
            if not self.given.keep and not self.given.reuse:
                database.drop()
        self._between()
        return sorted(self.lines, key=lambda line: int(line.goal[1:]))

    def _one(self, world, *, largest):
        goals, rounds = self.given.goals, self.given.rounds or (5 if world.projects <= 20_000 else 3)
        asked = pages.Pages(world, max(10, 4 * rounds))
        if "G18" in goals:
            self.counts.append(asked.counts())
        if largest:
            self._pages(asked, goals)
        found = rolling.Rolling(world, rounds)
        if largest:
            self._roll(found)
        elif goals & {"G2", "G4"}:
            self._small(found, goals)

    def _roll(self, found):
        """Take the lines of the roll-up, keeping what growth needs of the largest world."""
        full, change = found.full, found.one_change
        found.full = lambda: _kept_in(self.fulls, full())
        found.one_change = lambda: _kept_in(self.changes, change(), lambda four: four[2])
        self._take(rolling.measure(found, self.given.goals, say))
        if "G2" in self.given.goals and len(self.fulls) < len(self.given.sizes):
            found.full()

    def _small(self, found, goals):
        if "G2" in goals:
            say("full roll-up, for growth")
            self.fulls.append(found.full())
        if "G4" in goals:
            self.changes.append(found.one_change()[2])

    def _pages(self, asked, goals):
        for goal, measure in pages.GOALS.items():
            if goal in goals:
                say(f"{goal}")
                self._take(measure(asked))
        if "G14" in goals:
            say("G14, gunicorn and 8 clients")
            self._take(load.measure(asked.cookies))

    def _take(self, lines):
        for line in lines:
            say("  ".join(filter(None, line.cells)))
            self.lines.append(line)

    def _between(self):
        goals, sizes = self.given.goals, self.given.sizes
        if len(self.fulls) > 1:
            self.lines += rolling.growth(sizes, self.fulls, self.changes if len(self.changes) > 1 else [])
        elif "G2" in goals:
            self.lines.append(table.unmeasured("G2", "growth exponent", "needs two sizes"))
        if len(self.counts) > 1:
            self.lines.append(pages.constant(sizes, self.counts))
        if "G18" in goals and self.migrations:
            slowest = Series(self.migrations).p95
            self.lines.append(table.limit("G18", "migrate from empty", slowest, 30, table.told))
        self.lines += [table.unmeasured(goal, *words) for goal, words in NOT_HERE.items() if goal in goals]


def _kept_in(kept, found, part=lambda whole: whole):
    """Keep a part of what was measured; return all of it."""
    kept.append(part(found))
    return found


def heading(given):
    """Return what the table must be read with: when, where, how much data."""
    facts = ", ".join(f"{count} {name}" for name, count in FACTS.items())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Gatehouse {settings.VERSION}, {clock.today()}, {given.projects:,} projects, sizes {given.sizes}, "
        f"{os.cpu_count()} cores, {memory:.0f} GiB, load {os.getloadavg()[0]:.1f} at the end, Python "
        f"{platform.python_version()}\nRows a project: {facts}. No allocations: resources are not built."
    )


def main():
    """Measure and print; return the exit code."""
    given = options()
    app.conf.broker_url = "memory://"
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    if not Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        raise SystemExit("No collected files. Run: python manage.py prepare --static-only, or make bench")
    run = Run(given)
    try:
        lines = run.all()
    except rolling.Unequal as error:
        print(f"RESULTS ARE NOT EQUAL: {error}")
        return 1
    finally:
        if not given.keep and not given.reuse:
            database.drop()
    print("\n".join([heading(given), "", *table.lines_of_text(lines), "", table.summary(lines)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
