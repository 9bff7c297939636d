"""Small middlewares: history context, full-page redirects for HTMX, unreadable texts and domain errors as answers."""

from collections.abc import Callable
from typing import Any

import pghistory
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from structlog.contextvars import get_contextvars

from pmo.core.errors import NotPermitted

Handler = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Give every answer the id under which its request stands in the log, to quote when asking for help."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Request-ID"] = str(get_contextvars().get("request_id", ""))
        return response


class HistoryContextMiddleware:
    """Give every row that a request changes its actor and request id. Reading requests open no context."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        with pghistory.context(actor=request.user.pk, request=get_contextvars().get("request_id", "")):
            return self.get_response(request)


class FullPageRedirectMiddleware:
    """Turn a redirect into a full-page one for HTMX, so that a sign-in form never lands in a table cell."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("HX-Request") and response.status_code in (301, 302):
            answer = HttpResponse(status=204)
            answer["HX-Redirect"] = response["Location"]
            return answer
        return response


class ReadableTextMiddleware:
    """Refuse NUL, which no database text can hold, in an address or a form, whichever view would read it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        typed = [text for name, texts in request.POST.lists() for text in (name, *texts)]
        if any("\x00" in text for text in (request.path_info, *typed)):
            raise BadRequest(_("It holds a character that cannot be stored."))


class DomainErrorMiddleware:
    """Show a forbidden row like an unknown one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, NotPermitted):
            raise Http404 from exception
