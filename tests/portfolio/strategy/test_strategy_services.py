"""Objectives and contributions: where they may stand, what is permanent, scope and stale writes."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from governance.audit.models import AuditEntry
from pmo.core.errors import NotPermitted, StaleWrite
from portfolio.models import Contribution, Objective, Role
from portfolio.strategy import services
from tests.factories import NodeFactory, ObjectiveFactory, PortfolioFactory, UserFactory, grant

D = Decimal


def refused(write, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        write(*args, **kwargs)
    return caught.value.message_dict if hasattr(caught.value, "error_dict") else caught.value.messages


def hold(house, node, **values):
    values = {"code": "N1", "name": "Cheaper claims", "weight": D(20)} | values
    return services.objective_create(actor=house.analyst, node=node, **values)


def give(house, node, objective, *, actor=None, strength="50"):
    actor = actor or house.analyst
    return services.contribution_create(actor=actor, node=node, objective=objective, strength=D(strength))


def test_objective_stands_on_portfolios_and_programmes_only(house):
    sub = NodeFactory(code="S", kind="sub_portfolio", parent=house.portfolio)
    for node in (house.portfolio, sub, house.programme):
        assert hold(house, node).node == node
    words = ["Objectives stand on a portfolio or a programme; a project contributes to them."]
    assert refused(hold, house, house.a) == words


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"weight": D("100.01")}, "weight"),
        ({"weight": D(-1)}, "weight"),
        ({"closed_on": date(2026, 6, 16)}, "closed_on"),
    ],
)
def test_objective_that_cannot_be_is_refused_at_its_field(house, values, field):
    assert list(refused(hold, house, house.programme, **values)) == [field]


def test_code_stands_once_in_a_portfolio(house):
    words = refused(hold, house, house.portfolio, code="O1")
    assert words == {"__all__": ["This portfolio has an objective of this code."]}
    assert hold(house, house.programme, code="O1").pk


def test_objective_is_written_only_by_those_who_may(house):
    for person in (house.manager, house.executive):
        with pytest.raises(NotPermitted):
            services.objective_create(actor=person, node=house.portfolio, code="X", name="X", weight=D(1))
        with pytest.raises(NotPermitted):
            services.objective_update(house.objectives[0], {"weight": D(1)}, actor=person)
        with pytest.raises(NotPermitted):
            services.objective_delete(house.objectives[0], actor=person)


def test_closing_and_opening_again_are_told_as_such(house):
    row = hold(house, house.programme)
    services.objective_update(row, {"closed_on": date(2026, 6, 1)}, actor=house.analyst)
    services.objective_update(row, {"weight": D(30)}, actor=house.analyst)
    services.objective_update(row, {"closed_on": None}, actor=house.analyst)
    verbs = AuditEntry.objects.filter(object_type="portfolio.objective").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["objective.created", "objective.closed", "objective.edited", "objective.reopened"]


def test_objective_stays_with_its_portfolio(house):
    row = house.objectives[0]
    assert list(refused(services.objective_update, row, {"node": house.programme}, actor=house.analyst)) == ["node"]


def test_objective_that_is_served_is_closed_and_not_deleted(house):
    give(house, house.a, house.objectives[0])
    words = ["Projects contribute to it, so it stays on record: close it instead."]
    assert refused(services.objective_delete, house.objectives[0], actor=house.analyst) == words
    services.objective_delete(house.objectives[1], actor=house.analyst)
    assert list(Objective.objects.values_list("code", flat=True)) == ["O1", "O3"]


def test_stale_objective_is_refused(house):
    row = house.objectives[0]
    services.objective_update(row, {"weight": D(10)}, actor=house.analyst, expected_version=1)
    with pytest.raises(StaleWrite):
        services.objective_update(row, {"weight": D(20)}, actor=house.analyst, expected_version=1)


def test_projects_and_programmes_contribute_to_what_stands_above_them(house):
    own = hold(house, house.programme)
    assert give(house, house.programme, house.objectives[0]).node == house.programme
    assert give(house, house.a, own).objective == own
    nowhere = {"objective": ["No open objective of this kind stands above the project."]}
    assert refused(give, house, house.programme, own) == nowhere
    assert refused(give, house, house.c, own) == nowhere
    assert refused(give, house, house.portfolio, house.objectives[0]) == nowhere


def test_sub_portfolio_holds_objectives_and_gives_nothing(house):
    sub = NodeFactory(code="S", kind="sub_portfolio", parent=house.portfolio)
    words = ["Projects and programmes contribute to objectives; a portfolio holds them."]
    assert refused(give, house, sub, house.objectives[0]) == words


def test_closed_objective_takes_no_new_contribution(house):
    Objective.objects.filter(code="O1").update(closed_on=date(2026, 6, 1))
    assert list(refused(give, house, house.a, house.objectives[0])) == ["objective"]


def test_objective_one_may_not_see_reads_like_one_that_does_not_exist(house):
    """An analyst of the programme alone names an objective of the portfolio above, and one of another portfolio."""
    person = UserFactory()
    grant(person, Role.PMO_ANALYST, house.programme)
    foreign = ObjectiveFactory(node=PortfolioFactory(code="Q"))
    hidden, unknown = (refused(give, house, house.a, row, actor=person) for row in (house.objectives[0], foreign))
    assert hidden == unknown == {"objective": ["No open objective of this kind stands above the project."]}
    assert Contribution.objects.count() == 0


def test_contribution_is_written_only_by_those_who_may(house):
    row = give(house, house.a, house.objectives[0])
    with pytest.raises(NotPermitted):
        give(house, house.a, house.objectives[1], actor=house.manager)
    with pytest.raises(NotPermitted):
        services.contribution_update(row, {"strength": D(1)}, actor=house.manager)
    with pytest.raises(NotPermitted):
        services.contribution_delete(row, actor=house.manager)


def test_contribution_keeps_its_objective_and_its_project(house):
    row = give(house, house.a, house.objectives[0])
    for values, field in (({"objective": house.objectives[1]}, "objective"), ({"node": house.b}, "node")):
        assert list(refused(services.contribution_update, row, values, actor=house.analyst)) == [field]
    services.contribution_update(row, {"strength": D(75)}, actor=house.analyst, reason="Scope grew")
    entry = AuditEntry.objects.get(verb="contribution.edited")
    assert (entry.changes, entry.reason) == ({"strength": ["50.00", "75.00"]}, "Scope grew")


@pytest.mark.parametrize("strength", ["-0.01", "100.01"])
def test_strength_is_a_percentage(house, strength):
    assert list(refused(give, house, house.a, house.objectives[0], strength=strength)) == ["strength"]


def test_the_same_contribution_twice_is_refused_in_words(house):
    give(house, house.a, house.objectives[0])
    words = {"__all__": ["This contribution is already there: change it instead."]}
    assert refused(give, house, house.a, house.objectives[0]) == words
