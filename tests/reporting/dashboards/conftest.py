import pytest

from pmo.core.access import SYSTEM
from reporting.health.services import rules_install_defaults
from tests.factories import PortfolioFactory, UserFactory, grant
from tests.reporting.dashboards.rows import World


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def home(client, world):
    """Return the home of an executive of the whole portfolio as text."""
    client.force_login(world.person())
    return client.get("/").content.decode()


@pytest.fixture
def full_person(db):
    """Return an empty portfolio with the rules of health in force, and an executive of it."""
    rules_install_defaults(actor=SYSTEM)
    root = PortfolioFactory(code="TOP", name="Change portfolio")
    person = UserFactory()
    grant(person, "executive", root)
    return root, person
