"""`manage.py demo load | clear | reset`: a fictional portfolio with its history, and one login per role."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.urls import reverse

from pmo.core import clock
from pmo.core.access import SYSTEM
from portfolio.exchange.demo import clearing, drawing
from portfolio.exchange.demo.backdating import Backdating
from portfolio.exchange.demo.logins import logins_in_words
from portfolio.exchange.demo.replay import Replay, Step
from portfolio.exchange.demo.weekly import Health
from portfolio.models import Baseline, CostRow, Milestone, Node, NodeKind
from reporting.health.queries import rules_in_force
from reporting.health.reasons import Reason, reasons
from reporting.health.services import rules_install_defaults
from reporting.rollup import services as rollup
from reporting.rollup.models import NodeRollup

COUNTED = (Node, Baseline, CostRow, Milestone, NodeRollup)


class Command(BaseCommand):
    """Load the demo, take it away, or both. Each is done wholly or not at all."""

    help = "Load, clear or reset the demo: a fictional portfolio with eighteen months of history."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what to do and the two ways to insist."""
        parser.add_argument("what", choices=["load", "clear", "reset"])
        parser.add_argument("--seed", type=int, default=drawing.SEED, help="another number tells other stories")
        parser.add_argument(
            "--i-know-this-is-not-production", action="store_true", help="go ahead although this is no local start"
        )
        parser.add_argument(
            "--and-everything-else", action="store_true", help="clear also what is in the database beside the demo"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check that it is safe, then do it."""
        self._check_place(options["i_know_this_is_not_production"])
        what = options["what"]
        if what in ("clear", "reset"):
            self._check_clear(options["and_everything_else"], reset=what == "reset")
            clearing.empty_tables()
        if what == "clear":
            clearing.leave_administrator()
            rules_install_defaults(actor=SYSTEM)
            rollup.recompute()
            self.say("The demo is gone; an empty portfolio and the administrator's login are left.")
        else:
            self._check_load()
            self._load(options["seed"])
        self._write_logins()

    def say(self, words: str) -> None:
        """Print one line at once."""
        self.stdout.write(f"  {words}")
        self.stdout.flush()

    # --- what must be so before anything is written ---

    def _check_place(self, insists: bool) -> None:
        if not (settings.LOCAL or insists):
            raise CommandError(
                "This is no local start, and the demo's passwords are public: nothing was changed.\n"
                "Fix: use a database that holds no real data, and add --i-know-this-is-not-production."
            )

    def _check_clear(self, everything: bool, *, reset: bool) -> None:
        if not clearing.holds_demo():
            # A load that was cut short leaves nothing; then a reset is a load.
            if reset and not Node.objects.unrestricted("is the database empty").exists():
                return
            raise CommandError("There is no demo in this database: nothing was changed.")
        projects, people = clearing.beside_demo()
        if (projects or people) and not everything:
            raise CommandError(
                f"Beside the demo this database holds {projects} projects and {people} people, and clearing empties "
                "all of it: nothing was changed.\nFix: export what you want to keep, then add --and-everything-else."
            )

    def _check_load(self) -> None:
        if clearing.holds_demo():
            raise CommandError("The demo is loaded already: nothing was changed. `demo reset` loads it anew.")
        if Node.objects.unrestricted("is the database empty").filter(kind=NodeKind.PROJECT).exists():
            raise CommandError("This database holds projects, and the demo would mix with them: nothing was changed.")

    # --- the demo itself ---

    def _load(self, seed: int) -> None:
        began, now = time.monotonic(), clock.now()
        replay = Replay(now, seed)
        with _rollup_held():
            with transaction.atomic():
                rules_install_defaults(actor=SYSTEM)
                history = Backdating()
                replay.set_scene()
                history.date(replay.steps[0].at)
            for step in replay.steps:
                self._replay(replay, step, history)
                self.say(f"{step.label}: {step.at:%d %B %Y}, {len(replay.world.lives)} projects")
            with transaction.atomic(), clock.at(now):
                replay.work()
                rollup.recompute()
                history.date(now)
        count = len(replay.world.lives)
        self.say(f"{count} projects with {len(replay.steps)} steps of history in {time.monotonic() - began:.0f} s")

    @transaction.atomic
    def _replay(self, replay: Replay, step: Step, history: Backdating) -> None:
        with clock.at(step.at):
            replay.work()
            replay.report(step, _computed())
        with clock.at(step.closes_at):
            rollup.recompute()
        history.date(step.at)
        if step is replay.steps[0]:
            _analyse()

    def _write_logins(self) -> None:
        words = logins_in_words()
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        (settings.VAR_DIR / "demo-logins.txt").write_text(words)
        self.stdout.write(f"\n{words}")


@contextmanager
def _rollup_held() -> Iterator[None]:
    """Keep workers from rolling up in between: they know the real clock only, and a row's history runs one way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [rollup.ROLLUP_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [rollup.ROLLUP_LOCK])


def _analyse() -> None:
    """Let the database count the rows: a moment ago there were none, and it would plan for that."""
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


@transaction.atomic
def _computed() -> dict[int, Health]:
    """Return what the health of every node would be now, as the weekly report shows it; nothing stays written."""
    rollup.roll_up()
    rules = rules_in_force(clock.today())
    rows = NodeRollup.objects.unrestricted("the demo's managers see the health of their projects").select_related(
        "node"
    )
    health: dict[int, Health] = {
        row.pk: {found.dimension: _in_words(row.node, found) for found in reasons(row, rules)} for row in rows
    }
    transaction.set_rollback(True)  # the row of the day is written once, when the reports are in
    return health


def _in_words(node: Node, reason: Reason) -> dict[str, str]:
    query = f"?{urlencode(reason.query)}" if reason.query else ""
    url = reverse(reason.url_name, args=[node.code]) + query
    return {"colour": reason.colour, "reason": reason.text, "url": url}
