"""Installing versions of the health rules. Raises nothing of its own."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pmo.core.events import declare_verbs, emit
from reporting.health import defaults
from reporting.health.models import HealthRule, HealthRuleSet

declare_verbs({"rules.installed": _("Health rules installed")})


@transaction.atomic
def rules_install_defaults(*, actor: Any) -> HealthRuleSet:
    """Install version 1 of the rules unless it is there; every node is judged by it."""
    ruleset, created = HealthRuleSet.objects.get_or_create(
        version=defaults.VERSION,
        defaults={"effective_from": defaults.EFFECTIVE_FROM, "note": defaults.NOTE, "created_by_id": actor.pk},
    )
    if not created:
        return ruleset
    HealthRule.objects.bulk_create(
        HealthRule(ruleset=ruleset, dimension=dimension, column=column, risk_above=risk, off_above=off, grey_above=grey)
        for dimension, column, risk, off, grey in defaults.DEFAULT_RULES
    )
    emit("rules.installed", ruleset, actor=actor, changes={"version": (None, ruleset.version)})
    return ruleset
