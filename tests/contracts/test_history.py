"""Every noun through its pages: what was done stands in its history; a stale save overwrites nothing; delete asks."""

import pytest
from django.apps import apps
from django.urls import reverse

from governance.models import AuditEntry
from tests.contracts.nouns import NOUNS, RECIPES, House
from tests.contracts.pages import page_of

pytestmark = pytest.mark.django_db

CREATED = [name for name, crud in NOUNS.items() if crud.create]
EDITED = [name for name in CREATED if NOUNS[name].update]
DELETED = [name for name, crud in NOUNS.items() if crud.delete]
VERSIONED = [name for name in EDITED if hasattr(NOUNS[name].model, "version")]


@pytest.fixture
def house():
    return House("administrator")


def create_url(house, name):
    nested = NOUNS[name].parent is not None
    return reverse(f"{name}-create", args=[house.project.code] if nested else [])


def create(house, name):
    """Create a row by its page and return it."""
    crud = NOUNS[name]
    typed = RECIPES[name].typed(house)
    before = set(crud.model.objects.values_list("pk", flat=True))
    response = house.client.post(create_url(house, name), typed | {"reason": "As agreed"})
    assert response.status_code == 302, page_of(response).text
    return crud.model.objects.exclude(pk__in=before).get()


def whole(crud, row, typed):
    """Return a whole form: what the row holds, and what is typed over it."""
    form = crud.form(instance=row, user=None) if crud.name != "cost" else None
    names = form.fields if form else [*crud.form.base_fields]
    held = {}
    for name in names:
        if name in ("reason", "version", "tags"):
            continue
        value = getattr(row, f"{name}_id", getattr(row, name, ""))
        held[name] = "" if value is None else value
    return held | {"version": getattr(row, "version", "")} | typed


def history_of(house, name, row):
    return page_of(house.client.get(NOUNS[name].url("history", row)))


def entries(row):
    return list(AuditEntry.objects.filter(object_type=row._meta.label_lower, object_id=row.pk).order_by("pk"))


@pytest.mark.parametrize("name", CREATED)
def test_creation_stands_in_the_history_with_its_fields(house, name):
    row = create(house, name)
    [entry] = entries(row)
    assert (entry.actor, entry.reason) == (house.person, "As agreed")
    assert entry.changes, "an entry says what was typed"
    assert all(before is None and after not in (None, "") for before, after in entry.changes.values())
    shown = history_of(house, name, row)
    assert "As agreed" in "".join(shown.text)
    assert house.person.name in "".join(shown.text)


@pytest.mark.parametrize("name", EDITED)
def test_edit_stands_in_the_history_with_before_and_after(house, name):
    crud, recipe = NOUNS[name], RECIPES[name]
    row = create(house, name)
    response = house.client.post(crud.url("edit", row), whole(crud, row, recipe.edited) | {"reason": "A better figure"})
    assert response.status_code == 302, page_of(response).text
    entry = entries(row)[-1]
    label, before, after = recipe.told
    assert list(entry.changes.values()) == [[before, after]]
    assert entry.reason == "A better figure"
    text = " ".join(" ".join(history_of(house, name, row).text).split()).casefold()
    for words in (label, before, after, "a better figure"):
        assert str(words).casefold() in text


@pytest.mark.parametrize("name", EDITED)
def test_save_without_a_change_writes_nothing(house, name):
    crud = NOUNS[name]
    row = create(house, name)
    response = house.client.post(crud.url("edit", row), whole(crud, row, {}))
    assert response.status_code == 302, page_of(response).text
    assert len(entries(row)) == 1
    row.refresh_from_db()
    assert getattr(row, "version", 1) == 1


@pytest.mark.parametrize("name", EDITED)
def test_every_change_of_a_row_is_recorded_by_the_database_with_actor_and_request(house, name):
    crud, recipe = NOUNS[name], RECIPES[name]
    row = create(house, name)
    house.client.post(crud.url("edit", row), whole(crud, row, recipe.edited))
    events = apps.get_model(f"{row._meta.label}Event").objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "update"]
    assert [event.pgh_context.metadata["actor"] for event in events] == [house.person.pk] * 2
    requests = [entry.request_id for entry in entries(row)]
    assert [event.pgh_context.metadata["request"] for event in events] == requests
    assert len(set(requests) - {""}) == 2


def test_every_edited_noun_has_versions():
    assert VERSIONED == EDITED


@pytest.mark.parametrize("name", VERSIONED)
def test_stale_save_is_a_conflict_that_keeps_what_was_typed(house, name):
    crud, recipe = NOUNS[name], RECIPES[name]
    row = create(house, name)
    mine = whole(crud, row, recipe.edited)
    crud.model.objects.filter(pk=row.pk).update(version=7)
    stored = crud.model.objects.filter(pk=row.pk).values().get()
    response = house.client.post(crud.url("edit", row), mine)
    assert response.status_code == 409
    assert crud.model.objects.filter(pk=row.pk).values().get() == stored
    assert len(entries(row)) == 1
    shown = page_of(response)
    form = {field["name"]: field.get("value") for field in shown.of("input") if field.get("name")}
    assert form["version"] == "7", "saving again overwrites knowingly"
    typed = [str(value) for value in recipe.edited.values() if value != ""]
    assert "nothing of yours was written" in "".join(shown.text)
    kept = "".join(shown.text) + " ".join(str(value) for value in form.values())
    chosen = [option.get("value") for option in shown.of("option") if "selected" in option]
    for value in typed:
        assert value in kept or value in chosen, value
    again = house.client.post(crud.url("edit", row), mine | {"version": "7"})
    assert again.status_code == 302


@pytest.mark.parametrize("name", VERSIONED)
def test_save_without_a_version_is_refused(house, name):
    crud = NOUNS[name]
    row = create(house, name)
    typed = whole(crud, row, RECIPES[name].edited)
    del typed["version"]
    assert house.client.post(crud.url("edit", row), typed).status_code == 422
    assert len(entries(row)) == 1


@pytest.mark.parametrize("name", DELETED)
def test_delete_asks_first_and_then_tells(house, name):
    crud = NOUNS[name]
    row = create(house, name)
    url = crud.url("delete", row)
    asked = house.client.get(url)
    assert asked.status_code == 200
    assert [form.get("method") for form in page_of(asked).of("form")].count("post") >= 1
    assert crud.model.objects.filter(pk=row.pk).exists()
    assert house.client.post(url, {"reason": "Typed twice"}).status_code == 302
    assert not crud.model.objects.filter(pk=row.pk).exists()
    entry = entries(row)[-1]
    assert (entry.actor, entry.reason) == (house.person, "Typed twice")
    assert entry.changes
    assert all(after is None for _before, after in entry.changes.values())
    assert house.client.get(url).status_code == 404
    if crud.parent:
        timeline = page_of(house.client.get(reverse("node-timeline", args=[house.project.code])))
        assert "Typed twice" in "".join(timeline.text)


@pytest.mark.parametrize("name", CREATED)
def test_empty_form_is_refused_where_it_can_be_mended(house, name):
    response = house.client.post(create_url(house, name), {})
    assert response.status_code == 422
    shown = page_of(response)
    assert any(field.get("aria-invalid") == "true" for _tag, field in shown.elements)
    assert any((attrs.get("id") or "").endswith("_error") for _tag, attrs in shown.elements)
