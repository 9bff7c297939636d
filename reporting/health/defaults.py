"""The health rules a new house starts with (design/domain.md §10, written as "the larger, the worse")."""

from datetime import date
from decimal import Decimal

VERSION = 1
EFFECTIVE_FROM = date(2000, 1, 1)  # before any data, so that history replayed from the past has rules
NOTE = "Defaults: cost and finish up to 5% on track, up to 10% at risk; one late critical milestone at risk."

# dimension, column, at risk above, off track above, not reported above
DEFAULT_RULES: tuple[tuple[str, str, Decimal | None, Decimal | None, Decimal | None], ...] = (
    ("cost", "cost_overrun_ratio", Decimal("0.05"), Decimal("0.10"), None),
    ("schedule", "slip_ratio", Decimal("0.05"), Decimal("0.10"), None),
    ("schedule", "late_critical", Decimal(0), Decimal(1), None),
    ("reporting", "missed_cycles", None, None, Decimal(0)),
)
