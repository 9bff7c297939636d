"""What happens when: lanes of a roadmap with their baseline, gates and slip, and the window they fit (pure).

Late is positive, in calendar days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import dateformat

BACK = timedelta(days=270)  # what ended long ago does not squeeze what is to come
AHEAD = timedelta(days=1461)
LEAST_AHEAD = timedelta(days=90)
STEPS = ((36, 3), (72, 6), (10_000, 12))  # up to so many months shown, a line every so many


@dataclass(frozen=True)
class Gate:
    """A gate: its day as believed now or as it was, and whether it was passed or comes after its baseline."""

    name: str
    day: date
    passed: bool = False
    late: bool = False


@dataclass(frozen=True)
class Lane:
    """One row: a project, or a programme with so many `projects`. Days that nobody has given are None.

    `ended`: the finish has happened. `off`: the schedule is computed off track.
    """

    name: str
    code: str
    baseline_start: date | None = None
    baseline_finish: date | None = None
    start: date | None = None
    finish: date | None = None
    ended: bool = False
    off: bool = False
    gates: Sequence[Gate] = ()
    projects: int = 1

    @property
    def slip(self) -> int | None:
        """Return the days between baseline and expected finish; None without one of them."""
        known = self.finish is not None and self.baseline_finish is not None
        return (self.finish - self.baseline_finish).days if known else None  # type: ignore[operator]

    @property
    def next_gate(self) -> Gate | None:
        """Return the first gate that is not passed."""
        return min((gate for gate in self.gates if not gate.passed), key=lambda gate: gate.day, default=None)

    @property
    def days(self) -> list[date]:
        """Return all days of the row that are known."""
        own = (self.baseline_start, self.baseline_finish, self.start, self.finish)
        return [day for day in own if day] + [gate.day for gate in self.gates]


@dataclass(frozen=True)
class Roadmap:
    """The lanes shown. `projects` are all below the node, `rest` those in no lane; `grouped`: a lane is a part."""

    lanes: Sequence[Lane]
    projects: int
    today: date
    rest: int = 0
    grouped: bool = False

    @property
    def worst(self) -> Lane | None:
        """Return the lane that slipped most, if any is late."""
        late = [lane for lane in self.lanes if (lane.slip or 0) > 0]
        return max(late, key=lambda lane: (lane.slip or 0, lane.name), default=None)


@dataclass(frozen=True)
class Window:
    """The days from the left edge to the right one, and the days at which a line stands."""

    start: date
    end: date
    lines: Sequence[date]

    def part(self, day: date) -> float:
        """Return where a day lies: 0 at the left edge, 1 at the right one; what lies outside stands at the edge."""
        return min(max((day - self.start).days / (self.end - self.start).days, 0.0), 1.0)

    def label(self, line: date) -> str:
        """Return `Jul`, with the year at the first line and in January."""
        named = line == self.lines[0] or line.month == 1
        return dateformat.format(line, "M Y" if named else "M")


def in_order(lanes: Sequence[Lane], today: date) -> list[Lane]:
    """Return lanes by their finish; what ended before the window comes after, and what has no date at the end."""
    first = today - BACK

    def place(lane: Lane) -> tuple[int, date, str]:
        day = lane.finish or lane.baseline_finish
        return (2 if day is None else 1 if day < first else 0, day or date.max, lane.name)

    return sorted(lanes, key=place)


def window(lanes: Sequence[Lane], today: date) -> Window:
    """Return the stretch of time that the lanes fit: from nine months back at most to four years ahead at most."""
    days = [day for lane in lanes for day in lane.days]
    first = _quarter(min(max(min(days, default=today), today - BACK), today))
    last = min(max([*days, today + LEAST_AHEAD]), today + AHEAD)
    end = _later(_quarter(last), 3)
    months = (end.year - first.year) * 12 + end.month - first.month
    step = next(step for most, step in STEPS if months <= most)
    lines = [_later(first, n) for n in range(0, months, 3)]
    return Window(first, end, [line for line in lines if (line.month - 1) % step == 0] or lines[:1])


def _quarter(day: date) -> date:
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def _later(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
