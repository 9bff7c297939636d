"""Money: fiscal periods, currencies with dated rates, cost rows and dated whole-life estimates."""

import pghistory
import pgtrigger
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, OrganisationScope, Scoped
from pmo.core.models import Versioned


@pghistory.track()
class FiscalPeriod(Scoped, Versioned):
    """A stretch of the financial calendar, both days included: a month, or a year where figures are annual."""

    access = OrganisationScope()

    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))
    label = models.CharField(_("label"), max_length=30, unique=True)
    fiscal_year = models.CharField(_("fiscal year"), max_length=10)

    class Meta:
        ordering = ["start", "end"]
        constraints = [
            models.UniqueConstraint(fields=["start", "end"], name="period_once"),
            models.CheckConstraint(
                condition=models.Q(end__gte=models.F("start")),
                name="period_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class Currency(Scoped, Versioned):
    """A currency by its ISO 4217 code."""

    access = OrganisationScope()

    code = models.CharField(
        _("code"),
        max_length=3,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{3}\Z", _("Three capital letters, ISO 4217."))],
    )
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class ExchangeRate(Scoped, Versioned):
    """How much one unit of `currency` is worth in the reporting currency, from `valid_from` until the next rate."""

    access = OrganisationScope()

    currency = models.ForeignKey("portfolio.Currency", models.PROTECT, related_name="rates", verbose_name=_("currency"))
    valid_from = models.DateField(_("valid from"))
    rate = models.DecimalField(
        _("rate"),
        max_digits=18,
        decimal_places=8,
        help_text=_("Units of the reporting currency for one unit of this one."),
    )

    class Meta:
        ordering = ["currency__code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "valid_from"], name="rate_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(rate__gt=0),
                name="rate_positive",
                violation_error_message=_("A rate is more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.valid_from}"


class CostVersion(models.TextChoices):
    BUDGET = "budget", _("Budget")
    FORECAST = "forecast", _("Forecast")
    ACTUAL = "actual", _("Actual")


class CostType(models.TextChoices):
    CAPEX = "capex", _("Capex")
    OPEX = "opex", _("Opex")


# A budget row belongs to a baseline; once that is approved, nobody changes the row.
frozen_with_baseline = pgtrigger.Trigger(
    name="cost_frozen_with_baseline",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF EXISTS (
            SELECT 1 FROM portfolio_baseline b
            WHERE b.id IN (
                CASE WHEN TG_OP <> 'INSERT' THEN OLD.baseline_id END,
                CASE WHEN TG_OP <> 'DELETE' THEN NEW.baseline_id END
            )
            AND b.state = 'approved'
        ) THEN
            RAISE EXCEPTION 'An approved baseline is frozen.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    """,
)


@pghistory.track()
class CostRow(Scoped, Versioned):
    """Money of one node in one fiscal period and category. `amount` is in units of `currency`, not in thousands."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="cost_rows", verbose_name=_("project"))
    cost_version = models.CharField(_("version"), max_length=10, choices=CostVersion.choices)
    baseline = models.ForeignKey(
        "portfolio.Baseline",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cost_rows",
        verbose_name=_("baseline"),
    )
    period = models.ForeignKey(
        "portfolio.FiscalPeriod", models.PROTECT, related_name="cost_rows", verbose_name=_("fiscal period")
    )
    category = models.CharField(_("category"), max_length=60)
    cost_type = models.CharField(_("capex or opex"), max_length=5, choices=CostType.choices)
    currency = models.ForeignKey("portfolio.Currency", models.PROTECT, related_name="+", verbose_name=_("currency"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2)

    class Meta:
        ordering = ["node", "cost_version", "period__start", "category", "pk"]
        triggers = [frozen_with_baseline]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "cost_version", "baseline", "period", "category", "cost_type", "currency"],
                nulls_distinct=False,
                name="cost_row_once",
                violation_error_message=_("This row is already there: change its amount instead."),
            ),
            models.CheckConstraint(
                condition=models.Q(cost_version="budget", baseline__isnull=False)
                | (~models.Q(cost_version="budget") & models.Q(baseline__isnull=True)),
                name="cost_budget_has_baseline",
            ),
            models.CheckConstraint(condition=models.Q(cost_version__in=CostVersion.values), name="cost_version_known"),
            models.CheckConstraint(condition=models.Q(cost_type__in=CostType.values), name="cost_type_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_cost_version_display()} {self.period} {self.category}"


@pghistory.track()
class WholeLifeEstimate(Scoped, Versioned):
    """What the node will cost over its whole life, as estimated on a date. No amount means: no figure was given."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="estimates", verbose_name=_("project"))
    as_of = models.DateField(_("as of"))
    amount = models.DecimalField(
        _("amount"), max_digits=20, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.ForeignKey("portfolio.Currency", models.PROTECT, related_name="+", verbose_name=_("currency"))
    source = models.CharField(_("source"), max_length=120, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["node", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "as_of"],
                name="estimate_once_a_day",
                violation_error_message=_("There is an estimate of this date."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0),
                name="estimate_not_negative",
                violation_error_message=_("A whole-life cost is not negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.as_of}"
