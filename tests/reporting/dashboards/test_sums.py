"""Issue 3, done when 2: every chart's table sums to the node's total, and every figure's rows sum to the figure."""

import pytest
from django.test import Client

from pmo.core.access import SYSTEM
from portfolio.models import Node
from reporting.health.services import rules_install_defaults
from reporting.rollup.services import differences, recompute
from tests.factories import UserFactory, grant
from tests.portfolio.exchange.conftest import load, needs_data, office, published  # noqa: F401 - a fixture
from tests.reporting.dashboards.full_world import FullWorld
from tests.reporting.dashboards.sums import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(db):
    return FullWorld()


def test_world_says_what_the_sums_are_about(full):
    """The control: no figure that the crawler adds up is nothing here, and containers hold rows of their own."""
    row = Page(as_reader(full.top), full.top).row
    assert differences() == []
    assert row.projects == 7
    for name in ("budget", "forecast", "actual", "contingency_left", "emv_threat", "emv_opportunity", "risks_red",
                 "benefit_target", "benefit_forecast", "benefit_actual", "orphans", "ev_projects"):  # fmt: skip
        assert getattr(row, name) > 0, name
    below = sum(Page(as_reader(full.top), node).row.forecast for node in full.containers[1:])
    assert below < row.forecast


def as_reader(node):
    person = UserFactory()
    grant(person, "executive", node)
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("code", ["TOP", "PAY", "COR", "SUB"])
def test_every_chart_and_drill_of_a_portfolio_adds_up(full, code):
    node = Node.objects.get(code=code)
    page = Page(as_reader(full.top), node)
    assert page.check() == []
    assert page.followed >= 2


def test_a_reader_of_a_part_finds_the_same_sums(full):
    assert Page(as_reader(full.pay), full.pay).check() == []


@needs_data
@pytest.mark.slow
def test_published_editions_add_up_on_every_page(office):  # noqa: F811
    rules_install_defaults(actor=SYSTEM)
    for year in (2021, 2022):
        load(published(year))
    recompute()
    client = as_reader(office.portfolio)
    containers = Node.objects.exclude(kind="project").order_by("code")
    assert containers.count() > 0
    assert [wrong for node in containers for wrong in Page(client, node).check()] == []
