"""T-C6, T-C9, T-A11 and the Big List of Naughty Strings, thrown at every text field of every noun of the API."""

import json

import pytest
from django import forms
from django.core.exceptions import ValidationError
from rest_framework import exceptions

from pmo.core.api.fields import typed
from pmo.core.api.reading import storable
from tests.contracts.nouns import NOUNS, RECIPES
from tests.contracts.test_api_parity import MADE, Sides
from tests.contracts.test_hostile_text import STRINGS, fits, listed

pytestmark = pytest.mark.django_db
# Fields whose own rule says what they take: codes, addresses, numbers.
RULED = {"tags", "code", "email", "password", "probability_labels", "impact_labels"}


def text_fields(sides):
    fields = sides.form(new=True).fields
    plain = (forms.ChoiceField, forms.DecimalField, forms.IntegerField, forms.DateField, forms.EmailField)
    return {
        name: field
        for name, field in fields.items()
        if type(field) is forms.CharField and not isinstance(field, plain) and name not in RULED
    }


def taken(field, text):
    """Return what the API hands to the service for a text, or None where it refuses it."""
    try:
        found = field.clean(typed(field).run_validation(text))
    except (ValidationError, exceptions.ValidationError):
        return None
    return found if storable(text) else None


@listed
@pytest.mark.parametrize("noun", MADE)
def test_every_string_is_kept_as_it_is_or_refused(noun):
    for name, field in text_fields(Sides(noun)).items():
        longest = field.max_length or 10**9
        expected = [
            text.strip() if fits(text, longest) or (not text.strip() and not field.required) else None
            for text in STRINGS
        ]
        assert [taken(field, text) for text in STRINGS] == expected, name


@listed
@pytest.mark.parametrize("noun", MADE)
def test_worst_strings_come_back_as_they_went_in(noun):
    sides = Sides(noun)
    fields = [name for name in text_fields(sides) if name != "reason"]
    worst = [text for text in STRINGS if any(sign in text for sign in ("<", "{{", "javascript:", "%n", "'"))][::40]
    for number, text in enumerate(worst):
        data = sides.recipe.typed(sides.house)
        for name in fields:
            longest = sides.form(new=True).fields[name].max_length
            data[name] = f"{number} {text}"[:20] if name == "label" else text[:longest]
        answer = sides.api_new(data)
        if answer.status_code == 422:  # a second row of the same key, or a rule of the noun
            continue
        assert answer.status_code == 201, answer.content[:300]
        url = answer["Location"] if sides.crud.with_detail else None
        shown = sides.client.get(url).json() if url else answer.json()
        for name in fields:
            if name in shown:
                assert shown[name] == data[name].strip(), name


BOMBS = {
    "10 k letters": "x" * 10_000,
    "1 MB of Markdown": "# a\n* b [c](d)\n" * 66_000,
    "10 k end tags": "</b>" * 10_000,
    "deep brackets": "[" * 20_000,
    "many accents": "e" + "\u0301" * 10_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_taken_or_refused_in_words(bomb):
    """T-C9: the time is watched by the bench, the answer here."""
    sides = Sides("milestone")
    answer = sides.api_new(sides.recipe.typed(sides.house) | {"name": BOMBS[bomb]})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["name"]


NESTED = json.dumps({"name": "x"})[:-1] + ', "more": ' + "[" * 900 + "]" * 900 + "}"


@pytest.mark.parametrize(
    "body", [NESTED, '{"name": NaN}', '{"name": 1e309}', '{"name": -Infinity}', '"text"', "\xff", '{"a": 1, "a": 2}']
)
def test_odd_json_is_refused_in_words(body):
    sides = Sides("milestone")
    data = body.encode("latin-1", "replace")
    answer = sides.client.post("/api/v1/milestones/", data, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"


ODD = [
    "a__b",
    "__class__",
    "owner__password",
    "_connector",
    "pk",
    "id__in",
    "name__regex",
    "node__ancestors",
    "depth",
    "expand",
]


@pytest.mark.parametrize("name", ODD)
def test_unknown_parameters_change_nothing_and_are_refused(name):
    """T-A5, T-A11, T-C6."""
    sides = Sides("milestone")
    for noun, crud in NOUNS.items():
        assert sides.client.get(f"/api/v1/{crud.path}/", {name: "10"}).status_code == 400, noun


def test_every_noun_that_is_made_has_its_recipe():
    assert set(MADE) <= set(RECIPES)
