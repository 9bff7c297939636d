"""Imported editions of a portfolio: which file brought which projects, and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, OwnScope, Scoped


class ImportRun(Scoped):
    """One uploaded file and what became of it. The job works on the stored bytes, so that a retry reads the same."""

    access = OwnScope("created_by")

    job = models.ForeignKey("core.Job", models.PROTECT, null=True, related_name="+", verbose_name=_("job"))
    portfolio_code = models.CharField(_("into portfolio"), max_length=60)
    preset = models.CharField(_("preset"), max_length=40)
    edition_year = models.PositiveSmallIntegerField(_("edition"))
    file_name = models.CharField(_("file"), max_length=250)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    content = models.BinaryField(_("content"))
    outcome = models.JSONField(_("outcome"), default=dict)
    created_by = models.ForeignKey(
        "portfolio.User", models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name


class Edition(Scoped):
    """One published edition of a portfolio that was imported."""

    access = NodeScope("portfolio")

    portfolio = models.ForeignKey(
        "portfolio.Node", models.CASCADE, related_name="editions", verbose_name=_("portfolio")
    )
    preset = models.CharField(_("preset"), max_length=40)
    year = models.PositiveSmallIntegerField(_("edition"))
    as_of = models.DateField(_("as of"))
    file_name = models.CharField(_("file"), max_length=250)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    imported_at = models.DateTimeField(_("imported at"))

    class Meta:
        ordering = ["portfolio", "-as_of"]
        constraints = [models.UniqueConstraint(fields=["portfolio", "as_of"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.year}"


class EditionPresence(Scoped):
    """Whether a project stands in its portfolio's latest edition, and the last edition that named it."""

    access = NodeScope("node")

    node = models.OneToOneField(
        "portfolio.Node", models.CASCADE, related_name="edition_presence", verbose_name=_("project")
    )
    last_edition = models.ForeignKey(
        "portfolio.Edition", models.PROTECT, related_name="presences", verbose_name=_("last named in")
    )
    in_latest = models.BooleanField(_("in the latest edition"), default=True)

    class Meta:
        ordering = ["node"]

    def __str__(self) -> str:
        return f"{self.node}: {self.last_edition}"
