"""Draws what the registers of projects, programmes and areas hold, so that it fits the projects' stories. Pure.

The tables say what a project of each course has today; `draw` lays it out over the past.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from portfolio.exchange.demo import scales
from portfolio.exchange.demo.colours import is_troubled
from portfolio.exchange.demo.doings import DONE, OPEN, OVERDUE, Window, doings
from portfolio.exchange.demo.escalating import issue_askings, risk_askings
from portfolio.exchange.demo.lives import Asking, AssumptionLife, Doing, IssueLife, Register, RiskLife, Score
from portfolio.exchange.demo.scales import AMBER, GREEN, PROXIMITY, RED, YELLOW
from portfolio.exchange.demo.story import Course, Story
from portfolio.exchange.demo.words.hazards import Hazard
from portfolio.exchange.demo.words.threats import ASSUMPTIONS, OPPORTUNITIES, THREATS
from portfolio.raid.models import RiskKind, Severity

# The bands in which a project's open threats stand today, the one of its trouble first.
OPEN_THREATS: dict[Course, tuple[str, ...]] = {
    Course.STEADY: (YELLOW, GREEN),
    Course.EARLY: (GREEN,),
    Course.LATE: (AMBER, YELLOW, GREEN),
    Course.OVERSPENT: (AMBER, YELLOW, GREEN),
    Course.CONCERNED: (RED, YELLOW, GREEN),
    Course.TROUBLED: (RED, AMBER, YELLOW, GREEN),
    Course.OPTIMIST: (AMBER, GREEN),
    Course.RECOVERED: (YELLOW, GREEN),
    Course.SILENT: (YELLOW, GREEN),
    Course.HELD: (AMBER, YELLOW),
    Course.PROPOSED: (YELLOW, GREEN),
    Course.COMPLETE: (),
    Course.STOPPED: (),
}
CLOSED_THREATS: dict[Course, int] = {Course.TROUBLED: 1, Course.RECOVERED: 1, Course.COMPLETE: 3, Course.STOPPED: 2}
CLOSED_EVERY_OTHER = (Course.STEADY, Course.LATE, Course.OVERSPENT)  # one closed threat in every second project
OPPORTUNITY_EVERY = {Course.EARLY: 1, Course.STEADY: 4, Course.RECOVERED: 2}  # one in every n-th project

# The threat of the trouble has come true and is an issue; what follows from it is a threat.
STRUCK = (Course.TROUBLED, Course.LATE, Course.OVERSPENT, Course.RECOVERED, Course.HELD, Course.STOPPED)
FORESEEN = (Course.CONCERNED, Course.OPTIMIST)  # the threat of the trouble is known and has not come true
SEVERITY = {Course.TROUBLED: Severity.HIGH, Course.RECOVERED: Severity.HIGH, Course.HELD: Severity.HIGH}
SMALL_ISSUE_EVERY = {Course.STEADY: 4, Course.SILENT: 1, Course.EARLY: 3}
SMALL_ISSUES = (
    ("Two deliveries were damaged", "Replacement is ordered; nothing else waits for it.", "Replaced at no cost."),
    ("A room for the team is missing", "Six people work in two places.", "The team moved to the third floor."),
    ("Test devices arrived without licences", "Tests began three days late.", "Licences came on the fourth day."),
    ("Invoices were booked on a wrong code", "The ledger shows less spend than there is.", "Booked anew."),
    ("A workshop was cancelled twice", "One group has not seen the plan.", "Held with all who were invited."),
)


def draw_all(stories: Sequence[Story], today: date) -> list[Register]:
    """Return a register for each project, in order; each depends on its own story and its place in its course."""
    counts: Counter[Course] = Counter()
    found = []
    for story in stories:
        found.append(Drawer(story, counts[story.course], today).register())
        counts[story.course] += 1
    return found


class Drawer:
    """Draws the register of one project, the `index`-th of its course."""

    def __init__(self, story: Story, index: int, today: date) -> None:
        """Find out when things can happen: from the day it enters until its manager stops writing."""
        self.story, self.index, self.today = story, index, today
        self.rng = random.Random(f"{story.code} register")  # noqa: S311 - fiction, not a secret
        self.grid = scales.grid_of(story.area)
        ends = (story.quiet_from, story.held_from, story.ended_on)
        self.until = min(day for day in (*ends, today - timedelta(days=1)) if day is not None)
        self.hazards = self._hazards(THREATS)

    def register(self) -> Register:
        """Return what the project keeps."""
        story = self.story
        risks = [*self._of_trouble(), *self._usual(), *self._closed(), *self._opportunities()]
        issues = [*self._struck(), *self._small_issues()]
        return Register(
            story.code,
            story.manager,
            story.currency,
            story.budget,
            tuple(risks),
            tuple(issues),
            tuple(self._assumptions()),
        )

    def _hazards(self, known: Iterable[Hazard]) -> list[Hazard]:
        works = self.story.area in ("FL", "ST", "TP")
        fitting = [each for each in known if (each.in_works if works else each.in_systems)]
        self.rng.shuffle(fitting)
        return fitting

    # --- when ---

    @property
    def began(self) -> date:
        """Return when the trouble began: a few days before the first turn."""
        turns = [turn.on for turn in (*self.story.slips, *self.story.overruns)]
        return self._inside(min(turns, default=self.until) - timedelta(days=4))

    @property
    def recovered(self) -> date:
        """Return the day from which the trouble is over."""
        story = self.story
        if story.course is not Course.RECOVERED:
            return self.until
        turns = sorted({turn.on for turn in (*story.slips, *story.overruns)} | set(story.rebaselines))
        bad = [day for day in turns if is_troubled(story, day)]
        over = [day for day in turns if not bad or day > bad[-1]]
        return self._inside(over[0] if over else self.until)

    def _inside(self, day: date) -> date:
        return max(self.story.enters, min(day, self.until))

    def _between(self, first: float, last: float) -> date:
        span = (self.until - self.story.enters).days
        return self.story.enters + timedelta(days=round(span * self.rng.uniform(first, last)))

    # --- risks ---

    def _of_trouble(self) -> list[RiskLife]:
        course = self.story.course
        before, after = self.story.trouble.risks
        bands = OPEN_THREATS[course]
        if course in FORESEEN:
            return [self._foreseen(before, bands[0])]
        if course not in STRUCK:
            return []
        found = [self._came_true(before)]
        if course in (Course.RECOVERED, Course.STOPPED):
            found.append(self._passed(after))
        else:
            found.append(self._follows(after, bands[0]))
        return found

    def _came_true(self, hazard: Hazard) -> RiskLife:
        raised = self._inside(self.began - timedelta(days=self.rng.randint(30, 120)))
        scores = self._scores((raised, YELLOW), (self.began, AMBER))
        return self._risk(hazard, scores, kinds=(DONE,), end="occurred", ended_on=self.began)

    def _follows(self, hazard: Hazard, band: str) -> RiskLife:
        """Return the threat that follows from the trouble; half of them have grown within the last month."""
        raised = self._inside(self.began + timedelta(days=6))
        lately = self.today - timedelta(days=self.rng.randint(3, 25))
        grew = lately if self.index % 2 else raised + (self.until - raised) * 0.6
        below = {RED: AMBER, AMBER: YELLOW}[band]
        scores = self._scores((raised, below), (self._inside(grew), band))
        troubled = self.story.course is Course.TROUBLED
        weight = self.rng.uniform(0.9, 1.2) if troubled else 1.0
        late = troubled or self.story.course is Course.HELD or self.index % 3 == 0
        kinds = (DONE, OVERDUE, OPEN) if late else (DONE, OPEN)
        hoped = (None, band, AMBER)[self.index % 3] if troubled else band
        residual = self._after(scores, hoped) if hoped else None
        askings = risk_askings(self.story, self.index, self.today, raised, self.rng)
        return self._risk(hazard, scores, kinds=kinds, residual=residual, weight=weight, askings=askings)

    def _passed(self, hazard: Hazard) -> RiskLife:
        raised = self._inside(self.began + timedelta(days=6))
        middle = raised + (self.recovered - raised) * 0.5
        scores = self._scores((raised, AMBER), (middle, RED))
        ended = self._inside(self.recovered + timedelta(days=12))
        return self._risk(hazard, scores, kinds=(DONE, DONE), end="closed", ended_on=ended)

    def _foreseen(self, hazard: Hazard, band: str) -> RiskLife:
        raised = self._between(0.1, 0.4)
        grew = self._between(0.7, 0.98)
        worried = self.story.course is Course.CONCERNED
        scores = self._scores((raised, YELLOW), (grew, band))
        kinds = (OPEN, DONE) if worried else (OVERDUE, DONE)
        return self._risk(hazard, scores, kinds=kinds, residual=self._after(scores, YELLOW if worried else band))

    def _usual(self) -> list[RiskLife]:
        course = self.story.course
        bands = OPEN_THREATS[course]
        of_trouble = course in FORESEEN or (course in STRUCK and course is not Course.RECOVERED)
        return [self._plain(band, place) for place, band in enumerate(bands[1:] if of_trouble and bands else bands)]

    def _plain(self, band: str, place: int) -> RiskLife:
        """Return an open threat of the usual kind; in every fourth project it changed within the last month."""
        turn = self.index + place
        raised = self._between(0.0, 0.5)
        changed = self._between(0.55, 0.9)
        if turn % 4 == 0:
            changed = self._inside(self.today - timedelta(days=self.rng.randint(2, 26)))
        above = {GREEN: YELLOW, YELLOW: AMBER, AMBER: RED}[band]
        before = GREEN if band == YELLOW and turn % 8 == 0 else above  # some rise
        scores = self._scores((raised, before), (max(changed, raised), band))
        silent = self.story.course is Course.SILENT
        kinds: tuple[str, ...] = (DONE,) if turn % 2 else (OPEN,)
        if silent and place == 0:
            kinds = (OVERDUE,)
        elif band == GREEN:
            kinds = ()
        hoped = {YELLOW: None if silent else GREEN, AMBER: AMBER}.get(band)
        residual = self._after(scores, hoped) if hoped else None
        return self._risk(self.hazards.pop(), scores, kinds=kinds, residual=residual)

    def _closed(self) -> list[RiskLife]:
        course = self.story.course
        number = CLOSED_THREATS.get(course, 0) + (course in CLOSED_EVERY_OTHER and self.index % 2 == 0)
        found = []
        for _ in range(number):
            raised, ended = self._between(0.0, 0.3), self._between(0.6, 1.0)
            scores = self._scores((raised, YELLOW), (raised + (ended - raised) * 0.6, GREEN))
            found.append(self._risk(self.hazards.pop(), scores, kinds=(DONE,), end="closed", ended_on=ended))
        return found

    def _opportunities(self) -> list[RiskLife]:
        every = OPPORTUNITY_EVERY.get(self.story.course)
        if every is None or self.index % every:
            return []
        scores = self._scores((self._between(0.2, 0.5), GREEN), (self._between(0.6, 0.95), YELLOW))
        hazard = self._hazards(OPPORTUNITIES)[0]
        return [self._risk(hazard, scores, kinds=(OPEN if self.index % 2 else DONE,), kind=RiskKind.OPPORTUNITY)]

    def _risk(
        self,
        hazard: Hazard,
        scores: tuple[Score, ...],
        *,
        kinds: tuple[str, ...],
        kind: str = RiskKind.THREAT,
        residual: scales.Cell | None = None,
        weight: float = 0.0,
        end: str = "",
        ended_on: date | None = None,
        askings: tuple[Asking, ...] = (),
    ) -> RiskLife:
        done_by = ended_on or self.until
        band = self.grid.band(scores[-1].probability * scores[-1].impact).key
        silent = self.story.course is Course.SILENT
        review = self.until + timedelta(days=5) if silent else self.today + timedelta(days=self.rng.randint(4, 60))
        return RiskLife(
            hazard=hazard,
            kind=kind,
            scores=scores,
            residual=residual,
            weight=weight or self.rng.uniform(0.8, 1.2),
            proximity=PROXIMITY[band],
            review_on=review,
            doings=doings(
                self.rng, hazard.answers, kinds, self.story.manager, Window(scores[0].on, done_by, self.today)
            ),
            end=end,
            ended_on=ended_on,
            askings=askings,
        )

    def _scores(self, *steps: tuple[date, str]) -> tuple[Score, ...]:
        found: list[Score] = []
        for on, band in steps:
            near = found[-1].cell if found else None
            found.append(Score(on, *scales.cell(self.rng, self.grid, band, near)))
        return tuple(found)

    def _after(self, scores: tuple[Score, ...], band: str) -> scales.Cell:
        """Return the cell after responses: where the risk stands if that is the band, else the nearest one in it."""
        now = scores[-1].cell
        held = self.grid.band(now[0] * now[1]).key
        return now if held == band else scales.cell(self.rng, self.grid, band, now)

    # --- issues and assumptions ---

    def _struck(self) -> list[IssueLife]:
        story, before = self.story, self.story.trouble.risks[0]
        if story.course not in STRUCK:
            return []
        resolved = story.course in (Course.RECOVERED, Course.STOPPED)
        late = story.course is Course.TROUBLED and self.index % 2 == 0
        due = self.today + timedelta(days=self.rng.randint(-30, -5) if late else self.rng.randint(10, 45))
        severity = SEVERITY.get(story.course, Severity.MEDIUM)
        if story.course is Course.TROUBLED and self.index % 3 == 0:
            severity = Severity.CRITICAL
        return [
            IssueLife(
                title=before.issue,
                description=story.trouble.began,
                severity=severity,
                raised_on=self.began,
                due=max(self.began, self.recovered if resolved else due),
                risk=before.title,
                resolved_on=self.recovered if resolved else None,
                resolution=self._resolution(before) if resolved else "",
                doing=None if resolved else self._help(due),
                askings=issue_askings(story, self.index, self.today, self.began, self.rng),
            )
        ]

    def _resolution(self, hazard: Hazard) -> str:
        return "The project was stopped." if self.story.course is Course.STOPPED else hazard.outcome

    def _help(self, due: date) -> Doing:
        """Return what the sponsor is to do about an issue, by the day it is to be resolved or soon after today."""
        due = max(due, self.today + timedelta(days=6))
        return Doing(self.story.trouble.help_needed, self.began, due, None, "", self.story.sponsor)

    def _small_issues(self) -> list[IssueLife]:
        every = SMALL_ISSUE_EVERY.get(self.story.course)
        if every is None or self.index % every != every // 2:
            return []
        title, effect, resolution = self.rng.choice(SMALL_ISSUES)
        raised = self._between(0.5, 0.9)
        silent = self.story.course is Course.SILENT
        resolved = None if silent or self.index % 8 == 2 else self._inside(raised + timedelta(days=25))
        due = self.until + timedelta(days=8) if silent else self.today + timedelta(days=self.rng.randint(8, 30))
        return [
            IssueLife(
                title=title,
                description=effect,
                severity=self.rng.choice((Severity.LOW, Severity.MEDIUM)),
                raised_on=raised,
                due=raised + timedelta(days=30) if resolved else due,
                resolved_on=resolved,
                resolution=resolution if resolved else "",
            )
        ]

    def _assumptions(self) -> list[AssumptionLife]:
        """Return one assumption of most projects: it holds, was wrong, waits, or waits beyond its day."""
        course = self.story.course
        if course is Course.STEADY and self.index % 2:
            return []
        title, effect, finding = self.rng.choice(ASSUMPTIONS)
        on = self._between(0.0, 0.2)
        if course in (Course.SILENT, Course.OPTIMIST):
            return [AssumptionLife(title, effect, on, self.until + timedelta(days=-3), "open")]
        settled = self._between(0.4, 0.8)
        if course in (Course.TROUBLED, Course.OVERSPENT):
            return [AssumptionLife(title, effect, on, settled, "false", settled, finding)]
        if course in (Course.COMPLETE, Course.RECOVERED) or self.index % 4 == 0:
            return [AssumptionLife(title, effect, on, settled, "holds", settled, "Confirmed in writing.")]
        return [AssumptionLife(title, effect, on, self.today + timedelta(days=self.rng.randint(10, 90)), "open")]
