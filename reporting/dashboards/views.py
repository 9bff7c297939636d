"""The executive home and the data of its charts."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pmo.core import export as exports
from pmo.core import ui
from pmo.core.access import requires, signed_in
from pmo.core.tables import TABLE_PARAMETERS
from portfolio.registry.models import Node
from portfolio.registry.queries import topmost
from portfolio.registry.views import node_frame
from reporting.dashboards import pages, queries
from reporting.dashboards.nodes import behind
from reporting.dashboards.queries import Subject
from reporting.rollup.queries import VIEW
from reporting.snapshots.as_of import PARAMETER, AsOf, as_of, head


@signed_in("role decides what is inside")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs attention in the person's portfolios, and their numbers; now, or on a past day."""
    day = head(request, None)
    past = day["past"] if day else None
    subject = queries.home_subject(request.user, as_of(request))
    context: dict[str, Any] = {
        "as_of": day,
        "past": past,
        "panels": {} if past else ui.panels("home", request, subject),
    }
    if subject is None:
        context["seen"] = topmost(request.user)
        return render(request, "reporting/dashboards/home_empty.html", context)
    only = subject.rows[0].node if len(subject.rows) == 1 else None
    context |= {"subject": subject, "only": only, "panel": pages.dashboard(subject)}
    return render(request, "reporting/dashboards/home.html", context)


def subject_of(request: HttpRequest, past: AsOf | None = None) -> tuple[Node | None, Subject]:
    """Return the node named by `node` and its rows, without it all that the person may see. Raises Http404."""
    node, subject = None, None
    if code := request.GET.get("node"):
        node = get_object_or_404(Node.objects.restrict(request.user, VIEW), code=code)
        subject = queries.node_subject(request.user, node, past)
    else:
        subject = queries.home_subject(request.user, past)
    if subject is None:
        raise Http404
    return node, subject


FIGURE_PARAMETERS = frozenset({"of", "node", *TABLE_PARAMETERS})


def figure_asked(request: HttpRequest) -> str:
    """Return which figure the address asks for. Raises BadRequest for one that there is not, and Http404 for none."""
    if unknown := set(request.GET) - FIGURE_PARAMETERS:
        raise BadRequest(_("There is no parameter “%(name)s”.") % {"name": unknown.pop()[:60]})
    key = request.GET.get("of", "money")
    if key not in behind.SETS:
        raise BadRequest(_("There is no figure “%(name)s”.") % {"name": key[:60]})
    return key


@requires(VIEW)
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show the rows behind a figure of the home, or of the node named by `node`: they add up to it."""
    key = figure_asked(request)
    node, subject = subject_of(request)
    context: dict[str, Any] = {"layout": "base.html"}
    if node is not None:
        context = {"layout": "portfolio/registry/node_base.html"} | node_frame(request, node, "overview")
    context |= behind.page(subject, key, request.GET, request.path)
    context["export_url"] = f"{reverse('figures')}export."
    context["query"] = request.GET.urlencode()
    return render(request, "reporting/dashboards/figures.html", context)


@requires(VIEW)
@require_safe
def figures_export(request: HttpRequest, file_format: str) -> HttpResponseBase:
    """Download the rows behind a figure, all pages of them, in whole cents."""
    key = figure_asked(request)
    if file_format not in exports.FORMATS:
        raise BadRequest(_("Exports come as csv or xlsx."))
    _node, subject = subject_of(request)
    return exports.respond(behind.FigureTable(subject, key, request.GET, request.path), file_format, f"figure-{key}")


@requires(VIEW)
@require_safe
def chart(request: HttpRequest, key: str) -> JsonResponse:
    """Give the data of one chart of the home, or of the portfolio or programme named by `node`."""
    if key not in pages.CHARTS:
        raise Http404
    if unknown := set(request.GET) - {"node", PARAMETER}:
        raise BadRequest(_("There is no parameter “%(name)s”.") % {"name": unknown.pop()[:60]})
    past = as_of(request)
    if past and key not in pages.PAST_CHARTS:
        raise BadRequest(_("Of this chart the past is not kept."))
    _node, subject = subject_of(request, past)
    response = JsonResponse(pages.chart(subject, key))
    response["Cache-Control"] = "private, no-store"
    return response
