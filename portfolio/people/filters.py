"""Filters of people and roles."""

import django_filters
from django.utils.translation import gettext_lazy as _

from pmo.core.filters import FilterSet, TextSearch
from portfolio.people.models import Membership, Role, User


class UserFilter(FilterSet):
    """By name or address, and by open or closed account."""

    q = TextSearch("name", "email", "job_title", label=_("Name, e-mail or title"))
    is_active = django_filters.TypedChoiceFilter(
        choices=[("true", _("Active")), ("false", _("Closed"))], coerce=lambda word: word == "true", label=_("Account")
    )

    class Meta:
        model = User
        fields: list[str] = []


class MembershipFilter(FilterSet):
    """By person, role and node."""

    q = TextSearch("user__name", "node__name", "node__code", label=_("Person or node"))
    role = django_filters.MultipleChoiceFilter(choices=Role.choices, label=_("Role"))

    class Meta:
        model = Membership
        fields: list[str] = []
