"""Which columns of a roll-up row people read, and how each moved between two rows, in words with its sign (pure).

Money is in the reporting currency, in whole units. A figure that is not known is None, never 0.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.core import format as fmt

BANDS = (gettext_lazy("Green"), gettext_lazy("Yellow"), gettext_lazy("Amber"), gettext_lazy("Red"))


@dataclass(frozen=True)
class Figure:
    """One column. It is known where the column `counted` is above 0 and `unrated` is 0; `folds` adds rows up.

    `derive` computes it from the other columns of the row, after these were added up.
    `spread` figures count projects, so that they say nothing of one project.
    """

    column: str
    label: Any
    unit: str
    counted: str = ""
    unrated: str = ""
    spread: bool = False
    folds: Callable[[Iterable[Any]], Any] | None = sum
    derive: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Move:
    """A figure before and after, and by how much it moved; statuses carry no difference."""

    figure: Figure
    before: Any
    after: Any

    @property
    def label(self) -> str:
        """Return the figure's name."""
        return str(self.figure.label)

    @property
    def is_status(self) -> bool:
        """Return whether the two values are statuses, to be shown by shape and word."""
        return self.figure.unit == "status"

    @property
    def then(self) -> str:
        """Return the first value in words."""
        return value_words(self.figure.unit, self.before)

    @property
    def now(self) -> str:
        """Return the last value in words."""
        return value_words(self.figure.unit, self.after)

    @property
    def change(self) -> str:
        """Return the difference with its sign, or that the figure became known or unknown."""
        if self.is_status or self.figure.unit == "band":
            return ""
        if self.before == self.after:
            return ""
        if self.before is None or self.after is None:
            return _("now known") if self.before is None else _("not known any more")
        return difference_words(self.figure.unit, self.after - self.before)


def money(column: str, label: Any, counted: str = "", unrated: str = "rates_missing") -> Figure:
    """Return a sum of money."""
    return Figure(column, label, "money", counted, unrated)


def count(column: str, label: Any, *, spread: bool = False, counted: str = "") -> Figure:
    """Return a number of things."""
    return Figure(column, label, "count", counted, spread=spread)


def status(column: str, label: Any) -> Figure:
    """Return a status; several rows have none together."""
    return Figure(column, label, "status", folds=None)


def variance(row: Any) -> Any:
    """Return forecast less budget; None unless each node with a budget has a forecast and the other way round."""
    same = row.compared and row.compared == row.budgeted == row.forecasted
    return row.forecast - row.budget if same and not row.rates_missing else None


FIGURES: Sequence[Figure] = (
    status("status", gettext_lazy("Health")),
    status("reported", gettext_lazy("Reported")),
    status("computed", gettext_lazy("Computed")),
    status("cost_colour", gettext_lazy("Cost, computed")),
    status("schedule_colour", gettext_lazy("Schedule, computed")),
    status("risk_colour", gettext_lazy("Risk, computed")),
    status("benefit_colour", gettext_lazy("Benefit, computed")),
    status("reporting_colour", gettext_lazy("Reporting, computed")),
    status("reported_cost", gettext_lazy("Cost, reported")),
    status("reported_schedule", gettext_lazy("Schedule, reported")),
    status("reported_scope", gettext_lazy("Scope, reported")),
    status("reported_risk", gettext_lazy("Risk, reported")),
    status("reported_benefit", gettext_lazy("Benefit, reported")),
    count("projects", gettext_lazy("Projects"), spread=True),
    count("n_off", gettext_lazy("Off track"), spread=True),
    count("n_risk", gettext_lazy("At risk"), spread=True),
    count("n_on", gettext_lazy("On track"), spread=True),
    count("n_nr", gettext_lazy("Not reported"), spread=True),
    count("n_hold", gettext_lazy("On hold"), spread=True),
    count("n_done", gettext_lazy("Complete"), spread=True),
    money("forecast", gettext_lazy("Forecast at completion"), "forecasted"),
    money("budget", gettext_lazy("Budget"), "budgeted"),
    Figure("variance", gettext_lazy("Forecast against budget"), "change", derive=variance),
    money("actual", gettext_lazy("Spent to date"), "forecasted"),
    money("planned_to_date", gettext_lazy("Planned to date"), "budgeted"),
    money("whole_life", gettext_lazy("Whole-life cost"), "whole_life_known"),
    money("value", gettext_lazy("Money at stake")),
    money("contingency", gettext_lazy("Contingency"), unrated="values_without_rate"),
    money("contingency_left", gettext_lazy("Contingency left"), unrated="values_without_rate"),
    money("management_reserve", gettext_lazy("Management reserve"), unrated="values_without_rate"),
    money("management_reserve_left", gettext_lazy("Management reserve left"), unrated="values_without_rate"),
    Figure("forecast_finish", gettext_lazy("Forecast finish"), "date", folds=max),
    Figure("baseline_finish", gettext_lazy("Baseline finish"), "date", folds=max),
    Figure("baseline_start", gettext_lazy("Baseline start"), "date", folds=min),
    Figure("slip_days", gettext_lazy("Slip"), "days", folds=None),
    Figure("rebaselines", gettext_lazy("Times re-baselined"), "count", folds=None),
    count("late_critical", gettext_lazy("Late critical milestones")),
    count("risks_open", gettext_lazy("Open risks")),
    count("risks_red", gettext_lazy("Threats above appetite")),
    Figure("top_risk", gettext_lazy("Highest band of risk"), "band", folds=max),
    money("emv_threat", gettext_lazy("Expected value of threats"), "risks_open", "values_without_rate"),
    money("emv_opportunity", gettext_lazy("Expected value of opportunities"), "risks_open", "values_without_rate"),
    count("issues_open", gettext_lazy("Open issues")),
    count("issues_overdue", gettext_lazy("Overdue issues")),
    count("escalations", gettext_lazy("Escalations without an answer")),
    count("actions_open", gettext_lazy("Open actions")),
    count("actions_overdue", gettext_lazy("Overdue actions")),
    count("benefits", gettext_lazy("Benefits on record")),
    money("benefit_target", gettext_lazy("Benefits, target"), "benefits_targeted", "values_without_rate"),
    money("benefit_forecast", gettext_lazy("Benefits, forecast"), "benefits_forecasted", "values_without_rate"),
    money("benefit_actual", gettext_lazy("Benefits, realised"), "benefits", "values_without_rate"),
    money(
        "benefit_target_to_date", gettext_lazy("Benefits, target to date"), "benefits_targeted", "values_without_rate"
    ),
    count("reviews_overdue", gettext_lazy("Overdue benefit reviews")),
    count("orphans", gettext_lazy("Live projects without an objective")),
    Figure("alignment", gettext_lazy("Weighted contribution to objectives"), "percent", folds=None),
    count("ev_projects", gettext_lazy("Projects with measured progress"), spread=True),
    money("ev_budget", gettext_lazy("Budget at completion, measured projects"), "ev_projects"),
    money("ev_planned", gettext_lazy("Planned value"), "ev_projects"),
    money("ev_earned", gettext_lazy("Earned value"), "ev_projects"),
    money("ev_actual", gettext_lazy("Actual cost, measured projects"), "ev_projects"),
    money("ev_estimate", gettext_lazy("Estimate at completion, measured projects"), "ev_projects"),
    count("reports_due", gettext_lazy("Reports due"), spread=True),
    count("reports_in", gettext_lazy("Reports in")),
    Figure("missed_cycles", gettext_lazy("Reporting weeks missed"), "count", folds=None),
    Figure("report_week", gettext_lazy("Week of the last report"), "date", folds=None),
    count("whole_life_unknown", gettext_lazy("Projects without a whole-life cost"), spread=True),
    count("rates_missing", gettext_lazy("Amounts without an exchange rate")),
)

# What the others are made of, or what only the machine reads.
NOT_READ = frozenset(
    {"budgeted", "forecasted", "compared", "whole_life_known", "values_without_rate", "severity"}
    | {"weight", "weighted", "computed_count", "computed_score", "computed_weight", "computed_weighted"}
    | {"benefits_targeted", "benefits_forecasted", "benefits_compared", "recheck_on", "rules_version"}
)
NOTHING = {None, 0, "nr"}
HELPERS = (
    *("budgeted", "forecasted", "compared", "whole_life_known", "values_without_rate", "rates_missing", "risks_open"),
    *("benefits_targeted", "benefits_forecasted", "benefits", "ev_projects"),
)


def value(row: Any, figure: Figure) -> Any:
    """Return a figure of a row, None where it is not known."""
    if row is not None and figure.derive:
        return figure.derive(row)
    if row is None or (figure.counted and not getattr(row, figure.counted)):
        return None
    return None if figure.unrated and getattr(row, figure.unrated) else getattr(row, figure.column)


def folded(rows: Sequence[Any]) -> Any:
    """Return rows that do not contain each other as one: sums, earliest and latest; None without rows.

    One row stays as it is. What cannot be told of several together, such as a status, is None.
    """
    if len(rows) < 2:
        return rows[0] if rows else None
    found = {name: sum(getattr(row, name) for row in rows) for name in HELPERS}
    for figure in (figure for figure in FIGURES if not figure.derive):
        known = [value for row in rows if (value := getattr(row, figure.column)) is not None]
        found[figure.column] = figure.folds(known) if figure.folds and known else None
    return SimpleNamespace(**found)


def moves(before: Any, after: Any, *, project: bool) -> list[Move]:
    """Return the figures that differ between two rows, in the order people read them; `project` says of what."""
    return [move for move in beside(before, after, project=project) if move.before != move.after]


def beside(before: Any, after: Any, *, project: bool) -> list[Move]:
    """Return the figures of two rows beside each other, without what says nothing on both sides: nought or unknown."""
    found = []
    for figure in FIGURES:
        old, new = value(before, figure), value(after, figure)
        if not {old, new} <= NOTHING and not (project and figure.spread):
            found.append(Move(figure, old, new))
    return found


def value_words(unit: str, found: Any) -> str:
    """Return a value in words."""
    if found is None:
        return _("Unknown")
    if unit == "band":
        return str(BANDS[found])
    if unit == "money":
        return fmt.money(found, settings.REPORTING_CURRENCY)
    if unit == "change":
        return fmt.signed_money(found, settings.REPORTING_CURRENCY)
    if unit == "percent":
        return f"{found:.1f}%"
    words: dict[str, Callable[[Any], str]] = {"count": fmt.count, "date": fmt.day, "days": fmt.slip}
    return words.get(unit, str)(found)


def difference_words(unit: str, change: Any) -> str:
    """Return a difference with its sign: `+3`, `−£0.4m`, `12 d later`, `+5 d`."""
    if unit in ("money", "change"):
        return fmt.signed_money(change, settings.REPORTING_CURRENCY)
    if unit == "date":
        days = change.days
        words = (
            ngettext("%(n)s d later", "%(n)s d later", days)
            if days > 0
            else ngettext("%(n)s d earlier", "%(n)s d earlier", -days)
        )
        return words % {"n": abs(days)}
    if unit == "days":
        return fmt.slip(change)
    number = f"{abs(change):.1f}" if unit == "percent" else fmt.count(abs(change))
    return f"{'+' if change > 0 else fmt.MINUS}{number}{'%' if unit == 'percent' else ''}"
