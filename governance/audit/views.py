"""The audit log's pages: of everything one may see, and of one node."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from governance.audit import queries
from governance.audit.filters import AuditFilter
from governance.audit.models import AuditEntry
from governance.audit.tables import AuditTable
from pmo.core.access import requires
from pmo.core.crud import Crud
from portfolio.registry.views import fetch_node, node_frame

AUDIT = Crud(
    model=AuditEntry,
    name="audit",
    path="audit",
    label=_("Audit log"),
    table=AuditTable,
    filterset=AuditFilter,
    view_action="audit.view",
    with_detail=False,
    empty=_("Nothing was done yet."),
)


@requires("audit.view")
@require_safe
def node_timeline(request: HttpRequest, code: str) -> HttpResponse:
    """Show what happened to a node and to all that belongs to it."""
    node = fetch_node(request, code, "audit.view")
    context = node_frame(request, node, "history") | {"entries": queries.timeline_of_node(request.user, node)}
    return render(request, "governance/audit/node_timeline.html", context)
