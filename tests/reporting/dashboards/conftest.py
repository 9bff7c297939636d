import pytest

from tests.reporting.dashboards.rows import World


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def home(client, world):
    """Return the home of an executive of the whole portfolio as text."""
    client.force_login(world.person())
    return client.get("/").content.decode()
