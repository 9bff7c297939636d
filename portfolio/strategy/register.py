"""What strategy adds to the register: whether a live project contributes to an objective, as column and as filter."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from pmo.core import access
from pmo.core.tables import Column
from portfolio.strategy.queries import VIEW, with_orphan


def columns(user: Any = None) -> list[Column]:
    """Return the column for `user`: none for whoever may not see the strategy anywhere."""
    if user is not None and VIEW not in access.held_actions(user):
        return []

    def words(row: Any) -> str:
        return str(_("Contributes to no objective") if row.orphan else "")

    return [
        Column(
            "orphan",
            _("Strategy"),
            value=words,
            sort="orphan",
            shown=False,
            annotate=lambda rows: with_orphan(rows, user),
        )
    ]


def filters(user: Any = None) -> dict[str, django_filters.Filter]:
    """Return the filter for `user`: none for whoever may not see the strategy anywhere."""
    if user is not None and VIEW not in access.held_actions(user):
        return {}
    return {
        "orphan": django_filters.ChoiceFilter(
            label=_("Strategy"),
            choices=[("yes", _("Contributes to no objective"))],
            method=lambda rows, _field, _value: with_orphan(rows, user).filter(orphan=True),
        )
    }
