"""Benefits: what is to be gained, how it is measured, by when, and what has been realised."""

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped
from pmo.core.models import Versioned


class BenefitKind(models.TextChoices):
    BENEFIT = "benefit", _("Benefit")
    DISBENEFIT = "disbenefit", _("Dis-benefit")


class BenefitNature(models.TextChoices):
    CASHABLE = "cashable", _("Cashable: releases budget")
    NON_CASHABLE = "non_cashable", _("Non-cashable, in money")
    MEASURED = "measured", _("Measured, not in money")


@pghistory.track()
class Benefit(Scoped, Versioned):
    """The profile of one benefit (MSP: description, observation, attribution, measurement).

    Values are in units of `currency`, or of `measure` where it is not money. A dis-benefit's values are unsigned.
    """

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="benefits", verbose_name=_("project"))
    name = models.CharField(_("benefit"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=BenefitKind.choices, default=BenefitKind.BENEFIT)
    nature = models.CharField(
        _("nature"), max_length=14, choices=BenefitNature.choices, default=BenefitNature.NON_CASHABLE
    )
    description = models.TextField(_("description"), blank=True, help_text=_("What will be different, and for whom."))
    attribution = models.TextField(
        _("attribution"), blank=True, help_text=_("Why the change will come from this work and not from elsewhere.")
    )
    measure = models.CharField(
        _("measure"), max_length=120, help_text=_("How it is observed: the unit that is counted and where it is read.")
    )
    currency = models.ForeignKey(
        "portfolio.Currency", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("currency")
    )
    owner = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, blank=True, related_name="benefits", verbose_name=_("owner")
    )
    baseline_value = models.DecimalField(
        _("value before"), max_digits=20, decimal_places=2, null=True, blank=True,
        help_text=_("What the measure reads before the change."),
    )  # fmt: skip
    baseline_date = models.DateField(_("read on"), null=True, blank=True)
    target_value = models.DecimalField(_("value aimed at"), max_digits=20, decimal_places=2, null=True, blank=True)
    target_date = models.DateField(_("aimed at by"), null=True, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        ordering = ["node", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "name"],
                name="benefit_name_once",
                violation_error_message=_("This project has a benefit of this name."),
            ),
            models.CheckConstraint(condition=models.Q(kind__in=BenefitKind.values), name="benefit_kind_known"),
            models.CheckConstraint(
                condition=(models.Q(nature="measured") & models.Q(currency__isnull=True))
                | (models.Q(nature__in=["cashable", "non_cashable"]) & models.Q(currency__isnull=False)),
                name="benefit_money_has_currency",
                violation_error_message=_("A benefit in money has a currency, a measured one has none."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_money(self) -> bool:
        """Return whether the benefit's values are money."""
        return self.nature != BenefitNature.MEASURED


class ValueVersion(models.TextChoices):
    TARGET = "target", _("Target")
    FORECAST = "forecast", _("Forecast")
    ACTUAL = "actual", _("Actual")


# A target belongs to a baseline; once that is approved, nobody changes it.
frozen_with_baseline = pgtrigger.Trigger(
    name="benefit_frozen_with_baseline",
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
class BenefitValue(Scoped, Versioned):
    """What a benefit brings in one fiscal period, as targeted in a baseline, forecast now, or realised."""

    access = NodeScope("benefit__node")

    benefit = models.ForeignKey("portfolio.Benefit", models.CASCADE, related_name="values", verbose_name=_("benefit"))
    value_version = models.CharField(_("version"), max_length=10, choices=ValueVersion.choices)
    baseline = models.ForeignKey(
        "portfolio.Baseline", models.PROTECT, null=True, blank=True, related_name="benefit_values",
        verbose_name=_("baseline"),
    )  # fmt: skip
    period = models.ForeignKey(
        "portfolio.FiscalPeriod", models.PROTECT, related_name="benefit_values", verbose_name=_("fiscal period")
    )
    amount = models.DecimalField(_("value"), max_digits=20, decimal_places=2)

    class Meta:
        ordering = ["benefit", "value_version", "period__start"]
        triggers = [frozen_with_baseline]
        constraints = [
            models.UniqueConstraint(
                fields=["benefit", "value_version", "baseline", "period"],
                nulls_distinct=False,
                name="benefit_value_once",
                violation_error_message=_("This value is already there: change it instead."),
            ),
            models.CheckConstraint(
                condition=models.Q(value_version="target", baseline__isnull=False)
                | (models.Q(value_version__in=["forecast", "actual"]) & models.Q(baseline__isnull=True)),
                name="benefit_target_has_baseline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_value_version_display()} {self.period}"


# However many projects claim a benefit, it is counted once: the shares of one benefit are 100% in all, or none.
shares_sum_to_100 = pgtrigger.Trigger(
    name="benefit_shares_sum_to_100",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    timing=pgtrigger.Deferred,
    declare=[("touched", "bigint"), ("total", "numeric")],
    func="""
        touched := CASE WHEN TG_OP = 'DELETE' THEN OLD.benefit_id ELSE NEW.benefit_id END;
        SELECT sum(percent) INTO total FROM portfolio_benefitshare WHERE benefit_id = touched;
        IF total IS NOT NULL AND total <> 100 THEN
            RAISE EXCEPTION 'The shares of a benefit add up to 100%%.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,
)


@pghistory.track()
class BenefitShare(Scoped):
    """How much of a benefit counts for one project, in %. Without shares all of it counts where the benefit stands."""

    access = NodeScope("benefit__node")

    benefit = models.ForeignKey("portfolio.Benefit", models.CASCADE, related_name="shares", verbose_name=_("benefit"))
    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="benefit_shares", verbose_name=_("project"))
    percent = models.DecimalField(
        _("share, %"), max_digits=6, decimal_places=3, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["benefit", "node__code"]
        triggers = [shares_sum_to_100]
        constraints = [
            models.UniqueConstraint(fields=["benefit", "node"], name="benefit_share_once"),
            models.CheckConstraint(
                condition=models.Q(percent__gt=0, percent__lte=100),
                name="benefit_share_percent",
                violation_error_message=_("More than 0 and at most 100%."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node}: {self.percent}%"
