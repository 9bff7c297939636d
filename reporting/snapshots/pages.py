"""The pages of the past, as one context each: what changed between two days, and figures then and now."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.core import access, clock
from pmo.core import format as fmt
from portfolio.models import Node
from portfolio.registry.queries import topmost
from reporting.rollup.queries import VIEW
from reporting.snapshots import figures, findings, queries, words
from reporting.snapshots.addresses import address
from reporting.snapshots.as_of import AsOf, as_of
from reporting.snapshots.days import Preset, Window, end_of, presets
from reporting.snapshots.moves import MOVES, moved
from reporting.snapshots.net import KINDS
from reporting.snapshots.tables import KIND_WORDS, ChangeTable

PARAMETERS = frozenset({"since", "until", "kind", "what", "page"})
SHOWN_STATUSES = 20
LEFT_OUT = gettext_lazy(
    "Costs, milestones, risks and reports are not shown: their pages hold what they are today, and What changed holds"
    " how they came to it."
)


def window_of(parameters: "MultiValueDict[str, str]") -> Window:
    """Return the days that the address names. Raises BadRequest for what it cannot read."""
    for name in parameters:
        if name not in PARAMETERS:
            raise BadRequest(_("There is no parameter “%(name)s”.") % {"name": name[:60]})
        if len(parameters.getlist(name)) > 1:
            raise BadRequest(_("“%(name)s” stands twice in the address.") % {"name": name})
    return Window.of(parameters, clock.now())


def table_of(user: Any, node: Node | None, window: Window, parameters: Any, path: str) -> ChangeTable:
    """Return the table of changes as the address narrows it. Raises BadRequest for an unknown kind or type."""
    kind, what = parameters.get("kind", ""), parameters.get("what", "")
    if kind and kind not in KINDS:
        raise BadRequest(_("There is no kind of change “%(name)s”.") % {"name": kind[:60]})
    if what and what not in {model._meta.label_lower for model in apps.get_models()}:
        raise BadRequest(_("There is no row of type “%(name)s”.") % {"name": what[:60]})
    rows = queries.changes(user, node, window.start, window.end, kind=kind, what=what)
    return ChangeTable(rows, parameters, path=path)


def changes_page(user: Any, node: Node | None, parameters: Any, path: str) -> dict[str, Any]:
    """Return everything that the page of a node, or of all one may see, shows of the window that it is asked for."""
    window = window_of(parameters)
    table = table_of(user, node, window, parameters, path)
    summary = table.queryset.summary
    page = table.page()
    title = findings.changes_title(summary.lines, summary.rows, summary.projects, window.words)
    return {
        "window": window,
        "title": title,
        "presets": _presets(user, node, window, path),
        "today": timezone.localdate(window.now),
        "moves": figures_moved(user, node, window),
        "statuses": statuses(user, node, window),
        "kinds": _kinds(table, summary),
        "types": _types(table, summary),
        "summary": summary,
        "narrowed": bool(table.queryset.kind or table.queryset.what),
        "groups": groups(user, list(page.object_list), window),
        "table": {
            "page": page,
            "count": page.paginator.count,
            "previous_url": table.address(page=str(page.previous_page_number())) if page.has_previous() else "",
            "next_url": table.address(page=str(page.next_page_number())) if page.has_next() else "",
        },
        "all_url": table.address(kind=None, what=None, page=None),
        "export_url": f"{path}export.",
        "query": parameters.urlencode(),
    }


def _presets(user: Any, node: Node | None, window: Window, path: str) -> list[dict[str, Any]]:
    today = timezone.localdate(window.now)
    last = queries.last_report_day(user, node, end_of(today.fromordinal(today.toordinal() - 1)))
    found: list[Preset] = presets(today, last)
    return [
        {
            "label": preset.label,
            "day": preset.day,
            "url": f"{path}?{urlencode({'since': preset.since.isoformat()})}",
            "current": window.until is None and window.since == preset.since,
        }
        for preset in found
    ]


def _kinds(table: ChangeTable, summary: Any) -> list[dict[str, Any]]:
    current = table.queryset.kind
    found = [{"key": "", "label": _("All changes"), "count": summary.lines}]
    found += [{"key": kind, "label": KIND_WORDS[kind], "count": summary.kinds[kind]} for kind in KINDS]
    for tab in found:
        tab |= {"url": table.address(kind=tab["key"] or None, what=None, page=None), "current": tab["key"] == current}
    return found


def _types(table: ChangeTable, summary: Any) -> list[dict[str, Any]]:
    found = [{"key": key, "label": words.noun(key), "count": count} for key, count in summary.types.items()]
    for choice in found:
        choice["current"] = choice["key"] == table.queryset.what
        choice["url"] = table.address(what=None if choice["current"] else choice["key"], kind=None, page=None)
    return sorted(found, key=lambda choice: (-choice["count"], choice["label"]))


def groups(user: Any, lines: Sequence[queries.Change], window: Window) -> list[dict[str, Any]]:
    """Return the lines of a page by project and by row, each with the page it leads to."""
    held = access.held_actions(user)
    gone = queries.gone_since(user, lines, window.end) if lines else set()
    found = []
    for project, of_project in groupby(lines, key=lambda line: line.project):
        things = []
        for key, of_row in groupby(of_project, key=lambda line: line.key):
            rows = list(of_row)
            url = "" if key in gone else address(rows[0], held)
            things.append({"row": rows[0].row, "noun": rows[0].noun, "url": url, "lines": rows})
        url = f"{reverse('node-changes', args=[project.code])}?{urlencode(window.query)}"
        found.append({"project": project, "url": url, "things": things})
    return found


def figures_moved(user: Any, node: Node | None, window: Window) -> dict[str, Any] | None:
    """Return the figures that moved in the window; None for whoever may not see figures."""
    if VIEW not in access.held_actions(user):
        return None
    nodes = [node.pk] if node else [place.pk for place in topmost(user)]
    before = queries.rollups_of(user, nodes, window.start)
    after = queries.rollups_of(user, nodes, None if window.until is None else window.end)
    rows = [figures.folded(list(rows.values())) for rows in (before, after)]
    moves = figures.moves(*rows, project=bool(node and node.is_project)) if all(rows) else []
    return {
        "title": findings.figures_title(moves) if all(rows) else _("Figures cannot be compared"),
        "moves": moves,
        "then": fmt.day(window.since),
        "now": _("Now") if window.until is None else fmt.day(window.until),
        "first": None if rows[0] else queries.first_day(user, nodes),
        "missing": not all(rows),
    }


def node_past(request: Any, node: Node) -> dict[str, Any] | None:
    """Return a project's figures on a past day and now; of what contains projects only that none are kept, if so."""
    found = as_of(request)
    if found is None:
        return None
    if node.is_project:
        return {"left_out": LEFT_OUT, "figures": then_and_now(request.user, node, found)}
    kept = queries.rollups_of(request.user, [node.pk], found.at)
    return None if kept else {"left_out": LEFT_OUT}


def then_and_now(user: Any, node: Node, found: AsOf) -> dict[str, Any] | None:
    """Return the figures of a node as they stood on a past day beside the present ones; None where none is kept."""
    then = queries.rollups_of(user, [node.pk], found.at).get(node.pk)
    if then is None:
        return None
    now = queries.rollups_of(user, [node.pk]).get(node.pk)
    moves = figures.moves(then, now, project=node.is_project)
    return {
        "title": _("Since then: %(finding)s") % {"finding": lowered(findings.figures_title(moves))},
        "moves": figures.beside(then, now, project=node.is_project),
        "then": fmt.day(found.day),
        "now": _("Now"),
    }


def lowered(words: str) -> str:
    """Return a sentence as it goes on after a colon."""
    return words[:1].lower() + words[1:]


def statuses(user: Any, node: Node | None, window: Window) -> dict[str, Any] | None:
    """Return the projects whose status is another, worst news first; None for a project and without the right."""
    if (node and node.is_project) or VIEW not in access.held_actions(user):
        return None
    rows = queries.status_moves(user, node, window.start, None if window.until is None else window.end)
    by_move: dict[str, list[Any]] = {move: [] for move in (*MOVES, "")}
    for row in rows:
        by_move[moved(row.before, row.status)].append(row)
    left, shown = SHOWN_STATUSES, []
    for move, found in by_move.items():
        if found[:left]:
            shown.append((MOVES.get(move, _("Changed otherwise")), found[:left]))
        left -= len(found[:left])
    counts = {move: len(found) for move, found in by_move.items()}
    return {"title": findings.statuses_title(counts), "groups": shown, "rest": max(len(rows) - SHOWN_STATUSES, 0)}
