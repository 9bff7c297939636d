"""Marks nodes dirty in the transaction of the change that an event reports."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Model, Q
from django.dispatch import receiver

from pmo.core.events import Event, domain_event
from portfolio.benefits.queries import nodes_counting
from portfolio.models import (
    Benefit,
    BenefitValue,
    CostRow,
    Currency,
    ExchangeRate,
    FiscalPeriod,
    Node,
    Objective,
    Reserve,
    Risk,
    RiskMatrix,
    WholeLifeEstimate,
)
from reporting.health.models import HealthRule, HealthRuleSet
from reporting.rollup import services

WHY = "a rate, a period or a rule changes every node that uses it"


@receiver(domain_event, dispatch_uid="reporting.rollup")
def mark_dirty(verb: str, events: Sequence[Event], **_: Any) -> None:
    """Mark the nodes of one emit in bulk: each event's node and further nodes, and what else its object decides on."""
    nodes = {node_id for event in events for node_id in (event.node_id, *event.also_nodes) if node_id is not None}
    objects = [event.obj for event in events]
    scopes = [event.obj for event in events if event.node_id is None]
    services.mark(nodes | _nodes_using(scopes) | _nodes_claiming(objects) | _nodes_below(verb, objects))


def _nodes_below(verb: str, objects: list[Any]) -> set[int]:
    """Return what lies below objectives, matrices and moved nodes: these are judged by what stands above them."""
    places = [obj.node_id for obj in objects if isinstance(obj, Objective | RiskMatrix)]
    places += [obj.pk for obj in objects if isinstance(obj, Node)] if verb == "node.moved" else []
    if not places:
        return set()
    below = Node.objects.unrestricted("what stands above decides").filter(ancestors__overlap=places)
    return set(below.order_by().values_list("pk", flat=True))


def _nodes_claiming(objects: list[Any]) -> set[int]:
    """Return the nodes that claim a benefit that changed, wherever they lie."""
    benefits = {obj.pk for obj in objects if isinstance(obj, Benefit)}
    benefits |= {obj.benefit_id for obj in objects if isinstance(obj, BenefitValue)}
    return nodes_counting(benefits) if benefits else set()


def _nodes_using(objects: list[Model]) -> set[int]:
    if any(isinstance(obj, HealthRuleSet | HealthRule) for obj in objects):
        return set(Node.objects.unrestricted(WHY).order_by().values_list("pk", flat=True))
    periods = [obj.pk for obj in objects if isinstance(obj, FiscalPeriod)]
    nodes = _nodes_with(CostRow, Q(period__in=periods)) | _counting(Q(values__period__in=periods)) if periods else set()
    currencies = [
        obj.pk if isinstance(obj, Currency) else obj.currency_id
        for obj in objects
        if isinstance(obj, Currency | ExchangeRate)
    ]
    if currencies:
        # A rate may have been given to another currency, so every foreign amount is looked at again.
        foreign = Q(currency__in=currencies) | ~Q(currency__code=settings.REPORTING_CURRENCY)
        for model in (CostRow, WholeLifeEstimate, Risk, Reserve):
            nodes |= _nodes_with(model, foreign)
        nodes |= _counting(foreign)
    return nodes


def _nodes_with(model: Any, rows: Q) -> set[int]:
    return set(model.objects.unrestricted(WHY).filter(rows).order_by().values_list("node_id", flat=True).distinct())


def _counting(rows: Q) -> set[int]:
    return nodes_counting(set(Benefit.objects.unrestricted(WHY).filter(rows).order_by().values_list("pk", flat=True)))
