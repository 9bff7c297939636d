"""A POST sent again with its Idempotency-Key has one effect and the first answer."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.response import Response

from pmo.core import clock
from pmo.core.api.problems import Problem
from pmo.core.models import IdempotencyKey

KEPT = timedelta(hours=24)
MAX_LENGTH = 255
KEPT_HEADERS = ("ETag", "Location")


@transaction.atomic
def once(request: Any, act: Callable[[], Response]) -> Response:
    """Call `act`, or return the answer it gave to this key before; key and effect commit together.

    Of two requests at once the second waits for the first. Raises Problem 422 when the key came with another request
    before, 400 for a key that is too long.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return act()
    if len(key) > MAX_LENGTH or not key.isprintable():
        raise Problem(400, _("An Idempotency-Key has at most 255 readable characters."))
    asked = _fingerprint(request)
    known = IdempotencyKey.objects.filter(user=request.user, key=key)
    known.filter(created_at__lt=clock.now() - KEPT).delete()
    row, fresh = IdempotencyKey.objects.get_or_create(
        user=request.user, key=key, defaults={"fingerprint": asked, "created_at": clock.now()}
    )
    if not fresh:
        return _again(row, asked)
    response = act()
    row.status, row.answer = response.status_code, json.loads(json.dumps(response.data, default=str))
    row.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    row.save(update_fields=["status", "answer", "headers"])
    return response


def _fingerprint(request: Any) -> str:
    body = json.dumps(request.data, sort_keys=True, default=str)
    return hashlib.sha256(f"{request.method} {request.path} {body}".encode("utf-8", "surrogatepass")).hexdigest()


def _again(row: IdempotencyKey, asked: str) -> Response:
    if row.fingerprint != asked:
        raise Problem(422, _("This Idempotency-Key came with another request before."))
    return Response(row.answer, status=row.status, headers={**row.headers, "Idempotency-Replayed": "true"})
