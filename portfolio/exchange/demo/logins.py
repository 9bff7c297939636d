"""The demo's logins: one for each role, all with one public password, so that anybody can try every role."""

from dataclasses import dataclass

from pmo.core.checks import DEMO_DOMAIN
from portfolio.people.models import Role

DEMO_ROOT = "DEMO"  # code of the portfolio that holds the demo
DEMO_PASSWORD = "tram-ferry-lantern-42"  # noqa: S105 - public on purpose; checks refuses demo accounts outside a local start


@dataclass(frozen=True)
class Person:
    """Somebody of the fictional organisation. `key` is the part of the e-mail address before the @."""

    key: str
    name: str
    job_title: str

    @property
    def email(self) -> str:
        """Return the e-mail address; the domain is reserved, so nothing is ever delivered."""
        return f"{self.key}@{DEMO_DOMAIN}"


LOGINS: dict[str, Person] = {
    Role.PMO_HEAD: Person("pmo", "Ottilie Varga", "Head of the portfolio office"),
    Role.PMO_ANALYST: Person("analyst", "Tunde Akinola", "Portfolio analyst"),
    Role.PROJECT_MANAGER: Person("manager", "Rosalind Achterberg", "Senior project manager"),
    Role.SPONSOR: Person("sponsor", "Desmond Kirkbride", "Director of fleet and depots"),
    Role.EXECUTIVE: Person("executive", "Yasmin Haddad", "Chief executive"),
    Role.FINANCE: Person("finance", "Bartholomew Quist", "Finance business partner"),
    Role.AUDITOR: Person("auditor", "Ingeborg Lindqvist", "Internal auditor"),
    Role.ADMINISTRATOR: Person("admin", "Kofi Mensah-Boateng", "System administrator"),
}


def logins_in_words() -> str:
    """Return the table of logins as people read it, one line for each role."""
    width = max(len(person.email) for person in LOGINS.values())
    lines = [f"    {person.email:<{width}}  {Role(role).label}: {person.name}" for role, person in LOGINS.items()]
    return "\n".join([f"  Demo logins, all with the password {DEMO_PASSWORD}", *lines]) + "\n"
