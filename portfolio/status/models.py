"""The weekly status report, and the assurance ratings that others give."""

from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped
from pmo.core.models import Versioned


class Rag(models.TextChoices):
    """A reported status. Not reported is the absence of a value, never a choice."""

    ON_TRACK = "on", _("On track")
    AT_RISK = "risk", _("At risk")
    OFF_TRACK = "off", _("Off track")
    ON_HOLD = "hold", _("On hold")


DIMENSIONS = ("schedule", "cost", "scope", "risk", "benefit")


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")


def rag_field(label: Any) -> "models.CharField[Any, Any]":
    """Return the field for one dimension."""
    return models.CharField(label, max_length=5, choices=Rag.choices, blank=True, default="")


@pghistory.track()
class StatusReport(Scoped, Versioned):
    """One week's report of one project. A submitted one is frozen; a correction is a new `number` for the same week.

    `reasons` says, by dimension, why the report differs from computed health; `frozen` keeps what stood
    beside it at submission: milestones with slip, and computed health with reasons.
    """

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="status_reports", verbose_name=_("project"))
    week_start = models.DateField(_("week of"), help_text=_("The Monday of the reported week."))
    number = models.PositiveSmallIntegerField(_("version of the report"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    schedule = rag_field(_("schedule"))
    cost = rag_field(_("cost"))
    scope = rag_field(_("scope"))
    risk = rag_field(_("risk"))
    benefit = rag_field(_("benefit"))
    reasons = models.JSONField(_("reasons for differing"), default=dict, blank=True)
    done = models.TextField(_("what happened"), blank=True)
    next_steps = models.TextField(_("what happens next"), blank=True)
    help_needed = models.TextField(_("help needed"), blank=True)
    frozen = models.JSONField(_("frozen at submission"), default=dict, editable=False)
    author = models.ForeignKey("portfolio.User", models.PROTECT, null=True, related_name="+", verbose_name=_("author"))
    created_at = models.DateTimeField(_("begun at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)

    class Meta:
        ordering = ["node", "-week_start", "-number"]
        triggers = [
            pgtrigger.Protect(
                name="report_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="submitted"),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["node", "week_start", "number"], name="report_number_once"),
            models.UniqueConstraint(fields=["node"], condition=models.Q(state="draft"), name="report_one_draft"),
            models.CheckConstraint(condition=models.Q(week_start__iso_week_day=1), name="report_week_starts_monday"),
            models.CheckConstraint(
                condition=models.Q(state="draft", submitted_at__isnull=True)
                | models.Q(state="submitted", submitted_at__isnull=False),
                name="report_state_whole",
            ),
            *[
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__in": ["", *Rag.values]}), name=f"report_{name}_known"
                )
                for name in DIMENSIONS
            ],
        ]

    def __str__(self) -> str:
        return f"{self.node.code}, week of {self.week_start:%d %b %Y}"


class AssuranceSource(models.TextChoices):
    IPA = "ipa", _("Infrastructure and Projects Authority")
    SRO = "sro", _("Senior responsible owner")
    INTERNAL = "internal", _("Internal assurance")
    OTHER = "other", _("Other reviewer")


class RatingScale(models.TextChoices):
    FIVE = "five", _("Five-point")
    THREE = "three", _("Three-point")


class Rating(models.TextChoices):
    GREEN = "green", _("Green")
    AMBER_GREEN = "amber_green", _("Amber/Green")
    AMBER = "amber", _("Amber")
    AMBER_RED = "amber_red", _("Amber/Red")
    RED = "red", _("Red")
    EXEMPT = "exempt", _("Exempt")
    NOT_RATED = "not_rated", _("Not rated")


@pghistory.track()
class AssuranceRating(Scoped, Versioned):
    """Delivery confidence as judged by somebody other than the project: a forecast of success, not a status."""

    access = NodeScope("node")

    node = models.ForeignKey(
        "portfolio.Node", models.CASCADE, related_name="assurance_ratings", verbose_name=_("project")
    )
    as_of = models.DateField(_("as of"))
    source = models.CharField(_("given by"), max_length=10, choices=AssuranceSource.choices)
    scale = models.CharField(_("scale"), max_length=5, choices=RatingScale.choices)
    value = models.CharField(_("rating"), max_length=12, choices=Rating.choices)
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        ordering = ["node", "-as_of", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "as_of", "source"],
                name="rating_once",
                violation_error_message=_("There is a rating of this date from this reviewer."),
            ),
            models.CheckConstraint(
                condition=~models.Q(scale="three", value__in=["amber_green", "amber_red"]),
                name="rating_fits_scale",
                violation_error_message=_("The three-point scale has no Amber/Green and no Amber/Red."),
            ),
            models.CheckConstraint(condition=models.Q(value__in=Rating.values), name="rating_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_value_display()} {self.as_of}"
