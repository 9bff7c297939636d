"""Writes what a manager says in a weekly report, from what has happened and what comes next. Pure."""

import random
from dataclasses import dataclass
from datetime import date

from portfolio.exchange.demo.story import Story
from portfolio.exchange.demo.troubles import Trouble

SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}

ROUTINE = (
    "Work went as planned.",
    "The week's work packages were closed as planned.",
    "All planned work was done; nothing is carried over.",
    "The team met its plan for the week.",
    "Progress matched the plan, and the open points of the last meeting are closed.",
    "Reviews with the users went well; two small points were noted.",
    "The supplier's delivery was complete and passed inspection.",
    "Two change requests were assessed; neither affects dates or money.",
)
AHEAD = (
    "Go on with the current work packages and hold the monthly meeting with the users.",
    "Prepare the next supplier meeting and update the plan of the coming month.",
    "Finish the documents for review and invite the reviewers.",
    "Check readiness of the sites and book the people who are needed there.",
)


@dataclass(frozen=True)
class News:
    """What is new since the last report. Days against the baseline in force, money in the project's currency."""

    day: date
    achieved: tuple[tuple[str, date], ...]
    upcoming: tuple[str, date] | None
    finish: date
    slip: int
    moved: int
    extra_cost: int
    cost_ratio: float
    rebaselined: bool
    is_troubled: bool
    is_optimist: bool


def tell(story: Story, news: News) -> tuple[str, str, str]:
    """Return what happened, what happens next and the help needed; the same news are told the same way."""
    rng = random.Random(f"{story.code} {news.day}")  # noqa: S311
    return _happened(rng, story, news), _coming(story.trouble, news), _help(rng, story.trouble, news)


def _happened(rng: random.Random, story: Story, news: News) -> str:
    sentences = [f"{name} was reached on {on.day} {on:%B}." for name, on in news.achieved[-2:]]
    if news.rebaselined:
        sentences.append(
            "The project board approved a new baseline; slip and cost are measured against it from now on."
        )
    if news.moved:
        sentences.append(_moved(news))
    if news.extra_cost:
        sentences.append(_costs(story, news))
    if news.is_troubled and not news.is_optimist:
        grew = news.moved > 0 or news.extra_cost > 0
        sentences.append(
            story.trouble.began if grew and rng.random() < 0.5 else _in_turn(story.trouble.goes_on, news.day)
        )
    return " ".join(sentences or [rng.choice(ROUTINE)])


def _in_turn(texts: tuple[str, ...], day: date, each_for: int = 1) -> str:
    """Return the text whose turn it is, each for so many weeks, so that no two reports in a row repeat by chance."""
    return texts[day.toordinal() // (7 * each_for) % len(texts)]


def _moved(news: News) -> str:
    way = "later" if news.moved > 0 else "earlier"
    return f"The forecast finish moved {abs(news.moved)} days {way}, to {news.finish.day} {news.finish:%B %Y}."


def _costs(story: Story, news: News) -> str:
    way = "rose" if news.extra_cost > 0 else "fell"
    amount = money(abs(news.extra_cost), story.currency)
    return f"The forecast at completion {way} by {amount}, to {news.cost_ratio:+.1%} against budget."


def _coming(trouble: Trouble, news: News) -> str:
    if news.upcoming is None:
        return "Hand over to operations and close the project."
    name, on = news.upcoming
    text = _in_turn(trouble.next_steps if news.is_troubled else AHEAD, news.day, each_for=2)
    return f"{text} Next milestone: {name}, {on.day} {on:%B %Y}."


def _help(rng: random.Random, trouble: Trouble, news: News) -> str:
    return trouble.help_needed if news.is_troubled and not news.is_optimist and rng.random() < 0.8 else ""


def money(amount: float, currency: str) -> str:
    """Return `amount` in millions or thousands with its symbol: £1.2m, €340k."""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{symbol}{amount / 1e6:.1f}m" if amount >= 1e6 else f"{symbol}{max(1, round(amount / 1e3))}k"
