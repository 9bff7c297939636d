"""Health rules as versioned data: which column of the roll-up is compared with which thresholds."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import OrganisationScope, Scoped


class HealthRuleSet(Scoped):
    """One version of the rules. The newest whose date has come is in force; old ones stay, for history cites them."""

    access = OrganisationScope()

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    effective_from = models.DateField(_("in force from"))
    note = models.CharField(_("what changed"), max_length=250, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return str(_("Rules, version %(version)s") % {"version": self.version})


class Dimension(models.TextChoices):
    COST = "cost", _("Cost")
    SCHEDULE = "schedule", _("Schedule")
    REPORTING = "reporting", _("Reporting")


class HealthRule(Scoped):
    """One comparison. A value up to `risk_above` is on track, up to `off_above` at risk, beyond it off track.

    Boundaries belong to the better side. Beyond `grey_above` the dimension is not reported. No value is grey.
    """

    access = OrganisationScope()

    ruleset = models.ForeignKey(
        "reporting.HealthRuleSet", models.CASCADE, related_name="rules", verbose_name=_("rule set")
    )
    dimension = models.CharField(_("dimension"), max_length=10, choices=Dimension.choices)
    column = models.CharField(_("column"), max_length=40)
    risk_above = models.DecimalField(_("at risk above"), max_digits=9, decimal_places=4, null=True, blank=True)
    off_above = models.DecimalField(_("off track above"), max_digits=9, decimal_places=4, null=True, blank=True)
    grey_above = models.DecimalField(_("not reported above"), max_digits=9, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering = ["ruleset", "dimension", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ruleset", "dimension", "column"], name="health_rule_once"),
            models.CheckConstraint(
                condition=models.Q(risk_above__isnull=True)
                | models.Q(off_above__isnull=True)
                | models.Q(off_above__gte=models.F("risk_above")),
                name="health_rule_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.column}"
