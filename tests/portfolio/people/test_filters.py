"""Filters of people."""

import pytest
from django.test import Client

from tests.factories import PortfolioFactory, UserFactory, grant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("word", "names"), [("true", ["Ann Admin"]), ("false", ["Carl Closed"]), ("", ["Ann Admin", "Carl Closed"])]
)
def test_people_are_filtered_by_open_or_closed_account(word, names):
    admin = UserFactory(name="Ann Admin")
    grant(admin, "administrator", PortfolioFactory())
    UserFactory(name="Carl Closed", is_active=False)
    client = Client()
    client.force_login(admin)
    found = client.get("/people/", {"is_active": word}).context["table"]["rows"]
    assert [row.obj.name for row in found] == names
