"""The tree: places, moves, paths, versions and baselines. Expected paths are worked by hand."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from governance.models import AuditEntry
from pmo.core.access import SYSTEM
from pmo.core.errors import DomainError, NotPermitted, StaleWrite
from portfolio.models import Baseline, Node, NodeKind
from portfolio.registry import queries, services
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    root = PortfolioFactory(code="ROOT")
    left = NodeFactory(code="LEFT", kind=NodeKind.PROGRAMME, parent=root)
    right = NodeFactory(code="RIGHT", kind=NodeKind.PROGRAMME, parent=root)
    leaf = NodeFactory(code="LEAF", parent=left)
    return {node.code: node for node in (root, left, right, leaf)}


def path(code):
    node = Node.objects.get(code=code)
    return [Node.objects.get(pk=pk).code for pk in node.ancestors]


def analyst(node):
    user = UserFactory()
    grant(user, "pmo_analyst", node)
    return user


def test_path_names_every_place_from_the_root_down(tree):
    assert path("LEAF") == ["ROOT", "LEFT", "LEAF"]


def test_path_follows_a_move_with_all_below(tree):
    deep = NodeFactory(code="SUB", kind=NodeKind.PROGRAMME, parent=tree["LEFT"])
    NodeFactory(code="DEEP", parent=deep)
    services.node_move(deep, tree["RIGHT"], actor=SYSTEM)
    assert path("DEEP") == ["ROOT", "RIGHT", "SUB", "DEEP"]


def test_path_cannot_be_written_by_hand(tree):
    Node.objects.filter(code="LEAF").update(ancestors=[99])
    assert path("LEAF") == ["ROOT", "LEFT", "LEAF"]


def test_move_below_itself_is_refused(tree):
    with pytest.raises(ValidationError, match="below itself"):
        services.node_move(tree["LEFT"], NodeFactory(kind=NodeKind.PROGRAMME, parent=tree["LEFT"]), actor=SYSTEM)


def test_circle_is_refused_by_the_database_itself(tree):
    child = NodeFactory(kind=NodeKind.PROGRAMME, parent=tree["LEFT"])
    with pytest.raises(IntegrityError, match="below itself"), transaction.atomic():
        Node.objects.filter(pk=tree["LEFT"].pk).update(parent=child)


def test_depth_beyond_eight_is_refused_with_words(tree):
    place = tree["LEFT"]
    for _level in range(6):
        place = NodeFactory(kind=NodeKind.PROGRAMME, parent=place)
    assert len(place.ancestors) == 8
    with pytest.raises(ValidationError, match="8 levels deep"):
        services.node_create(actor=SYSTEM, kind=NodeKind.PROJECT, code="TOO-DEEP", name="x", parent=place)
    with pytest.raises(ValidationError, match="8 levels deep"):
        services.node_move(tree["RIGHT"], place, actor=SYSTEM)
    assert path("RIGHT") == ["ROOT", "RIGHT"]


def test_project_cannot_stand_on_top():
    with pytest.raises(ValidationError, match="project cannot stand at the top"):
        services.node_create(actor=SYSTEM, kind=NodeKind.PROJECT, code="P", name="P")


def test_nothing_lies_below_a_project(tree):
    with pytest.raises(ValidationError, match="cannot stand in a project"):
        services.node_create(actor=SYSTEM, kind=NodeKind.PROJECT, code="P", name="P", parent=tree["LEAF"])


def test_create_writes_one_audit_entry_with_its_values(tree):
    user = analyst(tree["LEFT"])
    node = services.node_create(
        actor=user,
        kind=NodeKind.PROJECT,
        code="NEW-1",
        name="New one",
        parent=tree["LEFT"],
        reason="Approved by the board",
    )
    entry = AuditEntry.objects.get(object_type="portfolio.node", object_id=node.pk)
    assert (entry.verb, entry.actor, entry.reason, entry.node_id) == (
        "node.created",
        user,
        "Approved by the board",
        node.pk,
    )
    assert entry.changes["name"] == [None, "New one"]


def test_create_outside_the_scope_is_refused_and_writes_nothing(tree):
    with pytest.raises(NotPermitted):
        services.node_create(
            actor=analyst(tree["LEFT"]), kind=NodeKind.PROJECT, code="X", name="X", parent=tree["RIGHT"]
        )
    assert not Node.objects.filter(code="X").exists()


def test_portfolio_on_top_needs_its_own_right(tree):
    with pytest.raises(NotPermitted):
        services.node_create(actor=analyst(tree["ROOT"]), kind=NodeKind.PORTFOLIO, code="X", name="X")


def test_update_records_before_and_after(tree):
    user = analyst(tree["LEFT"])
    services.node_update(tree["LEAF"], {"name": "Renamed"}, actor=user, expected_version=1, reason="Typo")
    entry = AuditEntry.objects.get(verb="node.edited")
    assert entry.changes == {"name": ["Name of LEAF", "Renamed"]}
    assert Node.objects.get(code="LEAF").version == 2


def test_update_that_changes_nothing_writes_nothing(tree):
    services.node_update(tree["LEAF"], {"name": "Name of LEAF"}, actor=SYSTEM, expected_version=1)
    assert not AuditEntry.objects.filter(verb="node.edited").exists()
    assert Node.objects.get(code="LEAF").version == 1


def test_stale_update_is_refused_and_overwrites_nothing(tree):
    services.node_update(tree["LEAF"], {"name": "Theirs"}, actor=SYSTEM, expected_version=1)
    with pytest.raises(StaleWrite) as caught:
        services.node_update(tree["LEAF"], {"name": "Mine"}, actor=SYSTEM, expected_version=1)
    assert caught.value.current.name == "Theirs"
    assert Node.objects.get(code="LEAF").name == "Theirs"


def test_code_is_permanent(tree):
    with pytest.raises(DomainError, match="permanent"):
        services.node_update(tree["LEAF"], {"code": "OTHER"}, actor=SYSTEM)


def test_move_needs_rights_at_both_places(tree):
    with pytest.raises(NotPermitted):
        services.node_move(tree["LEAF"], tree["RIGHT"], actor=analyst(tree["LEFT"]))
    assert path("LEAF") == ["ROOT", "LEFT", "LEAF"]


def test_every_change_stands_in_the_history_also_a_bulk_one(tree):
    Node.objects.filter(code__in=["LEAF", "RIGHT"]).update(category="Bulk")
    assert apps.get_model("portfolio.NodeEvent").objects.filter(category="Bulk").count() == 2


def test_topmost_is_where_a_persons_view_begins(tree):
    user = UserFactory()
    grant(user, "executive", tree["LEFT"])
    grant(user, "executive", tree["LEAF"])
    assert queries.topmost(user) == [tree["LEFT"]]


def test_baseline_numbers_count_up_and_one_is_current(tree):
    leaf = tree["LEAF"]
    first = services.baseline_open(leaf, actor=SYSTEM)
    assert services.baseline_open(leaf, actor=SYSTEM) == first
    services.baseline_approve(first, actor=SYSTEM, reason="Gate 3")
    second = services.baseline_open(leaf, actor=SYSTEM)
    services.baseline_approve(second, actor=SYSTEM, reason="Change 12")
    rows = Baseline.objects.filter(node=leaf).values_list("number", "is_current", "state")
    assert list(rows) == [(1, False, "approved"), (2, True, "approved")]


def test_baseline_is_approved_once(tree):
    draft = services.baseline_open(tree["LEAF"], actor=SYSTEM)
    services.baseline_approve(draft, actor=SYSTEM, reason="Gate 3")
    with pytest.raises(DomainError, match="approved already"):
        services.baseline_approve(draft, actor=SYSTEM, reason="Again")


def test_analyst_may_not_approve_a_baseline(tree):
    user = analyst(tree["LEFT"])
    draft = services.baseline_open(tree["LEAF"], actor=user)
    with pytest.raises(NotPermitted):
        services.baseline_approve(draft, actor=user, reason="Mine")
