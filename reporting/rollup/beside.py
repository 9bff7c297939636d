"""Computed health of one project as of this instant, for pages that cannot wait for the roll-up."""

from types import SimpleNamespace

from django.conf import settings
from django.db import connection

from pmo.core import clock
from portfolio.models import Node
from reporting.health.queries import rules_in_force
from reporting.health.reasons import Reason, reasons
from reporting.rollup.statement import computed


def health_now(node: Node) -> dict[str, Reason]:
    """Return the reason of each computed colour of a project by dimension; the caller has read the node.

    It is the roll-up's own statement for this one node, so the weekly report freezes what the roll-up will say.
    """
    rules = rules_in_force(clock.today())
    values = {
        "ids": [node.pk],
        "today": clock.today(),
        "next_rules": rules.next_on,
        "currency": settings.REPORTING_CURRENCY,
        "cycle": settings.REPORTING_CYCLE_DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(computed(rules, everything=False) + " SELECT * FROM final", values)  # noqa: S608 - our own text
        names = [column.name for column in cursor.description]
        row = cursor.fetchone()
    if row is None:
        return {}
    return {found.dimension: found for found in reasons(SimpleNamespace(**dict(zip(names, row, strict=True))), rules)}
