"""Named reads of milestones. Every one of them reads through the person's rights."""

from collections.abc import Sequence
from typing import Any

from django.db.models import DateField, DurationField, ExpressionWrapper, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from pmo.core import clock
from portfolio.registry.models import Baseline, Node
from portfolio.schedule.models import Milestone, MilestoneBaseline, MilestoneKind
from portfolio.schedule.slips import Standing


def with_slip(rows: Any) -> Any:
    """Add to milestones the date of the current baseline, the expected date and the slip between them."""
    dates = MilestoneBaseline.objects.filter(milestone=OuterRef("pk"), baseline__is_current=True).values("date")
    return rows.annotate(
        baseline_date=Subquery(dates[:1], output_field=DateField()),
        expected_date=Coalesce("actual_date", "forecast_date"),
    ).annotate(slip=ExpressionWrapper(F("expected_date") - F("baseline_date"), output_field=DurationField()))


def standing(row: Any) -> Standing:
    """Return how one milestone of `with_slip` stands today. A gate is always critical."""
    critical = row.is_critical or row.kind == MilestoneKind.GATE
    return Standing(row.name, critical, row.baseline_date, row.forecast_date, row.actual_date, clock.today())


def milestones(user: Any, node: Node) -> Sequence[Any]:
    """Return the node's milestones in the order of their dates, each with `standing`: one query."""
    found = with_slip(Milestone.objects.restrict(user, "schedule.view").filter(node=node))
    rows = list(found.order_by(F("expected_date").asc(nulls_last=True), "pk"))
    for row in rows:
        row.standing = standing(row)
    return rows


def draft_dates(user: Any, draft: Baseline) -> dict[int, Any]:
    """Return the dates of a draft baseline by the id of their milestone."""
    rows = MilestoneBaseline.objects.restrict(user, "schedule.view").filter(baseline=draft)
    return dict(rows.values_list("milestone_id", "date"))
