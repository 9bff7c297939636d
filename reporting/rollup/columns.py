"""The columns of a roll-up row by the way they come about; a test holds them against the model."""

COLOURS = ("on", "risk", "off", "nr", "hold", "done")
COUNTS = tuple(f"n_{colour}" for colour in COLOURS)

# Derived for each project and then added up: the distribution, the money at stake and the weights of the mean colours.
WEIGHTS = ("weight", "weighted", "computed_count", "computed_score", "computed_weight", "computed_weighted")
JUDGED_SUMS = ("projects", *COUNTS, "value", *WEIGHTS)

# Taken from the node itself, never from what lies below it.
JUDGED = ("schedule_colour", "reporting_colour", "reported", "severity")

# Derived from the sums.
DERIVED = ("slip_days", "cost_colour", "computed", "status", "rules_version")

PERIOD_SUMS = ("budget", "forecast", "actual", "rates_missing")
