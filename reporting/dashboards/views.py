"""The executive home and the data of its charts."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pmo.core import ui
from pmo.core.access import requires, signed_in
from portfolio.registry.models import Node
from portfolio.registry.queries import topmost
from reporting.dashboards import pages, queries
from reporting.rollup.queries import VIEW


@signed_in("role decides what is inside")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs attention in the person's portfolios, and their numbers."""
    subject = queries.home_subject(request.user)
    context: dict[str, Any] = {"panels": ui.panels("home", request, subject)}
    if subject is None:
        context["seen"] = topmost(request.user)
        return render(request, "reporting/dashboards/home_empty.html", context)
    only = subject.rows[0].node if len(subject.rows) == 1 else None
    context |= {"subject": subject, "only": only, "panel": pages.dashboard(subject)}
    return render(request, "reporting/dashboards/home.html", context)


@requires(VIEW)
@require_safe
def chart(request: HttpRequest, key: str) -> JsonResponse:
    """Give the data of one chart of the home, or of the portfolio or programme named by `node`."""
    if key not in pages.CHARTS:
        raise Http404
    if unknown := set(request.GET) - {"node"}:
        raise BadRequest(_("There is no parameter “%(name)s”.") % {"name": unknown.pop()[:60]})
    subject = queries.home_subject(request.user)
    if code := request.GET.get("node"):
        node = get_object_or_404(Node.objects.restrict(request.user, VIEW), code=code)
        subject = queries.node_subject(request.user, node)
    if subject is None:
        raise Http404
    response = JsonResponse(pages.chart(subject, key))
    response["Cache-Control"] = "private, no-store"
    return response
