"""A small world to roll up: what a test says about a node, written past the services."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from pmo.core import clock
from portfolio.models import (
    Baseline,
    BaselineState,
    CostRow,
    Currency,
    FiscalPeriod,
    Milestone,
    MilestoneBaseline,
    Node,
    StatusReport,
    WholeLifeEstimate,
)
from reporting.models import NodeRollup, NodeRollupHistory
from reporting.rollup import services
from tests.factories import CurrencyFactory, NodeFactory, PeriodFactory

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)  # a Thursday
TODAY = NOW.date()
MONDAY = date(2026, 11, 16)


def period(month: str) -> FiscalPeriod:
    """Return the fiscal period of a month, written 2026-11."""
    start = date.fromisoformat(f"{month}-01")
    end = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return PeriodFactory(label=month, start=start, end=end, fiscal_year=month[:4])


def portfolio(code: str = "P", **values) -> Node:
    return NodeFactory(code=code, kind="portfolio", **values)


def programme(code: str, parent: Node, **values) -> Node:
    return NodeFactory(code=code, kind="programme", parent=parent, **values)


def project(code: str, parent: Node, **values) -> Node:
    return NodeFactory(code=code, parent=parent, **values)


def baseline(node: Node, budget: dict | None = None, dates: dict | None = None, currency: str = "GBP") -> Baseline:
    """Approve a new baseline: budget by month, dates by milestone. It becomes the current one."""
    number = Baseline.objects.filter(node=node).count() + 1
    made = Baseline.objects.create(node=node, number=number)
    for month, amount in (budget or {}).items():
        cost(node, "budget", month, amount, currency, baseline=made)
    for milestone, day in (dates or {}).items():
        MilestoneBaseline.objects.create(milestone=milestone, baseline=made, date=day)
    Baseline.objects.filter(node=node, is_current=True).update(is_current=False)
    made.state, made.is_current, made.approved_at = BaselineState.APPROVED, True, timezone.now()
    made.save()
    return made


def cost(node: Node, version: str, month: str, amount, currency: str = "GBP", **values) -> CostRow:
    values = {"category": "Build", "cost_type": "capex"} | values
    money = CurrencyFactory(code=currency, name=currency)
    return CostRow.objects.create(
        node=node, cost_version=version, period=period(month), amount=amount, currency=money, **values
    )


def estimate(node: Node, as_of: date, amount, currency: str = "GBP") -> WholeLifeEstimate:
    money = CurrencyFactory(code=currency, name=currency)
    return WholeLifeEstimate.objects.create(node=node, as_of=as_of, amount=amount, currency=money)


def currency(code: str) -> Currency:
    return CurrencyFactory(code=code, name=code)


def milestone(node: Node, name: str, kind: str = "milestone", **values) -> Milestone:
    return Milestone.objects.create(node=node, name=name, kind=kind, **values)


def planned(node: Node, start: date, finish: date, forecast: date | None = None) -> None:
    """Give a node a start and a finish with a baseline, and a forecast of the finish."""
    dates = {
        milestone(node, "Start", "start"): start,
        milestone(node, "Finish", "finish", forecast_date=forecast): finish,
    }
    baseline(node, dates=dates)


def report(
    node: Node, week: date = MONDAY, *, number: int = 1, colour: str = "on", state: str = "submitted", **colours
):
    """File a report, all five dimensions `colour` unless said otherwise."""
    values = dict.fromkeys(("schedule", "cost", "scope", "risk", "benefit"), colour) | colours
    sent = NOW if state == "submitted" else None
    return StatusReport.objects.create(
        node=node, week_start=week, number=number, state=state, created_at=NOW, submitted_at=sent, **values
    )


def full(at: datetime = NOW) -> int:
    """Recompute everything as of an instant."""
    with clock.at(at):
        return services.recompute()


def row(node: Node) -> NodeRollup:
    return NodeRollup.objects.get(pk=node.pk)


def history(node: Node) -> list[NodeRollupHistory]:
    return list(NodeRollupHistory.objects.filter(node=node).order_by("recorded_from", "pk"))


def rolled(node: Node, at: datetime = NOW) -> NodeRollup:
    """Recompute everything and return the node's row."""
    full(at)
    return row(node)
