"""What the OpenAPI document says of each noun, drawn from its declaration."""

from copy import deepcopy
from functools import cache
from typing import Any

from django import forms
from django_filters.fields import DateRangeField, RangeField
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers

from pmo.core.api.fields import api_key
from pmo.core.api.paging import DEFAULT_LIMIT, MAX_LIMIT
from pmo.core.api.problems import CONTENT_TYPE, TITLES
from pmo.core.api.serializers import shown, shown_names, written
from pmo.core.crud.declaration import Crud


class FieldProblem(serializers.Serializer[Any]):
    """One field at fault; `field` is empty for what concerns the whole."""

    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class ProblemBody(serializers.Serializer[Any]):
    """A problem as RFC 9457 has it."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    request_id = serializers.CharField(allow_blank=True)
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]


VERSION = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag of the row as you have read it."
)
ONCE = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Sent again within a day, the first answer comes back."
)
FIELDS = OpenApiParameter("fields", str, description="Names of fields, parted by commas; all without it.")


def described(view: type[Any], crud: Crud, kind: str, methods: list[str]) -> type[Any]:
    """Return the view with what the document says of each of its methods."""
    told = {method: extend_schema(**_operation(crud, kind, method)) for method in methods}
    return extend_schema_view(**told)(view)


def _operation(crud: Crud, kind: str, method: str) -> dict[str, Any]:
    row = shown(crud.name, crud.model, tuple(shown_names(crud)))
    found: dict[str, Any] = {
        "operation_id": f"{crud.name.replace('-', '_')}_{OPERATIONS[kind, method]}",
        "tags": [crud.path],
        "summary": f"{crud.label}: {SUMMARIES[kind, method]}",
        "parameters": _parameters(crud, kind, method),
        "responses": {ANSWERS[method][0]: _answer(crud, kind, method, row)} | problems(kind, method),
    }
    if method in ("post", "patch"):
        found["request"] = _request(crud, kind, method)
    return found


OPERATIONS = {
    ("list", "get"): "list",
    ("list", "post"): "create",
    ("detail", "get"): "read",
    ("detail", "patch"): "update",
    ("detail", "delete"): "delete",
    ("bulk", "post"): "create_many",
    ("bulk", "patch"): "update_many",
}
SUMMARIES = {
    ("list", "get"): "a page of rows",
    ("list", "post"): "a new row",
    ("detail", "get"): "one row",
    ("detail", "patch"): "change a row",
    ("detail", "delete"): "delete a row",
    ("bulk", "post"): "many new rows, all or none",
    ("bulk", "patch"): "change many rows, all or none",
}
ANSWERS: dict[str, tuple[int, str]] = {
    "get": (200, "found"),
    "post": (201, "created"),
    "patch": (200, "saved"),
    "delete": (204, "deleted"),
}


def problems(kind: str, method: str) -> dict[Any, Any]:
    """Return what can go wrong with a method, for its document."""
    codes = {400, 401, 404}
    if method != "get":
        codes |= {403, 415, 422}
    if method in ("patch", "delete"):
        codes |= {412, 428}
    return {(code, CONTENT_TYPE): OpenApiResponse(ProblemBody, TITLES[code]) for code in sorted(codes)}


def _answer(crud: Crud, kind: str, method: str, row: Any) -> Any:
    if method == "delete":
        return OpenApiResponse(description=ANSWERS[method][1])
    if kind == "detail" or (kind, method) == ("list", "post"):
        return row
    return _many(row, paged=kind == "list")


@cache
def _many(row: Any, *, paged: bool) -> type[Any]:
    fields: dict[str, Any] = {"results": row(many=True)}
    if paged:
        link: dict[str, Any] = {"allow_null": True, "required": False}
        fields = {"next": serializers.URLField(**link), "previous": serializers.URLField(**link)} | fields
    return type(f"{row.__name__}{'Page' if paged else 'Many'}", (serializers.Serializer,), fields)


def _request(crud: Crud, kind: str, method: str) -> Any:
    form: Any = crud.form if method == "patch" else crud.create_form or crud.form
    more: dict[str, Any] = {}
    if method == "post" and crud.parent is not None:
        key = crud.parent.lookup
        more[crud.parent.field] = serializers.CharField() if key != "pk" else serializers.IntegerField()
    if (kind, method) == ("bulk", "patch"):
        more = {"id": serializers.IntegerField(), "version": serializers.IntegerField(required=False)}
    name = f"{crud.name}-{'change' if method == 'patch' else 'new'}"
    body = written(f"{name}-item" if kind == "bulk" else name, Unbound.of(form), **more)
    if kind != "bulk":
        return body
    partial = method == "patch"
    return type(f"{body.__name__}s", (serializers.Serializer,), {"items": body(many=True, partial=partial)})


class Unbound:
    """A form's declared fields, for a document that is written without a person."""

    def __init__(self, fields: dict[str, forms.Field]) -> None:
        self.fields = fields

    @classmethod
    def of(cls, form: Any) -> Any:
        """Return the fields of a form class as they are declared."""
        return cls({name: field for name, field in form.base_fields.items() if name != "version"})


def _parameters(crud: Crud, kind: str, method: str) -> list[OpenApiParameter]:
    if method == "get":
        return [FIELDS, *(_list_parameters(crud) if kind == "list" else [])]
    if kind == "detail" and hasattr(crud.model, "version"):
        return [VERSION]
    return [ONCE] if method == "post" else []


def _list_parameters(crud: Crud) -> list[OpenApiParameter]:
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    found = [
        OpenApiParameter("limit", limit, description="Rows a page."),
        OpenApiParameter("cursor", str, description="Where to go on, from `next` or `previous`."),
    ]
    if crud.filterset is None:
        return found
    for name, chosen in crud.filterset.base_filters.items():  # a copy: asking for a field fixes its choices for good
        found += _filter(name, deepcopy(chosen).field, str(chosen.label or name))
    return found


def _filter(name: str, field: forms.Field, label: str) -> list[OpenApiParameter]:
    if isinstance(field, RangeField):
        return _range(name, field, label)
    many = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
    kind: Any = str
    keys: list[str] = []
    if isinstance(field, forms.NullBooleanField):
        kind = bool
    elif isinstance(field, forms.DateField):
        kind = OpenApiTypes.DATE
    elif isinstance(field, forms.ModelChoiceField):
        kind = int if api_key(field.queryset.model) == "pk" else str  # type: ignore[union-attr]
    elif isinstance(field, forms.ChoiceField):
        keys = [str(key) for key, _words in field.choices if key not in ("", None)]  # type: ignore[misc,union-attr]
    return [OpenApiParameter(name, kind, many=many, enum=keys or None, description=label)]


def _range(name: str, field: forms.Field, label: str) -> list[OpenApiParameter]:
    if isinstance(field, DateRangeField):
        return [OpenApiParameter(f"{name}_{end}", OpenApiTypes.DATE, description=label) for end in ("after", "before")]
    return [OpenApiParameter(f"{name}_{end}", float, description=label) for end in ("min", "max")]
