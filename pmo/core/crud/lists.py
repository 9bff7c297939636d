"""The pages of many rows: list with its HTMX fragment, export, and the edit of selected rows."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from pmo.core import access, ui
from pmo.core import export as exports
from pmo.core.crud.declaration import Crud
from pmo.core.tables import Table

MAX_BULK = 500


def bind(crud: Crud, request: HttpRequest, parent: Any) -> tuple[Any, Table]:
    """Return the filter set and the table of a list for this request. Raises BadRequest for unknown parameters."""
    rows = crud.rows(request.user, crud.view_action, parent)
    filterset = None
    if crud.filterset is not None:
        filterset = crud.filterset(request.GET, rows, user=request.user)
        filterset.require_valid()
        rows = filterset.qs
    elif unknown := set(request.GET) - {"sort", "cols", "page"}:
        raise BadRequest(_("There is no filter “%(name)s”.") % {"name": unknown.pop()[:60]})
    path = crud.list_url(parent)
    return filterset, crud.table(rows, request.GET, path=path, url_of=crud.row_url, extra=crud.columns(request.user))


def list_page(crud: Crud, request: HttpRequest, **keys: Any) -> HttpResponse:
    """Show the list; an HTMX request gets its table alone, with the same rows and rights."""
    require_get(request)
    parent = crud.fetch_parent(request, keys)
    filterset, table = bind(crud, request, parent)
    context = frame(crud, request, parent)
    held = context["held"]
    context |= {
        "filterset": filterset,
        "filtered": bool(filterset and filterset.chips()),
        "table": table.bound(),
        "can_create": bool(crud.create) and crud.edit_action in held,
        "create_url": crud.create_url(parent),
        "list_url": crud.list_url(parent),
        "export_url": export_url(crud, parent),
        "query": request.GET.urlencode(),
        "totals": totals(crud, request, table),
        "bulk_fields": bulk_form_fields(crud, request) if crud.edit_action in held else [],
    }
    if crud.list_context:
        context |= crud.list_context(request, parent)
    fragment = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    response = render(request, "generic/rows.html" if fragment else crud.list_template, context)
    patch_vary_headers(response, ["HX-Request"])  # Back must not show a cached fragment as the page
    return response


def totals(crud: Crud, request: HttpRequest, table: Table) -> str:
    """Return in words what the listed rows add up to, from whoever registered; empty without."""
    giving = ui.providers(f"totals:{crud.name}").values()
    return " · ".join(filter(None, (give(table.queryset, request.user) for give in giving)))


def require_get(request: HttpRequest) -> None:
    """Refuse anything but a read."""
    if request.method not in ("GET", "HEAD"):
        raise BadRequest(_("This page is only for reading."))


def frame(crud: Crud, request: HttpRequest, parent: Any) -> dict[str, Any]:
    """Return what every page of the noun needs: its layout, its parent's frame and the person's actions."""
    context: dict[str, Any] = {
        "crud": crud,
        "layout": "base.html",
        "held": access.held_actions(request.user),
        "parent": parent,
        "help_text": crud.help,
    }
    if parent is not None and crud.parent is not None:
        context |= {"layout": crud.parent.layout, **crud.parent.context(request, parent, crud.tab)}
    return context


def export_url(crud: Crud, parent: Any) -> str:
    """Return the address of the export without its ending."""
    return f"{crud.list_url(parent)}export."


def export(crud: Crud, request: HttpRequest, file_format: str, **keys: Any) -> HttpResponseBase:
    """Download all rows of the list as filtered, sorted and with the columns chosen."""
    require_get(request)
    if file_format not in exports.FORMATS:
        raise BadRequest(_("Exports come as csv or xlsx."))
    _filterset, table = bind(crud, request, crud.fetch_parent(request, keys))
    return exports.respond(table, file_format, crud.name)


def bulk_form_fields(crud: Crud, request: HttpRequest) -> list[Any]:
    """Return the bound form fields that may be edited for many rows at once."""
    if not crud.bulk_fields or crud.form is None:
        return []
    form = crud.form(user=request.user, auto_id="bulk_%s")  # the filters on the same page have these names too
    return [form[name] for name in crud.bulk_fields]


def bulk(crud: Crud, request: HttpRequest, **keys: Any) -> HttpResponse:
    """Set one field on all selected rows, or on none: one row outside the person's rights refuses the whole."""
    if request.method != "POST" or crud.update is None or crud.form is None:
        raise BadRequest(_("Choose rows and a field first."))
    name, ids = request.POST.get("field", ""), request.POST.getlist("ids")
    if name not in crud.bulk_fields:
        raise BadRequest(_("This field cannot be edited for many rows."))
    if not ids or len(ids) > MAX_BULK or not all(item.isdecimal() and len(item) < 19 for item in ids):
        raise BadRequest(_("Choose between 1 and %(most)s rows.") % {"most": MAX_BULK})
    field = crud.form(user=request.user).fields[name]
    try:
        value = field.clean(field.widget.value_from_datadict(request.POST, request.FILES, name))
        count = bulk_update(
            crud, request.user, [int(item) for item in ids], {name: value}, request.POST.get("reason", "")
        )
    except ValidationError as error:
        return render(
            request, "generic/bulk_refused.html", {"errors": error.messages, **frame(crud, request, None)}, status=422
        )
    messages.success(request, _("%(count)s rows changed.") % {"count": count})
    return redirect(
        (request.POST.get("back_query") and f"{crud.list_url(None)}?{request.POST['back_query']}")
        or crud.list_url(None)
    )


@transaction.atomic
def bulk_update(crud: Crud, user: Any, ids: list[int], values: dict[str, Any], reason: str) -> int:
    """Write `values` to every row of `ids`, or to none. Raises ValidationError naming the first bad row's position."""
    rows = crud.rows(user, crud.edit_action).in_bulk(ids)
    for position, pk in enumerate(ids, start=1):
        if pk not in rows:
            raise ValidationError(
                _("Row %(position)s of %(count)s cannot be edited; nothing was changed.")
                % {"position": position, "count": len(ids)}
            )
    for pk in sorted(set(ids)):
        crud.update(rows[pk], values, actor=user, reason=reason)  # type: ignore[misc]
    return len(set(ids))
