"""Forms for people and their roles."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from pmo.core.forms import ModelForm
from portfolio.people.models import Membership, User

FIELDS = ["name", "email", "job_title"]


class SignInForm(AuthenticationForm):
    """E-mail and password; one message for a wrong password, an unknown and a closed account."""

    error_messages = {
        "invalid_login": _("This e-mail and password do not match. Check both and try again."),
        "inactive": _("This e-mail and password do not match. Check both and try again."),
    }


class UserForm(ModelForm):
    """What is edited of a person."""

    class Meta:
        model = User
        fields = FIELDS
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "username"})}

    def clean_email(self) -> str:
        """Return the address with its domain in small letters."""
        return User.objects.normalize_email(self.cleaned_data["email"])


class PasswordForm(PasswordChangeForm):
    """One's own new password, with the address beside it for password managers."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        beside = forms.TextInput(attrs={"autocomplete": "username", "readonly": True})
        self.fields["username"] = forms.CharField(required=False, initial=user.email, widget=beside, label=_("E-mail"))
        self.order_fields(["username", "old_password"])


class UserCreateForm(UserForm):
    """A new person, with a first password to hand over."""

    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=" ".join(password_validators_help_texts()),
        strip=False,
    )


class MembershipForm(ModelForm):
    """Which role a person gets on the node at hand."""

    class Meta:
        model = Membership
        fields = ["user", "role"]
        help_texts = {"role": _("Holds here and on everything below.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(is_active=True).exclude(pk=self.user.pk).order_by("name")  # type: ignore[attr-defined]
