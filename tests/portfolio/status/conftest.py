"""A project with an analyst, a clock set to Thursday of week 47, and a way to submit."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from pmo.core import clock
from portfolio.status import services
from tests.factories import NodeFactory, PortfolioFactory, UserFactory, grant

THURSDAY = datetime(2026, 11, 19, 12, tzinfo=UTC)
COLOURS = {"schedule": "on", "cost": "risk", "scope": "on", "risk": "on", "benefit": "on"}
TEXTS = {"done": "Rehearsal ran.", "next_steps": "Fix and re-run.", "help_needed": ""}
VALUES = {**COLOURS, **TEXTS, "reasons": {}, "frozen": {}}


@pytest.fixture(autouse=True)
def thursday():
    with clock.at(THURSDAY):
        yield


@pytest.fixture
def project():
    return NodeFactory(parent=PortfolioFactory(), code="CD-014", name="Billing")


@pytest.fixture
def analyst(project):
    user = UserFactory(name="Noor Ashby")
    grant(user, "pmo_analyst", project.parent)
    return user


@pytest.fixture
def client_of():
    def signed_in(user):
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def submit(project, analyst):
    def send(version=0, **changed):
        return services.report_submit(project, VALUES | changed, actor=analyst, expected_version=version)

    return send
