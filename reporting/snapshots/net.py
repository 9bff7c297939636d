"""The SQL that nets the audit log: what a window changed for each row and field, first value against last (pure).

A row that was made and taken away in the window leaves nothing; a value that went there and back leaves nothing. What
was made, taken away or moved is one line; everything else is a line for each field.
"""
# ruff: noqa: S608 (every part of the text is written in this house; values are parameters)

from collections.abc import Iterable

# By the last part of a verb: what makes a row and what takes one away. A report that is sent is a new report.
MADE = frozenset({"created", "drafted", "given", "granted", "opened", "submitted", "corrected", "imported"})
GONE = frozenset({"deleted", "removed", "revoked"})
# A rating that is corrected was there before; a report that is corrected is another report.
EXCEPTIONS = {"rating.corrected": ""}

KINDS = ("new", "changed", "moved", "deleted")
COLUMNS = (
    "id",
    "at",
    "verb",
    "actor_label",
    "reason",
    "object_type",
    "object_id",
    "object_label",
    "node_id",
    "changes",
)

ACTS = """max(at) AS at, array_agg(actor_label ORDER BY at, id) AS actors, array_agg(reason ORDER BY at, id) AS reasons,
    array_agg(verb ORDER BY at, id) AS verbs"""
NUMBER = r"'^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$'"


def making(verbs: Iterable[str]) -> list[str]:
    """Return those of `verbs` that make a row."""
    return sorted(verb for verb in verbs if EXCEPTIONS.get(verb, verb.rsplit(".", 1)[-1]) in MADE)


def taking(verbs: Iterable[str]) -> list[str]:
    """Return those of `verbs` that take a row away."""
    return sorted(verb for verb in verbs if verb.rsplit(".", 1)[-1] in GONE)


def _text(side: str) -> str:
    """Return a value as text, NULL where it is blank."""
    return f"nullif(nullif(nullif({side} #>> '{{}}', ''), '[]'), '{{}}')"


def _differ() -> str:
    before, after = _text("before"), _text("after")
    both = f"{before} ~ {NUMBER} AND {after} ~ {NUMBER}"
    return f"""CASE
        WHEN object_type || '.' || name = ANY(%s) AND {both} THEN ({before})::numeric <> ({after})::numeric
        WHEN object_type = 'portfolio.node' AND name = 'parent'
            THEN split_part({before}, ' ', 1) IS DISTINCT FROM split_part({after}, ' ', 1)
        ELSE {before} IS DISTINCT FROM {after}
    END"""


def changes(entries: str) -> str:
    """Return `WITH … change`: one row a line of the list. `entries` selects COLUMNS of the window's log entries.

    Parameters, after those of `entries`: the verbs that make a row, those that take one away, and the fields that
    hold numbers, written `portfolio.costrow.amount`.
    """
    return f"""WITH entry ({", ".join(COLUMNS)}) AS MATERIALIZED ({entries}),
    thing AS (
        SELECT object_type, object_id, bool_or(verb = ANY(%s)) AS made, bool_or(verb = ANY(%s)) AS gone,
            (array_agg(object_label ORDER BY at DESC, id DESC))[1] AS label,
            (array_agg(node_id ORDER BY at DESC, id DESC))[1] AS node_id, {ACTS}
        FROM entry GROUP BY object_type, object_id
    ),
    field AS (
        SELECT object_type, object_id, pair.key AS name,
            (array_agg(pair.value -> 0 ORDER BY at, id))[1] AS before,
            (array_agg(pair.value -> 1 ORDER BY at DESC, id DESC))[1] AS after, {ACTS}
        FROM entry CROSS JOIN LATERAL jsonb_each(entry.changes) pair
        GROUP BY object_type, object_id, pair.key
    ),
    net AS (SELECT * FROM field WHERE {_differ()}),
    held AS (
        SELECT object_type, object_id, jsonb_object_agg(name, jsonb_build_array(before, after)) AS held
        FROM net GROUP BY object_type, object_id
    ),
    change AS (
        SELECT CASE WHEN gone THEN 'deleted' ELSE 'new' END AS kind, object_type, object_id, label, node_id,
            '' AS name, NULL::jsonb AS before, NULL::jsonb AS after, held, at, actors, reasons, verbs, at AS touched
        FROM thing LEFT JOIN held USING (object_type, object_id) WHERE made <> gone
        UNION ALL
        SELECT CASE WHEN object_type = 'portfolio.node' AND name = 'parent' THEN 'moved' ELSE 'changed' END,
            object_type, object_id, thing.label, thing.node_id, net.name, net.before, net.after, NULL,
            net.at, net.actors, net.reasons, net.verbs, thing.at
        FROM net JOIN thing USING (object_type, object_id) WHERE NOT made AND NOT gone
        UNION ALL
        SELECT 'changed', object_type, object_id, label, node_id, '', NULL, NULL, NULL, at, actors, reasons, verbs, at
        FROM thing WHERE NOT made AND NOT gone
        AND NOT EXISTS (SELECT 1 FROM field WHERE field.object_type = thing.object_type
            AND field.object_id = thing.object_id)
    )"""


def listing(entries: str) -> str:
    """Return the lines, by project and then by row, the row touched last first.

    Further parameters: kind and type of row (empty for all), limit (NULL for none) and offset.
    """
    return f"""{changes(entries)}
        SELECT change.kind, object_type, object_id, label, place.code, place.name, change.name, before, after, held,
            at, actors, reasons, verbs
        FROM change JOIN (SELECT id, code, name FROM portfolio_node) place ON place.id = change.node_id
        WHERE %s IN ('', change.kind) AND %s IN ('', object_type)
        ORDER BY place.name, place.id, touched DESC, object_type, object_id, change.name LIMIT %s OFFSET %s"""


def counting(entries: str) -> str:
    """Return how many lines there are by kind and type of row, with the rows and projects of all of them."""
    return f"""{changes(entries)}
        SELECT kind, object_type, count(*), (SELECT count(DISTINCT (object_type, object_id)) FROM change),
            (SELECT count(DISTINCT node_id) FROM change)
        FROM change GROUP BY kind, object_type"""
