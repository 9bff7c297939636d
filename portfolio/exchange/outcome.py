"""What an import came to, as the command prints it and the pages show it. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portfolio.exchange.parsing import Problem
from portfolio.exchange.plan import Item, Plan
from portfolio.exchange.presets import RATING_LABELS

SHOWN = 20  # changed and new rows kept for the page
ERRORS_SHOWN = 200
LONGEST = 200  # characters of a text shown before and after
MILLION = Decimal(1_000_000)


@dataclass
class Outcome:
    """The counts of one import, whole-life costs in currency units, and the first changed rows for a person to read."""

    edition: str = ""
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    absent: int = 0
    edition_whole_life: Decimal | None = None
    live_whole_life: Decimal | None = None
    ratings: dict[str, int] = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    new: list[dict[str, str]] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)
    marks: int = 0  # projects newly absent from the latest edition
    new_portfolio: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the object that `import_projects --json` prints; whole-life costs in millions with two decimals."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "absent": self.absent,
            "edition_whole_life_cost": _millions(self.edition_whole_life),
            "live_whole_life_cost": _millions(self.live_whole_life),
            "ratings": self.ratings,
            "errors": [{"row": one.row, "column": one.column, "message": one.message} for one in self.errors],
        }

    def as_record(self) -> dict[str, Any]:
        """Return what the upload keeps and its pages show: the same figures, the first changes and errors in full."""
        errors = [vars(problem) for problem in self.errors[:ERRORS_SHOWN]]
        return self.as_json() | {
            "edition": self.edition,
            "errors": errors,
            "error_count": len(self.errors),
            "error_rows": len({one.row for one in self.errors if one.row}),
            "changed": self.changed,
            "new": self.new,
            "left_out": self.left_out,
            "marks": self.marks,
            "new_portfolio": self.new_portfolio,
        }


def of_plan(plan: Plan, rows: int) -> Outcome:
    """Return the outcome of carrying out `plan`."""
    counts = Counter(item.row.rating for item in plan.items)
    return Outcome(
        edition=plan.preset.label,
        rows=rows,
        created=len(plan.created),
        updated=len(plan.updated),
        unchanged=len(plan.items) - len(plan.created) - len(plan.updated),
        absent=len(plan.absent),
        edition_whole_life=plan.edition_whole_life,
        live_whole_life=plan.live_whole_life,
        ratings={label: counts[value] for value, label in RATING_LABELS.items() if counts[value]},
        marks=len(plan.newly_absent),
        changed=[_changed(item) for item in plan.updated[:SHOWN]],
        new=[{"code": item.row.code, "name": item.row.name} for item in plan.created[:SHOWN]],
        left_out=[{"code": held.node.code, "name": held.node.name} for held in plan.absent],
    )


def refused(problems: Sequence[Problem], edition: str = "", rows: int = 0) -> Outcome:
    """Return the outcome of a file that is not imported: its problems, and nothing else."""
    return Outcome(edition=edition, rows=rows, errors=sorted(problems, key=lambda one: (one.row or 0, one.column)))


def _changed(item: Item) -> dict[str, Any]:
    changes = [{"label": c.label, "before": c.before[:LONGEST], "after": c.after[:LONGEST]} for c in item.changes]
    return {"row": item.row.number, "code": item.row.code, "name": item.row.name, "changes": changes}


def _millions(amount: Decimal | None) -> float | None:
    return None if amount is None else float(round(amount / MILLION, 2))
