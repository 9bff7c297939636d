"""The data of the benchmark as plain rows (pure): the same for the same number, seed and day, on every machine.

A tree of depth 4. Each project: 36 months x 4 cost categories, each month with its budget and its actual or its
forecast; 20 milestones with baseline dates; 10 risks; 4 benefits x 12 periods, each with its target and its actual or
its forecast; 12 submitted weekly reports. One project in ten counts in euro. A project's rows depend on its number
alone, so that a larger world holds the smaller one.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import sqrt

MONTHS = 36
BEHIND = 18  # of them, before the month that runs
CATEGORIES = (("Staff", "opex"), ("Suppliers", "capex"), ("Software", "capex"), ("Travel", "opex"))
MILESTONES, RISKS, BENEFITS, VALUES, REPORTS = 20, 10, 4, 12, 12
FIRST_VALUE = 12  # the month of a benefit's first value: six lie behind, six ahead
BELOW_PROGRAMME = 50
LIFECYCLES = ("deliver", "deliver", "deliver", "deliver", "deliver", "deliver", "define", "on_hold", "complete")
COLOURS = (("on",), ("on",), ("on",), ("on", "on", "on", "risk"), ("on", "risk", "off"))  # by the mood of a project
MANAGED = 10  # projects of one manager
GBP, EUR = 1, 2
FACTS = {  # rows of one project that the roll-up reads, for the heading of the run
    "cost": 2 * MONTHS * len(CATEGORIES),
    "milestone": 2 * MILESTONES,
    "risk": RISKS,
    "benefit": BENEFITS + 2 * BENEFITS * VALUES,
    "report": REPORTS,
}


@dataclass(frozen=True)
class Place:
    """A node of the tree by the number that becomes its id."""

    id: int
    kind: str
    code: str
    name: str
    parent: int | None


class World:
    """All rows for a number of projects as of a business date."""

    def __init__(self, projects, *, seed=20261119, today=date(2026, 11, 19)):
        self.projects, self.seed, self.today = projects, seed, today
        self.month = today.replace(day=1)
        self.parts = max(2, round(sqrt(projects / BELOW_PROGRAMME)))
        self.programmes = max(self.parts, projects // BELOW_PROGRAMME)
        self.first_project = 2 + self.parts + self.programmes
        self.noon = datetime.combine(today, datetime.min.time(), UTC) - timedelta(days=1)

    # --- the tree ----------------------------------------------------------------------------
    def containers(self):
        """Yield the root, the sub-portfolios and the programmes, each after what it lies in."""
        yield Place(1, "portfolio", "ALL", "All projects", None)
        for n in range(self.parts):
            yield Place(2 + n, "sub_portfolio", f"S{n:03}", f"Division {n:03}", 1)
        for n in range(self.programmes):
            yield Place(2 + self.parts + n, "programme", f"G{n:05}", f"Programme {n:05}", 2 + n % self.parts)

    def project(self, number):
        """Return a project's place."""
        parent = 2 + self.parts + number % self.programmes
        return Place(self.first_project + number, "project", f"P{number:06}", f"Project {number:06}", parent)

    def nodes(self, depth):
        """Yield the rows of the nodes of one depth, 1 to 4."""
        kinds = {1: "portfolio", 2: "sub_portfolio", 3: "programme"}
        if depth < 4:
            yield from (
                self._node(place, "deliver", None, "") for place in self.containers() if place.kind == kinds[depth]
            )
            return
        for number in range(self.projects):
            chance = self._chance("node", number)
            manager = self.manager(number)
            yield self._node(
                self.project(number), chance.choice(LIFECYCLES), manager, chance.choice(("agile", "hybrid"))
            )

    def _node(self, place, lifecycle, owner, method):
        return (place.id, place.kind, place.code, place.name, place.parent, lifecycle, owner, method)

    def manager(self, number):
        """Return the id of the manager of a project; the first three people lead the whole."""
        return 4 + number // MANAGED

    @property
    def people(self):
        """Return how many people there are."""
        return 3 + (self.projects + MANAGED - 1) // MANAGED

    def users(self):
        """Yield people: an executive, a PMO head, an administrator, and the managers."""
        for n in range(1, self.people + 1):
            yield (n, f"person{n}@bench.example.org", f"Person {n:05}", "!")

    def memberships(self):
        """Yield roles: three people on the root, each manager on the projects they manage."""
        yield from ((n, role, 1) for n, role in enumerate(("executive", "pmo_head", "administrator"), start=1))
        for number in range(self.projects):
            yield (self.manager(number), "project_manager", self.first_project + number)

    # --- the calendar ------------------------------------------------------------------------
    def start(self, index):
        """Return the first day of the month of an index: 0 is the first, BEHIND the one that runs."""
        months = self.month.year * 12 + self.month.month - 1 + index - BEHIND
        return date(months // 12, months % 12 + 1, 1)

    def periods(self):
        """Yield the fiscal months; their ids count from 1."""
        for index in range(MONTHS):
            start = self.start(index)
            yield (index + 1, start, self.start(index + 1) - timedelta(days=1), f"{start:%b %Y}", f"{start.year}")

    def rates(self):
        """Yield a euro's rate for every third month."""
        for index in range(0, MONTHS, 3):
            yield (EUR, self.start(index), f"0.{8400 + 7 * index}0000")

    # --- the facts of one project ------------------------------------------------------------
    def _chance(self, what, number):
        return random.Random(f"{self.seed}-{what}-{number}")

    def currency(self, number):
        """Return the currency in which a project counts."""
        return EUR if number % 10 == 7 else GBP

    def baselines(self):
        """Yield each project's baseline; its id is the project's."""
        for number in range(self.projects):
            yield (self.first_project + number, self.first_project + number, 1)

    def costs(self):
        """Yield cost rows: node, version, baseline, period, category, type, currency, amount."""
        for number in range(self.projects):
            node, money = self.first_project + number, self.currency(number)
            chance = self._chance("cost", number).random
            base, drift = 2_000 + 60_000 * chance() ** 3, 0.93 + 0.22 * chance()
            for category, cost_type in CATEGORIES:
                for index in range(MONTHS):
                    planned = round(base * (0.5 + chance()), 2)
                    held = "actual" if index < BEHIND else "forecast"
                    amount = round(planned * drift * (0.9 + 0.2 * chance()), 2)
                    yield (node, "budget", node, index + 1, category, cost_type, money, planned)
                    yield (node, held, None, index + 1, category, cost_type, money, amount)

    def milestones(self):
        """Yield milestones: id, node, name, kind, critical, forecast, actual."""
        for number in range(self.projects):
            for n, (planned, late, done) in enumerate(self._dates(number)):
                day = planned + timedelta(days=late)
                kind = {0: "start", MILESTONES - 1: "finish"}.get(n, "gate" if n % 6 == 5 else "milestone")
                actual = day if done and day <= self.today else None
                yield (
                    self._milestone(number, n), self.first_project + number, f"Milestone {n:02}", kind, n % 7 == 3, day,
                    actual,
                )  # fmt: skip

    def baseline_dates(self):
        """Yield the date of every milestone in its project's baseline."""
        for number in range(self.projects):
            for n, (planned, _late, _done) in enumerate(self._dates(number)):
                yield (self._milestone(number, n), self.first_project + number, planned)

    def _milestone(self, number, n):
        return 1 + number * MILESTONES + n

    def _dates(self, number):
        chance = self._chance("milestone", number)
        slip = max(0, round(chance.gauss(10, 25)))
        for n in range(MILESTONES):
            planned = self.start(0) + timedelta(days=n * 55 + chance.randrange(20))
            yield planned, round(slip * n / MILESTONES), chance.random() < 0.99

    def risks(self):
        """Yield risks: node, title, kind, state, probability, impact, per cent, amount, currency, raised, closed."""
        for number in range(self.projects):
            chance = self._chance("risk", number)
            worst = 5 if number % 7 == 0 else 3
            for n in range(RISKS):
                raised = self.today - timedelta(days=chance.randrange(5, 400))
                closed = self.today - timedelta(days=3) if n % 5 == 4 else None
                yield (
                    self.first_project + number, f"Risk {n}", "opportunity" if n % 4 == 3 else "threat",
                    "closed" if closed else "open", chance.randint(1, worst), chance.randint(1, 3),
                    chance.randrange(5, 95), round(chance.random() * 400_000, 2), self.currency(number), raised, closed,
                )  # fmt: skip

    def benefits(self):
        """Yield benefits: id, node, name, kind, nature, measure, currency."""
        for number in range(self.projects):
            for n in range(BENEFITS):
                kind = "disbenefit" if n == BENEFITS - 1 else "benefit"
                nature = "cashable" if n % 2 == 0 else "non_cashable"
                yield (
                    self._benefit(number, n), self.first_project + number, f"Benefit {n}", kind, nature, "Ledger",
                    self.currency(number),
                )  # fmt: skip

    def benefit_values(self):
        """Yield values: benefit, version, baseline, period, amount."""
        for number in range(self.projects):
            chance = self._chance("benefit", number).random
            for n in range(BENEFITS):
                benefit, base = self._benefit(number, n), 1_000 + 20_000 * chance()
                for index in range(FIRST_VALUE, FIRST_VALUE + VALUES):
                    held = "actual" if index < BEHIND else "forecast"
                    yield (benefit, "target", self.first_project + number, index + 1, round(base, 2))
                    yield (benefit, held, None, index + 1, round(base * (0.9 + 0.25 * chance()), 2))

    def _benefit(self, number, n):
        return 1 + number * BENEFITS + n

    def reports(self):
        """Yield submitted reports: node, week, five colours, words, author, begun, sent; one in six is silent."""
        monday = self.today - timedelta(days=self.today.weekday())
        for number in range(self.projects):
            chance = self._chance("report", number)
            silent, colours = 4 if chance.random() < 1 / 6 else 0, chance.choice(COLOURS)
            for back in range(REPORTS):
                week = monday - timedelta(weeks=1 + back + silent)
                sent = datetime.combine(week, datetime.min.time(), UTC) + timedelta(days=4, hours=10)
                yield (
                    self.first_project + number, week, *(chance.choice(colours) for _ in range(5)),
                    "Work went on as planned; the supplier delivered the second increment.",
                    "A decision on scope." if back == 0 and number % 9 == 0 else "", self.manager(number), sent, sent,
                )  # fmt: skip
