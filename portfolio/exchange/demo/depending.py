"""Replays dependencies between projects: asked for, promised, moved with the provider's dates, met or broken."""

from datetime import date, timedelta

from portfolio.exchange.demo.story import Course, Planned, Story
from portfolio.exchange.demo.words.dependencies import NEEDS, PART, Need
from portfolio.exchange.demo.world import World, acting
from portfolio.people.models import Role
from portfolio.raid import services as raid
from portfolio.raid.models import Dependency, DependencyState

PARTS = ("First part in use", "Data taken over in rehearsal")
WORTH_TELLING = 14  # days by which a promise moves before the provider says so
HOPELESS = 60  # days too late: then it will not be met


def promised(need: Need, provider: Story) -> Planned:
    """Return the provider's milestone that is promised."""
    return next(
        (planned for planned in provider.milestones if need.when == PART and planned.name in PARTS),
        provider.milestones[-1],
    )


def needed_by(need: Need, provider: Story) -> date:
    """Return the day by which it is needed, as first agreed."""
    return promised(need, provider).date + timedelta(days=need.slack)


def state_of(need: Need, provider: Story, promise: date, achieved: date | None) -> str:
    """Return how a dependency stands, given the provider's date."""
    if achieved:
        return DependencyState.MET
    if (promise - needed_by(need, provider)).days > HOPELESS:
        return DependencyState.BROKEN
    return DependencyState.PROPOSED if provider.course is Course.SILENT else DependencyState.AGREED


class Dependencies:
    """The dependencies as they stand."""

    def __init__(self, world: World) -> None:
        """Keep the world; write nothing."""
        self.world = world
        self.rows: dict[Need, Dependency] = {}

    def keep(self, day: date) -> None:
        """Bring the dependencies of all projects that are there to `day`."""
        for need in NEEDS:
            if need.node in self.world.lives and need.provider in self.world.lives:
                if need not in self.rows:
                    self.rows[need] = self._ask(need)
                self._promise(need, day)

    def _ask(self, need: Need) -> Dependency:
        node, provider = (self.world.lives[code] for code in (need.node, need.provider))
        with acting(self.world.login(Role.PMO_ANALYST)) as analyst:
            return raid.dependency_create(
                actor=analyst,
                node=node.node,
                provider=provider.node,
                title=need.title,
                needed_by=needed_by(need, provider.story),
                promised_for=promised(need, provider.story).date,
                state=DependencyState.PROPOSED,
                owner=self.world.people[provider.story.manager.key],
            )

    def _promise(self, need: Need, day: date) -> None:
        provider, row = self.world.lives[need.provider], self.rows[need]
        if row.state == DependencyState.MET or (provider.story.quiet_from and day > provider.story.quiet_from):
            return
        promise, achieved = provider.dates[promised(need, provider.story).name]
        if row.promised_for and not achieved and abs((promise - row.promised_for).days) < WORTH_TELLING:
            promise = row.promised_for
        state = state_of(need, provider.story, promise, achieved)
        if (state, promise) != (row.state, row.promised_for):
            with acting(self.world.people[provider.story.manager.key]) as manager:
                values = {"state": state, "promised_for": promise}
                self.rows[need] = raid.dependency_update(row, values, actor=manager)
