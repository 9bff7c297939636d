"""Risks: what may happen, how likely and how hard, before controls, now and after the planned responses."""

from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped
from pmo.core.models import Versioned

CLASSES = [MinValueValidator(1), MaxValueValidator(6)]


def risk_class(label: Any, **more: Any) -> "models.PositiveSmallIntegerField[Any, Any]":
    """Return a column for a probability or impact class: 1 is the lowest row of the matrix."""
    return models.PositiveSmallIntegerField(label, validators=CLASSES, **more)


def optional_class(label: Any) -> "models.PositiveSmallIntegerField[Any, Any]":
    """Return a column for a class that may not be assessed yet."""
    return risk_class(label, null=True, blank=True)


PAIR: tuple[tuple[str, Any], ...] = (("isnull", False), ("range", (1, 6)))


def pair(when: str) -> models.CheckConstraint:
    """Return the constraint that both classes of one assessment are given, or neither."""
    probability, impact = f"{when}_probability", f"{when}_impact"
    # Without "is not null" half a pair would make the condition unknown, and the database lets that pass.
    both = {f"{name}__{check}": value for name in (probability, impact) for check, value in PAIR}
    return models.CheckConstraint(
        condition=models.Q(**{f"{probability}__isnull": True, f"{impact}__isnull": True}) | models.Q(**both),
        name=f"risk_{when}_whole",
        violation_error_message=_("Give both probability and impact, each from 1 to 6, or neither."),
    )


@pghistory.track()
class RiskMatrix(Scoped, Versioned):
    """The matrix of a portfolio or programme; it holds for everything below that has none of its own.

    A score is probability class times impact class. From `yellow_from` on it is yellow, then amber, then red.
    """

    access = NodeScope("node")

    node = models.OneToOneField(
        "portfolio.Node", models.CASCADE, related_name="risk_matrix", verbose_name=_("portfolio")
    )
    probability_labels = ArrayField(models.CharField(max_length=40), verbose_name=_("probability, lowest first"))
    impact_labels = ArrayField(models.CharField(max_length=40), verbose_name=_("impact, lowest first"))
    yellow_from = models.PositiveSmallIntegerField(_("yellow from score"))
    amber_from = models.PositiveSmallIntegerField(_("amber from score"))
    red_from = models.PositiveSmallIntegerField(_("red from score"))

    class Meta:
        ordering = ["node"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    yellow_from__gte=2,
                    amber_from__gt=models.F("yellow_from"),
                    red_from__gt=models.F("amber_from"),
                ),
                name="risk_matrix_bands_in_order",
                violation_error_message=_("Yellow starts at 2 or more, amber above yellow, red above amber."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    probability_labels__len__gte=3,
                    probability_labels__len__lte=6,
                    impact_labels__len__gte=3,
                    impact_labels__len__lte=6,
                ),
                name="risk_matrix_size",
                violation_error_message=_("A matrix has three to six classes each way."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Risk matrix"))


class RiskKind(models.TextChoices):
    THREAT = "threat", _("Threat")
    OPPORTUNITY = "opportunity", _("Opportunity")


class RiskState(models.TextChoices):
    OPEN = "open", _("Open")
    OCCURRED = "occurred", _("Occurred")
    CLOSED = "closed", _("Closed")


class Proximity(models.TextChoices):
    IMMINENT = "imminent", _("Within a month")
    NEAR = "near", _("Within three months")
    MEDIUM = "medium", _("Within a year")
    FAR = "far", _("Later than a year")


@pghistory.track()
class Risk(Scoped, Versioned):
    """An uncertain event with effect on objectives. Its money impact is unsigned, in units of `currency`.

    Expected monetary value = probability x impact (PMBOK 6, 11.4.2.5): a threat's adds to exposure, an
    opportunity's takes away.
    """

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="risks", verbose_name=_("project"))
    title = models.CharField(_("risk"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=RiskKind.choices, default=RiskKind.THREAT)
    state = models.CharField(_("state"), max_length=10, choices=RiskState.choices, default=RiskState.OPEN)
    description = models.TextField(
        _("cause, event, effect"), blank=True, help_text=_("Because of …, … may happen, which would lead to ….")
    )
    category = models.CharField(_("category"), max_length=60, blank=True)
    owner = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, blank=True, related_name="risks", verbose_name=_("owner")
    )
    proximity = models.CharField(_("proximity"), max_length=10, choices=Proximity.choices, blank=True)
    current_probability = risk_class(_("probability now"))
    current_impact = risk_class(_("impact now"))
    inherent_probability = optional_class(_("probability before controls"))
    inherent_impact = optional_class(_("impact before controls"))
    residual_probability = optional_class(_("probability after responses"))
    residual_impact = optional_class(_("impact after responses"))
    probability_percent = models.DecimalField(
        _("probability, %"), max_digits=6, decimal_places=3, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    impact_amount = models.DecimalField(
        _("impact in money"), max_digits=20, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.ForeignKey(
        "portfolio.Currency", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("currency")
    )
    raised_on = models.DateField(_("raised on"))
    review_on = models.DateField(_("next review"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    outcome = models.CharField(_("why closed"), max_length=250, blank=True)

    class Meta:
        ordering = ["node", "-raised_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=RiskKind.values), name="risk_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=RiskState.values), name="risk_state_known"),
            models.CheckConstraint(
                condition=models.Q(state="open", closed_on__isnull=True)
                | (~models.Q(state="open") & models.Q(closed_on__isnull=False)),
                name="risk_closed_with_date",
                violation_error_message=_(
                    "A risk that is not open has the day on which it was closed, an open one none."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(impact_amount__isnull=True) | models.Q(currency__isnull=False),
                name="risk_impact_with_currency",
                violation_error_message=_("Name the currency of the impact."),
            ),
            models.CheckConstraint(
                condition=models.Q(probability_percent__isnull=True)
                | models.Q(probability_percent__gte=0, probability_percent__lte=100),
                name="risk_probability_percent",
                violation_error_message=_("Between 0 and 100%."),
            ),
            models.CheckConstraint(
                condition=models.Q(impact_amount__isnull=True) | models.Q(impact_amount__gte=0),
                name="risk_impact_not_negative",
                violation_error_message=_("Give the impact without a sign; the kind says which way it goes."),
            ),
            *(pair(when) for when in ("current", "inherent", "residual")),
        ]

    def __str__(self) -> str:
        return self.title


class ResponseStrategy(models.TextChoices):
    AVOID = "avoid", _("Avoid")
    REDUCE = "reduce", _("Reduce")
    TRANSFER = "transfer", _("Transfer")
    SHARE = "share", _("Share")
    ACCEPT = "accept", _("Accept")
    CONTINGENT = "contingent", _("Prepare contingent plan")
    EXPLOIT = "exploit", _("Exploit")
    ENHANCE = "enhance", _("Enhance")


@pghistory.track()
class RiskResponse(Scoped, Versioned):
    """What is done about a risk: a strategy, and an action with owner, due date and evidence."""

    access = NodeScope("risk__node")

    risk = models.ForeignKey("portfolio.Risk", models.CASCADE, related_name="responses", verbose_name=_("risk"))
    strategy = models.CharField(_("strategy"), max_length=12, choices=ResponseStrategy.choices)
    action = models.OneToOneField(
        "portfolio.Action", models.PROTECT, related_name="risk_response", verbose_name=_("action")
    )

    class Meta:
        ordering = ["risk", "action__due"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(strategy__in=ResponseStrategy.values), name="response_strategy_known"
            )
        ]

    def __str__(self) -> str:
        return self.get_strategy_display()
