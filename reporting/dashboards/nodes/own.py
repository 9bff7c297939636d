"""What each node below a subject adds by itself: of a project all of it, of a container what lies in none of its parts.

So the rows behind a figure are told once each, and add up to the figure. Roll-up rows only.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from portfolio.models import NodeKind
from reporting.dashboards.queries import Subject
from reporting.rollup.models import NodeRollup
from reporting.rollup.queries import VIEW

OWN = "own_"


def own_rows(subject: Subject, columns: Iterable[str]) -> Any:
    """Return the roll-up rows at or below the subject, each with `own_<column>` for every additive column."""
    rows = NodeRollup.objects.restrict(subject.user, VIEW).filter(node__ancestors__overlap=subject.ids)
    return rows.annotate(**{f"{OWN}{column}": _own(column) for column in columns}).select_related("node")


def _own(column: str) -> Case:
    """Return the expression of a column less that of the rows directly below, which a project has none of."""
    field: Any = NodeRollup._meta.get_field(column)
    below = NodeRollup.objects.filter(parent=OuterRef("node_id")).order_by().values("parent")
    children = Subquery(below.annotate(total=Sum(column)).values("total"), output_field=field)
    return Case(
        When(node__kind=NodeKind.PROJECT, then=F(column)),
        default=F(column) - Coalesce(children, Value(0, output_field=field), output_field=field),
        output_field=field,
    )


def known(columns: Iterable[str]) -> Q:
    """Return the condition of rows that add something to any of the columns."""
    found = Q()
    for column in columns:
        found |= ~Q(**{f"{OWN}{column}": 0})
    return found
