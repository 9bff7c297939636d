"""What the pages of an import show, by the stage it is in. Reads the upload and its job, writes nothing."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.core import clock
from pmo.core import format as fmt
from pmo.core.models import Job, JobState
from portfolio.exchange.models import ImportRun
from portfolio.exchange.presets import Preset, find
from portfolio.exchange.services import APPLY
from portfolio.registry.models import Node

WORKING, STOPPED, REFUSED, REVIEW, SAME, DONE = "working", "stopped", "refused", "review", "same", "done"
STEPS = {WORKING: 1, STOPPED: 1, REFUSED: 1, REVIEW: 2, SAME: 2, DONE: 4}
MILLION = 1_000_000


def stage(run: ImportRun) -> str:
    """Return where the import stands."""
    job = run.job
    if job is None or job.is_open:
        return WORKING
    if job.state != JobState.DONE:
        return STOPPED
    if run.outcome["error_count"]:
        return REFUSED
    if job.kind == APPLY:
        return DONE
    return REVIEW if _changes(run.outcome) else SAME


def line(run: ImportRun) -> dict[str, Any]:
    """Return one line of the list of recent imports."""
    words = {
        WORKING: _("At work"),
        STOPPED: _("Stopped, nothing written"),
        REFUSED: _("Refused, rows with errors"),
        REVIEW: _("Checked, waiting for you"),
        SAME: _("Checked, nothing to change"),
        DONE: _("Imported"),
    }
    return {"run": run, "state": words[stage(run)], "edition": _preset(run).label}


def page(run: ImportRun) -> dict[str, Any]:
    """Return everything that the page of one import shows."""
    now = stage(run)
    preset = _preset(run)
    context = {
        "run": run,
        "stage": now,
        "template": f"portfolio/exchange/{now}.html",
        "outcome": run.outcome,
        "edition": preset.label,
        "steps": steps(3 if now == WORKING and _applies(run) else STEPS[now]),
        "applies": _applies(run),
        "finding": _finding(now, run),
    }
    if now == WORKING:
        return context | _working(run)
    if now in (REVIEW, SAME, DONE):
        context["figures"] = _figures(run, preset, done=now == DONE)
        context["portfolio"] = (
            Node.objects.restrict(run.created_by, "node.view").filter(code=run.portfolio_code).first()
        )
    return context


def steps(current: int) -> list[dict[str, str]]:
    """Return the four steps, those before `current` (from 0) done."""
    labels = [_("File"), _("Check rows"), _("Review"), _("Import")]
    states = ["done"] * current + ["current"] + [""] * len(labels)
    return [{"label": label, "state": state} for label, state in zip(labels, states, strict=False)]


def _finding(now: str, run: ImportRun) -> str:
    found = run.outcome
    if now == REFUSED:
        rows, total = found["error_rows"], found["rows"]
        if not total:
            return _("The file cannot be imported")
        words = ngettext("%(n)s of %(total)s rows cannot be read", "%(n)s of %(total)s rows cannot be read", rows)
        return words % {"n": fmt.count(rows), "total": fmt.count(total)}
    if now in (REVIEW, DONE):
        words = _("%(created)s new, %(updated)s changed, %(unchanged)s the same; %(absent)s not in this edition")
        return words % {name: fmt.count(found[name]) for name in ("created", "updated", "unchanged", "absent")}
    if now == SAME:
        return _("The portfolio holds all of this already; there is nothing to import")
    if now == STOPPED and run.job:
        return {JobState.CANCELLED: _("Stopped as you asked; nothing was written")}.get(
            JobState(run.job.state), _("The work failed; nothing was written")
        )
    return ""


def _working(run: ImportRun) -> dict[str, Any]:
    job = run.job or Job()
    percent = min(100, round(100 * job.done_count / job.total_count)) if job.total_count else 0
    words = job.step or _("Waiting for a worker")
    title = _("Importing into %(code)s") if _applies(run) else _("Checking against %(code)s")
    gone = (clock.now() - job.started_at).seconds if job.started_at else 0
    return {
        "job": {
            "title": f"{title % {'code': run.portfolio_code}}: {words}",
            "done": job.done_count,
            "total": job.total_count,
            "percent": percent,
            "started": job.started_at,
            "words": _("%(seconds)s s gone") % {"seconds": gone},
            "announce": words,
        },
        "poll_url": reverse("import-progress", args=[run.pk]),
        "stop_url": reverse("import-stop", args=[run.pk]),
        "stop_label": _("Stop, write nothing") if _applies(run) else _("Stop the check"),
        "note": _(
            "All or nothing: until the last row is in, nobody sees a change. You may leave this page and come back; "
            "without scripts, reload it."
        ),
    }


def _figures(run: ImportRun, preset: Preset, *, done: bool) -> list[dict[str, Any]]:
    found = run.outcome
    register = f"{reverse('node-list')}?within={run.portfolio_code}"
    kept = _("stay, marked “not in the latest edition”")
    live = _("Live whole-life cost") if done else _("Live whole-life cost after the import")
    return [
        {"label": _("Rows in the file"), "value": fmt.count(found["rows"])},
        {"label": _("New"), "value": fmt.count(found["created"])},
        {"label": _("Changed"), "value": fmt.count(found["updated"])},
        {"label": _("The same"), "value": fmt.count(found["unchanged"])},
        {
            "label": _("Not in this edition"),
            "value": fmt.count(found["absent"]),
            "notes": [kept] if found["absent"] else [],
            "url": f"{register}&edition=absent" if done and found["absent"] else "",
        },
        {"label": _("Whole-life cost of the edition"), "value": _money(found["edition_whole_life_cost"], preset)},
        {"label": live, "value": _money(found["live_whole_life_cost"], preset), "url": register if done else ""},
    ]


def _money(millions: float, preset: Preset) -> str:
    return fmt.money_m(round(millions * MILLION), preset.currency)


def _changes(found: dict[str, Any]) -> bool:
    return bool(found["created"] or found["updated"] or found["marks"])


def _applies(run: ImportRun) -> bool:
    return bool(run.job and run.job.kind == APPLY)


def _preset(run: ImportRun) -> Preset:
    preset = find(run.preset, run.edition_year)
    if preset is None:
        raise LookupError(f"No preset {run.preset} {run.edition_year}.")
    return preset
