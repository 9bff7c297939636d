"""What the weekly report shows of the schedule, and takes back: forecasts of the milestones that are near or late."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from pmo.core import clock
from portfolio.registry.models import Node
from portfolio.schedule import queries, services
from portfolio.schedule.models import Milestone

AHEAD = timedelta(days=90)


def rows(node: Node) -> list[dict[str, Any]]:
    """Return the node's open milestones that are due within 90 days or overdue; the caller has read the node."""
    until = clock.today() + AHEAD
    found = queries.with_slip(Milestone.objects.filter(node=node, actual_date=None))
    near = found.filter(Q(forecast_date__lte=until) | Q(baseline_date__lte=until)).order_by("forecast_date", "pk")
    return [
        {
            "id": row.pk,
            "name": row.name,
            "baseline": row.baseline_date,
            "forecast": row.forecast_date,
            "actual": row.actual_date,
            "slip": row.slip.days if row.slip is not None else None,
        }
        for row in near
    ]


def apply(node: Node, forecasts: Mapping[int, date | None], actor: Any) -> None:
    """Write new forecasts of the node's own milestones. Raises ValidationError for one that is not the node's."""
    changed = {pk: day for pk, day in forecasts.items() if day is not None}
    mine = Milestone.objects.restrict(actor, "schedule.edit").filter(node=node).in_bulk(changed)
    for pk, day in changed.items():
        if pk not in mine:
            raise ValidationError(_("This milestone does not exist."))
        if mine[pk].forecast_date != day:
            services.milestone_update(mine[pk], {"forecast_date": day}, actor=actor, reason=_("Weekly report"))
