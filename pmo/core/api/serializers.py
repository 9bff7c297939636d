"""What the API shows of a noun's row and what it takes: built from the noun's declaration, so page and API stay one."""

from functools import cache
from typing import Any

from django.db import models
from rest_framework import serializers

from pmo.core.api.fields import api_key, typed
from pmo.core.crud.declaration import Crud
from pmo.core.forms import ModelForm


class Shown(serializers.ModelSerializer[Any]):
    """A row as the API shows it; related rows by their code, or by their id where they have none."""

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        key, found = api_key(relation_info.related_model), {"read_only": True}
        found["allow_null"] = relation_info.model_field.null
        if key == "pk":
            return serializers.PrimaryKeyRelatedField, found
        return serializers.SlugRelatedField, found | {"slug_field": key}

    def include_extra_kwargs(self, kwargs: Any, extra_kwargs: Any) -> Any:
        """Keep what the document must say of empty values; for what is only read the framework forgets it."""
        kept = {name: kwargs[name] for name in ("allow_null", "allow_blank") if name in kwargs}
        return {**super().include_extra_kwargs(kwargs, extra_kwargs), **kept}


def shown_names(crud: Crud) -> list[str]:
    """Return the fields that the API shows: the key, the place, what forms hold and what the detail page tells."""
    model_fields = {field.name for field in crud.model._meta.concrete_fields}
    parent = crud.parent.field.split("__")[0] if crud.parent else ""
    wanted = ["id", parent, *form_names(crud), *crud.detail_fields, *crud.api_fields, "version"]
    return [name for name in dict.fromkeys(wanted) if name in model_fields and name not in crud.api_hidden]


def form_names(crud: Crud) -> list[str]:
    """Return the model fields that the noun's forms write."""
    forms = [form for form in (crud.create_form, crud.form) if form is not None]
    return list(dict.fromkeys(name for form in forms for name in form._meta.fields or []))


@cache
def shown(crud_name: str, model: type[models.Model], names: tuple[str, ...]) -> type[Shown]:
    """Return the serializer of a noun's rows as they are shown."""
    meta = type("Meta", (), {"model": model, "fields": list(names), "read_only_fields": list(names)})
    return type(_title(crud_name), (Shown,), {"Meta": meta, "__doc__": f"One row of {crud_name}."})


def written(name: str, form: ModelForm, **more: serializers.Field[Any, Any, Any, Any]) -> type[Any]:
    """Return the serializer of a request body: the fields of the form as it stands for this person, and `more`."""
    fields = {key: typed(field) for key, field in form.fields.items()}
    return type(_title(name), (serializers.Serializer,), {**more, **fields, "__doc__": f"What is written: {name}."})


def related(crud: Crud) -> list[str]:
    """Return the foreign keys whose rows are needed to show them by code."""
    names = shown_names(crud)
    found = [crud.model._meta.get_field(name) for name in names]
    return [f.name for f in found if isinstance(f, models.ForeignKey) and api_key(f.related_model) != "pk"]


def _title(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))
