"""Milestones: the dates a project is judged by, in every approved baseline and as forecast now."""

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped
from pmo.core.models import Versioned


class MilestoneKind(models.TextChoices):
    START = "start", _("Start")
    MILESTONE = "milestone", _("Milestone")
    GATE = "gate", _("Gate")
    FINISH = "finish", _("Finish")


@pghistory.track()
class Milestone(Scoped, Versioned):
    """An event of zero duration. The forecast is what is believed now; the past of it is history."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="milestones", verbose_name=_("project"))
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=MilestoneKind.choices, default=MilestoneKind.MILESTONE)
    is_critical = models.BooleanField(
        _("critical"), default=False, help_text=_("If late, the schedule is not on track.")
    )
    forecast_date = models.DateField(_("forecast"), null=True, blank=True)
    actual_date = models.DateField(_("actual"), null=True, blank=True)

    class Meta:
        ordering = ["node", models.F("forecast_date").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "name"],
                name="milestone_name_once",
                violation_error_message=_("This project has a milestone of this name."),
            ),
            models.UniqueConstraint(
                fields=["node", "kind"],
                condition=models.Q(kind__in=["start", "finish"]),
                name="milestone_one_start_and_finish",
                violation_error_message=_("A project has one start and one finish."),
            ),
            models.CheckConstraint(condition=models.Q(kind__in=MilestoneKind.values), name="milestone_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


# A date in an approved baseline is frozen.
frozen_with_baseline = pgtrigger.Trigger(
    name="date_frozen_with_baseline",
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
class MilestoneBaseline(Scoped):
    """The date of a milestone in one baseline."""

    access = NodeScope("milestone__node")

    milestone = models.ForeignKey(
        "portfolio.Milestone", models.CASCADE, related_name="baseline_dates", verbose_name=_("milestone")
    )
    baseline = models.ForeignKey(
        "portfolio.Baseline", models.PROTECT, related_name="milestone_dates", verbose_name=_("baseline")
    )
    date = models.DateField(_("date"))

    class Meta:
        ordering = ["milestone", "baseline__number"]
        triggers = [frozen_with_baseline]
        constraints = [models.UniqueConstraint(fields=["milestone", "baseline"], name="milestone_once_a_baseline")]

    def __str__(self) -> str:
        return f"{self.milestone}: {self.date}"
