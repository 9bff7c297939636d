"""What every walk through the house shares: the house, patience for a busy machine, and counted hands."""

import pytest
from playwright.sync_api import expect

from tests.e2e.hands import Hands
from tests.e2e.house import House

PATIENCE = 60_000  # milliseconds: a bound, never a pause
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def house(transactional_db):
    return House()


@pytest.fixture
def context(context):
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def page(page):
    page.set_viewport_size({"width": 1440, "height": 900})
    return page


@pytest.fixture
def visit(page, live_server):
    """Return a function that opens the page at a path and gives the answer."""
    return lambda path="/": page.goto(live_server.url + path)


@pytest.fixture
def hands(page):
    return Hands(page)
