"""Which health rules are in force."""

from datetime import date

from django.db.models import Subquery

from reporting.health.models import HealthRule, HealthRuleSet
from reporting.health.rules import Rule, RuleSet

EMPTY = RuleSet(0, ())


def rules_in_force(on: date) -> RuleSet:
    """Return the newest version whose date has come on the business date `on`; one without rules if there is none."""
    sets = HealthRuleSet.objects.unrestricted("the rules hold for the whole organisation").order_by()
    newest = sets.filter(effective_from__lte=on).order_by("-version").values("pk")[:1]
    coming = sets.filter(effective_from__gt=on).order_by("effective_from").values("effective_from")[:1]
    rows = list(
        HealthRule.objects.unrestricted("the rules hold for the whole organisation")
        .filter(ruleset=Subquery(newest))
        .order_by("pk")
        .annotate(next_on=Subquery(coming))
        .values_list("ruleset__version", "next_on", "dimension", "column", "risk_above", "off_above", "grey_above")
    )
    if not rows:
        return EMPTY
    return RuleSet(rows[0][0], tuple(Rule(*row[2:]) for row in rows), rows[0][1])
