"""The tree of portfolios, programmes and projects, and the numbered baselines of each node."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, Scoped
from pmo.core.models import Versioned
from portfolio.registry import triggers


class NodeKind(models.TextChoices):
    PORTFOLIO = "portfolio", _("Portfolio")
    SUB_PORTFOLIO = "sub_portfolio", _("Sub-portfolio")
    PROGRAMME = "programme", _("Programme")
    PROJECT = "project", _("Project")


# What may lie directly below what. None stands for the top of the tree.
ALLOWED_PARENTS: dict[str, frozenset[str | None]] = {
    NodeKind.PORTFOLIO: frozenset({None}),
    NodeKind.SUB_PORTFOLIO: frozenset({NodeKind.PORTFOLIO, NodeKind.SUB_PORTFOLIO}),
    NodeKind.PROGRAMME: frozenset({NodeKind.PORTFOLIO, NodeKind.SUB_PORTFOLIO, NodeKind.PROGRAMME}),
    NodeKind.PROJECT: frozenset({NodeKind.PORTFOLIO, NodeKind.SUB_PORTFOLIO, NodeKind.PROGRAMME}),
}


class Lifecycle(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    DEFINE = "define", _("Define")
    DELIVER = "deliver", _("Deliver")
    ON_HOLD = "on_hold", _("On hold")
    COMPLETE = "complete", _("Complete")
    STOPPED = "stopped", _("Stopped")

    @classmethod
    def live(cls) -> list["Lifecycle"]:
        """Return the states in which a report is due each cycle."""
        return [cls.DEFINE, cls.DELIVER]


class DeliveryMethod(models.TextChoices):
    WATERFALL = "waterfall", _("Waterfall")
    AGILE = "agile", _("Agile")
    HYBRID = "hybrid", _("Hybrid")
    PRINCE2 = "prince2", _("PRINCE2")


CODE = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_.\-]*\Z",
    _("Use letters, digits, dot, hyphen and underscore, starting with a letter or digit."),
)


@pghistory.track()
class Node(Scoped, Versioned):
    """One place in the tree. `ancestors` holds the ids from the root down to the node itself."""

    access = NodeScope("")

    kind = models.CharField(_("kind"), max_length=20, choices=NodeKind.choices)
    code = models.CharField(_("code"), max_length=60, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=250)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("lies in")
    )
    ancestors = ArrayField(models.BigIntegerField(), default=list, editable=False)
    description = models.TextField(_("purpose"), blank=True)
    lifecycle = models.CharField(
        _("lifecycle state"), max_length=12, choices=Lifecycle.choices, default=Lifecycle.PROPOSED
    )
    method = models.CharField(_("delivery method"), max_length=12, choices=DeliveryMethod.choices, blank=True)
    start_date = models.DateField(_("mandated start"), null=True, blank=True)
    target_date = models.DateField(_("mandated finish"), null=True, blank=True)
    owner = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, blank=True, related_name="owned_nodes", verbose_name=_("manager")
    )
    sponsor = models.ForeignKey(
        "portfolio.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sponsored_nodes",
        verbose_name=_("sponsor"),
    )
    organisation_unit = models.CharField(_("organisation unit"), max_length=120, blank=True)
    category = models.CharField(_("category"), max_length=120, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("tags"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("project"), _("projects")
        ordering = ["code"]
        triggers = [triggers.ancestors_of_row, triggers.ancestors_below]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=NodeKind.values), name="node_kind_known"),
            models.CheckConstraint(condition=models.Q(lifecycle__in=Lifecycle.values), name="node_lifecycle_known"),
            models.CheckConstraint(
                condition=models.Q(kind=NodeKind.PORTFOLIO, parent__isnull=True)
                | (~models.Q(kind=NodeKind.PORTFOLIO) & models.Q(parent__isnull=False)),
                name="node_only_portfolios_on_top",
                violation_error_message=_(
                    "Only a portfolio stands at the top of the tree; everything else lies in something."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(start_date__isnull=True)
                | models.Q(target_date__isnull=True)
                | models.Q(target_date__gte=models.F("start_date")),
                name="node_dates_in_order",
                violation_error_message=_("The mandated finish is before the mandated start."),
            ),
        ]
        indexes = [GinIndex(fields=["ancestors"], name="node_ancestors"), GinIndex(fields=["tags"], name="node_tags")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_project(self) -> bool:
        """Return whether the node is a project, the level at which work is reported."""
        return self.kind == NodeKind.PROJECT


class BaselineState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")


@pghistory.track()
class Baseline(Scoped):
    """A numbered set of one node's plan rows; frozen once approved. The current one is the highest approved number."""

    access = NodeScope("node")

    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="baselines", verbose_name=_("project"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=BaselineState.choices, default=BaselineState.DRAFT)
    is_current = models.BooleanField(_("current"), default=False)
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["node", "number"]
        constraints = [
            models.UniqueConstraint(fields=["node", "number"], name="baseline_number_once"),
            models.UniqueConstraint(fields=["node"], condition=models.Q(is_current=True), name="baseline_one_current"),
            models.UniqueConstraint(fields=["node"], condition=models.Q(state="draft"), name="baseline_one_draft"),
            models.CheckConstraint(
                condition=models.Q(state="draft", is_current=False, approved_at__isnull=True)
                | models.Q(state="approved", approved_at__isnull=False),
                name="baseline_state_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Baseline %(number)s") % {"number": self.number})
