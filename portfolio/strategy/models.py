"""Strategy: objectives of a portfolio and how much each project contributes to them."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped
from pmo.core.models import Versioned
from portfolio.registry.models import Lifecycle, NodeKind

HOLDERS = (NodeKind.PORTFOLIO, NodeKind.SUB_PORTFOLIO, NodeKind.PROGRAMME)  # of objectives
CONTRIBUTORS = (NodeKind.PROGRAMME, NodeKind.PROJECT)
# What is or may soon be worked on, so that it should serve an objective.
LIVE = (Lifecycle.PROPOSED, Lifecycle.DEFINE, Lifecycle.DELIVER, Lifecycle.ON_HOLD)
PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


@pghistory.track()
class Objective(Scoped, Versioned):
    """What a portfolio is to achieve. `weight` says how much it matters beside the portfolio's other objectives."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="objectives", verbose_name=_("portfolio"))
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("objective"), max_length=200)
    description = models.TextField(_("what success looks like"), blank=True)
    weight = models.DecimalField(
        _("weight, %"), max_digits=5, decimal_places=2, validators=PERCENT,
        help_text=_("How much it matters among the objectives of the portfolio; they need not add up to 100."),
    )  # fmt: skip
    owner = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, blank=True, related_name="objectives", verbose_name=_("owner")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        ordering = ["node", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "code"],
                name="objective_code_once",
                violation_error_message=_("This portfolio has an objective of this code."),
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gte=0, weight__lte=100),
                name="objective_weight_percent",
                violation_error_message=_("Between 0 and 100%."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@pghistory.track()
class Contribution(Scoped, Versioned):
    """How much a project or programme contributes to an objective, in %: 0 nothing, 100 as much as one can."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="contributions", verbose_name=_("project"))
    objective = models.ForeignKey(
        "portfolio.Objective", models.CASCADE, related_name="contributions", verbose_name=_("objective")
    )
    strength = models.DecimalField(_("contribution, %"), max_digits=5, decimal_places=2, validators=PERCENT)
    rationale = models.CharField(_("why"), max_length=250, blank=True)

    class Meta:
        ordering = ["node", "objective__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "objective"],
                name="contribution_once",
                violation_error_message=_("This contribution is already there: change it instead."),
            ),
            models.CheckConstraint(
                condition=models.Q(strength__gte=0, strength__lte=100),
                name="contribution_percent",
                violation_error_message=_("Between 0 and 100%."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.objective)
