"""Issues, assumptions, dependencies and risk matrices: what is written and told, what is refused, and to whom."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from governance.audit.models import AuditEntry
from pmo.core.errors import NotPermitted, StaleWrite
from portfolio.models import Dependency, EscalationState, RiskMatrix
from portfolio.raid import services
from reporting.models import DirtyNode
from tests.factories import DependencyFactory, EscalationFactory, IssueFactory, RiskFactory, RiskMatrixFactory
from tests.portfolio.raid.conftest import TODAY

DAY = timedelta(days=1)


def refused(write, field=None):
    with pytest.raises(ValidationError) as caught:
        write()
    return caught.value.message_dict[field] if field else caught.value.messages


def verbs(start):
    return list(AuditEntry.objects.filter(verb__startswith=start).order_by("pk").values_list("verb", flat=True))


# --- Issues ----------------------------------------------------------------------------------


def test_issue_is_raised_resolved_and_opened_again(house):
    row = services.issue_create(actor=house.manager, node=house.project, title="Flooded", severity="3_high")
    assert row.raised_on == TODAY
    row = services.issue_resolve(row, actor=house.manager, resolution="Pumped dry", resolved_on=TODAY - DAY)
    assert (row.state, row.resolved_on, row.resolution) == ("resolved", TODAY - DAY, "Pumped dry")
    assert refused(lambda: services.issue_resolve(row, actor=house.manager, resolution="X")) == [
        "This issue is not open."
    ]
    row = services.issue_update(row, {"state": "open"}, actor=house.manager, expected_version=2)
    assert (row.state, row.resolved_on, row.resolution) == ("open", None, "")
    row = services.issue_update(row, {"title": "Under water"}, actor=house.manager)
    assert verbs("issue.") == ["issue.created", "issue.resolved", "issue.reopened", "issue.edited"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"state": "resolved"}, "resolution"),
        ({"state": "resolved", "resolution": "X", "resolved_on": TODAY + DAY}, "resolved_on"),
        ({"raised_on": TODAY + DAY}, "raised_on"),
    ],
)
def test_issue_that_cannot_be_is_refused(house, values, field):
    row = IssueFactory(node=house.project)
    assert refused(lambda: services.issue_update(row, values, actor=house.manager), field)


def test_issue_comes_from_a_risk_of_its_own_project_only(house):
    foreign = RiskFactory(node=house.other)
    write = lambda: services.issue_create(actor=house.head, node=house.project, title="X", raised_from=foreign)  # noqa: E731
    assert refused(write, "raised_from") == ["This does not exist."]


def test_resolved_issue_waits_for_no_answer(house):
    row = IssueFactory(node=house.project)
    asked = EscalationFactory(node=house.project, to_node=house.programme, issue=row)
    services.issue_resolve(row, actor=house.manager, resolution="Paid")
    asked.refresh_from_db()
    assert asked.state == EscalationState.WITHDRAWN


def test_issue_is_written_inside_the_scope_only(house):
    row = IssueFactory(node=house.project, title="Mine")
    for write in (
        lambda: services.issue_create(actor=house.stranger, node=house.project, title="X"),
        lambda: services.issue_update(row, {"title": "X"}, actor=house.stranger),
        lambda: services.issue_resolve(row, actor=house.executive, resolution="X"),
        lambda: services.issue_delete(row, actor=house.executive),
    ):
        with pytest.raises(NotPermitted):
            write()
    row.refresh_from_db()
    assert (row.title, row.state) == ("Mine", "open")


# --- Assumptions -----------------------------------------------------------------------------


def test_assumption_proved_wrong_says_what_was_found(house):
    row = services.ASSUMPTIONS.create(actor=house.manager, node=house.project, title="Prices hold")
    assert refused(lambda: services.ASSUMPTIONS.update(row, {"state": "false"}, actor=house.manager), "finding")
    wrong = {"state": "false", "finding": "Up by 9%"}
    row = services.ASSUMPTIONS.update(row, wrong, actor=house.manager, expected_version=1)
    assert (row.state, row.finding, verbs("assumption.")) == (
        "false", "Up by 9%", ["assumption.created", "assumption.edited"],
    )  # fmt: skip


# --- Dependencies ----------------------------------------------------------------------------


def test_dependency_is_written_from_either_side(house):
    row = services.dependency_create(
        actor=house.head, node=house.project, provider=house.other, title="Interface", needed_by=date(2027, 3, 1)
    )
    taken = services.dependency_update(row, {"state": "agreed"}, actor=house.stranger, expected_version=1)
    assert (taken.state, taken.version) == ("agreed", 2)
    entry = AuditEntry.objects.get(verb="dependency.edited")
    assert (entry.node_id, entry.actor) == (house.project.pk, house.stranger)
    services.dependency_update(taken, {"note": "By mail"}, actor=house.manager)


def test_project_that_one_may_not_see_is_no_provider(house):
    needed = {"title": "Interface", "needed_by": date(2027, 3, 1)}
    write = lambda: services.dependency_create(  # noqa: E731
        actor=house.manager, node=house.project, provider=house.other, **needed
    )
    assert refused(write, "provider") == ["This does not exist."]
    row = DependencyFactory(node=house.project, provider=house.programme)
    change = lambda: services.dependency_update(row, {"provider": house.other}, actor=house.manager)  # noqa: E731
    assert refused(change, "provider") == ["This does not exist."]
    assert list(Dependency.objects.values_list("provider", flat=True)) == [house.programme.pk]


def test_dependency_of_two_others_is_unknown(house):
    row = DependencyFactory(node=house.project, provider=house.programme)
    with pytest.raises(NotPermitted):
        services.dependency_update(row, {"state": "met"}, actor=house.stranger)
    with pytest.raises(NotPermitted):
        services.dependency_create(
            actor=house.stranger, node=house.project, provider=house.other, title="X", needed_by=TODAY
        )


def test_project_does_not_depend_on_itself(house):
    write = lambda: services.dependency_create(  # noqa: E731
        actor=house.head, node=house.project, provider=house.project, title="X", needed_by=TODAY
    )
    assert refused(write) == ["A project does not depend on itself."]


# --- The matrix ------------------------------------------------------------------------------

THREE = {
    "probability_labels": ["Low", "Medium", "High"],
    "impact_labels": ["Small", "Large", "Huge", "Fatal"],
    "yellow_from": 3,
    "amber_from": 6,
    "red_from": 9,
}


def test_matrix_is_set_changed_and_removed_and_dirties_whom_it_judges(house):
    RiskFactory(node=house.project, current_probability=1, current_impact=1)
    RiskFactory(node=house.other, current_probability=1, current_impact=1)
    row = services.matrix_set(house.programme, THREE, actor=house.head, expected_version=0)
    assert (row.version, row.impact_labels[-1]) == (1, "Fatal")
    assert set(DirtyNode.objects.values_list("node", flat=True)) == {house.programme.pk, house.project.pk}
    row = services.matrix_set(house.programme, THREE | {"red_from": 12}, actor=house.head, expected_version=1)
    assert (row.version, row.red_from) == (2, 12)
    assert AuditEntry.objects.filter(verb="matrix.set").latest("pk").changes == {"red_from": [9, 12]}
    services.matrix_set(house.programme, THREE | {"red_from": 12}, actor=house.head)
    services.matrix_remove(row, actor=house.head, reason="One for all")
    assert (RiskMatrix.objects.count(), verbs("matrix.")) == (0, ["matrix.set", "matrix.set", "matrix.removed"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"probability_labels": ["A", "A", "B"]}, "probability_labels"),
        ({"red_from": 13}, "red_from"),
        ({"amber_from": 3}, "__all__"),
        ({"yellow_from": 1}, "__all__"),
        ({"impact_labels": ["A", "B"], "yellow_from": 2, "amber_from": 3, "red_from": 6}, "__all__"),
    ],
)
def test_matrix_that_does_not_fit_is_refused(house, change, field):
    assert refused(lambda: services.matrix_set(house.programme, THREE | change, actor=house.head), field)
    assert not RiskMatrix.objects.exists()


def test_matrix_leaves_no_open_risk_beyond_its_classes(house):
    RiskFactory(node=house.project, current_probability=4, current_impact=1)
    closed = {"state": "closed", "closed_on": TODAY, "outcome": "X"}
    RiskFactory(node=house.project, current_probability=5, current_impact=5, **closed)
    assert refused(lambda: services.matrix_set(house.programme, THREE, actor=house.head)) == [
        "1 open risk below is scored on a class that this matrix has not."
    ]


def test_matrix_further_down_keeps_its_own_classes(house):
    RiskMatrixFactory(node=house.programme, probability_labels=list("abcdef"))
    RiskFactory(node=house.project, current_probability=6, current_impact=1)
    assert services.matrix_set(house.portfolio, THREE, actor=house.head).version == 1
    RiskFactory(node=house.other, current_probability=4, current_impact=1)
    assert refused(lambda: services.matrix_set(house.portfolio, THREE | {"red_from": 10}, actor=house.head))


def test_matrix_is_for_those_who_configure_and_not_for_a_project(house):
    for actor in (house.lead, house.executive):
        with pytest.raises(NotPermitted):
            services.matrix_set(house.programme, THREE, actor=actor)
    held = RiskMatrixFactory(node=house.programme)
    with pytest.raises(NotPermitted):
        services.matrix_remove(held, actor=house.lead)
    assert refused(lambda: services.matrix_set(house.project, THREE, actor=house.head))


@pytest.mark.parametrize("seen", [0, 2])
def test_matrix_set_by_another_meanwhile_is_a_conflict(house, seen):
    RiskMatrixFactory(node=house.programme)
    with pytest.raises(StaleWrite):
        services.matrix_set(house.programme, THREE, actor=house.head, expected_version=seen)
