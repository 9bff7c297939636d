"""T-A12: for every noun and action, page and API allow the same, check the same and write the same audit entry."""

import json

import pytest
from django import forms
from django.urls import reverse

from governance.models import AuditEntry
from pmo.core.api.fields import api_key
from tests.contracts.access_expectations import API, EXPECTED
from tests.contracts.nouns import NOUNS, RECIPES, House
from tests.contracts.test_history import whole

pytestmark = pytest.mark.django_db
MADE = sorted(name for name, recipe in RECIPES.items() if recipe.typed)
EDITED = sorted(name for name, recipe in RECIPES.items() if recipe.edited)
ROLES = ("auditor", "administrator")
# What people type by mistake, into every field in turn.
FAULTS = ("", "x" * 5001, "-1", "1e309", "NaN", "9999-99-99", "a\x00b", "<b>", "999999999999999999999999")


class Sides:
    """The same noun asked by its page and by the API, each in a house of its own kind."""

    def __init__(self, name):
        self.crud, self.recipe, self.house = NOUNS[name], RECIPES[name], House(*ROLES)
        self.name, self.client = name, self.house.client
        self.place = self.recipe.parent(self.house)

    @property
    def parent(self):
        if self.crud.parent is None:
            return {}
        return {self.crud.parent.field: getattr(self.place, self.crud.parent.lookup)}

    def form(self, new):
        kind = (self.crud.create_form or self.crud.form) if new else self.crud.form
        return kind(user=self.house.person, node=self.place)

    def as_api(self, typed, new):
        """Return what a person typed as a caller of the API would send it."""
        fields = self.form(new).fields
        return {name: self.sent(fields[name], value) for name, value in typed.items() if name in fields}

    def sent(self, field, value):
        if isinstance(field, forms.ModelChoiceField):
            key = api_key(field.queryset.model)
            row = field.queryset.filter(pk=value).first() if str(value).isdigit() and len(str(value)) < 19 else None
            return (value if key == "pk" else getattr(row, key, value)) if row else value
        if isinstance(field, forms.BooleanField) and value in ("on", True):
            return True
        return value

    def page_new(self, typed):
        keys = list(self.parent.values())
        return self.client.post(reverse(f"{self.name}-create", args=keys), typed)

    def api_new(self, typed):
        data = json.dumps(self.parent | self.as_api(typed, new=True))
        return self.client.post(f"/api/v1/{self.crud.path}/", data, content_type="application/json")

    def page_edit(self, row, typed):
        return self.client.post(self.crud.url("edit", row), whole(self.crud, row, typed))

    def api_edit(self, row, typed):
        headers = {"If-Match": f'"{row.version}"'} if hasattr(row, "version") else {}
        url = f"/api/v1/{self.crud.path}/{self.crud.key_of(row)}/"
        data = json.dumps(self.as_api(typed, new=False))
        return self.client.patch(url, data, content_type="application/json", headers=headers)

    def told(self, act):
        """Return the audit entries that `act` writes, without what names the row itself."""
        last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        act()
        rows = AuditEntry.objects.filter(pk__gt=last).order_by("pk")
        return [(row.verb, row.actor_label, row.reason, row.object_label, row.changes) for row in rows]


@pytest.mark.parametrize("name", MADE)
def test_new_row_leaves_the_same_entry(name):
    sides = Sides(name)
    typed = sides.recipe.typed(sides.house) | {"reason": "Board"}
    rows = sides.crud.model.objects

    def undone(act):
        from django.db import transaction  # slow import

        with transaction.atomic():
            before = set(rows.values_list("pk", flat=True))
            entries = sides.told(lambda: act(typed))
            made = rows.exclude(pk__in=before).values().get()
            transaction.set_rollback(True)
        return entries, {key: value for key, value in made.items() if key not in ("id", "ancestors", "password")}

    page, api = undone(sides.page_new), undone(sides.api_new)
    assert page[0] != []
    assert drop_times(page) == drop_times(api)


def drop_times(side):
    entries, row = side
    return entries, {name: value for name, value in row.items() if name != "created_at"}


@pytest.mark.parametrize("name", EDITED)
def test_edit_leaves_the_same_entry(name):
    sides = Sides(name)
    sides.page_new(sides.recipe.typed(sides.house))
    from django.db import transaction  # slow import

    found = []
    for act in (sides.page_edit, sides.api_edit):
        with transaction.atomic():
            row = sides.crud.model.objects.order_by("-pk").first()
            found.append(sides.told(lambda act=act, row=row: act(row, sides.recipe.edited | {"reason": "Board"})))
            transaction.set_rollback(True)
    assert found[0] == found[1] != []


@pytest.mark.parametrize("name", MADE)
def test_both_refuse_the_same_fields(name):
    sides = Sides(name)
    typed = sides.recipe.typed(sides.house)
    wrong = {}
    for field in [field for field in sides.form(new=True).fields if field not in ("version", "reason")]:
        for fault in FAULTS:
            data = typed | {field: fault}
            from django.db import transaction  # slow import

            with transaction.atomic():
                page = sides.page_new(data)
                transaction.set_rollback(True)
            with transaction.atomic():
                api = sides.api_new(data)
                transaction.set_rollback(True)
            assert page.status_code in (302, 400, 422), f"{field}={fault[:20]!r}"
            same = (page.status_code == 302) == (api.status_code == 201)
            # The API's types are stricter than a form's texts: it may refuse what a page reads as nothing.
            if not same and not (api.status_code == 422 and api.json()["errors"][0]["field"] == field):
                wrong[f"{field}={fault[:20]!r}"] = (page.status_code, api.status_code)
            if not same and page.status_code == 302 and not reads_as_nothing(sides, field, fault):
                wrong[f"{field}={fault[:20]!r}"] = (page.status_code, api.content[:200])
    assert wrong == {}


def reads_as_nothing(sides, field, fault):
    kind = sides.form(new=True).fields[field]
    return isinstance(kind, forms.BooleanField) or fault == ""


def test_roles_of_page_and_api_are_the_same():
    pages = {
        noun: (
            EXPECTED[f"{noun}-list"][0],
            EXPECTED.get(f"{noun}-create", ("", ""))[1],
            EXPECTED.get(f"{noun}-edit", ("", ""))[1],
            EXPECTED.get(f"{noun}-delete", ("", ""))[1],
        )
        for noun in API
    }
    assert pages == API


@pytest.mark.parametrize("name", sorted(set(NOUNS)))
def test_api_lists_what_the_page_lists(name):
    house = House(*ROLES)
    for number in range(3):
        RECIPES[name].make(house, number)
    answer = house.client.get(f"/api/v1/{NOUNS[name].path}/").json()
    assert len(answer["results"]) == house.count(name)
