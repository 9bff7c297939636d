"""SQL that turns a project's own facts into colours, a status and a severity, and sums into a container's colours.

The order of worse to better: off track, at risk, on hold, on track; not reported says nothing.
"""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from reporting.health.rules import RuleSet, colour_sql, mean_sql
from reporting.rollup.columns import COLOURS
from reporting.rollup.contributions import REPORTED

COMPUTED = ("cost_colour", "schedule_colour")
ORDER = ("off", "risk", "hold", "on")

# Worth of a colour in `severity`, on each of the five reported dimensions; the worse of reported and computed counts.
SEVERITY = {"off": 3, "risk": 1}
COMPUTED_BESIDE = {"reported_cost": "cost_colour", "reported_schedule": "schedule_colour"}


def coloured_sql(rules: RuleSet) -> str:
    """Return each node's own facts with the colours of the three dimensions and of what was reported."""
    return f"""
        SELECT own.*, {colour_sql(rules.of("cost"))} AS cost_colour,
            CASE WHEN is_project THEN {colour_sql(rules.of("schedule"))} ELSE 'nr' END AS schedule_colour,
            {colour_sql(rules.of("reporting"))} AS reporting_colour,
            {_worst(REPORTED)} AS reported
        FROM own
    """


def graded_sql() -> str:
    """Return the same with `computed` and `status`: on track only where a current report says so."""
    return f"""
        SELECT coloured.*,
            CASE
                WHEN {_worst(COMPUTED)} = 'on' AND reporting_colour = 'nr' THEN 'nr'
                ELSE {_worst(COMPUTED)}
            END AS computed,
            CASE
                WHEN lifecycle IN ('complete', 'stopped') THEN 'done'
                WHEN lifecycle = 'on_hold' THEN 'hold'
                ELSE {_worst((*COMPUTED, "reported"), among=("off", "risk"), otherwise="reported")}
            END AS status
        FROM coloured
    """


def judged_sql() -> str:
    """Return the same with what is added up from it: one project, its status, the money at stake and its weights."""
    counts = ", ".join(f"(is_project AND status = '{colour}')::int AS n_{colour}" for colour in COLOURS)
    points = " + ".join(_points(column, COMPUTED_BESIDE.get(column)) for column in REPORTED)
    return f"""
        SELECT graded.*, is_project::int AS projects, {counts},
            CASE WHEN forecasted > 0 THEN forecast WHEN budgeted > 0 THEN budget ELSE whole_life END AS value,
            CASE WHEN is_project AND status NOT IN ('hold', 'done')
                THEN {points} + reports_due - reports_in ELSE 0 END AS severity,
            {_score("status")} IS NOT NULL AS has_status, {_score("status")} AS status_score,
            {_score("computed")} IS NOT NULL AS has_computed, {_score("computed")} AS score,
            CASE WHEN rates_missing = 0 THEN greatest(budget, 0) ELSE 0 END AS known_budget
        FROM graded
    """


def weighed_sql() -> str:
    """Return the same with the weights of the mean colours, which add up to the containers."""
    return """
        SELECT judged.*,
            CASE WHEN has_status THEN known_budget ELSE 0 END AS weight,
            CASE WHEN has_status THEN known_budget * status_score ELSE 0 END AS weighted,
            has_computed::int AS computed_count,
            coalesce(score, 0) AS computed_score,
            CASE WHEN has_computed THEN known_budget ELSE 0 END AS computed_weight,
            CASE WHEN has_computed THEN known_budget * score ELSE 0 END AS computed_weighted
        FROM judged
    """


def mean_of_status_sql() -> str:
    """Return a container's status: the weighted mean of its projects; without one, on hold or complete if all are."""
    mean = mean_sql("(n_on + n_risk + n_off)", "(n_risk + 2 * n_off)", "weight", "weighted")
    return f"""coalesce({mean}, CASE
        WHEN n_nr > 0 THEN 'nr' WHEN n_hold > 0 THEN 'hold' WHEN n_done > 0 THEN 'done' ELSE 'nr' END)"""


def mean_of_computed_sql() -> str:
    """Return a container's computed colour: the weighted mean of its projects' computed colours."""
    return f"coalesce({mean_sql('computed_count', 'computed_score', 'computed_weight', 'computed_weighted')}, 'nr')"


def _worst(columns: tuple[str, ...], among: tuple[str, ...] = ORDER, otherwise: str = "'nr'") -> str:
    steps = " ".join(f"WHEN '{colour}' IN ({', '.join(columns)}) THEN '{colour}'" for colour in among)
    return f"CASE {steps} ELSE {otherwise} END"


def _points(reported: str, computed: str | None) -> str:
    columns = (reported, computed) if computed else (reported,)
    steps = " ".join(f"WHEN '{colour}' IN ({', '.join(columns)}) THEN {points}" for colour, points in SEVERITY.items())
    return f"CASE {steps} ELSE 0 END"


def _score(column: str) -> str:
    return f"CASE WHEN is_project THEN CASE {column} WHEN 'on' THEN 0 WHEN 'risk' THEN 1 WHEN 'off' THEN 2 END END"
