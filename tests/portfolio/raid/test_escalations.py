"""Escalations: asked by the project, answered above, taken back; one open at a time, and one answer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from governance.audit.models import AuditEntry
from pmo.core.errors import DomainError, NotPermitted
from portfolio.models import Escalation
from portfolio.raid import services
from tests.factories import IssueFactory, RiskFactory
from tests.portfolio.raid.conftest import NOW, build

ASK = "Decide on the second window"


@pytest.fixture
def risk(house):
    return RiskFactory(node=house.project, title="Cutover fails")


def ask(house, thing, to_node=None, actor=None):
    actor, to_node = actor or house.manager, to_node or house.programme
    return services.escalation_ask(thing, actor=actor, to_node=to_node, reason=ASK)


def told():
    rows = AuditEntry.objects.exclude(verb="rules.installed").order_by("pk")
    return [(row.verb, row.actor, row.reason) for row in rows]


@pytest.mark.parametrize("make", [RiskFactory, IssueFactory])
def test_project_asks_and_the_programme_accepts(house, make):
    thing = make(node=house.project)
    row = ask(house, thing)
    assert (row.state, row.node, row.to_node, row.asked_by, row.asked_at) == (
        "asked", house.project, house.programme, house.manager, NOW,
    )  # fmt: skip
    row = services.escalation_answer(row, actor=house.lead, accept=True, answer="The programme board takes it")
    assert (row.state, row.answered_by, row.answered_at, row.answer) == (
        "accepted", house.lead, NOW, "The programme board takes it",
    )  # fmt: skip
    noun = "risk" if make is RiskFactory else "issue"
    assert told() == [
        (f"{noun}.escalated", house.manager, ASK),
        ("escalation.accepted", house.lead, "The programme board takes it"),
    ]


def test_decline_needs_words_and_opens_the_way_for_another_ask(house, risk):
    row = ask(house, risk)
    with pytest.raises(ValidationError) as caught:
        services.escalation_answer(row, actor=house.lead, accept=False, answer=" ")
    assert list(caught.value.message_dict) == ["answer"]
    services.escalation_answer(row, actor=house.lead, accept=False, answer="Use your float")
    again = ask(house, risk, house.portfolio)
    assert list(Escalation.objects.order_by("pk").values_list("state", flat=True)) == ["declined", "asked"]
    assert again.to_node == house.portfolio


def test_risk_is_escalated_once_at_a_time(house, risk):
    row = ask(house, risk)
    with pytest.raises(ValidationError, match="It is escalated already"):
        ask(house, risk, house.portfolio)
    services.escalation_answer(row, actor=house.lead, accept=True)
    with pytest.raises(ValidationError, match="It is escalated already"):
        ask(house, risk)
    assert Escalation.objects.count() == 1


@pytest.mark.parametrize("place", ["project", "other", "below"])
def test_only_a_node_above_can_be_asked(house, risk, place):
    thing = RiskFactory(node=house.programme) if place == "below" else risk
    target = house.project if place == "below" else getattr(house, place)
    with pytest.raises(ValidationError) as caught:
        ask(house, thing, target, house.head)
    assert list(caught.value.message_dict) == ["to_node"]


def test_what_is_closed_is_not_escalated(house, risk):
    services.risk_close(risk, actor=house.manager, outcome="Gone")
    with pytest.raises(ValidationError, match="Only what is open can be escalated"):
        ask(house, risk)


def test_asking_and_answering_take_the_right_on_their_own_side(house, risk):
    with pytest.raises(NotPermitted):
        ask(house, risk, actor=house.stranger)
    with pytest.raises(NotPermitted):
        ask(house, risk, actor=house.executive)
    row = ask(house, risk)
    for actor in (house.manager, house.stranger, house.executive):
        with pytest.raises(NotPermitted):
            services.escalation_answer(row, actor=actor, accept=True)
    upper = services.escalation_withdraw(row, actor=house.manager)
    assert upper.state == "withdrawn"
    row = ask(house, risk, house.portfolio)
    with pytest.raises(NotPermitted):
        services.escalation_answer(row, actor=house.lead, accept=True)
    with pytest.raises(NotPermitted):
        services.escalation_withdraw(row, actor=house.stranger)
    assert services.escalation_answer(row, actor=house.head, accept=True).state == "accepted"


@pytest.mark.parametrize("accepted", [False, True])
def test_asking_side_takes_it_back_waiting_or_accepted(house, risk, accepted):
    row = ask(house, risk)
    if accepted:
        services.escalation_answer(row, actor=house.lead, accept=True)
    row = services.escalation_withdraw(row, actor=house.manager, answer="Solved below")
    assert (row.state, row.answered_by, row.answer) == ("withdrawn", house.manager, "Solved below")
    assert told()[-1] == ("escalation.withdrawn", house.manager, "Solved below")


def test_answer_comes_once(house, risk):
    row = ask(house, risk)
    services.escalation_answer(row, actor=house.lead, accept=True)
    with pytest.raises(DomainError, match="answered meanwhile: accepted"):
        services.escalation_answer(row, actor=house.head, accept=False, answer="No")
    services.escalation_withdraw(row, actor=house.manager)
    with pytest.raises(DomainError, match="nothing to withdraw"):
        services.escalation_withdraw(row, actor=house.manager)


# --- At the same moment ----------------------------------------------------------------------


def at_once(*acts):
    """Run each act in a thread and a connection of its own, all at once; return what each raised, or None."""
    ready = Barrier(len(acts))

    def run(act):
        try:
            ready.wait(timeout=20)
            act()
        except (DomainError, ValidationError) as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_stands():
    house = build()
    row = ask(house, RiskFactory(node=house.project))
    errors = at_once(
        lambda: services.escalation_answer(row, actor=house.lead, accept=True),
        lambda: services.escalation_answer(row, actor=house.head, accept=True),
    )
    assert [type(error) for error in sorted(errors, key=str)].count(DomainError) == 1
    assert errors.count(None) == 1
    row.refresh_from_db()
    assert row.state == "accepted"
    assert row.answered_by == (house.lead if errors[0] is None else house.head)
    assert AuditEntry.objects.filter(verb="escalation.accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_escalations_at_once_one_is_open():
    house = build()
    risk = RiskFactory(node=house.project)
    errors = at_once(
        lambda: ask(house, risk, house.programme),
        lambda: ask(house, risk, house.portfolio, house.head),
    )
    assert errors.count(None) == 1
    assert [str(error.messages[0]) for error in errors if error] == [
        "It is escalated already. Withdraw that first, or wait for the answer."
    ]
    assert Escalation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_answer_and_withdrawal_at_once_leave_one_state():
    house = build()
    row = ask(house, RiskFactory(node=house.project))
    errors = at_once(
        lambda: services.escalation_answer(row, actor=house.lead, accept=False, answer="No"),
        lambda: services.escalation_withdraw(row, actor=house.manager),
    )
    row.refresh_from_db()
    assert errors.count(None) == 1
    assert row.state == ("declined" if errors[0] is None else "withdrawn")


@pytest.mark.django_db(transaction=True)
def test_risk_that_occurs_twice_at_once_has_one_issue():
    house = build()
    risk = RiskFactory(node=house.project)
    errors = at_once(
        lambda: services.risk_occurred(risk, actor=house.manager, title="It failed"),
        lambda: services.risk_occurred(risk, actor=house.lead, title="It failed"),
    )
    assert errors.count(None) == 1
    assert risk.issues.count() == 1
