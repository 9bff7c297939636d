"""Named reads of milestones. Every one of them reads through the person's rights."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import DateField, DurationField, ExpressionWrapper, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from pmo.core import clock
from portfolio.registry.models import Baseline, BaselineState, Node
from portfolio.schedule import trend
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
    return Standing(row.name, is_critical(row), row.baseline_date, row.forecast_date, row.actual_date, clock.today())


def is_critical(row: Any) -> bool:
    """Return whether a milestone is critical: said so, or a gate."""
    return row.is_critical or row.kind == MilestoneKind.GATE


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


def approved(user: Any, node: Node) -> Sequence[Baseline]:
    """Return the node's approved baselines, first to last: one query."""
    rows = Baseline.objects.restrict(user, "schedule.view").filter(node=node, state=BaselineState.APPROVED)
    return list(rows.order_by("number"))


def give_dates(user: Any, rows: Sequence[Any], baselines: Sequence[Baseline]) -> list[Baseline]:
    """Give each of `rows` its `dates` in the baselines that hold any, which are returned, latest first: one query.

    `first_slip` compares with the first baseline that holds a date of the milestone.
    """
    found = MilestoneBaseline.objects.restrict(user, "schedule.view").filter(
        milestone__in=[row.pk for row in rows], baseline__in=[baseline.pk for baseline in baselines]
    )
    dates = {(row, baseline): day for row, baseline, day in found.values_list("milestone", "baseline", "date")}
    dated = {baseline for _row, baseline in dates}
    holding = [baseline for baseline in reversed(baselines) if baseline.pk in dated]
    for row in rows:
        row.dates = [dates.get((row.pk, baseline.pk)) for baseline in holding]
        first = next((day for day in reversed(row.dates) if day), None)
        expected = row.standing.expected
        row.first_slip = (expected - first).days if expected and first else None
    return holding


def trend_lines(user: Any, node: Node) -> tuple[list[trend.Line], list[date]]:
    """Return how the forecasts of the node's milestones moved, and the days of the reports: two queries."""
    rows = list(Milestone.objects.restrict(user, "schedule.view").filter(node=node).order_by("forecast_date", "pk"))
    beliefs = _beliefs([row.pk for row in rows])
    known = [belief.since for found in beliefs.values() for belief in found if belief.forecast or belief.actual]
    if not known:
        return [], []
    days = trend.reports(min(known), clock.today())
    return [trend.line(row.name, is_critical(row), beliefs[row.pk], days) for row in rows], days


def _beliefs(keys: Sequence[int]) -> dict[int, list[trend.Belief]]:
    """Return what was recorded of the dates of milestones that the caller has read, oldest first."""
    events = Milestone.pgh_event_model.objects.filter(pgh_obj__in=keys).order_by("pgh_id")  # type: ignore[attr-defined]
    found: dict[int, list[trend.Belief]] = defaultdict(list)
    for key, at, forecast, actual in events.values_list("pgh_obj", "pgh_created_at", "forecast_date", "actual_date"):
        found[key].append(trend.Belief(timezone.localdate(at), forecast, actual))
    return found
