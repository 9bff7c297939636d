"""The kernel's few pages: whether the process lives, whether it can serve, and help."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from kombu.exceptions import OperationalError

from pmo.celery import app
from pmo.core.access import public, signed_in


@public("asked by the machine's supervisor")
def livez(request: HttpRequest) -> HttpResponse:
    """Answer that the process lives."""
    return JsonResponse({"status": "ok", "version": settings.VERSION})


@public("asked by the load balancer")
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer whether the process can serve: database reached and migrated. A broker that is away degrades only."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "unreachable"}, status=503)
    if pending:
        return JsonResponse({"status": "unavailable", "database": f"{len(pending)} migrations pending"}, status=503)
    broker = _broker()
    return JsonResponse({"status": "ok" if broker == "ok" else "degraded", "database": "ok", "broker": broker})


def _broker() -> str:
    if not settings.REDIS_URL:
        return "ok"
    try:
        with app.connection_for_write(connect_timeout=1) as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, OSError):
        return "unreachable: saving works, figures wait"
    return "ok"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what could not be read, in the words of whoever refused it."""
    words = str(exception) if type(exception) is BadRequest else ""
    return render(request, "400.html", {"exception": words}, status=400)


@signed_in("words only")
def help_page(request: HttpRequest) -> HttpResponse:
    """Explain the words, the colours and the figures."""
    return render(
        request, "help.html", {"cycle_days": settings.REPORTING_CYCLE_DAYS, "currency": settings.REPORTING_CURRENCY}
    )
