"""Errors of the API as problem details (RFC 9457), with the id of the request to quote."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler
from structlog.contextvars import get_contextvars

from pmo.core.errors import DomainError, NotPermitted, StaleWrite

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer other than success. `errors` names fields; `extra` holds further members of the problem."""

    def __init__(self, code: int, detail: Any, errors: list[dict[str, Any]] | None = None, **extra: Any) -> None:
        super().__init__(str(detail))
        self.code, self.detail, self.errors, self.extra = code, str(detail), errors or [], extra


TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    412: "Changed by somebody else",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not valid",
    428: "Version missing",
    429: "Too many requests",
}


def body(code: int, detail: str, errors: list[dict[str, Any]], **extra: Any) -> dict[str, Any]:
    """Return the members of a problem."""
    found = {
        "type": "about:blank",
        "title": TITLES.get(code, "Error"),
        "status": code,
        "detail": detail,
        "request_id": str(get_contextvars().get("request_id", "")),
    }
    return found | ({"errors": errors} if errors else {}) | extra


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to an exception of a view; None leaves it to Django, which logs it."""
    problem = problem_of(error)
    headers: dict[str, str] = {}
    if problem is None:
        known = exception_handler(error, context)
        if known is None:
            return None
        detail = getattr(error, "detail", "")
        words = detail if isinstance(detail, str) else _("The request cannot be read.")
        problem = Problem(known.status_code, words)
        headers = {name: known[name] for name in ("WWW-Authenticate", "Retry-After", "Allow") if name in known}
    return Response(
        body(problem.code, problem.detail, problem.errors, **problem.extra),
        status=problem.code,
        content_type=CONTENT_TYPE,
        headers=headers,
    )


def problem_of(error: Exception) -> Problem | None:
    """Return what an error of the house means to a caller; None for one that is not the house's."""
    for kind, meaning in MEANINGS:
        if isinstance(error, kind):
            return meaning(error)
    return None


def field_errors(error: ValidationError) -> list[dict[str, Any]]:
    """Return a service's refusal by field; `field` is empty for what concerns the whole row."""
    if hasattr(error, "error_dict"):
        return [
            {"field": "" if name == "__all__" else name, "message": words}
            for name, found in error.message_dict.items()
            for words in found
        ]
    return [{"field": "", "message": words} for words in error.messages]


def told(detail: Any, field: str = "") -> Any:
    """Yield the leaves of a serializer's errors with the path of their field."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from told(inner, f"{field}.{name}".strip("."))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from told(inner, f"{field}.{index}" if isinstance(inner, dict) else field)
    else:
        yield {"field": field.removesuffix(".non_field_errors"), "message": str(detail)}


MEANINGS: tuple[tuple[Any, Callable[[Any], Problem]], ...] = (
    (Problem, lambda error: error),
    ((NotPermitted, Http404), lambda _error: Problem(404, _("This does not exist, or you may not see it."))),
    (StaleWrite, lambda error: Problem(412, error)),
    (BadRequest, lambda error: Problem(400, str(error) or _("The request cannot be read."))),
    (ValidationError, lambda error: Problem(422, _("Not valid; nothing was saved."), field_errors(error))),
    (
        exceptions.ValidationError,
        lambda error: Problem(422, _("Not valid; nothing was saved."), list(told(error.detail))),
    ),
    (DomainError, lambda error: Problem(422, error)),
)
