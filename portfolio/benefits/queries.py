"""Named reads of benefits. Every one of them reads through the person's rights, or says why not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Case, DateField, DecimalField, F, Max, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from pmo.core import clock
from portfolio.benefits import realisation
from portfolio.benefits.models import Benefit, BenefitKind, BenefitNature, BenefitShare, BenefitValue, ValueVersion
from portfolio.registry.models import Baseline, Node

CURRENT = Q(baseline__isnull=True) | Q(baseline__is_current=True)
AMOUNT = DecimalField(max_digits=30, decimal_places=2)


@dataclass(frozen=True)
class Held:
    """A benefit as it counts for one node. `share` is what counts there in %, None where it counts nowhere else.

    Without `benefit` it stands where the reader may not look: its amount counts, its name is not told.
    """

    benefit: Benefit | None
    share: Decimal | None
    line: realisation.Line
    claims: int

    @property
    def elsewhere(self) -> bool:
        """Return whether all of it is claimed by other nodes."""
        return self.share is not None and self.share == 0


@dataclass(frozen=True)
class Measure:
    """A benefit that is not money: what its measure read before, should read, was last, and is expected to be last."""

    benefit: Benefit
    latest: BenefitValue | None
    expected: BenefitValue | None


@dataclass(frozen=True)
class NodeBenefits:
    """All benefits of one node: those in money with what they are worth, and those that are measured."""

    found: realisation.Realisation
    rows: Sequence[Held]
    measures: Sequence[Measure]
    reviews: Sequence[Benefit]
    next_review: date | None
    standing: int  # how many the reader sees that stand on the node itself

    def __bool__(self) -> bool:
        return bool(self.rows or self.measures)


def currencies(user: Any) -> Any:
    """Return the currencies that `user` may choose from."""
    return _model("Currency").objects.restrict(user, "calendar.view")


def periods(user: Any) -> Any:
    """Return the fiscal periods that `user` may choose from, oldest first."""
    return _model("FiscalPeriod").objects.restrict(user, "calendar.view").order_by("start", "end")


def default_currency(user: Any) -> Any:
    """Return the reporting currency as a row, if it was added."""
    return currencies(user).filter(code=settings.REPORTING_CURRENCY).first()


def rates() -> realisation.Rates:
    """Return all dated exchange rates into the reporting currency; rates are the same for everybody."""
    found: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    rows = _model("ExchangeRate").objects.unrestricted("rates convert what the reader may see")
    for code, valid_from, rate in rows.order_by("valid_from").values_list("currency__code", "valid_from", "rate"):
        found[code].append((valid_from, rate))
    return realisation.Rates(settings.REPORTING_CURRENCY, found)


def _model(name: str) -> Any:
    return apps.get_model("portfolio", name)


def node_benefits(user: Any, node: Node) -> NodeBenefits:
    """Return the benefits that stand on `node` or are claimed by it; `user` may see the node's benefits.

    What the node claims of benefits elsewhere counts on it, as in its roll-up; names come through the rights.
    """
    shares = _shares_of(node)
    claimed = {key for key, parts in shares.items() if node.pk in parts}
    standing = Benefit.objects.filter(node=node)
    every = standing | Benefit.objects.filter(pk__in=claimed)
    known = list(every.restrict(user, "benefit.view").select_related("node", "currency", "owner").order_by("name"))
    money = {pk: (kind, code) for pk, kind, code in _money(node, claimed)}
    claims = [
        realisation.Claim(pk, -1 if kind == BenefitKind.DISBENEFIT else 1, code, shares.get(pk, {}))
        for pk, (kind, code) in money.items()
    ]
    found = realisation.realise(claims, _values(money), node.pk, rates(), clock.today())
    visible = {benefit.pk: benefit for benefit in known}
    order = [benefit.pk for benefit in known if benefit.pk in money] + sorted(set(money) - set(visible))
    rows = [Held(visible.get(pk), _share(shares, pk, node), found.lines[pk], len(shares.get(pk, {}))) for pk in order]
    own = [benefit for benefit in known if benefit.node_id == node.pk]
    return NodeBenefits(found, rows, _measures(own), *_reviews(own), standing=len(own))


def _reviews(own: Sequence[Benefit]) -> tuple[list[Benefit], date | None]:
    """Return the open benefits whose review is overdue, longest first, and the day of the next review."""
    days = sorted((row.review_on, row.name, row) for row in own if row.review_on and not row.closed_on)
    today = clock.today()
    coming = [day for day, _name, _row in days if day >= today]
    return [row for day, _name, row in days if day < today], coming[0] if coming else None


def _shares_of(node: Node) -> dict[int, dict[int, Decimal]]:
    """Return all shares of every benefit that stands on the node or is claimed by it, by benefit and node."""
    every = BenefitShare.objects.unrestricted("what a node claims counts on it, and the rest needs all shares")
    touched = every.filter(Q(node=node) | Q(benefit__node=node)).values("benefit")
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for benefit, claimer, percent in every.filter(benefit__in=touched).values_list("benefit", "node", "percent"):
        found[benefit][claimer] = percent
    return found


def _money(node: Node, claimed: set[int]) -> Iterable[tuple[int, str, str]]:
    every = Benefit.objects.unrestricted("the amount of a share counts where it is claimed; its name stays out")
    rows = every.filter(Q(node=node) | Q(pk__in=claimed)).exclude(nature=BenefitNature.MEASURED)
    return rows.order_by("pk").values_list("pk", "kind", "currency__code")


def _values(benefits: Iterable[int]) -> Iterable[realisation.Value]:
    every = BenefitValue.objects.unrestricted("values of the benefits whose claims were read before")
    columns = ("benefit", "value_version", "period__start", "period__end", "period__fiscal_year", "amount")
    rows = every.filter(CURRENT, benefit__in=list(benefits)).order_by().values_list(*columns)
    return [realisation.Value(*row) for row in rows]


def _share(shares: Mapping[int, Mapping[int, Decimal]], benefit: int, node: Node) -> Decimal | None:
    return shares[benefit].get(node.pk, Decimal(0)) if benefit in shares else None


def _measures(own: Sequence[Benefit]) -> list[Measure]:
    """Return the measured ones among benefits the reader may see: one query for all their values."""
    measured = [benefit for benefit in own if not benefit.in_money]
    last: dict[tuple[int, str], BenefitValue] = {}
    rows = BenefitValue.objects.filter(benefit__in=measured, baseline=None).select_related("period")
    for row in rows.order_by("period__end", "pk") if measured else ():
        last[row.benefit_id, row.value_version] = row
    return [
        Measure(benefit, last.get((benefit.pk, ValueVersion.ACTUAL)), last.get((benefit.pk, ValueVersion.FORECAST)))
        for benefit in measured
    ]


def with_totals(rows: Any) -> Any:
    """Add to benefits what they bring in all, in their own currency: `target`, `forecast` and `actual`.

    A dis-benefit counts against. Values of a measured benefit are not added up: its target is the value aimed at,
    its actual and forecast are the last ones known.
    """
    values = BenefitValue.objects.filter(benefit=OuterRef("pk"))
    actuals = values.filter(value_version=ValueVersion.ACTUAL)
    until = actuals.order_by().values("benefit").annotate(until=Max("period__end")).values("until")
    rows = rows.annotate(actual_until=Subquery(until, output_field=DateField()))
    planned = values.filter(value_version=ValueVersion.FORECAST)
    to_come = planned.filter(Q(period__start__gt=OuterRef("actual_until")) | Q(benefit__pk=OuterRef("unrealised")))
    rows = rows.annotate(unrealised=Case(When(actual_until=None, then=F("pk"))))
    target = values.filter(value_version=ValueVersion.TARGET, baseline__is_current=True)
    sums = rows.annotate(target_sum=_sum(target), actual_sum=_sum(actuals), to_come_sum=_sum(to_come))
    either = Q(actual_sum__isnull=False) | Q(to_come_sum__isnull=False)
    both = Coalesce("actual_sum", Decimal(0), output_field=AMOUNT) + Coalesce(
        "to_come_sum", Decimal(0), output_field=AMOUNT
    )
    return sums.annotate(
        target=_signed("target_sum", F("target_value")),
        actual=_signed("actual_sum", _last(actuals)),
        forecast=_signed(Case(When(either, then=both), output_field=AMOUNT), _last(planned)),
    )


def _sum(values: Any) -> Subquery:
    return Subquery(values.order_by().values("benefit").annotate(total=Sum("amount")).values("total"), AMOUNT)


def _last(values: Any) -> Subquery:
    return Subquery(values.order_by("-period__end", "-pk").values("amount")[:1], AMOUNT)


def _signed(money: Any, measured: Any) -> Case:
    total = F(money) if isinstance(money, str) else money
    return Case(
        When(nature=BenefitNature.MEASURED, then=measured),
        When(kind=BenefitKind.DISBENEFIT, then=total * Value(-1)),
        default=total,
        output_field=AMOUNT,
    )


def below(user: Any, node: Node) -> Any:
    """Return the open benefits of everything below `node`, itself left out: longest overdue reviews first."""
    rows = Benefit.objects.restrict(user, "benefit.view").filter(node__ancestors__contains=[node.pk], closed_on=None)
    rows = rows.exclude(node=node).select_related("node", "currency")
    return rows.order_by(F("review_on").asc(nulls_last=True), "name", "pk")


def standing_on(user: Any, node: Node) -> Sequence[Benefit]:
    """Return the benefits that stand on `node` and that `user` may edit, open ones first."""
    rows = Benefit.objects.restrict(user, "benefit.edit").filter(node=node).select_related("currency")
    return list(rows.order_by(F("closed_on").asc(nulls_first=True), "name", "pk"))


def stored_values(
    user: Any, benefits: Sequence[Benefit], version: str, draft: Baseline | None
) -> Sequence[BenefitValue]:
    """Return the values of one version that `user` may edit; of the target those of the draft only."""
    rows = BenefitValue.objects.restrict(user, "benefit.edit").filter(benefit__in=benefits, value_version=version)
    return list(rows.filter(baseline=draft if version == ValueVersion.TARGET else None).select_related("period"))


def values_of(user: Any, benefit: Benefit) -> Sequence[BenefitValue]:
    """Return the values of a benefit that count: the current target, actuals and forecast, oldest period first."""
    rows = BenefitValue.objects.restrict(user, "benefit.view").filter(CURRENT, benefit=benefit)
    return list(rows.select_related("period").order_by("period__start", "period__end"))


def shares_of(user: Any, benefit: Benefit) -> Sequence[tuple[Node | None, Decimal]]:
    """Return the shares of a benefit that `user` may see; a node outside the person's view comes without its name."""
    shares = BenefitShare.objects.restrict(user, "benefit.view").filter(benefit=benefit)
    found = list(shares.order_by("node").values_list("node", "percent"))
    visible = Node.objects.restrict(user, "benefit.view").in_bulk([pk for pk, _percent in found])
    return [(visible.get(pk), percent) for pk, percent in found]


def suggested_claimers(user: Any, benefit: Benefit) -> Sequence[Node]:
    """Return nodes that may claim a benefit, nearest first: its own, then those beside and below it."""
    node = benefit.node
    near = Q(pk=node.pk) | Q(ancestors__contains=[node.pk])
    if node.parent_id:
        near |= Q(ancestors__contains=[node.parent_id])
    rows = Node.objects.restrict(user, "benefit.view").filter(near)
    return list(rows.order_by(Case(When(pk=node.pk, then=0), default=1), "code")[:200])


def nodes_counting(benefits: Any) -> set[int]:
    """Return the nodes on which any of `benefits` (rows or ids) counts: where it stands, and who claims it.

    A change of a benefit, of its values, of their period or of a rate changes what these nodes add up to.
    """
    why = "whose figures a change touches"
    standing = Benefit.objects.unrestricted(why).filter(pk__in=benefits).order_by().values_list("node", flat=True)
    claiming = BenefitShare.objects.unrestricted(why).filter(benefit__in=benefits).order_by()
    return set(standing) | set(claiming.values_list("node", flat=True))
