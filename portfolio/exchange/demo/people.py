"""The people of the fictional organisation who do not sign in: managers, sponsors, and one more analyst."""

from portfolio.exchange.demo.logins import LOGINS, Person
from portfolio.people.models import Role

# By area: the director who sponsors, then the managers of its projects.
SPONSORS: dict[str, Person] = {
    "FL": LOGINS[Role.SPONSOR],
    "ST": Person("n.oyelaran", "Nkechi Oyelaran", "Director of stations and streets"),
    "TP": Person("h.vandermeer", "Hendrik van der Meer", "Director of track and power"),
    "PI": Person("s.raghunathan", "Sunita Raghunathan", "Director of ticketing and passenger information"),
    "CS": Person("c.delacroix", "Corentin Delacroix", "Director of corporate services"),
}

MANAGERS: dict[str, tuple[Person, ...]] = {
    "FL": (
        LOGINS[Role.PROJECT_MANAGER],
        Person("g.pemberton", "Gwilym Pemberton", "Project manager"),
        Person("a.nakagawa", "Aiko Nakagawa", "Programme manager, Quiet Fleet"),
        Person("m.obradovic", "Milan Obradović", "Project manager"),
        Person("f.castellanos", "Fernanda Castellanos", "Programme manager, Depots Ready"),
    ),
    "ST": (
        Person("l.thorvaldsen", "Liv Thorvaldsen", "Programme manager, Open Doors"),
        Person("d.okonjo", "Dele Okonjo", "Project manager"),
        Person("p.szymanska", "Patrycja Szymańska", "Project manager"),
        Person("r.blackwood", "Rhys Blackwood", "Project manager"),
        Person("z.karimi", "Zahra Karimi", "Programme manager, Safer Streets"),
    ),
    "TP": (
        Person("w.fitzgibbon", "Wendell Fitzgibbon", "Programme manager, Harbour Line"),
        Person("t.moreau", "Thérèse Moreau", "Project manager"),
        Person("k.sandhu", "Kulwinder Sandhu", "Project manager"),
        Person("o.lehtinen", "Onni Lehtinen", "Project manager"),
        Person("v.petrosyan", "Varduhi Petrosyan", "Programme manager, Steady Current"),
    ),
    "PI": (
        Person("j.abernathy", "Josephine Abernathy", "Programme manager, One Fare"),
        Person("e.nwosu", "Ebuka Nwosu", "Project manager"),
        Person("c.yilmaz", "Ceren Yılmaz", "Delivery manager"),
        Person("b.hollingworth", "Basil Hollingworth", "Delivery manager"),
        Person("i.fonseca", "Inês Fonseca", "Programme manager, Right Time"),
    ),
    "CS": (
        Person("a.grunwald", "Annelise Grünwald", "Programme manager, Clear Desk"),
        Person("s.mcallister", "Struan McAllister", "Project manager"),
        Person("h.nguyen", "Hoa Nguyen", "Project manager"),
        Person("y.demetriou", "Yannis Demetriou", "Project manager"),
        Person("q.whitaker", "Quentin Whitaker", "Programme manager, Good Employer"),
    ),
}

SECOND_ANALYST = Person("p.lindgren", "Perpetua Lindgren", "Portfolio analyst, corporate services")
CHAIR = Person("m.bassett", "Morwenna Bassett", "Chair of the investment committee")


def everybody() -> list[Person]:
    """Return all people, each once, those who sign in first."""
    found = [*LOGINS.values(), *SPONSORS.values(), *(person for team in MANAGERS.values() for person in team)]
    return list(dict.fromkeys([*found, SECOND_ANALYST, CHAIR]))
