"""People and their roles: create, edit, deactivate, give and take roles, change a password.

Raises ValidationError for what a person can correct, NotPermitted outside the actor's rights, DomainError for rules.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pmo.core import access, saving
from pmo.core.errors import DomainError, NotPermitted
from pmo.core.events import Event, declare_verbs, emit
from portfolio.people.models import Membership, Role, User
from portfolio.people.policy import ROLE_ACTIONS

declare_verbs(
    {
        "user.created": _("Person created"),
        "user.edited": _("Person edited"),
        "user.deactivated": _("Person deactivated"),
        "user.reactivated": _("Person reactivated"),
        "user.password_changed": _("Password changed"),
        "membership.granted": _("Role given"),
        "membership.revoked": _("Role taken away"),
    }
)


@transaction.atomic
def user_create(*, actor: Any, password: str, reason: str = "", **values: Any) -> User:
    """Create a person who can sign in with `password`, but sees nothing until a role is given."""
    _may_manage(actor)
    user = User(**values)
    validate_password(password, user)
    user.set_password(password)
    saving.write(user, force_insert=True)
    changes = {"name": (None, user.name), "email": (None, user.email)}
    emit("user.created", user, actor=actor, changes=changes, reason=reason)
    return user


def user_update(
    user: User, values: Mapping[str, Any], *, actor: Any, expected_version: int | None = None, reason: str = ""
) -> User:
    """Edit a person's name, e-mail or job title."""
    if "is_active" in values:
        raise DomainError("Use deactivate or reactivate.")
    return saving.update(
        user,
        values,
        actor=actor,
        action="people.manage",
        verb="user.edited",
        expected_version=expected_version,
        reason=reason,
    )


@transaction.atomic
def user_deactivate(user: User, *, actor: Any, reason: str = "") -> User:
    """Close an account and end its sessions at once. The last active administrator stays."""
    _may_manage(actor)
    if user.pk == actor.pk:
        raise DomainError(_("Nobody deactivates their own account."))
    if _is_last_administrator(user):
        raise DomainError(_("This is the last active administrator; make somebody else administrator first."))
    user = _set_active(user, False)
    end_sessions(user)
    emit("user.deactivated", user, actor=actor, changes={"is_active": (True, False)}, reason=reason)
    return user


@transaction.atomic
def user_reactivate(user: User, *, actor: Any, reason: str = "") -> User:
    """Open a closed account again; its roles were kept."""
    _may_manage(actor)
    user = _set_active(user, True)
    emit("user.reactivated", user, actor=actor, changes={"is_active": (False, True)}, reason=reason)
    return user


def _set_active(user: User, active: bool) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active == active:
        raise DomainError(_("This account is so already."))
    user.is_active, user.version = active, user.version + 1
    saving.write(user, update_fields=["is_active", "version"])
    return user


def _may_manage(actor: Any) -> None:
    if "people.manage" not in access.held_actions(actor):
        raise NotPermitted("Only an administrator manages people.")


def _is_last_administrator(user: User) -> bool:
    admins = Membership.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return admins.filter(user=user).exists() and not admins.exclude(user=user).exists()


def end_sessions(user: User, *, keep: str = "") -> None:
    """End every session of `user` but the one with the key `keep`."""
    for session in Session.objects.exclude(session_key=keep):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


@transaction.atomic
def password_change(user: User, password: str, *, actor: Any, keep_session: str = "") -> None:
    """Set a new password and end all other sessions. Raises ValidationError for a weak one."""
    if actor.pk != user.pk:
        _may_manage(actor)
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user, keep=keep_session)
    emit("user.password_changed", user, actor=actor)


@transaction.atomic
def membership_grant(*, actor: Any, user: User, role: str, node: Any, reason: str = "") -> Membership:
    """Give `user` a role on `node` and on all below it.

    Nobody gives a role to themselves, nor one that allows more than they may.
    """
    access.require(actor, "membership.grant", node)
    _check_not_beyond(actor, user, role)
    membership = Membership(user=user, role=role, node=node)
    saving.write(membership, force_insert=True)
    changes = {"user": (None, user.name), "role": (None, str(membership.get_role_display())), "node": (None, str(node))}
    emit("membership.granted", membership, actor=actor, changes=changes, reason=reason)
    return membership


@transaction.atomic
def membership_revoke(membership: Membership, *, actor: Any, reason: str = "") -> None:
    """Take a role away; it ends with the next request. The last administrator stays."""
    access.require(actor, "membership.grant", membership)
    _check_not_beyond(actor, membership.user, membership.role)
    last = (
        not Membership.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True).exclude(pk=membership.pk).exists()
    )
    if membership.role == Role.ADMINISTRATOR and last:
        raise DomainError(_("This is the last administrator; make somebody else administrator first."))
    changes = {"user": (membership.user.name, None), "role": (str(membership.get_role_display()), None)}
    emit("membership.revoked", [Event(membership, changes)], actor=actor, reason=reason)
    membership.delete()


def _check_not_beyond(actor: Any, user: User, role: str) -> None:
    if getattr(actor, "is_system", False):
        return
    if user.pk == actor.pk:
        raise DomainError(_("Nobody changes their own roles."))
    held = access.held_actions(actor)
    if "people.manage" not in held and not ROLE_ACTIONS[role] <= held:
        raise DomainError(_("This role allows more than you may; ask an administrator."))
