"""Who may see and change which rows: one queryset method, one guard for writes, deny by default.

A role on a node holds for everything below it, and grants only add. The app that owns roles installs a
`Policy`; models declare a scope in `access`; views, exports, searches and jobs read through `restrict`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, Protocol, Self

from django.contrib.auth.decorators import login_not_required
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, Q
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from pmo.core.errors import NotPermitted


class SystemActor:
    """The house itself: management commands, the sweeper and the roll-up act as it."""

    pk = None
    is_system = True
    is_active = True
    is_authenticated = True

    def __str__(self) -> str:
        return "Gatehouse"


SYSTEM = SystemActor()


class Policy(Protocol):
    """What the app that owns roles tells the kernel."""

    def granted_nodes(self, user: Any, action: str) -> models.QuerySet[Any]:
        """Return one column of node ids on which `user` directly holds a role that allows `action`."""

    def held_actions(self, user: Any) -> frozenset[str]:
        """Return every action that `user` holds on at least one node."""

    def known_actions(self) -> frozenset[str]:
        """Return every action that exists; any other name is a programming error."""


_policy: Policy | None = None


def install(policy: Policy) -> None:
    """Install the policy that answers for roles; called once, when the owning app is ready."""
    global _policy  # noqa: PLW0603  set once, when the owning app is ready
    _policy = policy


def policy() -> Policy:
    """Return the installed policy."""
    if _policy is None:
        raise RuntimeError("No access policy is installed.")
    return _policy


def held_actions(user: Any) -> frozenset[str]:
    """Return the actions `user` holds anywhere; for navigation and for hiding buttons, never as a guard of rows."""
    if getattr(user, "is_system", False):
        return policy().known_actions()
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return frozenset()
    return policy().held_actions(user)


class Scope:
    """How rows of a model are tied to the tree."""

    def q(self, user: Any, action: str) -> Q | Exists:
        raise NotImplementedError(f"{type(self).__name__} does not say which rows it covers.")

    def node_id(self, obj: Any) -> int | None:
        """Return the node that `obj` belongs to, or None for organisation-wide rows."""
        return None


class NodeScope(Scope):
    """Rows that belong to a node, reached by `path` (empty for the node itself).

    With `or_organisation`, rows without a node are seen by whoever holds the action anywhere.
    """

    def __init__(self, path: str = "node", *, or_organisation: bool = False) -> None:
        self.path = path
        self.or_organisation = or_organisation

    def q(self, user: Any, action: str) -> Q | Exists:
        granted = policy().granted_nodes(user, action)
        lookup = f"{self.path}__ancestors__overlap" if self.path else "ancestors__overlap"
        inside = Q(**{lookup: ArraySubquery(granted)})
        if not self.or_organisation:
            return inside
        return inside | (Q(**{f"{self.path}__isnull": True}) & Q(Exists(granted)))

    def node_id(self, obj: Any) -> int | None:
        if not self.path:
            return obj.pk
        *steps, last = self.path.split("__")
        for step in steps:
            obj = getattr(obj, step)
        return getattr(obj, f"{last}_id")


class OrganisationScope(Scope):
    """Rows without a node: seen by whoever holds the action on any node."""

    def q(self, user: Any, action: str) -> Q | Exists:
        return Exists(policy().granted_nodes(user, action))


class OwnScope(Scope):
    """Rows that only their own person sees, named by `field`."""

    def __init__(self, field: str) -> None:
        self.field = field

    def q(self, user: Any, action: str) -> Q | Exists:
        return Q(**{self.field: user.pk})


class ScopedQuerySet(models.QuerySet[Any]):
    """The queryset of every domain model."""

    def restrict(self, user: Any, action: str) -> Self:
        """Return only the rows on which `user` may do `action`. An unknown action is a programming error."""
        if action not in policy().known_actions():
            raise ValueError(f"No such action: {action}")
        if getattr(user, "is_system", False):
            return self
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(self.model.access.q(user, action))

    def unrestricted(self, reason: str) -> Self:
        """Return all rows, for the roll-up, the sweeper and constraints; a test lists the callers."""
        if not reason:
            raise ValueError("Say why all rows are read.")
        return self


class Scoped(models.Model):
    """Base of every domain model: it names its scope and reads through `restrict`."""

    access: ClassVar[Scope]
    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


def require(actor: Any, action: str, obj: Any) -> None:
    """Raise NotPermitted unless `obj`, as it stands in the database now, lies in the actor's scope for `action`."""
    if getattr(actor, "is_system", False):
        return
    if not type(obj)._default_manager.filter(pk=obj.pk).restrict(actor, action).exists():
        raise NotPermitted(_("You are not, or no longer, permitted to do this here."))


View = Callable[..., HttpResponseBase]
METHODS = ("GET", "HEAD", "POST")


def _with_rule(view: View, rule: str, allowed: Callable[[Any], bool]) -> Callable[..., Any]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not allowed(request.user):
            raise Http404
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return view(request, *args, **kwargs)

    guarded.access_rule = rule  # type: ignore[attr-defined]
    return guarded


def requires(action: str) -> Callable[[View], View]:
    """Guard a view: whoever holds `action` nowhere gets 404. Rows still go through `restrict`."""

    def decorate(view: View) -> View:
        return _with_rule(view, action, lambda user: action in held_actions(user))

    return decorate


def signed_in(reason: str) -> Callable[[View], View]:
    """Mark a view that every signed-in person may call, with the reason; rows are restricted inside."""

    def decorate(view: View) -> View:
        return _with_rule(view, f"signed in: {reason}", lambda _user: True)

    return decorate


def public(reason: str) -> Callable[[View], View]:
    """Mark a view that needs no sign-in, with the reason."""

    def decorate(view: View) -> View:
        return login_not_required(_with_rule(view, f"public: {reason}", lambda _user: True))

    return decorate
