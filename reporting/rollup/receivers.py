"""Marks nodes dirty in the transaction of the change that an event reports."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Model, Q
from django.dispatch import receiver

from pmo.core.events import Event, domain_event
from portfolio.models import CostRow, Currency, ExchangeRate, FiscalPeriod, Node, WholeLifeEstimate
from reporting.health.models import HealthRule, HealthRuleSet
from reporting.rollup import services

WHY = "a rate, a period or a rule changes every node that uses it"


@receiver(domain_event, dispatch_uid="reporting.rollup")
def mark_dirty(events: Sequence[Event], **_: Any) -> None:
    """Mark the nodes of one emit in bulk: each event's node and further nodes, or the scope of a node-less object."""
    nodes = {node_id for event in events for node_id in (event.node_id, *event.also_nodes) if node_id is not None}
    scopes = [event.obj for event in events if event.node_id is None]
    services.mark(nodes | _nodes_using(scopes))


def _nodes_using(objects: list[Model]) -> set[int]:
    if any(isinstance(obj, HealthRuleSet | HealthRule) for obj in objects):
        return set(Node.objects.unrestricted(WHY).order_by().values_list("pk", flat=True))
    periods = [obj.pk for obj in objects if isinstance(obj, FiscalPeriod)]
    nodes = _nodes_with(CostRow, Q(period__in=periods)) if periods else set()
    currencies = [
        obj.pk if isinstance(obj, Currency) else obj.currency_id
        for obj in objects
        if isinstance(obj, Currency | ExchangeRate)
    ]
    if currencies:
        # A rate may have been given to another currency, so every foreign amount is looked at again.
        foreign = Q(currency__in=currencies) | ~Q(currency__code=settings.REPORTING_CURRENCY)
        nodes |= _nodes_with(CostRow, foreign) | _nodes_with(WholeLifeEstimate, foreign)
    return nodes


def _nodes_with(model: type[CostRow | WholeLifeEstimate], rows: Q) -> set[int]:
    return set(model.objects.unrestricted(WHY).filter(rows).order_by().values_list("node_id", flat=True).distinct())
