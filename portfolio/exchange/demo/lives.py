"""What happens to a risk, an issue, an action or an escalation of the demo, decided beforehand. Pure."""

from dataclasses import dataclass
from datetime import date

from portfolio.exchange.demo.people import Person
from portfolio.exchange.demo.words.hazards import Hazard


@dataclass(frozen=True)
class Score:
    """From `on` a risk stands in this cell of the matrix."""

    on: date
    probability: int
    impact: int

    @property
    def cell(self) -> tuple[int, int]:
        """Return the classes of probability and impact."""
        return self.probability, self.impact


@dataclass(frozen=True)
class Doing:
    """An action: given on a day, due on another, and done with evidence or not. `strategy` if it answers a risk."""

    title: str
    on: date
    due: date
    done_on: date | None
    evidence: str
    owner: Person
    strategy: str = ""

    def is_overdue(self, today: date) -> bool:
        """Return whether its day has passed without it."""
        return self.done_on is None and self.due < today


@dataclass(frozen=True)
class Asking:
    """An escalation to the node `to`; `state` is how it stands today. `doing` is what is done there about it."""

    to: str
    on: date
    reason: str
    state: str
    answered_on: date | None = None
    answer: str = ""
    doing: Doing | None = None


@dataclass(frozen=True)
class RiskLife:
    """A risk from the day it is raised. `end` is closed, occurred or empty; `residual` is the cell after responses.

    `weight` makes its impact in money larger or smaller than is usual for its class.
    """

    hazard: Hazard
    kind: str
    scores: tuple[Score, ...]
    residual: tuple[int, int] | None
    weight: float
    proximity: str
    review_on: date
    doings: tuple[Doing, ...] = ()
    end: str = ""
    ended_on: date | None = None
    askings: tuple[Asking, ...] = ()

    @property
    def raised_on(self) -> date:
        """Return the day on which it is raised."""
        return self.scores[0].on

    @property
    def now(self) -> Score:
        """Return where it stands today, or stood when it ended."""
        return self.scores[-1]

    def score_on(self, day: date) -> Score:
        """Return where it stands on `day`, or stood when it ended; before it is raised, where it will begin."""
        return next((score for score in reversed(self.scores) if score.on <= day), self.scores[0])


@dataclass(frozen=True)
class IssueLife:
    """An issue; `risk` is the title of the risk out of which it grew."""

    title: str
    description: str
    severity: str
    raised_on: date
    due: date
    risk: str = ""
    resolved_on: date | None = None
    resolution: str = ""
    doing: Doing | None = None
    askings: tuple[Asking, ...] = ()

    def is_overdue(self, today: date) -> bool:
        """Return whether it is open beyond its day."""
        return self.resolved_on is None and self.due < today


@dataclass(frozen=True)
class AssumptionLife:
    """An assumption, and what was found of it on `settled_on`, if anybody looked."""

    title: str
    effect: str
    on: date
    confirm_by: date
    state: str
    settled_on: date | None = None
    finding: str = ""


@dataclass(frozen=True)
class Register:
    """What one node keeps. `budget`, in units of `currency`, is what impacts in money are a share of; 0 for none."""

    code: str
    owner: Person
    currency: str
    budget: int
    risks: tuple[RiskLife, ...] = ()
    issues: tuple[IssueLife, ...] = ()
    assumptions: tuple[AssumptionLife, ...] = ()

    @property
    def doings(self) -> tuple[Doing, ...]:
        """Return the actions that answer its risks, handle its issues, and were taken on above."""
        given = [doing for risk in self.risks for doing in risk.doings]
        given += [issue.doing for issue in self.issues if issue.doing]
        return tuple(given + [asking.doing for asking in self.askings if asking.doing])

    @property
    def askings(self) -> tuple[Asking, ...]:
        """Return all its escalations."""
        of_risks = tuple(asking for risk in self.risks for asking in risk.askings)
        return of_risks + tuple(asking for issue in self.issues for asking in issue.askings)
