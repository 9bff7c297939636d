"""Reads behind a portfolio's own page: roll-up rows; milestones, baselines and objectives through the person's rights.

The number of queries does not grow with the rows.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    RowRange,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Abs, Lag, Round
from django.utils.translation import gettext as _

from pmo.core import clock
from pmo.core import format as fmt
from portfolio.finance.facts.money import rate_sql
from portfolio.models import Baseline, Contribution, CostRow, Milestone, MilestoneKind, Node, NodeKind, Objective
from portfolio.schedule.queries import with_slip
from portfolio.strategy.models import LIVE
from reporting.dashboards.nodes.bands import Estimates
from reporting.dashboards.nodes.bridge import NAMED, Moves, Step
from reporting.dashboards.nodes.own import own_rows
from reporting.dashboards.nodes.roadmap import Gate, Lane, in_order
from reporting.dashboards.queries import Subject
from reporting.rollup.models import NodeRollup

MONEY = DecimalField(max_digits=40, decimal_places=2)
MOST_LANES = 60

# --- Estimates of measured projects ----------------------------------------------------------

EAC2 = ExpressionWrapper(F("ev_actual") + F("ev_budget") - F("ev_earned"), output_field=MONEY)
# AC + (BAC − EV) / (CPI × SPI), where CPI × SPI = EV² / (AC × PV); without one of the indices, EAC1.
EAC3 = Case(
    When(
        ev_earned__gt=0,
        ev_actual__gt=0,
        ev_planned__gt=0,
        then=Round(
            F("ev_actual")
            + (F("ev_budget") - F("ev_earned")) * F("ev_actual") * F("ev_planned") / (F("ev_earned") * F("ev_earned")),
            2,
        ),
    ),
    default=F("ev_estimate"),
    output_field=MONEY,
)


def measured(subject: Subject) -> Estimates:
    """Return what the methods of earned value give for the measured projects that have a forecast: one query."""
    rows = subject.projects().filter(ev_projects__gt=0, forecasted__gt=0, rates_missing=0)
    found = rows.aggregate(
        projects=Count("pk"),
        own=Sum("forecast", default=0),
        eac1=Sum("ev_estimate", default=0),
        eac2=Sum(EAC2, default=0),
        eac3=Sum(EAC3, default=0),
    )
    return Estimates(found["projects"], found["own"], found["eac1"], found["eac2"], found["eac3"])


# --- The budget bridge -----------------------------------------------------------------------

# The budget of one baseline: each sum of a period and currency converts once, as in the roll-up, and is rounded there.
WORTH = f"""(
    SELECT sum(round(part.amount * {rate_sql("currency", 'least(part."end", %(today)s)')}, 2))
    FROM (
        SELECT row.currency_id, period."end", sum(row.amount) AS amount
        FROM portfolio_costrow row JOIN portfolio_fiscalperiod period ON period.id = row.period_id
        WHERE row.baseline_id = portfolio_baseline.id AND row.cost_version = 'budget'
        GROUP BY row.currency_id, period.id
    ) part JOIN portfolio_currency currency ON currency.id = part.currency_id
)"""  # noqa: S608 - our own text; values are parameters


def approved_changes(subject: Subject) -> Any:
    """Return the approved baselines that changed a budget, with `worth`, `before` and `change`, in whole cents.

    The first approved baseline that holds a budget is the original one; a later one without any takes it away. The
    change is NULL where an exchange rate is missing.
    """
    rows = Baseline.objects.restrict(subject.user, "cost.view").filter(
        state="approved", node__ancestors__overlap=subject.ids
    )
    others = Baseline.objects.filter(node=OuterRef("node"), state="approved").exclude(pk=OuterRef("pk"))
    given = Case(When(Exists(CostRow.objects.filter(baseline=OuterRef("pk"))), then=1), default=0)
    by_number: dict[str, Any] = {"partition_by": F("node"), "order_by": F("number").asc()}
    found = rows.filter(Exists(others)).annotate(given=given, held=_worth())
    worth = Case(When(given=1, then=F("held")), default=Value(Decimal(0)), output_field=MONEY)
    found = found.annotate(worth=worth).annotate(
        before=Window(Lag("worth"), **by_number),
        original=Window(Max("given"), frame=RowRange(start=None, end=-1), **by_number),
    )
    return found.annotate(change=ExpressionWrapper(F("worth") - F("before"), output_field=MONEY)).filter(original=1)


def _worth() -> RawSQL:
    values = {"currency": settings.REPORTING_CURRENCY, "today": clock.today()}
    names = re.findall(r"%\((\w+)\)s", WORTH)
    return RawSQL(re.sub(r"%\(\w+\)s", "%s", WORTH), [values[name] for name in names], output_field=MONEY)  # noqa: S611 - our own text


def changes(subject: Subject) -> Moves:
    """Return the approved changes of budgets below the subject: two queries."""
    rows = approved_changes(subject)
    found = rows.order_by().aggregate(
        total=Sum("change", default=Decimal(0)),
        count=Count("pk", filter=~Q(change=0)),
        unknown=Count("pk", filter=Q(change=None)),
    )
    largest = rows.exclude(change=0).exclude(change=None).select_related("node").order_by(Abs("change").desc(), "pk")
    steps = [
        Step(row.node.name, row.change, row.node.code, _("baseline %(number)s") % {"number": row.number})
        for row in largest[: NAMED + 1]
    ]
    return Moves(steps, found["total"], found["count"], found["unknown"])


GAP = ExpressionWrapper(F("own_forecast") - F("own_budget"), output_field=MONEY)
BOTH, NO_FORECAST, NO_BUDGET = (
    Q(own_budgeted__gt=0, own_forecasted__gt=0),
    Q(own_budgeted__gt=0, own_forecasted=0),
    Q(own_budgeted=0, own_forecasted__gt=0),
)


def gaps(subject: Subject, variance: Decimal) -> Moves:
    """Return how far the forecast of each node lies off its budget, `variance` in all: two queries.

    What has a budget without a forecast, or the other way round, is no gap of anybody: it stands together.
    """
    rows = own_rows(subject, ("budget", "forecast", "budgeted", "forecasted")).annotate(gap=GAP)
    found = rows.order_by().aggregate(
        count=Count("pk", filter=BOTH & ~Q(gap=0)),
        unspent=Sum("gap", filter=NO_FORECAST, default=Decimal(0)),
        without_forecast=Count("pk", filter=NO_FORECAST),
        unplanned=Sum("gap", filter=NO_BUDGET, default=Decimal(0)),
        without_budget=Count("pk", filter=NO_BUDGET),
    )
    aside = [
        Step(name, found[amount], note=words % {"n": fmt.count(found[number])})
        for name, words, number, amount in (
            (_("No forecast"), _("%(n)s with a budget alone"), "without_forecast", "unspent"),
            (_("No budget"), _("%(n)s with a forecast alone"), "without_budget", "unplanned"),
        )
        if found[amount]
    ]
    most = NAMED + 1 - len(aside)
    largest = rows.filter(BOTH).exclude(gap=0).order_by(Abs("gap").desc(), "pk")[:most]
    steps = [Step(row.node.name, row.gap, row.node.code) for row in largest]
    steps = sorted([*steps, *aside], key=lambda step: -abs(step.amount))
    return Moves(steps, variance, found["count"] + len(aside))


# --- The roadmap -----------------------------------------------------------------------------


def project_lanes(subject: Subject) -> list[Lane]:
    """Return the projects with the most money at stake, 60 at most, in the order of a roadmap: two queries."""
    rows = list(subject.projects().order_by("-value", "node__name", "pk")[:MOST_LANES])
    ids = [row.node_id for row in rows]
    kinds = (MilestoneKind.START, MilestoneKind.GATE, MilestoneKind.FINISH)
    found = with_slip(Milestone.objects.restrict(subject.user, "schedule.view").filter(node__in=ids, kind__in=kinds))
    by_node: dict[int, list[Any]] = defaultdict(list)
    for milestone in found.order_by("expected_date", "pk"):
        by_node[milestone.node_id].append(milestone)
    lanes = [_lane(row, by_node[row.node_id]) for row in rows]
    return in_order(lanes, clock.today())


def _lane(row: Any, milestones: Sequence[Any]) -> Lane:
    start = next((found for found in milestones if found.kind == MilestoneKind.START), None)
    finish = next((found for found in milestones if found.kind == MilestoneKind.FINISH), None)
    gates = [
        Gate(found.name, found.expected_date, found.actual_date is not None, _is_late(found))
        for found in milestones
        if found.kind == MilestoneKind.GATE and found.expected_date
    ]
    return Lane(
        name=row.node.name,
        code=row.node.code,
        baseline_start=row.baseline_start,
        baseline_finish=row.baseline_finish,
        start=start.expected_date if start else None,
        finish=row.forecast_finish,
        ended=bool(finish and finish.actual_date),
        off=row.schedule_colour == "off",
        gates=gates,
    )


def _is_late(milestone: Any) -> bool:
    return milestone.slip is not None and milestone.slip.days > 0


def part_lanes(parts: Sequence[NodeRollup], rest: Lane | None) -> list[Lane]:
    """Return the programmes and portfolios directly below as lanes, and what lies in none of them as the last one."""
    lanes = [
        Lane(
            name=row.node.name,
            code=row.node.code,
            baseline_start=row.baseline_start,
            baseline_finish=row.baseline_finish,
            start=row.baseline_start,
            finish=row.forecast_finish,
            projects=row.projects,
        )
        for row in parts
    ]
    return [*lanes, rest] if rest else lanes


def direct_lane(subject: Subject, name: str) -> Lane | None:
    """Return the projects that lie directly in the subject as one lane; None where there are none: one query."""
    found = subject.projects().filter(node__parent__in=subject.ids).aggregate(
        projects=Count("pk"), start=Min("baseline_start"), planned=Max("baseline_finish"), finish=Max("forecast_finish")
    )  # fmt: skip
    if not found["projects"]:
        return None
    return Lane(name, "", found["start"], found["planned"], found["start"], found["finish"], projects=found["projects"])


# --- Objectives ------------------------------------------------------------------------------


def served(subject: Subject) -> list[Objective]:
    """Return the open objectives that stand on the subject or above it, as far as the person may see them: one query.

    Each has what the live projects and programmes at or below the subject give it: `strength` added up, in %, and how
    many `projects` and `programmes` these are.
    """
    live = Contribution.objects.filter(strength__gt=0, node__lifecycle__in=LIVE, node__ancestors__overlap=subject.ids)
    given = Q(contributions__in=live)
    above = {pk for row in subject.rows for pk in row.node.ancestors}
    rows = Objective.objects.restrict(subject.user, "strategy.view").filter(closed_on=None, node__in=above)
    counted = rows.annotate(
        strength=Sum("contributions__strength", filter=given, default=Decimal(0)),
        projects=Count("contributions", filter=given & Q(contributions__node__kind=NodeKind.PROJECT)),
        programmes=Count("contributions", filter=given & Q(contributions__node__kind=NodeKind.PROGRAMME)),
    )
    return list(counted.select_related("node").order_by("-weight", "code", "pk"))


def live_projects(subject: Subject) -> int:
    """Return how many projects below are or may soon be worked on: one query."""
    return subject.projects().filter(node__lifecycle__in=LIVE).count()


def may_see(user: Any, node: Node, *actions: str) -> Mapping[str, bool]:
    """Return which of the actions the person may do on a node: one query."""
    allowed = {action: Exists(Node.objects.restrict(user, action).filter(pk=OuterRef("pk"))) for action in actions}
    names = {f"may_{number}": found for number, found in enumerate(allowed.values())}
    row = Node.objects.filter(pk=node.pk).annotate(**names).values_list(*names)[0]
    return dict(zip(actions, row, strict=True))
