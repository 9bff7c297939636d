"""Health rules as SQL and the measures they may compare (pure: text in, text out).

A rule compares one measure with thresholds; it holds no formula. Up to `risk_above` is on track, up to `off_above`
at risk, beyond it off track; beyond `grey_above` the dimension is not reported. No value, no colour.
"""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# Ratios are fractions (0.05 is 5%). A ratio without a denominator, or with an unknown part, has no value.
# Sums are compared only if each node with a budget has a forecast and the other way round.
MEASURES: dict[str, str] = {
    "cost_overrun_ratio": (
        "CASE WHEN budget > 0 AND rates_missing = 0 AND compared = budgeted AND compared = forecasted"
        " THEN (forecast - budget) / budget END"
    ),
    "slip_ratio": (
        "CASE WHEN baseline_finish > baseline_start"
        " THEN (forecast_finish - baseline_finish)::numeric / (baseline_finish - baseline_start) END"
    ),
    "late_critical": "CASE WHEN critical > 0 THEN late_critical END",
    "missed_cycles": "missed_cycles",
}


@dataclass(frozen=True)
class Rule:
    """One comparison of the measure `column` in `dimension` (cost, schedule or reporting)."""

    dimension: str
    column: str
    risk_above: Decimal | None = None
    off_above: Decimal | None = None
    grey_above: Decimal | None = None


@dataclass(frozen=True)
class RuleSet:
    """The rules in force on a business date, and the day on which a later version takes their place, if one waits."""

    version: int
    rules: tuple[Rule, ...]
    next_on: date | None = None

    def of(self, dimension: str) -> list[Rule]:
        """Return the rules of one dimension."""
        return [rule for rule in self.rules if rule.dimension == dimension]

    def rule(self, column: str) -> Rule | None:
        """Return the rule that compares `column`, if there is one."""
        return next((rule for rule in self.rules if rule.column == column), None)


def colour_sql(rules: Iterable[Rule]) -> str:
    """Return the SQL of one dimension's colour: the worst of its rules that have a value, `nr` if none has.

    Raises ValueError for a rule on something that is no measure.
    """
    rules = list(rules)
    worst = f"GREATEST({', '.join(map(_rank_sql, rules))})" if rules else "NULL::int"
    colour = f"coalesce((ARRAY['on', 'risk', 'off'])[1 + {worst}], 'nr')"
    greys = [f"{_measure(rule)} > {rule.grey_above:f}" for rule in rules if rule.grey_above is not None]
    return f"CASE WHEN {' OR '.join(greys)} THEN 'nr' ELSE {colour} END" if greys else colour


def mean_sql(count: str, score: str, weight: str, weighted: str) -> str:
    """Return the SQL of a container's colour: the mean score (0 on, 1 risk, 2 off), cut at 0.5 and 1.5.

    The mean is weighted by budget; with no budget known every project weighs the same. Without a score it is NULL.
    """
    mean = f"CASE WHEN {weight} > 0 THEN {weighted} / {weight} WHEN {count} > 0 THEN {score}::numeric / {count} END"
    cut = "CASE WHEN mean > 1.5 THEN 'off' WHEN mean > 0.5 THEN 'risk' WHEN mean >= 0 THEN 'on' END"
    return f"(SELECT {cut} FROM (SELECT {mean} AS mean) scored)"


def _measure(rule: Rule) -> str:
    if rule.column not in MEASURES:
        raise ValueError(f"No such measure: {rule.column}")
    return f"({MEASURES[rule.column]})"


def _rank_sql(rule: Rule) -> str:
    value = _measure(rule)
    steps = [
        f"WHEN {value} > {limit:f} THEN {rank}"
        for rank, limit in ((2, rule.off_above), (1, rule.risk_above))
        if limit is not None
    ]
    return f"CASE {' '.join(steps)} WHEN {value} IS NOT NULL THEN 0 END"
