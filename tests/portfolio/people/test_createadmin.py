"""The first person of an empty installation."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from portfolio.models import Membership, Node, User

pytestmark = pytest.mark.django_db


def create(monkeypatch, *words, password="tall green lantern"):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    out = io.StringIO()
    call_command("createadmin", *words, stdout=out)
    return out.getvalue()


def test_createadmin_makes_the_person_and_the_portfolio(monkeypatch):
    said = create(monkeypatch, "ann@example.org", "Ann Able", "--on", "ORG")
    assert said == "Ann Able can sign in as ann@example.org, administers people and heads the PMO of ORG.\n"
    person = User.objects.get(email="ann@example.org")
    assert person.check_password("tall green lantern")
    held = Membership.objects.filter(user=person).order_by("role").values_list("role", "node__code")
    assert list(held) == [("administrator", "ORG"), ("pmo_head", "ORG")]


def test_createadmin_takes_a_portfolio_that_is_there(monkeypatch):
    create(monkeypatch, "ann@example.org", "Ann Able", "--on", "ORG")
    create(monkeypatch, "bob@example.org", "Bob Best", "--on", "ORG")
    assert Node.objects.filter(code="ORG").count() == 1


def test_createadmin_refuses_a_weak_password_and_leaves_nothing(monkeypatch):
    with pytest.raises(CommandError, match="too short"):
        create(monkeypatch, "ann@example.org", "Ann Able", "--on", "ORG", password="short")
    assert not User.objects.exists()
    assert not Node.objects.exists()
