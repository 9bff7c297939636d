"""The list of changes as a table: what the page shows and what an export holds are these rows."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.core import format as fmt
from pmo.core.tables import Column, Table

KIND_WORDS = {"new": _("New"), "changed": _("Changed"), "moved": _("Moved"), "deleted": _("Deleted")}


class ChangeTable(Table):
    """One row a change; the rows come netted and in order, so that nothing is sorted here."""

    caption = _("What changed, by whom, when and why")
    columns = (
        Column("code", _("Code"), path="project.code"),
        Column("project", _("Project"), path="project.name"),
        Column("noun", _("What")),
        Column("row", _("Row")),
        Column("kind", _("Change"), value=lambda line: str(KIND_WORDS[line.kind])),
        Column("act", _("Act")),
        Column("field", _("Field")),
        Column("before", _("Before")),
        Column("after", _("After")),
        Column("who", _("Who")),
        Column("when", _("When"), format=fmt.instant),
        Column("why", _("Why")),
        Column("edits", _("Edits"), numeric=True),
    )

    def _ordered(self, queryset: Any) -> Any:
        return queryset
