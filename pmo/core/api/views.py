"""The API's views: lists, single rows and bulk, each bound to one declared noun."""

from collections.abc import Sequence
from typing import Any, ClassVar

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from pmo.core import access
from pmo.core.api import idempotency, reading, schema
from pmo.core.api.paging import Pages
from pmo.core.api.parsing import ShallowJSONParser
from pmo.core.api.problems import Problem, field_errors
from pmo.core.api.serializers import related, shown, shown_names
from pmo.core.api.writing import checked, parent_of, refuse
from pmo.core.crud.declaration import Crud
from pmo.core.errors import DomainError, StaleWrite

ROOT = "api/v1"
MAX_BULK = 1_000
READS = ("GET", "HEAD", "OPTIONS")


class ApiView(APIView):
    """Base of every view of the API: who may call it, and no text that cannot be stored."""

    read_action: ClassVar[str] = ""
    write_action: ClassVar[str] = ""
    renderer_classes = [JSONRenderer]
    parser_classes = [ShallowJSONParser]

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Refuse whoever holds the action nowhere, like a page does, and readers' tokens that would write."""
        super().initial(request, *args, **kwargs)
        writes = request.method not in READS
        if writes and not getattr(request.auth, "can_write", True):
            raise Problem(403, _("This token only reads."))
        action = self.write_action if writes else self.read_action
        if action and action not in access.held_actions(request.user):
            raise Http404
        pghistory.context(actor=request.user.pk)  # the middleware opened it before the token was read
        if writes and not all(map(reading.storable, reading.texts(request.data))):
            raise Problem(422, _("A text holds characters that cannot be stored."))


class NounView(ApiView):
    """Base of a noun's views."""

    crud: ClassVar[Crud]

    def shown(self, rows: Any, names: Sequence[str] | None = None, *, many: bool = False) -> Any:
        """Return rows as the API shows them."""
        wanted = tuple(names or shown_names(self.crud))
        return shown(self.crud.name, self.crud.model, wanted)(rows, many=many).data

    def one(self, obj: Any, code: int = 200) -> Response:
        """Return the answer that shows one row, with its version as ETag."""
        row = self.crud.model.objects.filter(pk=obj.pk).select_related(*related(self.crud)).get()
        headers = {"ETag": etag(row)} if etag(row) else {}
        if code == 201:
            headers["Location"] = reverse(f"api-{self.crud.name}-detail", args=[self.crud.key_of(row)])
        return Response(self.shown(row), status=code, headers=headers)

    def made(self, request: Any, data: Any) -> Any:
        """Create one row from a body by the noun's form and service. Raises Problem, ValidationError or DomainError."""
        node = parent_of(self.crud, request.user, data)
        form_class: Any = self.crud.create_form or self.crud.form
        form = checked(self.crud, form_class, data, user=request.user, node=node)
        extra = {self.crud.parent.field: node} if node is not None and self.crud.parent else {}
        reason = form.cleaned_data.get("reason", "")
        return self.crud.create(actor=request.user, reason=reason, **extra, **form.values())  # type: ignore[misc]

    def saved(self, request: Any, obj: Any, data: Any, version: int | None) -> Any:
        """Write a body to one row by the noun's form and service. Raises as `made` and StaleWrite."""
        form_class: Any = self.crud.form
        form = checked(self.crud, form_class, data, user=request.user, obj=obj, node=self.crud.parent_of(obj))
        return self.crud.update(  # type: ignore[misc]
            obj,
            form.values(),
            actor=request.user,
            expected_version=version,
            reason=form.cleaned_data.get("reason", ""),
        )


def etag(obj: Any) -> str:
    """Return the entity tag of a row that people edit: its version."""
    return f'"{obj.version}"' if hasattr(obj, "version") else ""


class ListView(NounView):
    """All rows one may see, a page at a time; a new row."""

    def get(self, request: Any) -> Response:
        """Return a page of rows, filtered like the page."""
        names = reading.chosen(request, shown_names(self.crud))
        rows = reading.filtered(self.crud, request).select_related(*related(self.crud))
        pages = Pages()
        page: Any = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(self.shown(page, names, many=True))

    def post(self, request: Any) -> Response:
        """Create a row."""
        data = _object(request.data)
        return idempotency.once(request, lambda: self.one(self.made(request, data), 201))


class ObjectView(NounView):
    """One row."""

    def get(self, request: Any, key: Any) -> Response:
        """Return the row; 304 if the caller has this version."""
        obj = self.fetch(request, key, self.crud.view_action)
        if etag(obj) and request.headers.get("If-None-Match") == etag(obj):
            return Response(status=304, headers={"ETag": etag(obj)})
        names = reading.chosen(request, shown_names(self.crud))
        if unknown := set(request.query_params) - {"fields"}:
            raise Problem(400, _("There is no parameter “%(name)s”.") % {"name": unknown.pop()[:60]})
        return Response(self.shown(obj, names), headers={"ETag": etag(obj)} if etag(obj) else {})

    def patch(self, request: Any, key: Any) -> Response:
        """Write some fields of the row."""
        obj = self.fetch(request, key, self.crud.edit_action)
        data = _object(request.data)
        return self.one(self.saved(request, obj, data, matched(request, obj)))

    def delete(self, request: Any, key: Any) -> Response:
        """Delete the row."""
        obj = self.fetch(request, key, self.crud.edit_action)
        version = matched(request, obj)
        with transaction.atomic():
            if version is not None:
                current = self.crud.model.objects.select_for_update(of=("self",)).get(pk=obj.pk)
                if current.version != version:
                    raise StaleWrite(current)
            self.crud.delete(obj, actor=request.user, reason=request.query_params.get("reason", "")[:500])  # type: ignore[misc]
        return Response(status=204)

    def fetch(self, request: Any, key: Any, action: str) -> Any:
        """Return the row of the address on which the person may do `action`. Raises Http404."""
        rows = self.crud.rows(request.user, action).select_related(*related(self.crud))
        if isinstance(key, int) and key >= 2**63:
            raise Http404
        return get_object_or_404(rows, **{self.crud.lookup: key})


def matched(request: Any, obj: Any) -> int | None:
    """Return the version that the caller saw; None for rows without one.

    Raises Problem 428 where If-Match is missing, for whoever has not seen a row must not overwrite it.
    """
    if not hasattr(obj, "version"):
        return None
    given = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not given:
        raise Problem(428, _("Send If-Match with the ETag of the row you have read."))
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise StaleWrite(obj)
    return int(given)


class BulkView(NounView):
    """Many rows at once, all or none."""

    def post(self, request: Any) -> Response:
        """Create many rows."""
        items = _items(request.data)
        return idempotency.once(request, lambda: Response(self.each(items, lambda data: self.made(request, data)), 201))

    def patch(self, request: Any) -> Response:
        """Write many rows, each with its id and the version that the caller saw."""
        items = _items(request.data)
        keys: list[Any] = [item.get("id") for item in items]
        refuse(
            [
                {"field": f"items.{index}.id", "message": _("Give the id, once.")}
                for index, key in enumerate(keys)
                if not isinstance(key, int) or isinstance(key, bool) or keys.index(key) != index
            ]
        )
        rows = self.crud.rows(request.user, self.crud.edit_action).in_bulk([key for key in keys if 0 < key < 2**63])

        def save(item: dict[str, Any]) -> Any:
            obj = rows.get(item["id"])
            if obj is None:
                raise ValidationError({"id": _("This does not exist.")})
            version = item.get("version")
            if hasattr(obj, "version") and (not isinstance(version, int) or isinstance(version, bool)):
                raise ValidationError({"version": _("Give the version you have read.")})
            data = {name: value for name, value in item.items() if name not in ("id", "version")}
            return self.saved(request, obj, data, version if hasattr(obj, "version") else None)

        return Response(self.each(items, save))

    @transaction.atomic
    def each(self, items: list[dict[str, Any]], act: Any) -> dict[str, Any]:
        """Do `act` to every item or to none; an error names the item's place, from 0."""
        done = []
        for index, item in enumerate(items):
            try:
                done.append(act(item))
            except StaleWrite as stale:
                raise Problem(412, stale, [{"field": f"items.{index}", "message": str(stale)}]) from stale
            except (Problem, ValidationError, DomainError) as error:
                raise Problem(422, _("Not valid; nothing was saved."), _placed(index, error)) from error
        rows = self.crud.model.objects.select_related(*related(self.crud)).in_bulk([obj.pk for obj in done])
        return {"results": self.shown([rows[obj.pk] for obj in done], many=True)}


def _placed(index: int, error: Exception) -> list[dict[str, Any]]:
    if isinstance(error, Problem):
        found = error.errors or [{"field": "", "message": error.detail}]
    elif isinstance(error, ValidationError):
        found = field_errors(error)
    else:
        found = [{"field": "", "message": str(error)}]
    return [row | {"field": f"items.{index}.{row['field']}".rstrip(".")} for row in found]


def _object(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise Problem(422, _("Send one JSON object."))
    return data


def _items(data: Any) -> list[dict[str, Any]]:
    items = _object(data).get("items")
    if not isinstance(items, list) or not 0 < len(items) <= MAX_BULK or not all(isinstance(i, dict) for i in items):
        raise Problem(422, _("Send “items”, a list of 1 to %(most)s objects.") % {"most": MAX_BULK})
    return items


def urls(crud: Crud) -> list[URLPattern]:
    """Return the noun's addresses in the API: only what its declaration can do."""
    can = {"get": True, "post": bool(crud.create), "patch": bool(crud.update), "delete": bool(crud.delete)}

    def able(*verbs: str) -> list[str]:
        return [verb for verb in verbs if can[verb]]

    found = [_route(crud, ListView, f"{crud.path}/", "list", able("get", "post"))]
    if crud.with_detail:
        one = f"{crud.path}/<{crud.converter}:key>/"
        found.append(_route(crud, ObjectView, one, "detail", able("get", "patch", "delete")))
    if crud.create or crud.update:
        # Before the single row, whose code might be the word "bulk".
        found.insert(0, _route(crud, BulkView, f"{crud.path}/bulk/", "bulk", able("post", "patch")))
    return found


def _route(crud: Crud, base: type[NounView], route: str, name: str, methods: list[str]) -> URLPattern:
    title = "".join(part.capitalize() for part in f"{crud.name}-{name}".split("-"))
    attributes = {
        "crud": crud,
        "read_action": crud.view_action,
        "write_action": crud.edit_action,
        "http_method_names": [*methods, *(["head"] if "get" in methods else [])],
        "__doc__": base.__doc__,
    }
    view_class = schema.described(type(title, (base,), attributes), crud, name, methods)
    view = view_class.as_view()
    view.access_rule = f"api: {crud.view_action} / {crud.edit_action or '-'}"
    view.api_crud = crud
    return path(f"{ROOT}/{route}", view, name=f"api-{crud.name}-{name}")
