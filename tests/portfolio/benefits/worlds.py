"""A small world of benefits, written past the services, and their contribution to the roll-up run by itself."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from pmo.core import clock
from portfolio.benefits import facts
from portfolio.models import Baseline, BaselineState, Benefit, BenefitShare, BenefitValue, Node
from portfolio.registry.facts import SCOPE
from tests.contracts.pages import page_of
from tests.factories import BenefitFactory
from tests.reporting import world


def benefit(node: Node, currency: str = "GBP", **values: Any) -> Benefit:
    """Return a new benefit in money."""
    return BenefitFactory(node=node, currency=world.currency(currency), **values)


def measured(node: Node, **values: Any) -> Benefit:
    """Return a new benefit in units of its own."""
    return BenefitFactory(node=node, nature="measured", currency=None, measure="Days to pay", **values)


def put(made: Benefit, version: str, **amounts: Any) -> None:
    """Give a benefit values of one version by month, written m2026_11."""
    for month, amount in amounts.items():
        period = world.period(month[1:].replace("_", "-"))
        BenefitValue.objects.create(benefit=made, value_version=version, period=period, amount=amount)


def approve(*targets: tuple[Benefit, dict[str, Any]], state: str = BaselineState.APPROVED) -> Baseline:
    """Approve a new baseline of the benefits' node that holds these targets by month; it becomes the current one."""
    node = targets[0][0].node
    made = Baseline.objects.create(node=node, number=Baseline.objects.filter(node=node).count() + 1)
    for one, amounts in targets:
        for month, amount in amounts.items():
            BenefitValue.objects.create(
                benefit=one,
                value_version="target",
                baseline=made,
                period=world.period(month[1:].replace("_", "-")),
                amount=amount,
            )
    if state == BaselineState.APPROVED:
        Baseline.objects.filter(node=node, is_current=True).update(is_current=False)
        made.state, made.is_current, made.approved_at = state, True, timezone.now()
        made.save()
    return made


def share(made: Benefit, **percents: Any) -> None:
    """Share a benefit out by node codes."""
    rows = [
        BenefitShare(benefit=made, node=Node.objects.get(code=code), percent=part) for code, part in percents.items()
    ]
    BenefitShare.objects.bulk_create(rows)


def run(sql: str, tables: Any, at: datetime, ids: list[int] | None = None) -> list[dict[str, Any]]:
    """Run one SELECT over the nodes of the scope, or over `ids` only, as the roll-up's statement would."""
    scope = SCOPE + (" WHERE id = ANY(%(ids)s)" if ids else "")
    text = ", ".join(f"{name} AS MATERIALIZED ({table})" for name, table in (("scope", scope), *tables))
    with clock.at(at), connection.cursor() as cursor:
        cursor.execute(f"WITH {text} {sql}", {"today": clock.today(), "currency": "GBP", "cycle": 7, "ids": ids})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def contributed(node: Node, at: datetime = world.NOW, ids: list[int] | None = None) -> dict[str, Any] | None:
    """Return what the benefits contribute to a node's own row; None where they say nothing."""
    rows = {row["node_id"]: row for row in run(facts.BENEFITS.sql, facts.SHARED, at, ids)}
    return rows.get(node.pk)


def by_period(node: Node, at: datetime = world.NOW) -> list[tuple[Any, ...]]:
    """Return target, forecast and actual of a node by the label of the period."""
    tables = (*facts.SHARED,)
    rows = run(
        "SELECT p.*, period.label FROM benefit_periods p JOIN portfolio_fiscalperiod period ON period.id = p.period_id"
        " ORDER BY period.start",
        tables,
        at,
    )
    names = ("label", "benefit_target", "benefit_forecast", "benefit_actual")
    return [tuple(row[name] for name in names) for row in rows if row["node_id"] == node.pk]


def text_of(response: Any) -> str:
    """Return what a page says, in one line."""
    return " ".join("".join(page_of(response).text).split())
