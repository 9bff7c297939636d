"""Filters read from the address: an unknown name or an unreadable value is refused, naming the field."""

from datetime import date

import pytest
from django.core.exceptions import BadRequest
from django.http import QueryDict

from portfolio.models import Milestone, Node
from portfolio.registry.filters import NodeFilter
from portfolio.schedule.filters import MilestoneFilter
from tests.factories import MilestoneFactory, NodeFactory, UserFactory, grant


def nodes(user, query):
    found = NodeFilter(QueryDict(query), Node.objects.restrict(user, "node.view"), user=user)
    found.require_valid()
    return found


def milestones(user, query):
    found = MilestoneFilter(QueryDict(query), Milestone.objects.restrict(user, "schedule.view"), user=user)
    found.require_valid()
    return found


@pytest.mark.parametrize(
    "name",
    [
        "no_such",
        "__class__",
        "_connector",
        "owner__password",
        "name__regex",
        "pk",
        "parent__cost_rows__amount__gt",
        "q\x00",
    ],
)
def test_unknown_parameter_is_refused_by_name(place, name):
    query = QueryDict(mutable=True)
    query[name] = "x"
    with pytest.raises(BadRequest, match="There is no filter") as refused:
        nodes(place.head, query.urlencode())
    assert name in str(refused.value)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("q=%00", "q"),
        ("q=a%00b", "q"),
        ("q=%ED%A0%80", "q"),  # a lone surrogate, as bytes that are no UTF-8
        ("q=" + "x" * 501, "q"),
        ("q=" + "x" * 10_000, "q"),
        ("sort=" + "x" * 10_000, "sort"),
        ("cols=%00", "cols"),
        ("page=%00", "page"),
        ("lifecycle=no_such", "lifecycle"),
        ("lifecycle=deliver&lifecycle=NaN", "lifecycle"),
        ("owner=1e309", "owner"),
        ("owner=99999999999999999999", "owner"),
        ("owner=-1", "owner"),
    ],
)
def test_unreadable_value_is_refused_naming_its_field(place, query, name):
    with pytest.raises(BadRequest) as refused:
        nodes(place.head, query)
    assert name in str(refused.value)


@pytest.mark.parametrize("value", ["9999-99-99", "2026-02-30", "31/31/2026", "NaN", "1e309", "today", "0", "x" * 300])
@pytest.mark.parametrize("end", ["after", "before"])
def test_date_that_does_not_exist_is_refused_naming_its_field(place, value, end):
    with pytest.raises(BadRequest, match="forecast_date"):
        milestones(place.head, f"forecast_date_{end}={value}")


@pytest.mark.parametrize("value", ["NaN", "maybe", "-1", "1e309"])
def test_yes_or_no_is_nothing_else(place, value):
    with pytest.raises(BadRequest, match="critical"):
        milestones(place.head, f"critical={value}")


def test_blank_values_filter_nothing(place):
    found = nodes(place.head, "q=&owner=&within=&tag=&category=%20")
    assert [node.code for node in found.qs.order_by("code")] == ["PRJ", "TOP"]
    assert found.chips() == []
    assert milestones(place.head, "critical=&forecast_date_after=&forecast_date_before=").chips() == []


def test_words_are_all_found_in_any_field(place):
    NodeFactory(code="X-1", name="Bridge over the Exe", parent=place.root)
    assert [node.code for node in nodes(place.head, "q=bridge+x-1").qs] == ["X-1"]
    assert list(nodes(place.head, "q=bridge+nowhere").qs) == []
    assert [node.code for node in nodes(place.head, "q=%25").qs] == []  # no wildcard


def test_range_keeps_both_ends(place):
    for day in (1, 2, 3):
        MilestoneFactory(node=place.project, name=f"M{day}", forecast_date=date(2027, 1, day))
    found = milestones(place.head, "forecast_date_after=2027-01-02&forecast_date_before=2027-01-03")
    assert sorted(row.name for row in found.qs) == ["M2", "M3"]


def test_chips_say_the_filters_in_words(place):
    place.project.owner = place.head
    place.project.save(update_fields=["owner"])
    found = nodes(place.head, f"q=Bridge&lifecycle=deliver&lifecycle=on_hold&owner={place.head.pk}")
    assert [(chip["name"], str(chip["label"]), chip["value"]) for chip in found.chips()] == [
        ("q", "Name or code", "Bridge"),
        ("lifecycle", "Stage", "Deliver, On hold"),
        ("owner", "Manager", "Hanna Head"),
    ]
    [chip] = milestones(place.head, "forecast_date_after=2027-01-02").chips()
    assert chip["value"] == "2 Jan 2027 – …"


def test_choices_show_nobody_of_hidden_projects(place):
    hidden = NodeFactory(parent=place.root, owner=UserFactory(name="Hidden Person"))
    reader = UserFactory()
    grant(reader, "executive", place.project)
    choices = [str(label) for _value, label in nodes(reader, "").form.fields["owner"].choices]
    assert hidden.owner.name not in choices
    with pytest.raises(BadRequest, match="owner"):
        nodes(reader, f"owner={hidden.owner_id}")
