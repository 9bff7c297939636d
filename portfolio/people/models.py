"""People and the roles they hold on nodes of the tree."""

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from pmo.core.access import NodeScope, OrganisationScope, Scoped, ScopedQuerySet
from pmo.core.models import Versioned


class UserManager(BaseUserManager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """Manager of people; e-mail addresses are compared without regard to case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser, Versioned):
    """A person who signs in. Deactivated people stay, because history names them."""

    access = OrganisationScope()

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name, verbose_name_plural = _("person"), _("people")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Return the first letters of the first and the last name."""
        words = self.name.split() or ["?"]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


class Role(models.TextChoices):
    PMO_HEAD = "pmo_head", _("PMO head")
    PMO_ANALYST = "pmo_analyst", _("PMO analyst")
    PROJECT_MANAGER = "project_manager", _("Programme or project manager")
    SPONSOR = "sponsor", _("Sponsor")
    EXECUTIVE = "executive", _("Executive")
    FINANCE = "finance", _("Finance")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


@pghistory.track()
class Membership(Scoped):
    """One role of one person on one node; it holds for everything below the node."""

    access = NodeScope("node")

    user = models.ForeignKey("portfolio.User", models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    node = models.ForeignKey("portfolio.Node", models.CASCADE, related_name="memberships", verbose_name=_("on"))
    created_at = models.DateTimeField(_("given at"), auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("role"), _("roles")
        ordering = ["user__name", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "node", "role"],
                name="membership_once",
                violation_error_message=_("This person already holds this role here."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
