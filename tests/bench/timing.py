"""Measuring: medians, percentiles, reference and product in turn, and what the database had to do."""

import gc
import time
from dataclasses import dataclass, field
from math import ceil, log
from pathlib import Path
from statistics import median

from django.db import connection


def percentile(values, share):
    """Return the value below which `share` (0 to 1) of the values lie: the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


@dataclass
class Series:
    """Seconds of repeated runs; where it is known, also the seconds of processor they took, ours and the database's."""

    seconds: list = field(default_factory=list)
    cpu: list = field(default_factory=list)

    def run(self, act):
        """Call `act` and keep what it took."""
        before, began = processor(), time.perf_counter()
        act()
        self.seconds.append(time.perf_counter() - began)
        after = processor()
        if before is not None and after is not None:
            self.cpu.append(after - before)

    @property
    def p50(self):
        """Return the median."""
        return median(self.seconds)

    @property
    def p95(self):
        """Return the 95th percentile."""
        return percentile(self.seconds, 0.95)


def processor():
    """Return the seconds of processor that this process and its database backend have used; None if unknown.

    The backend's are read from /proc, where the database runs on this machine. On a machine that others use too they
    tell more than the clock does.
    """
    connection.ensure_connection()
    try:
        backend = Path("/proc", str(connection.connection.info.backend_pid))
        if not (backend / "comm").read_text().startswith("postgres"):
            return None
        return time.process_time() + int((backend / "schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError):
        return None


def cpu_words(reference, product):
    """Return what two series took of the processor, in words; empty where it is not known."""
    if not reference.cpu or not product.cpu:
        return ""
    bare, ours = median(reference.cpu), median(product.cpu)
    return f"processor {1000 * bare:.1f} and {1000 * ours:.1f} ms, {ours / bare:.2f}x"


def clocked(act):
    """Return how many seconds `act` took."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def in_turn(acts, *, rounds, warm=1, before=None):
    """Run each of `acts` by name in turn, so that a slow spell of the machine meets all; return a Series by name.

    `before` is called with the name before each run, outside the time.
    """
    found = {name: Series() for name in acts}
    gc.collect()
    for number in range(warm + rounds):
        for name, act in acts.items():
            if before is not None:
                before(name)
            (found[name] if number >= warm else Series()).run(act)
    return found


@dataclass
class Queries:
    """What was sent to the database inside the block: texts, and seconds with the commit."""

    texts: list = field(default_factory=list)
    seconds: float = 0.0

    def __enter__(self):
        self._wrapped = connection.execute_wrapper(self._run)
        self._wrapped.__enter__()
        self._commit = connection._commit
        connection._commit = self._committed
        return self

    def __exit__(self, *error):
        del connection._commit
        self._wrapped.__exit__(*error)

    def _run(self, execute, sql, params, many, context):
        self.texts.append(sql)
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began

    def _committed(self):
        began = time.perf_counter()
        try:
            return self._commit()
        finally:
            self.seconds += time.perf_counter() - began

    @property
    def count(self):
        """Return the number of queries, without savepoints."""
        return sum("SAVEPOINT" not in text for text in self.texts)


def exponent(sizes, seconds):
    """Return the exponent b of seconds = a x size^b between the first and the last size."""
    return log(seconds[-1] / seconds[0]) / log(sizes[-1] / sizes[0])
