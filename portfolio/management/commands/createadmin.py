"""`manage.py createadmin EMAIL NAME --on CODE`: the first person of an empty installation."""

import getpass
import sys
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from pmo.core.access import SYSTEM
from portfolio.people.models import Role
from portfolio.people.services import membership_grant, user_create
from portfolio.registry.models import Node, NodeKind
from portfolio.registry.services import node_create


class Command(BaseCommand):
    """Create a person who administers people and heads the PMO of one portfolio, all or nothing."""

    help = "Create an administrator who is also PMO head of a portfolio, which is made if it is not there."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the person and the portfolio; the password is asked for, or read from standard input."""
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--on", required=True, metavar="CODE", help="code of the portfolio; made if not there")

    def handle(self, *args: Any, email: str, name: str, on: str, **options: Any) -> None:
        """Create the person and give both roles. Raises CommandError naming what must be corrected."""
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            with transaction.atomic(), pghistory.context(command="createadmin"):
                node = Node.objects.filter(code=on).first()
                node = node or node_create(actor=SYSTEM, kind=NodeKind.PORTFOLIO, code=on, name=on)
                person = user_create(actor=SYSTEM, password=password, email=email, name=name)
                for role in (Role.ADMINISTRATOR, Role.PMO_HEAD):
                    membership_grant(actor=SYSTEM, user=person, role=role, node=node)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{name} can sign in as {email}, administers people and heads the PMO of {node.code}.")
