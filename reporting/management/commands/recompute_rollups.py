"""`manage.py recompute_rollups [--check] [--json]`: compute every roll-up row anew, or prove that all are right."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from pmo.core import clock
from reporting.rollup import services
from reporting.rollup.services import Difference


class Command(BaseCommand):
    help = "Recompute all roll-up rows from current state. With --check, roll up what waits, then only compare."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare; exit with 1 if anything differs")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Recompute or check; exit with 1 if a check finds a difference."""
        report: dict[str, Any] = {"business_date": clock.today().isoformat()}
        if not check:
            self._print(report | {"changed": services.recompute()}, as_json=options["json"])
            return
        services.sweep()
        report["rolled_up_first"] = services.roll_up()
        found = services.differences()
        self._print(report | {"differences": [_plain(one) for one in found]}, as_json=options["json"])
        if found:
            raise SystemExit(1)

    def _print(self, report: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report, default=str))
            return
        if "changed" in report:
            self.stdout.write(f"{report['business_date']}: all rows recomputed, {report['changed']} changed.")
            return
        for one in report["differences"]:
            self.stdout.write(f"{one['what']} node {one['node']} period {one['period'] or '–'}: {one['values']}")
        self.stdout.write(f"{report['business_date']}: {len(report['differences'])} differences.")


def _plain(one: Difference) -> dict[str, Any]:
    values = {name: [None if value is None else str(value) for value in pair] for name, pair in one.values.items()}
    return {"what": one.what, "node": one.node_id, "period": one.period_id, "values": values}
