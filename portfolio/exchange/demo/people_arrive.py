"""Sets the scene: people with their logins, the tree above the projects, roles, calendar, currencies."""

import random
import secrets
from datetime import date
from decimal import Decimal

from django.conf import settings

from pmo.core.access import SYSTEM
from portfolio.exchange.demo.logins import DEMO_PASSWORD, DEMO_ROOT, LOGINS, Person
from portfolio.exchange.demo.organisation import AREAS, ROOT_NAME, ROOT_PURPOSE, Area, Programme
from portfolio.exchange.demo.people import CHAIR, SECOND_ANALYST, SPONSORS, everybody
from portfolio.exchange.demo.world import World, acting
from portfolio.finance import services as finance
from portfolio.people.models import Role, User
from portfolio.people.services import membership_grant, user_create
from portfolio.registry.models import Lifecycle, Node, NodeKind
from portfolio.registry.services import node_create, nodes_put

CURRENCIES = {"GBP": "Pound sterling", "EUR": "Euro", "USD": "US dollar"}
# What one unit is worth in pounds, before it begins to wander; rates to another reporting currency follow.
POUNDS = {"GBP": 1.0, "EUR": 0.86, "USD": 0.79}


def set_scene(world: World, since: date, until: date) -> None:
    """Make what stands above the projects; they may spend from two years before `since` to three after `until`."""
    with acting(SYSTEM):
        world.people = {person.key: _person(person) for person in everybody()}
        root = node_create(
            actor=SYSTEM,
            kind=NodeKind.PORTFOLIO,
            code=DEMO_ROOT,
            name=ROOT_NAME,
            description=ROOT_PURPOSE,
            lifecycle=Lifecycle.DELIVER,
            owner=world.login(Role.PMO_HEAD),
            sponsor=world.login(Role.EXECUTIVE),
        )
        world.nodes[DEMO_ROOT] = root
        membership_grant(actor=SYSTEM, user=world.login(Role.ADMINISTRATOR), role=Role.ADMINISTRATOR, node=root)
    _roles_on_root(world, root)
    _tree(world, root)
    _calendar(world, since, until)


def _person(person: Person) -> User:
    known = User.objects.filter(email=person.email).first()
    if known:
        return known
    signs_in = person in LOGINS.values()
    return user_create(
        actor=SYSTEM,
        email=person.email,
        name=person.name,
        job_title=person.job_title,
        password=DEMO_PASSWORD if signs_in else secrets.token_urlsafe(24),
    )


def _roles_on_root(world: World, root: Node) -> None:
    with acting(world.login(Role.ADMINISTRATOR)) as admin:
        for role in (Role.PMO_HEAD, Role.PMO_ANALYST, Role.EXECUTIVE, Role.FINANCE, Role.AUDITOR):
            membership_grant(actor=admin, user=world.login(role), role=role, node=root)
        membership_grant(actor=admin, user=world.people[CHAIR.key], role=Role.EXECUTIVE, node=root)


def _tree(world: World, root: Node) -> None:
    with acting(world.login(Role.PMO_HEAD)) as head:
        areas = [_place(NodeKind.SUB_PORTFOLIO, area, root, world, area.code) for area in AREAS]
        areas = list(nodes_put(areas, fields=["name"], actor=head))
        programmes = [
            _place(NodeKind.PROGRAMME, programme, node, world, area.code)
            for area, node in zip(AREAS, areas, strict=True)
            for programme in area.programmes
        ]
        for node in (*areas, *nodes_put(programmes, fields=["name"], actor=head)):
            world.nodes[node.code] = node
        for area in AREAS:
            person = world.people[SPONSORS[area.code].key]
            membership_grant(actor=head, user=person, role=Role.SPONSOR, node=world.nodes[area.code])
        analyst = world.people[SECOND_ANALYST.key]
        membership_grant(actor=head, user=analyst, role=Role.PMO_ANALYST, node=world.nodes["CS"])


def _place(kind: NodeKind, described: Area | Programme, parent: Node, world: World, area: str) -> Node:
    return Node(
        kind=kind,
        code=described.code,
        name=described.name,
        description=described.purpose,
        parent=parent,
        lifecycle=Lifecycle.DELIVER,
        sponsor=world.people[SPONSORS[area].key],
    )


def _calendar(world: World, since: date, until: date) -> None:
    with acting(world.login(Role.FINANCE)) as finance_partner:
        for year in range(since.year - 3, until.year + 4):
            start = date(year, settings.FISCAL_YEAR_START_MONTH, 1)
            for period in finance.periods_generate(start, actor=finance_partner):
                world.periods[period.start] = period
        for code, name in CURRENCIES.items():
            world.currencies[code] = finance.currency_ensure(code, name, actor=finance_partner)
        rates_put(world, min(world.periods), random.Random(0))  # noqa: S311


def rates_put(world: World, valid_from: date, rng: random.Random) -> None:
    """Give every foreign currency of the demo a rate that holds from `valid_from`, within 4% of the usual one."""
    home = POUNDS.get(settings.REPORTING_CURRENCY, 1.0)
    for code, pounds in POUNDS.items():
        if code != settings.REPORTING_CURRENCY:
            rate = Decimal(str(round(pounds / home * rng.uniform(0.96, 1.04), 4)))
            finance.rate_put(world.currencies[code], valid_from, rate, actor=world.login(Role.FINANCE))
