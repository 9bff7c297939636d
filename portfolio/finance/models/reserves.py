"""Money held back: contingency for identified risks, management reserve for unknown ones, and what was drawn."""

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped
from pmo.core.models import Versioned

POSITIVE = [MinValueValidator(0)]


class ReserveKind(models.TextChoices):
    CONTINGENCY = "contingency", _("Contingency")
    MANAGEMENT = "management", _("Management reserve")


@pghistory.track()
class Reserve(Scoped, Versioned):
    """Money a node holds back. Contingency lies inside its budget, a management reserve outside it and above."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="reserves", verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=12, choices=ReserveKind.choices)
    name = models.CharField(_("name"), max_length=120)
    currency = models.ForeignKey("portfolio.Currency", models.PROTECT, related_name="+", verbose_name=_("currency"))
    amount = models.DecimalField(_("amount set aside"), max_digits=20, decimal_places=2, validators=POSITIVE)

    class Meta:
        ordering = ["node", "kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "name"],
                name="reserve_name_once",
                violation_error_message=_("This project has a reserve of this name."),
            ),
            models.CheckConstraint(condition=models.Q(kind__in=ReserveKind.values), name="reserve_kind_known"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="reserve_not_negative",
                violation_error_message=_("A reserve is not negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ReserveDraw(Scoped, Versioned):
    """Money taken out of a reserve on a day, in the reserve's currency."""

    access = NodeScope("reserve__node")

    reserve = models.ForeignKey("portfolio.Reserve", models.PROTECT, related_name="draws", verbose_name=_("reserve"))
    drawn_on = models.DateField(_("drawn on"))
    amount = models.DecimalField(_("amount drawn"), max_digits=20, decimal_places=2, validators=POSITIVE)
    purpose = models.CharField(_("what for"), max_length=250)

    class Meta:
        ordering = ["reserve", "-drawn_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="reserve_draw_positive",
                violation_error_message=_("Draw more than nothing."),
            )
        ]

    def __str__(self) -> str:
        return self.purpose
