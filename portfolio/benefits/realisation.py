"""What benefits are worth to one node: targeted, realised and expected; by benefit, by fiscal year and in all.

Realised is what was booked as actual. To come is a benefit's forecast for the periods that begin after its last period
with an actual. Forecast = realised + to come. A dis-benefit counts against. These are the roll-up's definitions
(facts.py). An amount converts at the rate of its period's last day, or of today if that is earlier, to whole cents. An
amount that no rate covers makes its benefit and the total unknown (None), and so does what nobody has given.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

ZERO = Decimal(0)
WHOLE = Decimal(100)
CENT = Decimal("0.01")
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)  # the largest amount times the finest rate and share still fits


@dataclass(frozen=True)
class Rates:
    """Dated exchange rates into the reporting currency; `dated` lists (valid from, rate) by code, oldest first."""

    reporting: str
    dated: Mapping[str, Sequence[tuple[date, Decimal]]] = field(default_factory=dict)

    def on(self, currency: str, day: date) -> Decimal | None:
        """Return the last rate valid on `day`; None where no rate covers that day."""
        if currency == self.reporting:
            return Decimal(1)
        valid = [rate for valid_from, rate in self.dated.get(currency, ()) if valid_from <= day]
        return valid[-1] if valid else None


@dataclass(frozen=True)
class Claim:
    """A benefit as it counts for somebody: sign (−1 for a dis-benefit), currency and all its shares.

    `shares` are in % by node id and add up to 100; without any the whole counts where the benefit stands.
    """

    benefit: int
    sign: int
    currency: str
    shares: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Value:
    """Money of one version (target, forecast or actual) of a benefit in one period, as it is stored."""

    benefit: int
    version: str
    start: date
    end: date
    fiscal_year: str
    amount: Decimal


@dataclass(frozen=True)
class Line:
    """What is targeted, realised and to come; None where nothing was given, or where a rate is missing."""

    target: Decimal | None = None
    actual: Decimal | None = None
    forecast: Decimal | None = None
    lacks_rate: bool = False

    @property
    def variance(self) -> Decimal | None:
        """Return how far the forecast lies above the target; below zero it falls short."""
        return None if self.forecast is None or self.target is None else self.forecast - self.target


@dataclass(frozen=True)
class Realisation:
    """The benefits of one node. `last_actual` is the last day of the last period with an actual.

    `target_then` is the target of the periods that had ended by `last_actual`, `target_now` of those that have by now.
    """

    currency: str
    lines: Mapping[int, Line]
    years: Sequence[tuple[str, Line]]
    total: Line
    last_actual: date | None
    target_then: Decimal | None
    target_now: Decimal | None
    missing: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.years)


@dataclass(frozen=True)
class _Piece:
    benefit: int
    column: str  # target, actual or to_come
    start: date
    end: date
    year: str
    worth: Decimal | None


def apportion(amount: Decimal, shares: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return each node's part of `amount` by `shares` in %, in cents: together exactly the amount in cents.

    Each part is rounded half up; what rounding leaves goes to the last share by node id.
    """
    *others, last = sorted(shares)
    parts = {node: cents(EXACT.multiply(amount, shares[node] / WHOLE)) for node in others}
    return parts | {last: cents(amount) - sum(parts.values(), ZERO)}


def cents(amount: Decimal) -> Decimal:
    """Return `amount` rounded half up to cents."""
    return amount.quantize(CENT, context=EXACT)


def realise(claims: Iterable[Claim], values: Iterable[Value], node: int, rates: Rates, today: date) -> Realisation:
    """Return what `claims` are worth to `node`; `values` are the current target, all actuals and the whole forecast."""
    by_benefit = {claim.benefit: claim for claim in claims}
    rows = sorted(values, key=lambda row: (row.start, row.end))
    pieces = list(_pieces(by_benefit, rows, node, rates, today))
    last_actual = max((piece.end for piece in pieces if piece.column == "actual"), default=None)
    unknown = {piece.benefit for piece in pieces if piece.worth is None}
    return Realisation(
        currency=rates.reporting,
        lines={key: _line([piece for piece in pieces if piece.benefit == key]) for key in by_benefit},
        years=_years(pieces, last_actual),
        total=_line(pieces),
        last_actual=last_actual,
        target_then=_target_until(pieces, last_actual),
        target_now=_target_until(pieces, today),
        missing=sorted({by_benefit[key].currency for key in unknown}),
    )


def _pieces(
    claims: Mapping[int, Claim], rows: Sequence[Value], node: int, rates: Rates, today: date
) -> Iterable[_Piece]:
    until: dict[int, date] = {}
    for row in rows:
        if row.version == "actual":
            until[row.benefit] = max(row.end, until.get(row.benefit, row.end))
    for row in rows:
        if row.version == "forecast" and row.benefit in until and row.start <= until[row.benefit]:
            continue
        claim = claims[row.benefit]
        if claim.shares and node not in claim.shares:
            continue
        rate = rates.on(claim.currency, min(row.end, today))
        column = "to_come" if row.version == "forecast" else row.version
        worth = None if rate is None else claim.sign * _part(EXACT.multiply(row.amount, rate), claim.shares, node)
        yield _Piece(row.benefit, column, row.start, row.end, row.fiscal_year, worth)


def _part(amount: Decimal, shares: Mapping[int, Decimal], node: int) -> Decimal:
    return apportion(amount, shares).get(node, ZERO) if shares else cents(amount)


def _line(pieces: Sequence[_Piece]) -> Line:
    columns = {piece.column for piece in pieces}
    actual = _added(pieces, "actual") if "actual" in columns else None
    return Line(
        target=_added(pieces, "target") if "target" in columns else None,
        actual=actual,
        forecast=_added(pieces, "actual", "to_come") if columns & {"actual", "to_come"} else None,
        lacks_rate=any(piece.worth is None for piece in pieces),
    )


def _years(pieces: Sequence[_Piece], last_actual: date | None) -> list[tuple[str, Line]]:
    """Return one line a fiscal year; a year without rows of a version that has some elsewhere is 0, not unknown."""
    columns = {piece.column for piece in pieces}
    found = []
    for year in dict.fromkeys(piece.year for piece in pieces):
        of_year = [piece for piece in pieces if piece.year == year]
        begun = last_actual is not None and min(piece.start for piece in of_year) <= last_actual
        line = Line(
            target=_added(of_year, "target") if "target" in columns else None,
            actual=_added(of_year, "actual") if begun else None,
            forecast=_added(of_year, "actual", "to_come") if columns & {"actual", "to_come"} else None,
            lacks_rate=any(piece.worth is None for piece in of_year),
        )
        found.append((year, line))
    return found


def _added(pieces: Iterable[_Piece], *columns: str) -> Decimal | None:
    total = ZERO
    for piece in pieces:
        if piece.column in columns:
            if piece.worth is None:
                return None
            total += piece.worth
    return total


def _target_until(pieces: Sequence[_Piece], day: date | None) -> Decimal | None:
    if day is None or not any(piece.column == "target" for piece in pieces):
        return None
    return _added((piece for piece in pieces if piece.end <= day), "target")
