"""Who reaches which rows: one queryset method, deny by default."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from governance.models import AuditEntry
from pmo.core import access
from pmo.core.access import SYSTEM
from pmo.core.errors import NotPermitted
from pmo.core.models import Job
from portfolio.models import CostRow, Currency, Milestone, MilestoneBaseline, Node
from tests.factories import (
    BaselineFactory,
    CostRowFactory,
    CurrencyFactory,
    JobFactory,
    MilestoneBaselineFactory,
    MilestoneFactory,
    NodeFactory,
    PeriodFactory,
    PortfolioFactory,
    UserFactory,
    grant,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(place):
    """TOP > SUB > DEEP beside TOP > PRJ, and ALONE beside TOP."""
    place.sub = NodeFactory(code="SUB", kind="programme", parent=place.root)
    place.deep = NodeFactory(code="DEEP", parent=place.sub)
    place.alone = PortfolioFactory(code="ALONE")
    return place


def codes(user, action="node.view"):
    return sorted(Node.objects.restrict(user, action).values_list("code", flat=True))


def test_role_holds_for_its_node_and_all_below(tree):
    reader = UserFactory()
    grant(reader, "executive", tree.sub)
    assert codes(reader) == ["DEEP", "SUB"]
    assert codes(reader, "node.edit") == []
    assert codes(tree.head) == ["DEEP", "PRJ", "SUB", "TOP"]


def test_roles_on_several_nodes_add_up_and_only_where_they_are(tree):
    person = UserFactory()
    grant(person, "executive", tree.root)
    grant(person, "pmo_analyst", tree.sub)
    assert codes(person) == ["DEEP", "PRJ", "SUB", "TOP"]
    assert codes(person, "node.edit") == ["DEEP", "SUB"]


def test_nobody_without_a_role_sees_anything(tree):
    closed = UserFactory(is_active=False)
    grant(closed, "pmo_head", tree.root)
    for person in (tree.stranger, closed, AnonymousUser(), None):
        assert codes(person) == []
        assert access.held_actions(person) == frozenset()


def test_house_itself_sees_all(tree):
    assert codes(SYSTEM) == ["ALONE", "DEEP", "PRJ", "SUB", "TOP"]
    assert access.held_actions(SYSTEM) == access.policy().known_actions()
    assert str(SYSTEM) == "Gatehouse"


def test_unknown_action_is_a_programming_error(tree):
    for person in (tree.head, SYSTEM, AnonymousUser()):
        with pytest.raises(ValueError, match=r"No such action: node\.fly"):
            Node.objects.restrict(person, "node.fly")


def test_all_rows_are_read_for_a_reason_only(tree):
    assert Node.objects.unrestricted("the roll-up").count() == 5
    with pytest.raises(ValueError, match="Say why"):
        Node.objects.unrestricted("")


def test_rows_belong_to_the_node_they_hang_on_however_deep(tree):
    reader = UserFactory()
    grant(reader, "executive", tree.sub)
    for node in (tree.project, tree.deep):
        CostRowFactory(node=node, period=PeriodFactory(), amount=1)
        row = MilestoneFactory(node=node)
        MilestoneBaselineFactory(milestone=row, baseline=BaselineFactory(node=node))
    assert CostRow.objects.restrict(reader, "cost.view").get().node == tree.deep
    assert Milestone.objects.restrict(reader, "schedule.view").get().node == tree.deep
    dated = MilestoneBaseline.objects.restrict(reader, "schedule.view").get()
    assert dated.milestone.node == tree.deep
    assert dated.access.node_id(dated) == tree.deep.pk


def test_rows_of_the_organisation_are_for_whoever_holds_the_action_anywhere(tree):
    CurrencyFactory()
    reader = UserFactory()
    grant(reader, "executive", tree.alone)
    assert Currency.objects.restrict(reader, "calendar.view").count() == 1
    assert Currency.objects.restrict(reader, "calendar.edit").count() == 0
    assert Currency.objects.restrict(tree.stranger, "calendar.view").count() == 0


def test_entries_without_a_node_are_for_readers_of_the_log(tree):
    everything = {"verb": "x.y", "object_type": "x", "object_id": 1, "at": tree.root.created_at}
    for node in (None, tree.alone, tree.deep):
        AuditEntry.objects.create(node=node, object_label=str(node), **everything)
    reader = UserFactory()
    grant(reader, "auditor", tree.sub)
    found = AuditEntry.objects.restrict(reader, "audit.view").filter(verb="x.y")
    assert sorted(entry.node_id or 0 for entry in found) == [0, tree.deep.pk]


def test_own_rows_are_ones_own(tree):
    mine, _other = JobFactory(actor=tree.head), JobFactory()
    assert Job.objects.restrict(tree.head, "node.view").get() == mine


def test_guard_of_a_write_asks_the_database_not_the_object(tree):
    person = UserFactory()
    role = grant(person, "pmo_analyst", tree.sub)
    access.require(person, "node.edit", tree.deep)
    with pytest.raises(NotPermitted):
        access.require(person, "node.edit", tree.project)
    tree.project.ancestors = tree.deep.ancestors
    with pytest.raises(NotPermitted):
        access.require(person, "node.edit", tree.project)
    Node.objects.filter(pk=tree.deep.pk).update(parent=tree.root)
    with pytest.raises(NotPermitted):
        access.require(person, "node.edit", tree.deep)
    role.delete()
    with pytest.raises(NotPermitted):
        access.require(person, "node.edit", tree.sub)
    access.require(SYSTEM, "node.edit", tree.alone)


def view(request):
    return HttpResponse("in")


def ask(guarded, user, method="get"):
    request = getattr(RequestFactory(), method)("/")
    request.user = user
    return guarded(request)


def test_view_is_unknown_to_whoever_holds_its_action_nowhere(tree):
    guarded = access.requires("node.edit")(view)
    assert guarded.access_rule == "node.edit"
    assert ask(guarded, tree.head).content == b"in"
    for person in (tree.stranger, AnonymousUser()):
        with pytest.raises(Http404):
            ask(guarded, person)


def test_rules_say_why_a_view_is_open(tree):
    assert access.public("the door")(view).access_rule == "public: the door"
    assert access.signed_in("words only")(view).access_rule == "signed in: words only"
    assert access.public("the door")(view).login_required is False
    assert ask(access.signed_in("words only")(view), tree.stranger).content == b"in"


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_verbs_are_refused_by_every_view(tree, method):
    for rule in (access.requires("node.view"), access.public("x"), access.signed_in("x")):
        response = ask(rule(view), tree.head, method)
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")


def test_scope_that_says_nothing_covers_nothing(place):
    with pytest.raises(NotImplementedError):
        access.Scope().q(place.head, "node.view")
    assert access.Scope().node_id(place.project) is None
