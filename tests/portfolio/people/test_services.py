"""People and roles: who may give which, last administrators, sessions that end."""

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client

from governance.models import AuditEntry
from pmo.core.access import SYSTEM
from pmo.core.errors import DomainError, NotPermitted
from portfolio.models import Membership, Node, User
from portfolio.people import services
from tests.factories import PASSWORD, NodeFactory, PortfolioFactory, UserFactory, grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return PortfolioFactory(code="ROOT")


def holder(role, node):
    user = UserFactory()
    grant(user, role, node)
    return user


def test_new_person_can_sign_in_and_sees_nothing(root):
    admin = holder("administrator", root)
    user = services.user_create(actor=admin, name="Ada Park", email="ada@example.org", password=PASSWORD)
    assert user.check_password(PASSWORD)
    assert not Node.objects.restrict(user, "node.view").exists()
    assert AuditEntry.objects.get(verb="user.created").actor == admin


def test_weak_password_is_refused(root):
    with pytest.raises(ValidationError, match="too short"):
        services.user_create(actor=holder("administrator", root), name="A", email="a@example.org", password="short")
    assert not User.objects.filter(email="a@example.org").exists()


def test_same_address_in_other_letters_is_refused(root):
    admin = holder("administrator", root)
    services.user_create(actor=admin, name="Ada", email="ada@example.org", password=PASSWORD)
    with pytest.raises(ValidationError):
        services.user_create(actor=admin, name="Eve", email="ADA@example.org", password=PASSWORD)


@pytest.mark.parametrize("role", ["pmo_head", "pmo_analyst", "executive", "auditor"])
def test_only_administrators_create_people(root, role):
    with pytest.raises(NotPermitted):
        services.user_create(actor=holder(role, root), name="A", email="a@example.org", password=PASSWORD)


def test_deactivation_ends_sessions_and_rights_at_once(root):
    admin, leaver = holder("administrator", root), holder("pmo_head", root)
    client = Client()
    client.force_login(leaver)
    assert client.get("/register/").status_code == 200
    services.user_deactivate(leaver, actor=admin, reason="Left")
    assert Session.objects.count() == 0
    leaver.refresh_from_db()
    assert not Node.objects.restrict(leaver, "node.view").exists()
    assert client.get("/register/").url == "/sign-in/?next=/register/"


def test_last_administrator_stays(root):
    admin, other = holder("administrator", root), holder("administrator", root)
    with pytest.raises(DomainError, match="own account"):
        services.user_deactivate(admin, actor=admin)
    services.membership_revoke(Membership.objects.get(user=other), actor=admin)
    with pytest.raises(DomainError, match="last administrator"):
        services.membership_revoke(Membership.objects.get(user=admin), actor=SYSTEM)
    with pytest.raises(DomainError, match="last active administrator"):
        services.user_deactivate(admin, actor=SYSTEM)


def test_nobody_gives_a_role_to_themselves(root):
    head = holder("pmo_head", root)
    with pytest.raises(DomainError, match="own roles"):
        services.membership_grant(actor=head, user=head, role="administrator", node=root)


def test_nobody_gives_a_role_beyond_their_own(root):
    with pytest.raises(DomainError, match="allows more"):
        services.membership_grant(actor=holder("pmo_head", root), user=UserFactory(), role="administrator", node=root)


def test_role_is_given_only_within_the_scope(root):
    inside, outside = NodeFactory(parent=root), PortfolioFactory()
    head = holder("pmo_head", root)
    services.membership_grant(actor=head, user=UserFactory(name="In"), role="executive", node=inside)
    with pytest.raises(NotPermitted):
        services.membership_grant(actor=head, user=UserFactory(name="Out"), role="executive", node=outside)
    assert list(Membership.objects.filter(role="executive").values_list("user__name", flat=True)) == ["In"]


def test_taken_role_ends_with_the_next_request(root):
    head, reader = holder("pmo_head", root), holder("executive", root)
    client = Client()
    client.force_login(reader)
    assert client.get("/register/").status_code == 200
    services.membership_revoke(Membership.objects.get(user=reader), actor=head)
    assert client.get("/register/").status_code == 404
    assert AuditEntry.objects.get(verb="membership.revoked").changes["role"] == ["Executive", None]


def test_password_change_ends_all_other_sessions(root):
    user = holder("executive", root)
    here, there = Client(), Client()
    here.force_login(user)
    there.force_login(user)
    services.password_change(user, "another horse battery", actor=user, keep_session=here.session.session_key)
    assert list(Session.objects.values_list("session_key", flat=True)) == [here.session.session_key]


def test_role_holds_for_all_below_and_nothing_above(root):
    middle = NodeFactory(kind="programme", parent=root)
    leaf = NodeFactory(parent=middle)
    user = holder("executive", middle)
    assert set(Node.objects.restrict(user, "node.view")) == {middle, leaf}
