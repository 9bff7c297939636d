"""The register as a table. Upper areas add health, money and dates as columns through the kernel."""

from django.utils.translation import gettext_lazy as _

from pmo.core import format as fmt
from pmo.core.tables import Column, Table


class NodeTable(Table):
    """One row a node."""

    caption = _("Projects and what contains them")
    columns = (
        Column("name", _("Project"), template="portfolio/registry/cells/name.html", sort="name"),
        Column("kind", _("Kind"), sort="kind", shown=False),
        Column("parent", _("Lies in"), path="parent.name", sort="parent__name"),
        Column("lifecycle", _("Stage"), sort="lifecycle"),
        Column("owner", _("Manager"), path="owner.name", sort="owner__name"),
        Column("sponsor", _("Sponsor"), path="sponsor.name", sort="sponsor__name", shown=False),
        Column("method", _("Method"), sort="method", shown=False),
        Column("code", _("Code"), sort="code", shown=False),
        Column("start_date", _("Mandated start"), format=fmt.day, sort="start_date", numeric=True, shown=False),
        Column("target_date", _("Mandated finish"), format=fmt.day, sort="target_date", numeric=True, shown=False),
        Column("organisation_unit", _("Organisation unit"), sort="organisation_unit", shown=False),
        Column("category", _("Category"), sort="category", shown=False),
        Column("tags", _("Tags"), shown=False),
    )
    default_sort = ("name",)
    select_related = ("parent", "owner", "sponsor")
