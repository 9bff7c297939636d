"""What changed in a part of the tree between two instants, from the audit log: netted, in words, a page at a time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F

from governance.models import AuditEntry
from pmo.core import events
from portfolio.models import Node
from reporting.snapshots import net, words

AUDIT = "audit.view"


@dataclass(frozen=True)
class Place:
    """The project, or what contains projects, that a change belongs to."""

    code: str
    name: str


@dataclass(frozen=True)
class Change:
    """One line: what became of one field of one row, or of a row as a whole, in words."""

    kind: str
    project: Place
    object_type: str
    object_id: int
    row: str
    field: str
    before: str
    after: str
    who: str
    when: datetime
    why: str
    act: str
    edits: int

    @property
    def noun(self) -> str:
        """Return the word for such a row."""
        return words.noun(self.object_type)

    @property
    def key(self) -> tuple[str, int]:
        """Return what names the row."""
        return self.object_type, self.object_id


@dataclass(frozen=True)
class Summary:
    """How many lines there are, of how many rows and projects, by kind and by type of row."""

    lines: int
    rows: int
    projects: int
    kinds: dict[str, int]
    types: dict[str, int]


class Changes:
    """The lines of a window, counted and read in one query each; it pages and exports like a queryset.

    `kind` (new, changed, moved, deleted) and `what` (a type of row such as portfolio.costrow) narrow the lines.
    """

    def __init__(self, user: Any, entries: str, parameters: Sequence[Any], *, kind: str, what: str) -> None:
        self.user, self.entries, self.kind, self.what = user, entries, kind, what
        verbs = events.declared_verbs()
        self.parameters = [*parameters, net.making(verbs), net.taking(verbs), words.number_fields()]

    @cached_property
    def summary(self) -> Summary:
        """Return the counts of all lines, however narrowed."""
        kinds, types, rows, projects = dict.fromkeys(net.KINDS, 0), dict[str, int](), 0, 0
        found = self._fetch(net.counting(self.entries), []) if self.entries else []
        for kind, what, number, rows, projects in found:  # noqa: B007 - the last two are the same in every row
            kinds[kind] += number
            types[what] = types.get(what, 0) + number
        return Summary(sum(kinds.values()), rows, projects, kinds, types)

    @cached_property
    def narrowed(self) -> int:
        """Return how many lines are left by `kind` and `what`."""
        if not self.what:
            return self.summary.kinds[self.kind] if self.kind else self.summary.lines
        return len(self._lines(None, 0))

    def count(self) -> int:
        """Return how many lines there are."""
        return self.narrowed

    def __len__(self) -> int:
        return self.narrowed

    def __iter__(self) -> Iterator[Change]:
        return iter(self._lines(None, 0))

    def __getitem__(self, part: slice) -> list[Change]:
        start = part.start or 0
        return self._lines(None if part.stop is None else part.stop - start, start)

    def iterator(self, chunk_size: int | None = None) -> Iterator[Change]:
        """Yield all lines, for an export."""
        yield from self

    def _lines(self, limit: int | None, offset: int) -> list[Change]:
        if not self.entries:
            return []
        rows = self._fetch(net.listing(self.entries), [self.kind, self.what, limit, offset])
        found = [(*row[:7], *(json.loads(value) if value else None for value in row[7:10]), *row[10:]) for row in rows]
        visible = self._visible(found)
        return [_change(row, visible) for row in found]

    def _fetch(self, sql: str, more: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [*self.parameters, *more])
            return cursor.fetchall()

    def _visible(self, rows: Sequence[tuple[Any, ...]]) -> frozenset[str]:
        """Return the codes of the places named in the lines that the reader may see."""
        codes = set()
        for row in rows:
            object_type, pairs = row[1], {row[6]: row[7:9], **(row[9] or {})}
            codes |= {code for name, pair in pairs.items() for code in words.places(object_type, name, pair)}
        if not codes:
            return frozenset()
        return frozenset(
            Node.objects.restrict(self.user, "node.view").filter(code__in=codes).values_list("code", flat=True)
        )


def _change(row: tuple[Any, ...], visible: frozenset[str]) -> Change:
    kind, object_type, object_id, label, code, name, field, before, after, held, at, actors, reasons, verbs = row
    if field:
        before, after = words.pair(object_type, field, (before, after), visible)
    else:
        before = words.summary(object_type, held or {}, 0, visible) if kind == "deleted" else ""
        after = words.summary(object_type, held or {}, 1, visible) if kind == "new" else ""
    return Change(
        kind=kind,
        project=Place(code, name),
        object_type=object_type,
        object_id=object_id,
        row=label,
        field=words.field_label(object_type, field) if field else "",
        before=before,
        after=after,
        who=words.once(actors, ", "),
        when=at,
        why=words.once(reasons, "; "),
        act=events.verb_label(_telling(verbs)),
        edits=len(verbs),
    )


def _telling(verbs: Sequence[str]) -> str:
    """Return the verb that says most of a row: the last one that is no mere edit."""
    return next((verb for verb in reversed(verbs) if not verb.endswith(".edited")), verbs[-1])


def changes(
    user: Any, node: Node | None, since: datetime, until: datetime, *, kind: str = "", what: str = ""
) -> Changes:
    """Return what changed after `since` and up to `until` at a node and below; without a node, wherever one may read.

    The tree is today's: what moved in brings its past along, what moved out leaves its move behind. Rows of the whole
    organisation (rates, periods, people) belong to no node and are not in it.
    """
    rows = entries(user, since, until)
    if node is None:
        parts = [rows]
    else:
        inside = rows.filter(node__ancestors__contains=[node.pk])
        parts = [inside, rows.filter(pk__in=moved_out(user, rows, node))]
    texts, parameters = [], []
    for part in parts:
        try:
            sql, values = part.order_by().values_list(*net.COLUMNS).query.sql_with_params()
        except EmptyResultSet:
            continue
        texts.append(sql)
        parameters += values
    return Changes(user, " UNION ALL ".join(texts), parameters, kind=kind, what=what)


def entries(user: Any, since: datetime, until: datetime) -> Any:
    """Return the log entries after `since` and up to `until` that belong to a node `user` may read the log of."""
    rows = AuditEntry.objects.restrict(user, AUDIT).filter(at__gt=since, at__lte=until)
    return rows.filter(node__isnull=False).order_by("at", "pk")


def moved_out(user: Any, rows: Any, node: Node) -> list[int]:
    """Return those of `rows` that tell how something left the node's part of the tree for where `user` sees it."""
    moves = rows.filter(verb="node.moved").exclude(node__ancestors__contains=[node.pk])
    told = {pk: words.places(*words.PLACE, (change["parent"][0],)) for pk, change in moves.values_list("pk", "changes")}
    codes = {code for found in told.values() for code in found}
    below = Node.objects.restrict(user, AUDIT).filter(ancestors__contains=[node.pk], code__in=codes)
    inside = set(below.values_list("code", flat=True)) if codes else set()
    return [pk for pk, found in told.items() if inside & set(found)]


def moves_since(user: Any, node: Node | None, since: datetime) -> list[AuditEntry]:
    """Return the moves after `since` into, out of and inside a node's part of the tree, the last one first."""
    rows = AuditEntry.objects.restrict(user, AUDIT).filter(verb="node.moved", at__gt=since)
    if node is not None:
        rows = rows.filter(node__ancestors__contains=[node.pk]) | rows.filter(pk__in=moved_out(user, rows, node))
    return list(rows.order_by("-at", "-pk"))


def gone_since(user: Any, lines: Sequence[Change], until: datetime) -> set[tuple[str, int]]:
    """Return the rows of `lines` that are not there any more, so that nothing leads to them."""
    taken = {line.key for line in lines if line.kind == "deleted"}
    rows = AuditEntry.objects.restrict(user, AUDIT).filter(
        verb__in=net.taking(events.declared_verbs()), at__gt=until, object_id__in={line.object_id for line in lines}
    )
    return taken | set(rows.values_list(F("object_type"), F("object_id")))
