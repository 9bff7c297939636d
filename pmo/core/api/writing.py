"""From a request body to a service: the noun's own form checks it, so the API allows what the page allows."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.models import ModelChoiceField, ModelMultipleChoiceField
from django.utils.translation import gettext as _

from pmo.core.api.fields import api_key
from pmo.core.api.problems import Problem, told
from pmo.core.api.serializers import written
from pmo.core.crud.declaration import Crud
from pmo.core.forms import ModelForm

INVALID = "Not valid; nothing was saved."


def refuse(errors: list[dict[str, Any]]) -> None:
    """Raise the problem that names every field at fault, if there is one."""
    if errors:
        raise Problem(422, _(INVALID), errors)


def parent_of(crud: Crud, user: Any, data: Mapping[str, Any]) -> Any:
    """Return the row that a new one hangs on, named in the body. Raises Problem 422 where it is missing or unseen."""
    if crud.parent is None:
        return None
    key = crud.parent.field
    given = data.get(key)
    rows = crud.parent.model.objects.restrict(user, crud.edit_action)
    found = _find(rows, crud.parent.lookup, given) if given is not None else None
    if found is None:
        words = _("This field is required.") if given is None else _("This does not exist.")
        refuse([{"field": key, "message": words}])
    return found


def checked(
    crud: Crud,
    form_class: type[ModelForm],
    data: Mapping[str, Any],
    *,
    user: Any,
    node: Any,
    obj: Any = None,
) -> ModelForm:
    """Return the form bound to `data` and valid; of an existing row `obj`, what is not given stays as it is.

    Raises Problem 422 naming every field that is unknown or at fault.
    """
    blank = form_class(user=user, instance=obj, node=node)
    own = {crud.parent.field} if crud.parent is not None and obj is None else set()
    blank.fields.pop("version", None)  # comes as If-Match, or beside each row of many
    unknown = [name for name in data if name not in blank.fields and name not in own]
    refuse([{"field": name[:60], "message": _("This field is unknown or cannot be written.")} for name in unknown])
    body = written(crud.name, blank)(data=dict(data), partial=obj is not None)
    if not body.is_valid():
        refuse(list(told(body.errors)))
    values = _stored(blank) if obj is not None else _first(blank)
    errors: list[dict[str, Any]] = []
    for name in (name for name in data if name in blank.fields):
        values[name] = _typed(blank.fields[name], name, body.validated_data[name], errors)
    refuse(errors)
    form = form_class(values | {"version": getattr(obj, "version", None)}, user=user, instance=obj, node=node)
    if not form.is_valid():
        refuse(
            [
                {"field": "" if name == "__all__" else name, "message": words}
                for name, found in form.errors.items()
                for words in found
            ]
        )
    return form


def _first(form: ModelForm) -> dict[str, Any]:
    """Return what a page's new form starts with, where it says something."""
    found = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in found.items() if value not in (None, "")}


def _stored(form: ModelForm) -> dict[str, Any]:
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}


def _typed(field: forms.Field, name: str, value: Any, errors: list[dict[str, Any]]) -> Any:
    if isinstance(field, ModelMultipleChoiceField):
        return [_pk(field, name, item, errors) for item in value]
    if isinstance(field, ModelChoiceField):
        return _pk(field, name, value, errors)
    return sorted(value) if isinstance(value, set) else value


def _pk(field: "ModelChoiceField[Any]", name: str, value: Any, errors: list[dict[str, Any]]) -> Any:
    if value in (None, ""):
        return None
    found = _find(field.queryset, api_key(field.queryset.model), value)  # type: ignore[union-attr]
    if found is None:
        errors.append({"field": name, "message": _("This does not exist.")})
        return None
    return found.pk


def _find(rows: Any, key: str, value: Any) -> Any:
    if key == "pk" and not (isinstance(value, int) and 0 < value < 2**63):
        return None
    if key != "pk" and not (isinstance(value, str) and len(value) <= 250):
        return None
    return rows.filter(**{key: value}).first()
