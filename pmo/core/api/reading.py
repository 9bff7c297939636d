"""What a reading request asks for: filters of the page, a page of rows, chosen fields."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from pmo.core.crud.declaration import Crud
from pmo.core.filters import MAX_VALUE_LENGTH

OWN = frozenset({"limit", "cursor", "fields"})
UNREADABLE = frozenset("\x00")
PAGES_ONLY = frozenset({"sort", "cols", "page"})


def filtered(crud: Crud, request: Any) -> Any:
    """Return the rows that the person may see, filtered like the page. Raises BadRequest for unknown parameters."""
    return by_filter(crud.filterset, crud.rows(request.user, crud.view_action), request)


def by_filter(filterset_class: Any, rows: Any, request: Any) -> Any:
    """Return `rows` filtered by what the address asks for. Raises BadRequest for unknown parameters."""
    asked = request.query_params.copy()
    for name in PAGES_ONLY & set(asked):
        raise BadRequest(_("There is no filter “%(name)s”.") % {"name": name})
    for name in OWN & set(asked):
        if len(asked[name]) > 20 * MAX_VALUE_LENGTH or "\x00" in asked[name]:
            raise BadRequest(_("The value of “%(name)s” cannot be read.") % {"name": name})
        del asked[name]
    if filterset_class is None:
        for name in asked:
            raise BadRequest(_("There is no filter “%(name)s”.") % {"name": name[:60]})
        return rows
    filterset = filterset_class(asked, rows, user=request.user)
    filterset.require_valid()
    return filterset.qs


def chosen(request: Any, names: list[str]) -> list[str]:
    """Return the fields asked for by `fields`, all of them without it. Raises BadRequest for one that is not shown."""
    asked = request.query_params.get("fields", "")
    if not asked:
        return names
    wanted = asked.split(",")
    for name in wanted:
        if name not in names:
            raise BadRequest(_("There is no field “%(name)s”.") % {"name": name[:60]})
    return [name for name in names if name in wanted]


def storable(text: str) -> bool:
    """Return whether the database and every export can hold `text`."""
    return not any(char in UNREADABLE or "\ud800" <= char <= "\udfff" for char in text)


def texts(data: Any) -> Any:
    """Yield every text of a request body, keys too."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield key
            yield from texts(value)
    elif isinstance(data, list):
        for item in data:
            yield from texts(item)
