"""The shape of what the registers say of a risk: cause, event and effect, its answers, and how it ends."""

from dataclasses import dataclass

from portfolio.raid.models import ResponseStrategy


@dataclass(frozen=True)
class Answer:
    """What is done about a risk, and what shows that it was done."""

    strategy: str
    action: str
    evidence: str


@dataclass(frozen=True)
class Hazard:
    """A threat or an opportunity in words. `issue` is what it is called once it has happened.

    It fits works, systems or both. `outcome` is said when it is closed, or of the issue when that is resolved.
    """

    title: str
    text: str
    category: str
    answers: tuple[Answer, ...]
    outcome: str
    issue: str = ""
    in_works: bool = True
    in_systems: bool = True


def avoid(action: str, evidence: str) -> Answer:
    """Answer a threat so that it cannot happen."""
    return Answer(ResponseStrategy.AVOID, action, evidence)


def reduce(action: str, evidence: str) -> Answer:
    """Make a threat less likely or less harmful."""
    return Answer(ResponseStrategy.REDUCE, action, evidence)


def transfer(action: str, evidence: str) -> Answer:
    """Let somebody else bear a threat."""
    return Answer(ResponseStrategy.TRANSFER, action, evidence)


def prepare(action: str, evidence: str) -> Answer:
    """Prepare for the day on which a threat comes true."""
    return Answer(ResponseStrategy.CONTINGENT, action, evidence)


def exploit(action: str, evidence: str) -> Answer:
    """Make sure that an opportunity comes true."""
    return Answer(ResponseStrategy.EXPLOIT, action, evidence)


def enhance(action: str, evidence: str) -> Answer:
    """Make an opportunity more likely or larger."""
    return Answer(ResponseStrategy.ENHANCE, action, evidence)
