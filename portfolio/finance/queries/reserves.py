"""Named reads of reserves: what was set aside, drawn and is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from pmo.core import clock
from portfolio.finance.models import Reserve, ReserveDraw, ReserveKind
from portfolio.finance.money import added
from portfolio.finance.queries.money import rates
from portfolio.registry.models import Node

MONEY = DecimalField(max_digits=20, decimal_places=2)


@dataclass(frozen=True)
class Held:
    """The reserves of one kind: each row with `drawn` and `left`, and their sums in the reporting currency."""

    kind: str
    label: str
    rows: Sequence[Any]
    amount: Decimal | None
    drawn: Decimal | None
    left: Decimal | None


def with_left(rows: Any) -> Any:
    """Add to reserves what was drawn from each and what is left, in its own currency."""
    sums = ReserveDraw.objects.filter(reserve=OuterRef("pk")).order_by().values("reserve").annotate(sum=Sum("amount"))
    drawn = Coalesce(Subquery(sums.values("sum")), Decimal(0), output_field=MONEY)
    return rows.annotate(drawn=drawn).annotate(left=F("amount") - F("drawn"))


def reserves(user: Any, node: Node) -> Sequence[Held]:
    """Return the node's reserves by kind, kinds without any left out: two queries."""
    rows = with_left(Reserve.objects.restrict(user, "cost.view").filter(node=node)).select_related("currency")
    found = list(rows.order_by("kind", "name"))
    return [_held(kind, [row for row in found if row.kind == kind]) for kind in ReserveKind if _any(found, kind)]


def _any(rows: Sequence[Any], kind: str) -> bool:
    return any(row.kind == kind for row in rows)


def _held(kind: ReserveKind, rows: Sequence[Any]) -> Held:
    known, today = rates(), clock.today()

    def worth(name: str) -> Decimal | None:
        sums: dict[str, Decimal] = {}
        for row in rows:
            sums[row.currency.code] = sums.get(row.currency.code, Decimal(0)) + getattr(row, name)
        return added(known.convert(amount, code, today) for code, amount in sums.items())

    amount, left = worth("amount"), worth("left")
    drawn = None if amount is None or left is None else amount - left
    return Held(kind.value, str(kind.label), rows, amount, drawn, left)
