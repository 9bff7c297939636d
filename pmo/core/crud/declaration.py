"""What a noun declares, and the addresses it gets for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from pmo.core import ui
from pmo.core.access import requires
from pmo.core.filters import FilterSet
from pmo.core.forms import ModelForm
from pmo.core.tables import Column, Table


@dataclass(frozen=True, kw_only=True)
class Parent:
    """The page that nested nouns hang on: how it is fetched, and the frame its pages stand in."""

    model: Any
    action: str
    prefix: str
    lookup: str
    field: str
    layout: str
    context: Callable[[HttpRequest, Any, str], dict[str, Any]]

    def fetch(self, request: HttpRequest, key: str) -> Any:
        """Return the parent row if the person may see it. Raises Http404."""
        return get_object_or_404(self.model.objects.restrict(request.user, self.action), **{self.lookup: key})


@dataclass(frozen=True, kw_only=True)
class Crud:
    """One noun's declaration. `create`, `update` and `delete` are services; without one there is no such page.

    `inline_fields` and `bulk_fields` are the closed lists of fields that may be edited in place or for many rows.
    """

    model: Any
    name: str
    path: str
    label: Any
    table: type[Table]
    view_action: str
    edit_action: str = ""
    filterset: type[FilterSet] | None = None
    form: type[ModelForm] | None = None
    create_form: type[ModelForm] | None = None
    create: Callable[..., Any] | None = None
    update: Callable[..., Any] | None = None
    delete: Callable[..., Any] | None = None
    parent: Parent | None = None
    tab: str = ""
    lookup: str = "pk"
    converter: str = "int"
    list_template: str = "generic/list.html"
    detail_template: str = "generic/detail.html"
    form_template: str = "generic/form.html"
    detail_context: Callable[[HttpRequest, Any], dict[str, Any]] | None = None
    list_context: Callable[[HttpRequest, Any], dict[str, Any]] | None = None
    detail_fields: Sequence[str] = ()
    inline_fields: Sequence[str] = ()
    bulk_fields: Sequence[str] = ()
    empty: Any = ""
    help: Any = ""
    extra_columns: Sequence[Column] = field(default_factory=tuple)
    with_detail: bool = True
    narrow: Callable[[Any], Any] | None = None

    # --- rows ---------------------------------------------------------------------------------
    def rows(self, user: Any, action: str, parent: Any = None) -> Any:
        """Return the rows on which `user` may do `action`, narrowed to those of `parent`."""
        found = self.model.objects.restrict(user, action)
        if self.narrow is not None:
            found = self.narrow(found)
        if parent is not None and self.parent is not None:
            found = found.filter(**{self.parent.field: parent})
        return found

    def fetch(self, request: HttpRequest, key: Any, action: str) -> Any:
        """Return one row on which the person may do `action`. Raises Http404."""
        return get_object_or_404(self.rows(request.user, action), **{self.lookup: key})

    def fetch_parent(self, request: HttpRequest, keys: dict[str, Any]) -> Any:
        """Return the parent named in the address, or None for an organisation-wide page."""
        if "parent_key" not in keys:
            return None
        if self.parent is None:
            raise Http404
        return self.parent.fetch(request, keys["parent_key"])

    def parent_of(self, obj: Any) -> Any:
        """Return the parent row of `obj`, if the noun is nested."""
        if self.parent is None or obj is None:
            return None
        for step in self.parent.field.split("__"):
            obj = getattr(obj, step)
        return obj

    def columns(self, user: Any) -> list[Column]:
        """Return the columns that upper areas add to this noun's table for `user`."""
        return [*self.extra_columns, *(c for give in ui.providers(f"columns:{self.name}").values() for c in give(user))]

    # --- addresses ----------------------------------------------------------------------------
    def key_of(self, obj: Any) -> Any:
        """Return the part of the address that names `obj`."""
        return getattr(obj, self.lookup)

    def url(self, page: str, obj: Any) -> str:
        """Return the address of one of the row's pages: detail, edit, delete, history or field."""
        return reverse(f"{self.name}-{page}", args=[self.key_of(obj)])

    def row_url(self, obj: Any) -> str:
        """Return the address that a row of the list leads to."""
        return self.url("detail", obj) if self.with_detail else self.url("edit", obj) if self.update else ""

    def list_url(self, parent: Any) -> str:
        """Return the address of the list, of `parent` or of the whole organisation."""
        if parent is None or self.parent is None:
            return reverse(f"{self.name}-list")
        return reverse(f"{self.name}-node-list", args=[getattr(parent, self.parent.lookup)])

    def create_url(self, parent: Any) -> str:
        """Return the address of the form for a new row; empty where there is none."""
        if self.create is None or (self.parent is not None and parent is None):
            return ""
        return reverse(f"{self.name}-create", args=[] if self.parent is None else [getattr(parent, self.parent.lookup)])

    def urls(self) -> list[URLPattern]:
        """Return the noun's pages."""
        from pmo.core.crud import lists, objects  # app ready

        def page(route: str, view: Callable[..., Any], action: str, name: str) -> URLPattern:
            def bound(request: HttpRequest, **keys: Any) -> Any:
                return view(self, request, **keys)

            bound.__name__ = f"{self.name}_{name}".replace("-", "_")
            bound.__doc__ = view.__doc__
            guarded = requires(action)(bound)
            guarded.crud = self  # type: ignore[attr-defined]
            return path(route, guarded, name=f"{self.name}-{name}")

        one = f"{self.path}/<{self.converter}:key>/"
        found = [
            page(f"{self.path}/", lists.list_page, self.view_action, "list"),
            page(f"{self.path}/export.<slug:file_format>", lists.export, self.view_action, "export"),
        ]
        if self.bulk_fields:
            found.append(page(f"{self.path}/bulk/", lists.bulk, self.edit_action, "bulk"))
        nested = f"{self.parent.prefix}/<str:parent_key>/{self.path}/" if self.parent else f"{self.path}/"
        if self.create:
            found.append(page(f"{nested}new/", objects.create, self.edit_action, "create"))
        if self.parent:
            found.append(page(nested, lists.list_page, self.view_action, "node-list"))
            found.append(page(f"{nested}export.<slug:file_format>", lists.export, self.view_action, "node-export"))
        if self.with_detail:
            found.append(page(one, objects.detail, self.view_action, "detail"))
            found.append(page(f"{one}history/", objects.history, self.view_action, "history"))
        if self.update:
            found.append(page(f"{one}edit/", objects.edit, self.edit_action, "edit"))
        if self.inline_fields:
            found.append(page(f"{one}field/", objects.edit_field, self.edit_action, "field"))
        if self.delete:
            found.append(page(f"{one}delete/", objects.delete, self.edit_action, "delete"))
        return found
