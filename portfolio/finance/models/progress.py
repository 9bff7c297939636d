"""Measured progress: work packages with a declared technique, from which earned value follows."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped
from pmo.core.models import Versioned

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class ProgressTechnique(models.TextChoices):
    """How progress is measured; declared before the work begins (PMI Practice Standard for EVM; ISO 21508)."""

    ZERO_HUNDRED = "0/100", _("0/100: all when finished")
    FIFTY_FIFTY = "50/50", _("50/50: half when started, all when finished")
    MILESTONES = "milestones", _("Weighted milestones")
    PHYSICAL = "physical", _("Physical % complete")
    APPORTIONED = "apportioned", _("Apportioned to another package")
    EFFORT = "effort", _("Level of effort: as planned")


@pghistory.track()
class WorkPackage(Scoped, Versioned):
    """A share of a project's budget whose progress is measured by one technique. `weight` is in % of the budget."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="work_packages", verbose_name=_("project"))
    name = models.CharField(_("name"), max_length=200)
    technique = models.CharField(_("progress technique"), max_length=12, choices=ProgressTechnique.choices)
    weight = models.DecimalField(_("share of the budget, %"), max_digits=6, decimal_places=3, validators=PERCENT)
    started_on = models.DateField(_("started on"), null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    apportioned_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="dependants", verbose_name=_("apportioned to")
    )

    class Meta:
        ordering = ["node", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "name"],
                name="work_package_name_once",
                violation_error_message=_("This project has a work package of this name."),
            ),
            models.CheckConstraint(
                condition=models.Q(technique__in=ProgressTechnique.values), name="work_package_technique_known"
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gte=0, weight__lte=100),
                name="work_package_weight_percent",
                violation_error_message=_("A share lies between 0 and 100%."),
            ),
            models.CheckConstraint(
                condition=models.Q(finished_on__isnull=True)
                | models.Q(started_on__isnull=False, finished_on__gte=models.F("started_on")),
                name="work_package_dates_in_order",
                violation_error_message=_("A package finishes after it has started."),
            ),
            models.CheckConstraint(
                condition=models.Q(technique="apportioned", apportioned_to__isnull=False)
                | (~models.Q(technique="apportioned") & models.Q(apportioned_to__isnull=True)),
                name="work_package_apportioned_whole",
                violation_error_message=_("Name the other package for “apportioned”, and only for it."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ProgressReading(Scoped, Versioned):
    """How much of a package was physically done on a day, in %."""

    access = NodeScope("package__node")

    package = models.ForeignKey(
        "portfolio.WorkPackage", models.CASCADE, related_name="readings", verbose_name=_("work package")
    )
    as_of = models.DateField(_("as of"))
    percent = models.DecimalField(_("% complete"), max_digits=6, decimal_places=3, validators=PERCENT)
    note = models.CharField(_("basis"), max_length=250, blank=True)

    class Meta:
        ordering = ["package", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["package", "as_of"],
                name="reading_once_a_day",
                violation_error_message=_("There is a reading of this date."),
            ),
            models.CheckConstraint(
                condition=models.Q(percent__gte=0, percent__lte=100),
                name="reading_percent",
                violation_error_message=_("Between 0 and 100%."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.as_of}"


@pghistory.track()
class PackageMilestone(Scoped, Versioned):
    """A milestone that earns part of a package: `weight` in % of the package, earned when the milestone is achieved."""

    access = NodeScope("package__node")

    package = models.ForeignKey(
        "portfolio.WorkPackage", models.CASCADE, related_name="milestones", verbose_name=_("work package")
    )
    milestone = models.ForeignKey(
        "portfolio.Milestone", models.PROTECT, related_name="packages", verbose_name=_("milestone")
    )
    weight = models.DecimalField(_("share of the package, %"), max_digits=6, decimal_places=3, validators=PERCENT)

    class Meta:
        ordering = ["package", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["package", "milestone"],
                name="package_milestone_once",
                violation_error_message=_("This milestone already counts for the package."),
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gte=0, weight__lte=100),
                name="package_milestone_percent",
                violation_error_message=_("Between 0 and 100%."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.milestone)
