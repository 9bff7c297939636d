"""Risks and their responses: what is written and told, what is refused, and to whom."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from governance.audit.models import AuditEntry
from pmo.core.errors import NotPermitted, StaleWrite
from portfolio.models import Action, Issue, Risk, RiskResponse
from portfolio.raid import services
from reporting.models import DirtyNode
from tests.factories import EscalationFactory, RiskFactory, RiskMatrixFactory
from tests.portfolio.raid.conftest import TODAY

DAY = timedelta(days=1)


def verbs(*starts):
    found = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    return [verb for verb in found if verb.startswith(starts or ("risk.", "action.", "issue.", "escalation."))]


def create(house, **values):
    values = {"title": "Cutover fails", "current_probability": 4, "current_impact": 5} | values
    return services.risk_create(actor=house.manager, node=house.project, **values)


def refused(write, field=None):
    with pytest.raises(ValidationError) as caught:
        write()
    return caught.value.message_dict[field] if field else caught.value.messages


def test_create_tells_the_risk_and_dates_it_today(house):
    row = create(house)
    assert (row.state, row.kind, row.raised_on, row.version) == ("open", "threat", TODAY, 1)
    entry = AuditEntry.objects.get(verb="risk.created")
    assert (entry.node_id, entry.actor) == (house.project.pk, house.manager)
    assert entry.changes["current_probability"] == [None, 4]
    assert DirtyNode.objects.filter(node=house.project).exists()


def test_update_says_what_kind_of_edit_it_was(house):
    row = create(house)
    row = services.risk_update(row, {"title": "Cut-over fails"}, actor=house.manager, expected_version=1)
    row = services.risk_update(
        row, {"current_probability": 5, "current_impact": 5}, actor=house.manager, reason="test 2"
    )
    row = services.risk_update(row, {"state": "closed", "outcome": "Cut over"}, actor=house.manager)
    assert (row.closed_on, row.outcome) == (TODAY, "Cut over")
    row = services.risk_update(row, {"state": "open"}, actor=house.manager)
    assert (row.closed_on, row.outcome, row.version) == (None, "", 5)
    assert verbs() == ["risk.created", "risk.edited", "risk.rescored", "risk.closed", "risk.reopened"]
    entry = AuditEntry.objects.get(verb="risk.rescored")
    assert (entry.changes, entry.reason) == ({"current_probability": [4, 5]}, "test 2")


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"current_probability": 6}, "current_probability", "The risk matrix ends at 5."),
        ({"residual_impact": 6, "residual_probability": 1}, "residual_impact", "The risk matrix ends at 5."),
        ({"raised_on": TODAY + DAY}, "raised_on", "This day is today or was before."),
        ({"residual_impact": 3}, "__all__", "Give both probability and impact, each from 1 to 6, or neither."),
        ({"impact_amount": "10.00"}, "__all__", "Name the currency of the impact."),
        ({"probability_percent": "100.1"}, "probability_percent", None),
        ({"title": ""}, "title", None),
    ],
)
def test_risk_that_cannot_be_is_refused_with_a_reason(house, values, field, words):
    found = refused(lambda: create(house, **values), field)
    assert words is None or found == [words]
    assert not Risk.objects.exists()


def test_classes_end_where_the_nearest_matrix_ends(house):
    RiskMatrixFactory(node=house.portfolio, probability_labels=list("abcdef"))
    assert create(house, current_probability=6).current_probability == 6
    RiskMatrixFactory(node=house.programme, probability_labels=list("abcd"), red_from=12)
    assert refused(lambda: create(house, current_probability=5), "current_probability") == [
        "The risk matrix ends at 4."
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"state": "closed"}, "outcome"),
        ({"state": "closed", "outcome": "  "}, "outcome"),
        ({"state": "closed", "outcome": "Gone", "closed_on": TODAY + DAY}, "closed_on"),
        ({"state": "occurred"}, "state"),
    ],
)
def test_state_changes_need_their_words(house, values, field):
    row = create(house)
    assert refused(lambda: services.risk_update(row, values, actor=house.manager), field)
    row.refresh_from_db()
    assert row.state == "open"


def test_risk_stays_with_its_project(house):
    row = create(house)
    assert refused(lambda: services.risk_update(row, {"node": house.other}, actor=house.head), "node")


def test_stale_write_changes_nothing(house):
    row = create(house)
    services.risk_update(row, {"title": "Mine"}, actor=house.head, expected_version=1)
    with pytest.raises(StaleWrite):
        services.risk_update(row, {"title": "Yours"}, actor=house.manager, expected_version=1)
    assert Risk.objects.get().title == "Mine"


def test_nobody_writes_outside_their_scope(house):
    row = create(house)
    response = services.risk_response_add(row, actor=house.manager, strategy="avoid", title="X", due=TODAY)
    for actor in (house.stranger, house.executive):
        for write in (
            lambda actor=actor: services.risk_create(
                actor=actor, node=house.project, title="X", current_probability=1, current_impact=1
            ),
            lambda actor=actor: services.risk_update(row, {"title": "X"}, actor=actor),
            lambda actor=actor: services.risk_close(row, actor=actor, outcome="X"),
            lambda actor=actor: services.risk_delete(row, actor=actor),
            lambda actor=actor: services.risk_occurred(row, actor=actor, title="X"),
            lambda actor=actor: services.risk_response_add(row, actor=actor, strategy="avoid", title="X", due=TODAY),
            lambda actor=actor: services.risk_response_change(response, actor=actor, strategy="reduce"),
            lambda actor=actor: services.risk_response_remove(response, actor=actor),
        ):
            with pytest.raises(NotPermitted):
                write()
    row.refresh_from_db()
    assert (row.title, row.state, row.version) == ("Cutover fails", "open", 1)
    assert (Action.objects.count(), Issue.objects.count(), RiskResponse.objects.get().strategy) == (1, 0, "avoid")


# --- Responses -------------------------------------------------------------------------------


def test_response_and_its_action_come_together(house):
    row = create(house)
    response = services.risk_response_add(
        row, actor=house.manager, strategy="reduce", title="Second rehearsal", owner=house.lead, due=date(2027, 1, 15)
    )
    action = response.action
    assert (action.node, action.title, action.owner, action.due) == (
        house.project, "Second rehearsal", house.lead, date(2027, 1, 15),
    )  # fmt: skip
    assert verbs() == ["risk.created", "action.created", "risk.responded"]
    entry = AuditEntry.objects.get(verb="risk.responded")
    assert (entry.object_id, entry.changes) == (
        row.pk, {"strategy": [None, "reduce"], "action": [None, "Second rehearsal"]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "fitting"),
    [
        ("threat", {"avoid", "reduce", "transfer", "share", "accept", "contingent"}),
        ("opportunity", {"exploit", "enhance", "share", "accept"}),
    ],
)
def test_strategies_are_those_of_the_glossary(house, kind, fitting):
    row, taken = create(house, kind=kind), set()
    for strategy in ("avoid", "reduce", "transfer", "share", "accept", "contingent", "exploit", "enhance"):
        try:
            services.risk_response_add(row, actor=house.manager, strategy=strategy, title=strategy, due=TODAY)
        except ValidationError:
            continue
        taken.add(strategy)
    assert taken == fitting
    assert set(Action.objects.values_list("title", flat=True)) == fitting, "a refused response leaves no action behind"


def test_response_changes_its_strategy_and_is_taken_off_while_its_action_stays(house):
    row = create(house)
    response = services.risk_response_add(row, actor=house.manager, strategy="reduce", title="Insure", due=TODAY)
    services.risk_response_change(response, actor=house.manager, strategy="transfer", expected_version=1)
    with pytest.raises(StaleWrite):
        services.risk_response_change(response, actor=house.head, strategy="avoid", expected_version=1)
    response.refresh_from_db()
    assert (response.strategy, response.version) == ("transfer", 2)
    services.risk_response_remove(response, actor=house.manager, reason="Bought no policy")
    assert not RiskResponse.objects.exists()
    assert Action.objects.get().title == "Insure"
    assert verbs("risk.resp") == ["risk.responded", "risk.response_changed", "risk.response_removed"]


def test_action_of_a_response_is_not_deleted(house):
    from portfolio.actions.services import action_delete  # slow import

    response = services.risk_response_add(create(house), actor=house.manager, strategy="accept", title="X", due=TODAY)
    assert refused(lambda: action_delete(response.action, actor=house.manager)) == [
        "Other rows need this one, so it stays."
    ]


# --- A risk that comes true, or goes away ----------------------------------------------------


def test_risk_that_occurred_has_an_issue_in_its_place(house):
    row = create(house)
    issue = services.risk_occurred(
        row, actor=house.manager, title="Cutover failed", severity="4_critical", due=TODAY + DAY, reason="Sunday"
    )
    row.refresh_from_db()
    assert (row.state, row.closed_on) == ("occurred", TODAY)
    assert (issue.node, issue.raised_from, issue.severity, issue.raised_on, issue.state) == (
        house.project, row, "4_critical", TODAY, "open",
    )  # fmt: skip
    assert verbs() == ["risk.created", "risk.occurred", "issue.created"]
    assert refused(lambda: services.risk_occurred(row, actor=house.manager, title="Again")) == [
        "This risk is not open."
    ]
    assert Issue.objects.count() == 1


def test_issue_that_is_refused_leaves_the_risk_open(house):
    row = create(house)
    refused(lambda: services.risk_occurred(row, actor=house.manager, title="", severity="4_critical"))
    row.refresh_from_db()
    assert (row.state, row.version, verbs()) == ("open", 1, ["risk.created"])


def test_risk_with_an_issue_is_not_deleted(house):
    row = create(house)
    services.risk_occurred(row, actor=house.manager, title="Cutover failed")
    refused(lambda: services.risk_delete(row, actor=house.manager))
    assert Risk.objects.exists()


@pytest.mark.parametrize("end", ["close", "occur"])
def test_what_is_no_longer_open_waits_for_no_answer(house, end):
    row = RiskFactory(node=house.project)
    asked = EscalationFactory(node=house.project, to_node=house.programme, risk=row)
    if end == "close":
        services.risk_close(row, actor=house.manager, outcome="Gone")
    else:
        services.risk_occurred(row, actor=house.manager, title="X")
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == ("withdrawn", house.manager)
    assert verbs("escalation.") == ["escalation.withdrawn"]


def test_close_is_for_open_risks(house):
    row = RiskFactory(node=house.project, state="closed", closed_on=TODAY, outcome="Gone")
    assert refused(lambda: services.risk_close(row, actor=house.manager, outcome="X")) == ["This risk is not open."]
