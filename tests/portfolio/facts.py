"""Run one contribution to the roll-up by itself: what it says of each node on a business date."""

from datetime import date
from typing import Any

from django.db import connection

from pmo.core.facts import Facts
from portfolio.registry.facts import SCOPE

TODAY = date(2026, 11, 19)


def facts_of(facts: Facts, today: date = TODAY, currency: str = "GBP") -> dict[str, dict[str, Any]]:
    """Return the rows of a contribution by the code of their node; its declared columns are all there are."""
    rows = f"SELECT node.code, given.* FROM ({facts.sql}) given JOIN portfolio_node node ON node.id = given.node_id"
    sql = f"WITH scope AS ({SCOPE}) {rows}"
    with connection.cursor() as cursor:
        cursor.execute(sql, {"today": today, "currency": currency, "cycle": 7})
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    declared = [*facts.sums, *facts.earliest, *facts.latest, *facts.own, *(["recheck_on"] if facts.rechecks else [])]
    assert sorted(names) == sorted(["code", "node_id", *declared])
    assert len({row["node_id"] for row in rows}) == len(rows), "one row for a node at most"
    return {row.pop("code"): row for row in rows}
