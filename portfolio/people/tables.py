"""People and roles as tables."""

from django.utils.translation import gettext_lazy as _

from pmo.core import format as fmt
from pmo.core.tables import Column, Table


def yes_no(value: bool) -> object:
    """Return a flag in words."""
    return _("Active") if value else _("Closed")


class UserTable(Table):
    """One row a person."""

    caption = _("People who may sign in")
    columns = (
        Column("name", _("Name"), link=True, sort="name"),
        Column("email", _("E-mail"), sort="email"),
        Column("job_title", _("Job title"), sort="job_title"),
        Column("is_active", _("Account"), format=yes_no, sort="is_active"),
        Column("last_login", _("Last sign-in"), format=fmt.instant, sort="last_login", numeric=True),
        Column("created_at", _("Created"), format=fmt.day, sort="created_at", numeric=True, shown=False),
    )
    default_sort = ("name",)


class MembershipTable(Table):
    """One row a role of a person on a node."""

    caption = _("Who holds which role where")
    columns = (
        Column("user", _("Person"), path="user.name", link=True, sort="user__name"),
        Column("role", _("Role"), sort="role"),
        Column("node", _("On"), path="node.name", sort="node__name"),
        Column("node_code", _("Code"), path="node.code", sort="node__code"),
        Column("created_at", _("Given"), format=fmt.day, sort="created_at", numeric=True),
    )
    default_sort = ("user__name", "role")
    select_related = ("user", "node")
