"""Named reads of measured progress: work packages with what they have earned, and a project's performance."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch

from pmo.core import clock
from portfolio.finance.models import PackageMilestone, ProgressReading, WorkPackage
from portfolio.finance.money import tabulate
from portfolio.finance.performance import Performance, perform
from portfolio.finance.progress import Package
from portfolio.finance.queries.money import amounts, rates
from portfolio.registry.models import Node


def work_packages(user: Any, node: Node) -> Sequence[WorkPackage]:
    """Return the node's work packages with their readings and milestones, as `user` may see them: three queries."""
    readings = ProgressReading.objects.restrict(user, "cost.view").order_by("as_of")
    milestones = PackageMilestone.objects.restrict(user, "cost.view").select_related("milestone").order_by("pk")
    rows = WorkPackage.objects.restrict(user, "cost.view").filter(node=node).select_related("apportioned_to")
    return list(rows.prefetch_related(Prefetch("readings", readings), Prefetch("milestones", milestones)))


def as_package(row: WorkPackage) -> Package:
    """Return a row of `work_packages` as the arithmetic wants it."""
    return Package(
        key=row.pk,
        name=row.name,
        technique=row.technique,
        weight=row.weight,
        started_on=row.started_on,
        finished_on=row.finished_on,
        follows=row.apportioned_to_id,
        readings=[(reading.as_of, reading.percent) for reading in row.readings.all()],
        milestones=[(counted.weight, counted.milestone.actual_date) for counted in row.milestones.all()],
    )


def performance(user: Any, node: Node, rows: Sequence[WorkPackage] | None = None) -> Performance:
    """Return how the node performs today, in the reporting currency: two queries, and three for its packages.

    `rows` are its `work_packages`, where the caller has them.
    """
    packages = [as_package(row) for row in (work_packages(user, node) if rows is None else rows)]
    money = amounts(user, node, by_category=False)
    today = clock.today()
    bounds = {row.period: (row.start, row.end) for row in money}
    return perform(packages, tabulate(money, rates(), today), bounds, today)


def has_packages(user: Any, node: Node) -> bool:
    """Return whether the node measures progress and `user` may see it."""
    return WorkPackage.objects.restrict(user, "cost.view").filter(node=node).exists()
