"""The health rules a new house starts with (design/domain.md §10, written as "the larger, the worse")."""

from datetime import date
from decimal import Decimal

FIRST = 1
EFFECTIVE_FROM = date(2000, 1, 1)  # before any data, so that history replayed from the past has rules
MARK = "Defaults:"  # a rule set that nobody has changed
NOTE = (
    f"{MARK} cost, finish, CPI and SPI up to 5% on track, up to 10% at risk; one late critical milestone at risk;"
    " amber risk at risk, red off track; threats above the contingency left at risk; benefits 5% and 15% short."
)

# dimension, measure, at risk above, off track above, not reported above
DEFAULT_RULES: tuple[tuple[str, str, Decimal | None, Decimal | None, Decimal | None], ...] = (
    ("cost", "cost_overrun_ratio", Decimal("0.05"), Decimal("0.10"), None),
    ("cost", "cost_inefficiency", Decimal("0.05"), Decimal("0.10"), None),
    ("schedule", "slip_ratio", Decimal("0.05"), Decimal("0.10"), None),
    ("schedule", "late_critical", Decimal(0), Decimal(1), None),
    ("schedule", "schedule_inefficiency", Decimal("0.05"), Decimal("0.10"), None),
    ("risk", "top_risk", Decimal(1), Decimal(2), None),
    ("risk", "emv_cover_ratio", Decimal(1), Decimal("1.5"), None),
    ("benefit", "benefit_shortfall_ratio", Decimal("0.05"), Decimal("0.15"), None),
    ("reporting", "missed_cycles", None, None, Decimal(0)),
)
