"""Filters that the roll-up adds to the register, each a parameter of the address."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pmo.core import access, clock
from portfolio.models import Rating
from reporting.dashboards.expressions import comparable
from reporting.dashboards.findings import MOVES, moved
from reporting.dashboards.queries import latest_rating, status_at
from reporting.dashboards.totals import STATUSES
from reporting.rollup.queries import VIEW

OVER = Decimal("1.05")
CHANGES_DAYS = 30
STATUS_CHOICES = [
    ("off", _("Off track")),
    ("risk", _("At risk")),
    ("on", _("On track")),
    ("nr", _("Not reported")),
    ("hold", _("On hold")),
    ("done", _("Complete")),
]
CONDITIONS: Mapping[str, Mapping[str, Q]] = {
    "over_budget": {"yes": comparable() & Q(rollup__budget__gt=0, rollup__forecast__gt=F("rollup__budget") * OVER)},
    "slip": {
        "late": Q(rollup__slip_days__gt=0),
        "in_time": Q(rollup__slip_days__lte=0),
        "known": Q(rollup__slip_days__isnull=False),
        "unknown": Q(rollup__slip_days__isnull=True),
    },
    "report": {
        "due": Q(rollup__reports_due__gt=0),
        "in": Q(rollup__reports_in__gt=0),
        "missing": Q(rollup__reports_due__gt=F("rollup__reports_in")),
    },
    "edition": {
        "latest": Q(edition_presence__in_latest=True),
        "absent": Q(edition_presence__in_latest=False),
        "never": Q(edition_presence__isnull=True),
    },
    "whole_life": {"known": Q(rollup__whole_life_known__gt=0), "unknown": Q(rollup__whole_life_unknown__gt=0)},
}


def by_condition(name: str) -> Callable[[Any, str, str], Any]:
    """Return the function that keeps the rows which fulfil the chosen condition of a filter."""
    return lambda rows, _field, value: rows.filter(CONDITIONS[name][value])


def by_rating(rows: Any, name: str, value: str) -> Any:
    """Keep the nodes whose latest rating is `value`; `none` keeps those that nobody has rated."""
    rated = rows.annotate(rating_found=latest_rating("value"))
    return rated.filter(rating_found__isnull=True) if value == "none" else rated.filter(rating_found=value)


def by_move(rows: Any, name: str, value: str) -> Any:
    """Keep the nodes that got worse, got better or fell silent in the last thirty days."""
    instant = clock.now() - timedelta(days=CHANGES_DAYS)
    pairs = [(before, now) for before in STATUSES for now in STATUSES if moved(before, now) == value]
    wanted = Q()
    for before, now in pairs:
        wanted |= Q(status_before=before, rollup__status=now)
    return rows.annotate(status_before=status_at(instant, "pk")).filter(wanted)


def filters(user: Any = None) -> dict[str, django_filters.Filter]:
    """Return the filters by name for `user`: none for whoever may not see figures."""
    if user is not None and VIEW not in access.held_actions(user):
        return {}

    def choice(name: str, label: Any, **words: Any) -> django_filters.ChoiceFilter:
        return django_filters.ChoiceFilter(label=label, choices=list(words.items()), method=by_condition(name))

    def status(column: str, label: Any) -> django_filters.MultipleChoiceFilter:
        return django_filters.MultipleChoiceFilter(f"rollup__{column}", label=label, choices=STATUS_CHOICES)

    ratings = [*Rating.choices, ("none", _("Nobody has rated it"))]
    return {
        "health": status("status", _("Health")),
        "reported": status("reported", _("Reported")),
        "computed": status("computed", _("Computed")),
        "severity_min": django_filters.NumberFilter(
            "rollup__severity", lookup_expr="gte", label=_("Severity at least")
        ),
        "over_budget": choice("over_budget", _("Over budget"), yes=_("By more than 5%")),
        "slip": choice(
            "slip", _("Finish"), late=_("Late"), in_time=_("In time"), known=_("Known"), unknown=_("Unknown")
        ),
        "report": choice("report", _("Report"), due=_("Due"), **{"in": _("In")}, missing=_("Missing")),
        "edition": choice(
            "edition", _("Edition"), latest=_("In the latest"), absent=_("Not in the latest"), never=_("Never in one")
        ),
        "whole_life": choice("whole_life", _("Whole-life cost"), known=_("Known"), unknown=_("Unknown")),
        "rating": django_filters.ChoiceFilter(label=_("Delivery confidence"), choices=ratings, method=by_rating),
        "moved": django_filters.ChoiceFilter(
            label=_("In the last 30 days"), choices=list(MOVES.items()), method=by_move
        ),
    }
