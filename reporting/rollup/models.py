"""Roll-up rows: what each node adds up to now and by fiscal period, with the history of every change.

Money is in the reporting currency, in whole units. Sums come first; ratios and colours are derived from sums.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped


def money(label: Any) -> "models.DecimalField[Any, Any]":
    """Return a column for a sum of money in the reporting currency."""
    return models.DecimalField(label, max_digits=36, decimal_places=2, default=0)


def count(label: Any) -> "models.IntegerField[Any, Any]":
    """Return a column for a count."""
    return models.IntegerField(label, default=0)


def colour(label: Any) -> "models.CharField[Any, Any]":
    """Return a column for a status: on, risk, off, nr, hold or done."""
    return models.CharField(label, max_length=4, default="nr")


class RollupColumns(models.Model):
    """The columns of a roll-up row, shared by the current row and its history."""

    # Additive: a node's value is its own plus that of its children.
    projects = count(_("projects"))
    n_on = count(_("on track"))
    n_risk = count(_("at risk"))
    n_off = count(_("off track"))
    n_nr = count(_("not reported"))
    n_hold = count(_("on hold"))
    n_done = count(_("complete"))
    budget = money(_("budget"))
    forecast = money(_("forecast at completion"))
    actual = money(_("spent to date"))
    planned_to_date = money(_("planned to date"))
    budgeted = count(_("projects with a budget"))
    forecasted = count(_("projects with a forecast"))
    rates_missing = count(_("amounts without an exchange rate"))
    whole_life = money(_("whole-life cost"))
    whole_life_known = count(_("projects with a whole-life cost"))
    whole_life_unknown = count(_("projects without a whole-life cost"))
    late_critical = count(_("late critical milestones"))
    reports_due = count(_("reports due"))
    reports_in = count(_("reports in"))
    value = money(_("money at stake"))
    # For the budget-weighted colour of what contains projects: grey ones take no part.
    compared = count(_("projects with both a budget and a forecast"))
    weight = money(_("budget of the projects with a status"))
    weighted = money(_("that budget times 0 on track, 1 at risk, 2 off track"))
    computed_count = count(_("projects with a computed status"))
    computed_score = count(_("their scores added up: 0, 1 or 2"))
    computed_weight = money(_("budget of the projects with a computed status"))
    computed_weighted = money(_("that budget times its computed score"))

    # Dates: earliest and latest below the node.
    baseline_start = models.DateField(_("baseline start"), null=True)
    baseline_finish = models.DateField(_("baseline finish"), null=True)
    forecast_finish = models.DateField(_("forecast finish"), null=True)

    # Derived after summing; for a project its own, for what contains projects the distribution stands in the counts.
    slip_days = models.IntegerField(_("slip in days"), null=True)
    missed_cycles = models.IntegerField(_("reporting cycles missed"), null=True)
    cost_colour = colour(_("cost, computed"))
    schedule_colour = colour(_("schedule, computed"))
    reporting_colour = colour(_("reporting, computed"))
    computed = colour(_("computed"))
    reported = colour(_("reported"))
    reported_schedule = colour(_("schedule, reported"))
    reported_cost = colour(_("cost, reported"))
    reported_scope = colour(_("scope, reported"))
    reported_risk = colour(_("risk, reported"))
    reported_benefit = colour(_("benefit, reported"))
    status = colour(_("status"))
    severity = count(_("severity"))
    report_week = models.DateField(_("week of the last report"), null=True)
    recheck_on = models.DateField(_("changes by itself on"), null=True)
    rules_version = models.PositiveSmallIntegerField(_("rules version"), default=0)

    class Meta:
        abstract = True


class NodeRollup(RollupColumns, Scoped):
    """A node and all below it, as of now."""

    access = NodeScope("node")

    node = models.OneToOneField(
        "portfolio.Node", models.CASCADE, primary_key=True, related_name="rollup", verbose_name=_("node")
    )
    parent = models.ForeignKey("portfolio.Node", models.CASCADE, null=True, related_name="+", db_index=True)
    updated_at = models.DateTimeField(_("rolled up at"))

    class Meta:
        indexes = [
            models.Index(fields=["recheck_on"], name="rollup_recheck", condition=models.Q(recheck_on__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.node_id}"


class NodeRollupHistory(RollupColumns, Scoped):
    """A roll-up row as it stood from one instant to another; written only when something changed."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="rollup_history", verbose_name=_("node"))
    recorded_from = models.DateTimeField(_("recorded from"))
    recorded_to = models.DateTimeField(_("recorded to"), null=True)

    class Meta:
        indexes = [models.Index(fields=["node", "recorded_from"], name="rollup_history_by_node")]
        constraints = [
            models.UniqueConstraint(
                fields=["node"], condition=models.Q(recorded_to__isnull=True), name="rollup_history_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.recorded_from}"


class NodePeriodRollup(Scoped):
    """A node and all below it in one fiscal period."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="period_rollups", verbose_name=_("node"))
    parent = models.ForeignKey("portfolio.Node", models.CASCADE, null=True, related_name="+")
    period = models.ForeignKey(
        "portfolio.FiscalPeriod", models.CASCADE, related_name="+", verbose_name=_("fiscal period")
    )
    budget = money(_("budget"))
    forecast = money(_("actual, then forecast"))
    actual = money(_("actual"))
    rates_missing = count(_("amounts without an exchange rate"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "period"], name="period_rollup_once")]
        indexes = [models.Index(fields=["parent", "period"], name="period_rollup_by_parent")]

    def __str__(self) -> str:
        return f"{self.node_id} {self.period_id}"


class DirtyNode(Scoped):
    """A node whose roll-up must be computed again: written with the change itself, deleted with the result."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, db_constraint=False, related_name="+")
    marked_at = models.DateTimeField(_("marked at"))

    def __str__(self) -> str:
        return f"{self.node_id}"
