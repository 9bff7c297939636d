"""The import in the browser: choose a file, see what it would change, import it, leave and come back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pmo.core import jobs
from pmo.core.access import requires
from pmo.core.errors import DomainError
from portfolio.exchange import pages, services
from portfolio.exchange.forms import UploadForm
from portfolio.exchange.models import ImportRun
from portfolio.exchange.presets import supported

RECENT = 10


def _fetch(request: HttpRequest, key: int) -> ImportRun:
    return get_object_or_404(_runs(request), pk=key)


def _runs(request: HttpRequest) -> Any:
    return ImportRun.objects.restrict(request.user, "import.run").select_related("job").defer("content")


@requires("import.run")
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file and start its check; below, the imports of this person."""
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        run = services.upload_start(data["file"], file_name=data["file_name"], into=data["into"], actor=request.user)
        return redirect("import-run", run.pk)
    recent = [pages.line(run) for run in _runs(request)[:RECENT]]
    context = {"form": form, "recent": recent, "steps": pages.steps(0), "editions": supported()}
    return render(request, "portfolio/exchange/upload.html", context, status=422 if form.is_bound else 200)


@requires("import.run")
@require_safe
def run(request: HttpRequest, key: int) -> HttpResponse:
    """Show where an import stands: at work, to be reviewed, refused, stopped or done."""
    return render(request, "portfolio/exchange/run.html", pages.page(_fetch(request, key)))


@requires("import.run")
@require_safe
def progress(request: HttpRequest, key: int) -> HttpResponse:
    """Show how far the work is; once it has ended, or without HTMX, go to the page itself."""
    context = pages.page(_fetch(request, key))
    if context["stage"] != pages.WORKING or not request.headers.get("HX-Request"):
        return redirect("import-run", key)
    return render(request, "components/progress.html", context)


@requires("import.run")
@require_POST
def check(request: HttpRequest, key: int) -> HttpResponse:
    """Check the stored file again, after it was stopped or the portfolio has changed."""
    return _ask(request, services.upload_check, key)


@requires("import.run")
@require_POST
def apply(request: HttpRequest, key: int) -> HttpResponse:
    """Import the checked file."""
    return _ask(request, services.upload_apply, key)


@requires("import.run")
@require_POST
def stop(request: HttpRequest, key: int) -> HttpResponse:
    """Stop the work; nothing is written."""
    found = _fetch(request, key)
    if found.job:
        jobs.cancel(found.job)
        messages.info(request, _("Stopping. Nothing will be written."))
    return redirect("import-run", key)


def _ask(request: HttpRequest, service: Any, key: int) -> HttpResponse:
    try:
        service(_fetch(request, key), actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("import-run", key)
