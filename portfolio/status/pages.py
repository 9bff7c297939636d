"""What the pages of reports show, put together from forms and rows. No request is answered here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.core import clock
from pmo.core import format as fmt
from portfolio.registry.models import Node
from portfolio.status import merging, queries
from portfolio.status.forms import LABELS, ReportForm
from portfolio.status.models import DIMENSIONS, Rag, StatusReport
from portfolio.status.services.reports import TEXTS, computed_health, valid_reasons
from portfolio.status.weeks import due_on, is_better, is_current, stale_from, worst


def label(name: str) -> str:
    """Return the words for a field of the report."""
    if name.startswith(merging.REASON):
        return _("%(dimension)s: why it differs") % {"dimension": label(name.removeprefix(merging.REASON))}
    return str(LABELS.get(name, name))


def current_value(form: ReportForm, name: str) -> Any:
    """Return what stands in a field now: as typed, or as prefilled."""
    return form[name].value() or ""


def dimension_rows(form: ReportForm, computed: Mapping[str, Any], last: StatusReport | None) -> list[dict[str, Any]]:
    """Return the five dimensions with what is reported, computed, and whether a reason is asked."""
    return [
        {
            "name": name,
            "label": label(name),
            "value": current_value(form, name),
            "was_words": Rag(was).label.lower() if (was := getattr(last, name, "")) else "",
            "computed": computed.get(name),
            "better": is_better(current_value(form, name), computed.get(name, {}).get("colour", "")),
            "errors": form.errors.get(name, []),
            "reason": form[f"reason_{name}"],
            "until": form[f"until_{name}"],
        }
        for name in DIMENSIONS
    ]


def text_rows(form: ReportForm, last: StatusReport | None) -> list[dict[str, Any]]:
    """Return the three texts with last week's words."""
    return [{"name": name, "field": form[name], "was": getattr(last, name) if last else ""} for name in TEXTS]


def milestone_rows(form: ReportForm, rows: Iterable[dict[str, Any]], last: StatusReport | None) -> list[dict[str, Any]]:
    """Return the milestones with the forecast of the last report and the field for the new one."""
    reported = last_forecasts(last)
    found = []
    for row in rows:
        errors = list(form.errors.get(f"milestone_{row['id']}", []))
        # A form shown again keeps what its milestone was compared with, unless the difference is told right here.
        seen = row["forecast"] if errors or not form.is_bound else _as_date(form[f"seen_{row['id']}"].value())
        field = form[f"milestone_{row['id']}"]
        found.append(row | {"field": field, "seen": seen, "reported": reported.get(row["name"]), "errors": errors})
    return found


def last_forecasts(last: StatusReport | None) -> dict[str, date]:
    """Return the forecasts frozen with the last report, by the milestone's name."""
    kept = last.frozen.get("milestones", []) if last else []
    return {row["name"]: date.fromisoformat(row["forecast"]) for row in kept if row.get("forecast")}


def changes(form: ReportForm, last: StatusReport | None, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what this report says anew: moved statuses, the worst of them first, moved milestones, new words."""
    now = {name: current_value(form, name) for name in DIMENSIONS}
    was = {name: getattr(last, name) if last else "" for name in DIMENSIONS}
    pairs = [(_("Overall, worst of five"), worst(was), worst(now)), *((label(n), was[n], now[n]) for n in DIMENSIONS)]
    found: list[dict[str, Any]] = [
        {"label": words, "was": before or "nr", "now": after or "nr", "kind": "status"}
        for words, before, after in pairs
        if before != after
    ]
    reported = last_forecasts(last)
    for row in rows:
        typed = _as_date(form[f"milestone_{row['id']}"].value())
        before = reported.get(row["name"], row["forecast"])
        if typed and before and typed != before:
            found.append({"label": row["name"], "kind": "slip", "days": (typed - before).days})
    new = (name for name in TEXTS if current_value(form, name) != (getattr(last, name) if last else ""))
    return [*found, *({"label": label(name), "kind": "text"} for name in new)]


def _as_date(value: Any) -> date | None:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def clashes(conflicts: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the fields that two people changed differently, as people read them."""
    names = {f"{merging.MILESTONE}{row['id']}": row["name"] for row in rows}
    return [
        {"label": names.get(name) or label(name), "theirs": _read(name, theirs), "mine": _read(name, mine)}
        for name, (theirs, mine) in conflicts.items()
    ]


def _read(name: str, value: Any) -> str:
    if not value:
        return ""
    if name.startswith(merging.REASON):
        return str(value["text"])
    if name.startswith(merging.MILESTONE):
        return fmt.day(_as_date(value))
    return str(Rag(value).label) if name in DIMENSIONS else str(value)


def position(user: Any, node: Node) -> dict[str, Any]:
    """Return where the node stands in the person's queue, and its neighbours there."""
    rows = list(queries.queue(user).values_list("pk", "code", "name")[:200])
    index = next((i for i, row in enumerate(rows) if row[0] == node.pk), None)
    if index is None:
        return {"number": 0, "count": len(rows), "next": rows[0] if rows else None, "previous": None}
    after = rows[index + 1] if index + 1 < len(rows) else None
    return {"number": index + 1, "count": len(rows), "previous": rows[index - 1] if index else None, "next": after}


def due(week_start: date) -> dict[str, Any]:
    """Return the last day on which the report is in time, and how many days are left."""
    day = due_on(week_start)
    return {"on": day, "left": (day - clock.today()).days}


def finding(colours: Mapping[str, str], better: Sequence[str]) -> str:
    """Return the status in one sentence: what is worst and where, and what is reported better than computed."""
    overall = worst(colours)
    if not overall:
        return _("Not reported")
    where = [label(name).lower() for name in DIMENSIONS if colours[name] == overall]
    every = len(where) == len(DIMENSIONS)
    words = {"overall": Rag(overall).label, "where": get_text_list(where, _("and"))}
    said = (_("%(overall)s in all five dimensions") if every else _("%(overall)s in %(where)s")) % words
    if not better:
        return said
    names = get_text_list([label(name).lower() for name in better], _("and"))
    return _("%(finding)s; %(names)s reported better than computed") % {"finding": said, "names": names}


def text_blocks(report: StatusReport) -> list[dict[str, str]]:
    """Return the three texts of a report with their heads."""
    return [{"label": label(name), "text": getattr(report, name)} for name in TEXTS]


def compared(
    colours: Mapping[str, str], computed: Mapping[str, Any], reasons: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the five dimensions as reported beside as computed, with the reason for differing."""
    return [
        {
            "label": label(name),
            "reported": colours[name],
            "computed": computed.get(name),
            "reason": reasons.get(name),
            "reason_until": _as_date(reasons.get(name, {}).get("until")),
            "differs": "nr" not in (colours[name], computed.get(name, {}).get("colour", "nr"))
            and colours[name] != computed[name]["colour"],
            "better": is_better(colours[name], computed.get(name, {}).get("colour", "")),
            "name": name,
        }
        for name in DIMENSIONS
    ]


def status_panel(user: Any, node: Node) -> dict[str, Any]:
    """Return the status on a page: the last report, computed health beside it, why and since when."""
    report = queries.latest(user, node)
    colours = queries.colours(report)
    current = report is not None and is_current(report.week_start, clock.today())
    reasons = valid_reasons(report.reasons, clock.today()) if report and current else {}
    rows = compared(colours, computed_health(node), reasons)
    if current:
        since = queries.since(user, node)
        rows = [row | {"since": since[row["name"]]} for row in rows]
    return {
        "node": node,
        "report": report,
        "rows": rows,
        "texts": text_blocks(report) if report else [],
        "with_since": current,
        "finding": finding(colours, [row["name"] for row in rows if row["better"]]),
        "stale": bool(report) and not current,
        "was": worst({name: getattr(report, name) for name in DIMENSIONS}) if report else "",
        "stale_from": stale_from(report.week_start) if report else None,
    }


def history_rows(reports: Sequence[StatusReport]) -> list[dict[str, Any]]:
    """Return reports as a list by week; a superseded one says so."""
    seen: set[Any] = set()
    rows = []
    for report in reports:
        colours = {name: getattr(report, name) for name in DIMENSIONS}
        superseded = report.week_start in seen
        seen.add(report.week_start)
        rows.append({"report": report, "overall": worst(colours) or "nr", "superseded": superseded})
    return rows


def frozen_view(report: StatusReport) -> dict[str, Any]:
    """Return a submitted report as it was frozen, with what stood beside it."""
    colours = {name: getattr(report, name) or "nr" for name in DIMENSIONS}
    rows = compared(colours, report.frozen.get("health", {}), report.reasons)
    milestones = [
        {
            "name": row["name"],
            "baseline": _as_date(row.get("baseline")),
            "forecast": _as_date(row.get("forecast")),
            "slip": None if row.get("slip") is None else int(row["slip"]),
        }
        for row in report.frozen.get("milestones", [])
    ]
    return {
        "report": report,
        "rows": rows,
        "texts": text_blocks(report),
        "milestones": milestones,
        "finding": finding(colours, [row["name"] for row in rows if row["better"]]),
    }


def due_panel(request: Any, _subject: Any) -> dict[str, Any] | None:
    """Return the reports one still owes, for the home page; nothing when none is owed."""
    rows = queries.queue(request.user)
    shown = list(rows[:6])
    return {"rows": shown, "count": rows.count()} if shown else None


QUEUE_VIEWS = {
    "": (gettext_lazy("All"), ("all",)),
    "state=late&state=due&state=draft": (gettext_lazy("Missing"), ("late", "due", "draft")),
    "state=late": (gettext_lazy("Late"), ("late",)),
    "state=submitted": (gettext_lazy("Submitted"), ("submitted",)),
    "mine=true": (gettext_lazy("I manage"), ("mine",)),
}


def queue_page(request: Any, _parent: Any) -> dict[str, Any]:
    """Return the views of the queue with their counts, and the finding above them."""
    counts, chosen = queries.queue_counts(request.user), request.GET.copy()
    for name in ("sort", "cols", "page"):
        chosen.pop(name, None)
    missing = counts["late"] + counts["due"] + counts["draft"]
    words = ngettext(
        "%(missing)s of %(all)s report of week %(week)s is missing",
        "%(missing)s of %(all)s reports of week %(week)s are missing",
        counts["all"],
    )
    week = clock.today().isocalendar().week
    return {
        "help_text": words % {"missing": missing, "all": counts["all"], "week": week},
        "views": [
            {
                "label": view,
                "url": f"{request.path}?{query}" if query else request.path,
                "count": sum(counts[state] for state in states),
                "current": chosen.urlencode() == query,
            }
            for query, (view, states) in QUEUE_VIEWS.items()
        ],
    }
