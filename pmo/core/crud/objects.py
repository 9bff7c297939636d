"""The pages of one row: detail, create, edit with conflicts, one field in place, delete, history."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from pmo.core import access, ui
from pmo.core.crud.declaration import Crud
from pmo.core.crud.lists import frame, require_get
from pmo.core.errors import DomainError, StaleWrite
from pmo.core.forms import ModelForm
from pmo.core.saving import plain


def detail(crud: Crud, request: HttpRequest, key: Any) -> HttpResponse:
    """Show one row with what one may do with it."""
    require_get(request)
    obj = crud.fetch(request, key, crud.view_action)
    context = object_frame(crud, request, obj)
    context["facts"] = facts(crud, obj)
    if crud.detail_context:
        context |= crud.detail_context(request, obj)
    return render(request, crud.detail_template, context)


def object_frame(crud: Crud, request: HttpRequest, obj: Any) -> dict[str, Any]:
    """Return the frame of a page about one row, with the addresses of what the person may do."""
    context = frame(crud, request, crud.parent_of(obj))
    may_edit = bool(crud.edit_action) and crud.rows(request.user, crud.edit_action).filter(pk=obj.pk).exists()
    return context | {
        "object": obj,
        "edit_url": crud.url("edit", obj) if crud.update and may_edit else "",
        "delete_url": crud.url("delete", obj) if crud.delete and may_edit else "",
        "history_url": crud.url("history", obj) if crud.with_detail else "",
        "list_url": crud.list_url(crud.parent_of(obj)),
    }


def facts(crud: Crud, obj: Any) -> list[dict[str, Any]]:
    """Return the row's fields as label and value, in the order declared."""
    names = crud.detail_fields or [f.name for f in obj._meta.concrete_fields if f.editable and not f.primary_key]
    return [{"label": label_of(obj, name), "value": shown(obj, name), "name": name} for name in names]


def label_of(obj: Any, name: str) -> str:
    """Return the words for a field of a model."""
    found = obj._meta.get_field(name)
    return str(found.verbose_name if isinstance(found, Field) else name)


def shown(obj: Any, name: str) -> Any:
    """Return a field's value as people read it."""
    display = getattr(obj, f"get_{name}_display", None)
    return display() if display else getattr(obj, name)


def create(crud: Crud, request: HttpRequest, **keys: Any) -> HttpResponse:
    """Offer and take the form for a new row."""
    parent = crud.fetch_parent(request, keys)
    form_class = crud.create_form or crud.form
    if form_class is None or crud.create is None:
        raise BadRequest
    if parent is not None:
        access.require(request.user, crud.edit_action, parent)
    form = form_class(request.POST if request.method == "POST" else None, user=request.user, node=parent)
    if request.method == "POST" and form.is_valid():
        extra = {crud.parent.field: parent} if parent is not None and crud.parent else {}
        try:
            obj = crud.create(actor=request.user, reason=form.cleaned_data.get("reason", ""), **extra, **form.values())
        except (ValidationError, DomainError) as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved: %(row)s") % {"row": obj})
            return redirect(crud.row_url(obj) if crud.with_detail else crud.list_url(parent))
    return form_page(crud, request, form, frame(crud, request, parent) | {"list_url": crud.list_url(parent)})


def edit(crud: Crud, request: HttpRequest, key: Any) -> HttpResponse:
    """Offer and take the form of a row. A stale save shows both sides, writes nothing and keeps what was typed."""
    obj = crud.fetch(request, key, crud.edit_action)
    if crud.form is None or crud.update is None:
        raise BadRequest
    form = crud.form(
        request.POST if request.method == "POST" else None, user=request.user, instance=obj, node=crud.parent_of(obj)
    )
    context = object_frame(crud, request, obj)
    if request.method == "POST" and form.is_valid():
        try:
            saved = crud.update(
                obj,
                form.values(),
                actor=request.user,
                expected_version=form.cleaned_data.get("version"),
                reason=form.cleaned_data.get("reason", ""),
            )
        except StaleWrite as stale:
            return form_page(crud, request, *conflicted(crud, request, form, stale, context))
        except (ValidationError, DomainError) as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved: %(row)s") % {"row": saved})
            return redirect(crud.row_url(saved) if crud.with_detail else crud.list_url(crud.parent_of(saved)))
    return form_page(crud, request, form, context)


def conflicted(
    crud: Crud, request: HttpRequest, form: ModelForm, stale: StaleWrite, context: dict[str, Any]
) -> tuple[ModelForm, dict[str, Any]]:
    """Return the form again with the other side's values beside what was typed; saving it now overwrites knowingly."""
    theirs = {name: plain(getattr(stale.current, name)) for name in form.values()}
    mine = {name: plain(value) for name, value in form.values().items()}
    data = request.POST.copy()
    data["version"] = str(stale.current.version)
    again = crud.form(data, user=request.user, instance=stale.current, node=crud.parent_of(stale.current))  # type: ignore[misc]
    rows = [
        {"label": form.fields[name].label, "theirs": shown(stale.current, name), "mine": mine[name]}
        for name in mine
        if theirs[name] != mine[name]
    ]
    return again, context | {"conflict": rows, "status": 409}


def add_errors(form: ModelForm, error: ValidationError | DomainError) -> None:
    """Put a service's refusal where the person can mend it."""
    if isinstance(error, DomainError):
        form.add_error(None, str(error))
    elif hasattr(error, "error_dict"):
        for name, found in error.error_dict.items():
            form.add_error(name if name in form.fields else None, found)
    else:
        form.add_error(None, error)


def form_page(crud: Crud, request: HttpRequest, form: ModelForm, context: dict[str, Any]) -> HttpResponse:
    """Show the form; with errors as 422, with a conflict as 409."""
    status = context.pop("status", 422 if form.is_bound and form.errors else 200)
    return render(request, crud.form_template, context | {"form": form}, status=status)


def edit_field(crud: Crud, request: HttpRequest, key: Any) -> HttpResponse:
    """Save one field in place. Only names of the closed list are known; anything else is refused."""
    if request.method != "POST" or crud.update is None or crud.form is None:
        raise BadRequest
    obj = crud.fetch(request, key, crud.edit_action)
    name = request.POST.get("field", "")
    if name not in crud.inline_fields:
        raise BadRequest(_("There is no such field to edit here."))
    version = request.POST.get("version", "")
    if not version.isdecimal() or len(version) > 9:
        raise BadRequest(_("The version is missing."))
    field = crud.form(user=request.user, instance=obj, node=crud.parent_of(obj)).fields[name]
    try:
        value = field.clean(request.POST.get("value", ""))
        obj = crud.update(obj, {name: value}, actor=request.user, expected_version=int(version))
    except StaleWrite as stale:
        answer = {"object": stale.current, "error": str(stale), "typed": request.POST.get("value", "")}
        return render(
            request, "generic/field.html", answer | {"field": name, "shown": shown(stale.current, name)}, status=409
        )
    except ValidationError as error:
        answer = {"object": obj, "error": "; ".join(error.messages), "typed": request.POST.get("value", "")}
        return render(request, "generic/field.html", answer | {"field": name, "shown": shown(obj, name)}, status=422)
    if not request.headers.get("HX-Request"):
        return redirect(crud.row_url(obj))
    return render(request, "generic/field.html", {"object": obj, "field": name, "shown": shown(obj, name)})


def delete(crud: Crud, request: HttpRequest, key: Any) -> HttpResponse:
    """Ask once, then delete."""
    obj = crud.fetch(request, key, crud.edit_action)
    if crud.delete is None:
        raise BadRequest
    context = object_frame(crud, request, obj)
    if request.method == "POST":
        words, parent = str(obj), crud.parent_of(obj)
        try:
            crud.delete(obj, actor=request.user, reason=request.POST.get("reason", ""))
        except (ValidationError, DomainError) as error:
            found = error.messages if isinstance(error, ValidationError) else [str(error)]
            return render(request, "generic/confirm_delete.html", context | {"errors": found}, status=422)
        messages.success(request, _("Deleted: %(row)s") % {"row": words})
        return redirect(crud.list_url(parent))
    return render(request, "generic/confirm_delete.html", context)


def history(crud: Crud, request: HttpRequest, key: Any) -> HttpResponse:
    """Show who changed the row, when, why and from what to what."""
    require_get(request)
    obj = crud.fetch(request, key, crud.view_action)
    entries = [entry for give in ui.providers("history").values() for entry in give(request.user, obj)]
    return render(request, "generic/history.html", object_frame(crud, request, obj) | {"entries": entries})
