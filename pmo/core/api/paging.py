"""Pages of the API: a cursor that stays right while rows come and go."""

from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination

DEFAULT_LIMIT = 100
MAX_LIMIT = 500
MAX_KEY = 2**63 - 1


class Pages(CursorPagination):
    """Rows in the order of their keys, `limit` at a time."""

    page_size = DEFAULT_LIMIT
    ordering = ("pk",)

    def get_page_size(self, request: Any) -> int:
        """Return the size asked for. Raises BadRequest for one that is no number from 1 to 500."""
        asked = request.query_params.get("limit", str(DEFAULT_LIMIT))
        if not (asked.isascii() and asked.isdigit() and len(asked) < 5 and 1 <= int(asked) <= MAX_LIMIT):
            raise BadRequest(_("“limit” is a number from 1 to %(most)s.") % {"most": MAX_LIMIT})
        return int(asked)

    def decode_cursor(self, request: Any) -> Cursor | None:
        """Return where to go on. Raises BadRequest for a cursor that this API has not given."""
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise BadRequest(_("This cursor cannot be read.")) from None
        position: Any = cursor.position if cursor else None
        if position is not None and not (position.isascii() and position.isdigit() and int(position[:20]) <= MAX_KEY):
            raise BadRequest(_("This cursor cannot be read."))
        return cursor
