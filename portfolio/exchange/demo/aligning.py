"""Replays strategy: objectives, what each project contributes, and one objective that is reached and closed."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from portfolio.exchange.demo.organisation import AREAS
from portfolio.exchange.demo.people import SPONSORS
from portfolio.exchange.demo.story import Story
from portfolio.exchange.demo.words.objectives import AIMS, ALSO_SERVED, BY_TAG, LEFT_BEHIND, ORPHANS, SERVES, WHY
from portfolio.exchange.demo.world import World, acting
from portfolio.people.models import Role, User
from portfolio.registry.models import Node
from portfolio.strategy import services as strategy
from portfolio.strategy.models import Objective

OVER_AFTER = timedelta(days=330)  # from the first day of history
PROGRAMME = 80  # %: what a programme contributes to its own first objective


def serves(story: Story) -> dict[str, int]:
    """Return what a project contributes to which objectives, in %; empty for an orphan."""
    if story.code in ORPHANS:
        return {}
    if story.code in LEFT_BEHIND:
        return {"O7": 60}
    rng = random.Random(f"{story.code} serves")  # noqa: S311
    found = {code: _in_fives(rng, low, high) for code, low, high in SERVES[story.parent]}
    for tag in story.tags:
        if tag in BY_TAG:
            found.setdefault(BY_TAG[tag], _in_fives(rng, 20, 60))
    return found | ({"O7": 30} if story.code in ALSO_SERVED else {})


def _in_fives(rng: random.Random, low: int, high: int) -> int:
    return 5 * rng.randint(low // 5, high // 5)


class Alignment:
    """The objectives, and who has said what they serve."""

    def __init__(self, world: World, since: date) -> None:
        """Keep the world; write nothing."""
        self.world, self.since = world, since
        self.objectives: dict[str, Objective] = {}
        self.told: set[str] = set()

    def keep(self, day: date) -> None:
        """Let new projects say what they serve, and close what is reached by `day`."""
        if not self.objectives:
            self._set()
        with acting(self.world.login(Role.PMO_ANALYST)) as analyst:
            for code in [code for code in self.world.lives if code not in self.told]:
                live = self.world.lives[code]
                self._contribute(live.node, serves(live.story), analyst)
                self.told.add(code)
        self._close(day)

    def _set(self) -> None:
        with acting(self.world.login(Role.PMO_HEAD)) as head:
            for aim in AIMS:
                self.objectives[aim.code] = strategy.objective_create(
                    actor=head,
                    node=self.world.nodes[aim.node],
                    code=aim.code,
                    name=aim.name,
                    description=aim.success,
                    weight=Decimal(aim.weight),
                    owner=self._owner(aim.node),
                )
            for code, objective in self._programmes():
                self._contribute(self.world.nodes[code], {objective: PROGRAMME}, head)

    def _owner(self, code: str) -> User:
        if code in SPONSORS:
            return self.world.people[SPONSORS[code].key]
        return self.world.login(Role.EXECUTIVE)

    @staticmethod
    def _programmes() -> Iterator[tuple[str, str]]:
        for area in AREAS:
            for programme in area.programmes:
                yield programme.code, SERVES[programme.code][0][0]

    def _contribute(self, node: Node, served: dict[str, int], actor: User) -> None:
        for code, strength in served.items():
            objective = self.objectives[code]
            if objective.closed_on is None:
                strategy.contribution_create(
                    actor=actor, node=node, objective=objective, strength=Decimal(strength), rationale=WHY[code]
                )

    def _close(self, day: date) -> None:
        reached = [aim.code for aim in AIMS if aim.is_over and self.objectives[aim.code].closed_on is None]
        if day - self.since < OVER_AFTER or not reached:
            return
        with acting(self.world.login(Role.PMO_HEAD)) as head:
            for code in reached:
                self.objectives[code] = strategy.objective_update(
                    self.objectives[code], {"closed_on": day}, actor=head, reason="Reached: as many trips as in 2019."
                )
