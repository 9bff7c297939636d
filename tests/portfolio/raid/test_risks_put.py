"""Risks in bulk: raised, scored again, refused by line, and the same number of queries for one and for three."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from pmo.core.errors import NotPermitted
from portfolio.models import Action, Risk, RiskResponse
from portfolio.raid import services
from tests.factories import RiskFactory, RiskMatrixFactory
from tests.portfolio.raid.conftest import TODAY

DAY = timedelta(days=1)


def line(node, title="Cutover fails", **values):
    values = {"current_probability": 4, "current_impact": 5, "raised_on": TODAY} | values
    return Risk(node=node, title=title, **values)


def put(house, *lines, actor=None):
    return services.risks_put(lines, actor=actor or house.manager, reason="Risk review")


def told():
    entries = AuditEntry.objects.filter(verb__startswith="risk.").order_by("pk")
    return [(entry.verb, entry.object_label, entry.reason) for entry in entries]


def test_put_raises_scores_again_and_leaves_equal_rows_alone(house):
    put(house, line(house.project, "One"), line(house.project, "Two"), line(house.project, "Three"))
    rows = put(
        house,
        line(house.project, "One"),
        line(house.project, "Two", current_probability=2),
        line(house.project, "Three", category="Supplier"),
        line(house.project, "Four"),
    )
    assert [(row.title, row.version, row.current_probability) for row in rows] == [
        ("One", 1, 4),
        ("Two", 2, 2),
        ("Three", 2, 4),
        ("Four", 1, 4),
    ]
    assert told() == [
        ("risk.created", "One", "Risk review"),
        ("risk.created", "Two", "Risk review"),
        ("risk.created", "Three", "Risk review"),
        ("risk.created", "Four", "Risk review"),
        ("risk.rescored", "Two", "Risk review"),
        ("risk.edited", "Three", "Risk review"),
    ]
    assert AuditEntry.objects.get(verb="risk.rescored").changes == {"current_probability": [4, 2]}


def test_put_raises_anew_what_was_closed(house):
    RiskFactory(node=house.project, title="Cutover fails", state="closed", closed_on=TODAY, outcome="Passed")
    put(house, line(house.project))
    assert list(Risk.objects.order_by("pk").values_list("state", flat=True)) == ["closed", "open"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"current_probability": 5}, "Line 2: The risk matrix ends at 4."),
        ({"raised_on": TODAY + DAY}, "Line 2: This day is today or was before."),
        ({"state": "closed"}, "Line 2: Only open risks are written together."),
        ({"residual_impact": 2}, "Line 2: Give both probability and impact, each from 1 to 6, or neither."),
        ({"title": "Fine"}, "Line 2: stands twice in this request."),
    ],
)
def test_put_refuses_all_and_names_the_line(house, values, words):
    RiskMatrixFactory(node=house.programme, probability_labels=list("abcd"), red_from=12)
    with pytest.raises(ValidationError) as caught:
        put(house, line(house.project, "Fine"), line(house.project, **values))
    assert caught.value.messages == [words]
    assert not Risk.objects.exists()


def test_put_refuses_a_title_that_stands_twice(house):
    RiskFactory.create_batch(2, node=house.project, title="Cutover fails")
    with pytest.raises(ValidationError, match="Line 1: Two open risks of the project have this title"):
        put(house, line(house.project))


def test_put_refuses_foreign_projects_as_if_they_did_not_exist(house):
    with pytest.raises(NotPermitted, match="This does not exist"):
        put(house, line(house.project), line(house.other))
    assert not Risk.objects.exists()


def test_put_asks_as_much_for_three_as_for_one(house):
    counts = []
    for number in (1, 3):
        lines = [line(house.project, f"{number} {index}") for index in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as found:
            put(house, *lines)
        counts.append(len(found))
    assert counts[0] == counts[1]


def answer(risk, strategy="reduce", **values):
    values = {"title": "Test twice", "due": TODAY} | values
    return services.ResponseLine(risk, strategy, **values)


def test_responses_add_gives_each_risk_an_action_of_its_project(house):
    one, two = put(house, line(house.project, "One"), line(house.project, "Two", kind="opportunity"))
    rows = services.risk_responses_add(
        [answer(one, owner=house.lead), answer(two, "exploit", title="Sell it")], actor=house.manager
    )
    assert [(row.risk.title, row.strategy, row.action.title, row.action.node_id) for row in rows] == [
        ("One", "reduce", "Test twice", house.project.pk),
        ("Two", "exploit", "Sell it", house.project.pk),
    ]
    assert rows[0].action.owner == house.lead
    entries = AuditEntry.objects.filter(verb__in=["action.created", "risk.responded"]).order_by("pk")
    assert [(entry.verb, entry.object_label) for entry in entries] == [
        ("action.created", "Test twice"),
        ("action.created", "Sell it"),
        ("risk.responded", "One"),
        ("risk.responded", "Two"),
    ]
    assert entries[2].changes == {"strategy": [None, "reduce"], "action": [None, "Test twice"]}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"strategy": "exploit"}, "Line 2: This is no response to a threat."),
        ({"title": ""}, "Line 2: title: This field cannot be blank."),
    ],
)
def test_responses_add_refuses_all_and_names_the_line(house, values, words):
    (risk,) = put(house, line(house.project))
    with pytest.raises(ValidationError) as caught:
        services.risk_responses_add([answer(risk), answer(risk, **values)], actor=house.manager)
    assert caught.value.messages == [words]
    assert not Action.objects.exists()
    assert not RiskResponse.objects.exists()


def test_responses_add_refuses_foreign_risks_as_if_they_did_not_exist(house):
    (risk,) = put(house, line(house.project))
    with pytest.raises(NotPermitted, match="This does not exist"):
        services.risk_responses_add([answer(risk), answer(RiskFactory(node=house.other))], actor=house.manager)
    assert not Action.objects.exists()


def test_responses_add_asks_as_much_for_three_as_for_one(house):
    (risk,) = put(house, line(house.project))
    counts = []
    for number in (1, 3):
        with CaptureQueriesContext(connection) as found:
            services.risk_responses_add([answer(risk)] * number, actor=house.manager)
        counts.append(len(found))
    assert counts[0] == counts[1]
