"""The audit log as a table."""

from django.utils.translation import gettext_lazy as _

from pmo.core import events
from pmo.core import format as fmt
from pmo.core.tables import Column, Table


class AuditTable(Table):
    """One row an entry."""

    caption = _("What was done, by whom, when and why")
    columns = (
        Column("at", _("At"), format=fmt.instant, sort="at", numeric=True),
        Column("verb", _("What"), value=lambda row: events.verb_label(row.verb), sort="verb"),
        Column("object_label", _("To"), sort="object_label"),
        Column("actor_label", _("Who"), sort="actor_label"),
        Column("reason", _("Why")),
        Column(
            "changes",
            _("Before → after"),
            template="governance/audit/cells/changes.html",
            value=lambda row: "; ".join(f"{name}: {pair[0]} → {pair[1]}" for name, pair in row.changes.items()),
        ),
        Column("request_id", _("Request or job"), shown=False),
    )
    default_sort = ("-at", "-pk")
