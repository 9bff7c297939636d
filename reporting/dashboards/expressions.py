"""SQL expressions over a node's roll-up row: what the register sorts, filters and shows by."""

from typing import Any

from django.db.models import Case, DecimalField, ExpressionWrapper, F, IntegerField, Q, Value, When

WORSE_IS_MORE = ("done", "on", "hold", "nr", "risk", "off")
Change = DecimalField(max_digits=40, decimal_places=2)


def joined(rows: Any) -> Any:
    """Join each node's roll-up row."""
    return rows.select_related("rollup")


def comparable(prefix: str = "rollup__") -> Q:
    """Return where forecast and budget may be compared: no rate is missing and both are of the same projects."""
    return Q(
        **{
            f"{prefix}rates_missing": 0,
            f"{prefix}compared__gt": 0,
            f"{prefix}budgeted": F(f"{prefix}compared"),
            f"{prefix}forecasted": F(f"{prefix}compared"),
        }
    )


def known(column: str, counter: str) -> Case:
    """Return the expression of a column, NULL where the counter says that nothing is known or a rate is missing."""
    there = Q(**{f"rollup__{counter}__gt": 0, "rollup__rates_missing": 0})
    return Case(When(there, then=F(f"rollup__{column}")), default=None, output_field=Change)


def difference(more: str, less: str, where: Q) -> Case:
    """Return the expression of one column less another, NULL outside `where`."""
    change = ExpressionWrapper(F(f"rollup__{more}") - F(f"rollup__{less}"), output_field=Change)
    return Case(When(where, then=change), default=None, output_field=Change)


def variance() -> Case:
    """Return the expression of forecast less budget."""
    return difference("forecast", "budget", comparable())


def variance_ratio() -> Case:
    """Return the expression of the variance as a fraction of the budget."""
    ratio = ExpressionWrapper(
        (F("rollup__forecast") - F("rollup__budget")) / F("rollup__budget"),
        DecimalField(max_digits=40, decimal_places=6),
    )
    return Case(When(comparable() & Q(rollup__budget__gt=0), then=ratio), default=None, output_field=ratio.output_field)


def rank(column: str) -> Case:
    """Return the expression by which statuses sort: the worse, the more."""
    whens = [When(**{f"rollup__{column}": status}, then=Value(place)) for place, status in enumerate(WORSE_IS_MORE)]
    return Case(*whens, default=None, output_field=IntegerField())
