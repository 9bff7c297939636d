"""Sign-in and out, one's own password, people, and roles on the tree."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core.access import public, requires, signed_in
from pmo.core.crud import Crud, Parent
from pmo.core.errors import DomainError
from portfolio.people import services
from portfolio.people.filters import MembershipFilter, UserFilter
from portfolio.people.forms import MembershipForm, PasswordForm, SignInForm, UserCreateForm, UserForm
from portfolio.people.models import Membership, User
from portfolio.people.tables import MembershipTable, UserTable

sign_in = public("the door")(
    auth.LoginView.as_view(
        template_name="people/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
    )
)
sign_out = signed_in("ends one's own session")(auth.LogoutView.as_view())


@signed_in("one's own password")
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; all other sessions end."""
    user: Any = request.user
    form = PasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.password_change(
            user, form.cleaned_data["new_password1"], actor=user, keep_session=request.session.session_key or ""
        )
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed; other sessions were ended."))
        return redirect("home")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "people/password.html", {"form": form}, status=status)


def person_page(request: HttpRequest, user: User) -> dict[str, Any]:
    """Return what the page of a person shows besides their facts: the roles that the reader may see."""
    roles = Membership.objects.restrict(request.user, "people.view").filter(user=user).select_related("node")
    return {
        "roles": roles,
        "may_manage": User.objects.filter(pk=user.pk).restrict(request.user, "people.manage").exists(),
    }


PEOPLE = Crud(
    model=User,
    name="user",
    path="people",
    label=gettext_lazy("People"),
    table=UserTable,
    filterset=UserFilter,
    form=UserForm,
    create_form=UserCreateForm,
    view_action="people.view",
    edit_action="people.manage",
    create=services.user_create,
    update=services.user_update,
    detail_fields=("name", "email", "job_title", "is_active", "last_login"),
    detail_template="people/person.html",
    detail_context=person_page,
    empty=gettext_lazy("No person matches."),
)


def memberships(parent: Parent) -> Crud:
    """Return the pages of roles, hung on the pages of `parent`; the registry, a level above, hands its own in."""
    return Crud(
        model=Membership,
        name="membership",
        path="roles",
        label=gettext_lazy("Roles"),
        table=MembershipTable,
        filterset=MembershipFilter,
        form=MembershipForm,
        view_action="people.view",
        edit_action="membership.grant",
        create=services.membership_grant,
        delete=services.membership_revoke,
        parent=parent,
        tab="people",
        detail_fields=("user", "role", "node", "created_at"),
        empty=gettext_lazy("Nobody holds a role here directly; roles from above hold here too."),
    )


def _toggle(request: HttpRequest, key: int, service: Any, words: str) -> HttpResponse:
    person = get_object_or_404(User.objects.restrict(request.user, "people.manage"), pk=key)
    errors: list[str] = []
    if request.method == "POST":
        try:
            service(person, actor=request.user, reason=request.POST.get("reason", ""))
        except (ValidationError, DomainError) as error:
            errors = error.messages if isinstance(error, ValidationError) else [str(error)]
        else:
            messages.success(request, words % {"name": person.name})
            return redirect("user-detail", person.pk)
    return render(request, "people/toggle.html", {"person": person, "errors": errors}, status=422 if errors else 200)


@requires("people.manage")
def deactivate(request: HttpRequest, key: int) -> HttpResponse:
    """Close an account after one question."""
    return _toggle(request, key, services.user_deactivate, _("%(name)s can no longer sign in."))


@requires("people.manage")
def reactivate(request: HttpRequest, key: int) -> HttpResponse:
    """Open a closed account after one question."""
    return _toggle(request, key, services.user_reactivate, _("%(name)s can sign in again."))
