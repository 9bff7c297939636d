"""Filters of the audit log."""

import django_filters
from django.utils.translation import gettext_lazy as _

from governance.audit.models import AuditEntry
from pmo.core import events
from pmo.core.filters import FilterSet, TextSearch


class AuditFilter(FilterSet):
    """By text, verb and day."""

    q = TextSearch("object_label", "actor_label", "reason", label=_("Object, person or reason"))
    verb = django_filters.ChoiceFilter(
        choices=lambda: sorted((key, str(words)) for key, words in events.declared_verbs().items()), label=_("What")
    )
    at = django_filters.DateFromToRangeFilter(label=_("From and to"))

    class Meta:
        model = AuditEntry
        fields: list[str] = []
