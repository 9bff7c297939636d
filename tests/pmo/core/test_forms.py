"""Forms: version and reason travel along, choices show only what one may see, nothing unstorable gets in."""

import pytest

from portfolio.finance.forms import CostRowForm
from portfolio.people.forms import MembershipForm
from portfolio.registry.forms import NodeCreateForm, NodeForm
from portfolio.schedule.forms import ForecastForm
from tests.factories import NodeFactory, PortfolioFactory, UserFactory

pytestmark = pytest.mark.django_db
TYPED = {"name": "Bridge", "lifecycle": "deliver", "tags": ""}


def test_new_row_has_no_version_and_a_stored_one_needs_it(place):
    assert "version" not in NodeCreateForm(user=place.head).fields
    form = NodeForm(user=place.head, instance=place.project)
    assert (form["version"].value(), form.fields["version"].required) == (1, True)
    assert NodeForm(TYPED, user=place.head, instance=place.project).errors == {"version": ["This field is required."]}


def test_values_are_the_models_own(place):
    form = NodeForm(
        TYPED | {"version": "3", "reason": "Why", "id": "1", "code": "X"}, user=place.head, instance=place.project
    )
    assert form.is_valid()
    assert {"version", "reason", "id", "code"} & set(form.values()) == set()
    assert (form.cleaned_data["version"], form.cleaned_data["reason"]) == (3, "Why")


def test_reason_stands_last_and_has_an_end(place):
    form = NodeForm(TYPED | {"version": "1", "reason": "x" * 501}, user=place.head, instance=place.project)
    assert list(form.fields)[-1] == "reason"
    assert list(form.errors) == ["reason"]


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\udfffb"])
def test_character_that_cannot_be_stored_is_refused_at_its_field(place, text):
    form = NodeForm(TYPED | {"version": "1", "description": text}, user=place.head, instance=place.project)
    assert list(form.errors) == ["description"]
    assert list(ForecastForm({"version": "1", "reason": text}).errors) == ["reason"]


@pytest.mark.parametrize("text", ["é", "\U0001f4a9", "\u061c\u200b\ufeff", "a\tb", "Ω≈ç√∫", "\u202etxt"])
def test_text_of_the_world_is_kept(place, text):
    form = NodeForm(TYPED | {"version": "1", "description": f"x{text}x"}, user=place.head, instance=place.project)
    assert form.is_valid()
    assert form.values()["description"] == f"x{text}x"


def test_choices_show_only_places_one_may_edit(place):
    hidden = PortfolioFactory(name="Hidden")
    form = NodeCreateForm(user=place.head)
    assert list(form.fields["parent"].queryset) == [place.root]
    typed = TYPED | {"kind": "project", "code": "X", "parent": str(hidden.pk)}
    unknown = NodeCreateForm(typed | {"parent": "999999"}, user=place.head)
    assert NodeCreateForm(typed, user=place.head).errors == unknown.errors
    assert list(unknown.errors) == ["parent"]


def test_closed_accounts_are_offered_only_where_they_were_chosen(place):
    closed = UserFactory(name="Closed", is_active=False)
    assert closed not in NodeForm(user=place.head, instance=place.project).fields["owner"].queryset
    kept = NodeFactory(parent=place.root, owner=closed)
    assert closed in NodeForm(user=place.head, instance=kept).fields["owner"].queryset
    assert closed not in NodeForm(user=place.head, instance=kept).fields["sponsor"].queryset
    people = MembershipForm(user=place.head, node=place.project).fields["user"].queryset
    assert (closed in people, place.head in people, place.stranger in people) == (False, False, True)


@pytest.mark.parametrize("amount", ["1e309", "NaN", "Infinity", "-Infinity", "1" * 30, "0.001", "0x10", "1 000", "=1"])
def test_amount_that_is_none_is_refused_at_its_field(place, amount):
    form = CostRowForm({"amount": amount}, user=place.head, node=place.project)
    assert "amount" in form.errors


def test_tags_come_once_in_the_order_typed(place):
    form = NodeForm(TYPED | {"version": "1", "tags": " b, a ,,b,"}, user=place.head, instance=place.project)
    assert form.is_valid()
    assert form.values()["tags"] == ["b", "a"]
    long = NodeForm(TYPED | {"version": "1", "tags": "x" * 41}, user=place.head, instance=place.project)
    assert list(long.errors) == ["tags"]
