"""The difference between an edition and what is held, row by row. Pure: rows and what `queries.held` gives go in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pmo.core import format as fmt
from portfolio.exchange.parsing import Row
from portfolio.exchange.presets import RATING_LABELS, Preset

NODE_FIELDS = ("name", "organisation_unit", "category", "description")
ENDS = ("start", "finish")


@dataclass
class Held:
    """What is held of one node: rows of the areas, by kind, date or version."""

    node: Any
    presence: Any = None
    has_draft: bool = False
    milestones: dict[str, Any] = field(default_factory=dict)
    baseline_dates: dict[str, date] = field(default_factory=dict)
    estimates: dict[date, Any] = field(default_factory=dict)  # in the order of their dates
    ratings: dict[date, list[Any]] = field(default_factory=dict)
    annual: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One difference in words: what, before, after."""

    label: str
    before: str
    after: str


@dataclass
class Item:
    """One row of the edition beside what is held of its project, if anything."""

    row: Row
    held: Held | None
    changes: list[Change]
    needs_baseline: bool


@dataclass
class Plan:
    """Everything an import would do. `absent` are the projects of earlier editions that this one leaves out."""

    preset: Preset
    items: list[Item] = field(default_factory=list)
    absent: list[Held] = field(default_factory=list)
    others: list[Held] = field(default_factory=list)

    @property
    def created(self) -> list[Item]:
        """Return the rows that become new projects."""
        return [item for item in self.items if item.held is None]

    @property
    def updated(self) -> list[Item]:
        """Return the rows that change a project."""
        return [item for item in self.items if item.held and item.changes]

    @property
    def touched(self) -> list[Item]:
        """Return the rows that write something."""
        return [item for item in self.items if item.held is None or item.changes]

    @property
    def newly_absent(self) -> list[Held]:
        """Return the absent projects that are not yet marked so."""
        return [held for held in self.absent if held.presence.in_latest]

    @property
    def edition_whole_life(self) -> Decimal:
        """Return the sum of the edition's whole-life costs, in currency units."""
        return sum((item.row.whole_life or Decimal(0) for item in self.items), Decimal(0))

    @property
    def live_whole_life(self) -> Decimal:
        """Return the sum of the latest whole-life costs of the portfolio as it stands after the import."""
        amounts = [latest_amount(held, self.preset) for held in (*self.absent, *self.others)]
        for item in self.items:
            newer = item.held and any(as_of > self.preset.as_of for as_of in item.held.estimates)
            amounts.append(latest_amount(item.held, self.preset) if newer else item.row.whole_life)
        return sum((amount for amount in amounts if amount), Decimal(0))


def difference(rows: Iterable[Row], held: Mapping[str, Held], preset: Preset) -> Plan:
    """Return what the rows of an edition would change."""
    plan = Plan(preset)
    named = set()
    for row in rows:
        one = held.get(row.code)
        named.add(row.code)
        changes = list(_changes(row, one, preset)) if one else []
        plan.items.append(Item(row, one, changes, needs_baseline(row, one)))
    for code, one in held.items():
        if code not in named:
            (plan.absent if one.presence else plan.others).append(one)
    return plan


def needs_baseline(row: Row, held: Held | None) -> bool:
    """Return whether the row brings a budget that the current baseline lacks, or the first date of an end."""
    dates = held.baseline_dates if held else {}
    first_date = any(getattr(row, kind) and kind not in dates for kind in ENDS)
    return first_date or _annual(held, "budget") != row.budget


def latest_amount(held: Held | None, preset: Preset) -> Decimal | None:
    """Return the latest whole-life cost in the edition's currency; None when none is known."""
    latest = list(held.estimates.values())[-1:] if held else []
    return next((one.amount for one in latest if one.currency.code == preset.currency), None)


def _changes(row: Row, held: Held, preset: Preset) -> Iterator[Change]:
    labels = {"name": _("Name"), "organisation_unit": _("Organisation unit"), "category": _("Category")}
    for name in NODE_FIELDS:
        if getattr(held.node, name) != getattr(row, name):
            yield Change(labels.get(name, _("Purpose")), getattr(held.node, name), getattr(row, name))
    for kind, label in (("start", _("Start, forecast")), ("finish", _("Finish, forecast"))):
        before = held.milestones[kind].forecast_date if kind in held.milestones else None
        if before != getattr(row, kind):
            yield Change(label, fmt.day(before), fmt.day(getattr(row, kind)))
        if getattr(row, kind) and kind not in held.baseline_dates:
            yield Change(_("%(kind)s, baseline") % {"kind": kind.title()}, fmt.day(None), fmt.day(getattr(row, kind)))
    yield from _estimate_changes(row, held, preset)
    yield from _rating_changes(row, held, preset)
    for version, label in (("budget", _("Budget %(period)s")), ("forecast", _("Forecast %(period)s"))):
        if _annual(held, version) != getattr(row, version):
            named = label % {"period": preset.annual.label}
            yield Change(named, _money(_annual(held, version), preset), _money(getattr(row, version), preset))
    if held.presence is None or not held.presence.in_latest:
        yield Change(_("In the latest edition"), _("no"), _("yes"))


def _estimate_changes(row: Row, held: Held, preset: Preset) -> Iterator[Change]:
    stored = held.estimates.get(preset.as_of)
    wanted = (row.whole_life, preset.label, row.note, preset.currency)
    if stored and (stored.amount, stored.source, stored.note, stored.currency.code) == wanted:
        return
    before = stored.amount if stored else latest_amount(held, preset)
    label = _("Whole-life cost, as of %(day)s") % {"day": fmt.day(preset.as_of)}
    if not stored or stored.amount != row.whole_life:
        yield Change(label, _money(before, preset), _money(row.whole_life, preset))
    else:
        yield Change(_("Comments"), stored.note, row.note)


def _rating_changes(row: Row, held: Held, preset: Preset) -> Iterator[Change]:
    stored = held.ratings.get(preset.as_of, [])
    wanted = [(row.rating_source, preset.scale, row.rating, row.rating_comment)]
    if [(one.source, one.scale, one.value, one.comment) for one in _published(stored)] == wanted:
        return
    earlier = [_published(held.ratings[as_of]) for as_of in sorted(held.ratings) if as_of <= preset.as_of]
    before = next((one[0].value for one in reversed(earlier) if one), "")
    yield Change(_("Delivery confidence"), RATING_LABELS.get(before, "–"), RATING_LABELS[row.rating])


def _published(ratings: Iterable[Any]) -> list[Any]:
    """Return the ratings that editions give; other reviewers' stay beside them."""
    return [one for one in ratings if one.source in ("ipa", "sro")]


def surplus_ratings(row: Row, held: Held, preset: Preset) -> list[Any]:
    """Return ratings of an earlier file of the same edition that this one gives by another source."""
    return [one for one in _published(held.ratings.get(preset.as_of, [])) if one.source != row.rating_source]


def _annual(held: Held | None, version: str) -> Decimal | None:
    return held.annual[version].amount if held and version in held.annual else None


def _money(amount: Decimal | None, preset: Preset) -> str:
    return fmt.money_m(amount, preset.currency)
