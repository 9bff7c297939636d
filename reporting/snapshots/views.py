"""What changed between two days: of a node, and of all that one may see; as a page and as a download."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pmo.core import export as exports
from pmo.core.access import requires
from portfolio.models import Node
from portfolio.registry.views import fetch_node, node_frame
from reporting.snapshots import pages
from reporting.snapshots.queries import AUDIT


@requires(AUDIT)
@require_safe
def node_changes(request: HttpRequest, code: str) -> HttpResponse:
    """Show what changed between two days at a node and below it."""
    node = fetch_node(request, code, AUDIT)
    path = reverse("node-changes", args=[code])
    frame = node_frame(request, node, "changes") | {"layout": "portfolio/registry/node_base.html"}
    return _page(request, node, path, frame)


@requires(AUDIT)
@require_safe
def all_changes(request: HttpRequest) -> HttpResponse:
    """Show what changed between two days in everything one may see."""
    return _page(request, None, reverse("changes"), {"layout": "base.html"})


def _page(request: HttpRequest, node: Node | None, path: str, frame: dict[str, Any]) -> HttpResponse:
    found = pages.changes_page(request.user, node, request.GET, path)
    return render(request, "reporting/snapshots/changes.html", frame | found)


@requires(AUDIT)
@require_safe
def node_changes_export(request: HttpRequest, code: str, file_format: str) -> HttpResponseBase:
    """Download the changes of a node, as the page lists them."""
    node = fetch_node(request, code, AUDIT)
    return _download(request, node, file_format, f"changes-{code}")


@requires(AUDIT)
@require_safe
def all_changes_export(request: HttpRequest, file_format: str) -> HttpResponseBase:
    """Download the changes of everything one may see, as the page lists them."""
    return _download(request, None, file_format, "changes")


def _download(request: HttpRequest, node: Node | None, file_format: str, name: str) -> HttpResponseBase:
    if file_format not in exports.FORMATS:
        raise BadRequest(_("Exports come as csv or xlsx."))
    window = pages.window_of(request.GET)
    return exports.respond(pages.table_of(request.user, node, window, request.GET, ""), file_format, name)
