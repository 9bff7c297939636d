"""Installing versions of the health rules. Raises nothing of its own."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pmo.core import clock
from pmo.core.events import declare_verbs, emit
from reporting.health import defaults
from reporting.health.models import HealthRule, HealthRuleSet

declare_verbs({"rules.installed": _("Health rules installed")})


@transaction.atomic
def rules_install_defaults(*, actor: Any) -> HealthRuleSet:
    """Give the house the default rules: a new one from the beginning, one that still holds older defaults from today.

    Rules that people have made stay in force. History keeps the colours it has, and cites the version they are of.
    """
    newest = HealthRuleSet.objects.order_by("-version").first()
    if newest is not None and (newest.note == defaults.NOTE or not newest.note.startswith(defaults.MARK)):
        return newest
    ruleset = HealthRuleSet.objects.create(
        version=newest.version + 1 if newest else defaults.FIRST,
        effective_from=clock.today() if newest else defaults.EFFECTIVE_FROM,
        note=defaults.NOTE,
        created_by_id=actor.pk,
    )
    HealthRule.objects.bulk_create(
        HealthRule(ruleset=ruleset, dimension=dimension, column=column, risk_above=risk, off_above=off, grey_above=grey)
        for dimension, column, risk, off, grey in defaults.DEFAULT_RULES
    )
    emit("rules.installed", ruleset, actor=actor, changes={"version": (None, ruleset.version)})
    return ruleset
