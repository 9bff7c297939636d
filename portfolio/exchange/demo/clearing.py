"""Takes the demo away, and with it the whole content of a database that holds nothing else."""

from collections.abc import Iterator

import pghistory.models
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction

from pmo.core.access import SYSTEM
from pmo.core.checks import DEMO_DOMAIN
from portfolio.exchange.demo.logins import DEMO_PASSWORD, DEMO_ROOT, LOGINS
from portfolio.people.models import Role, User
from portfolio.people.services import membership_grant, user_create
from portfolio.registry.models import Node, NodeKind
from portfolio.registry.services import node_create

EMPTY_ROOT = "PORTFOLIO"  # a role is held on a node, so the administrator needs one
OURS = ("core", "portfolio", "governance", "reporting")


def holds_demo() -> bool:
    """Return whether the demo is loaded."""
    return Node.objects.unrestricted("whether the demo is there").filter(code=DEMO_ROOT).exists()


def beside_demo() -> tuple[int, int]:
    """Return how many projects and how many people there are that are not the demo's."""
    root = Node.objects.unrestricted("what clearing would lose").filter(code=DEMO_ROOT).values_list("pk", flat=True)
    projects = Node.objects.unrestricted("what clearing would lose").filter(kind=NodeKind.PROJECT)
    people = User.objects.unrestricted("what clearing would lose").exclude(email__iendswith=f"@{DEMO_DOMAIN}")
    return projects.exclude(ancestors__overlap=list(root)).count(), people.count()


@transaction.atomic
def empty_tables() -> None:
    """Empty every table of the house, audit log and history included; row triggers do not fire."""
    tables = sorted({connection.ops.quote_name(model._meta.db_table) for model in _models()})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked would forbid the truncation
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _models() -> Iterator[type[models.Model]]:
    yield Session
    yield pghistory.models.Context
    for label in OURS:
        yield from (
            model for model in apps.get_app_config(label).get_models(include_auto_created=True) if model._meta.managed
        )


@transaction.atomic
def leave_administrator() -> None:
    """Leave an empty portfolio and the demo's administrator, who can fill it."""
    person = LOGINS[Role.ADMINISTRATOR]
    root = node_create(actor=SYSTEM, kind=NodeKind.PORTFOLIO, code=EMPTY_ROOT, name="Portfolio")
    user = user_create(
        actor=SYSTEM, email=person.email, name=person.name, job_title=person.job_title, password=DEMO_PASSWORD
    )
    membership_grant(actor=SYSTEM, user=user, role=Role.ADMINISTRATOR, node=root)
