"""Uploads: a stored file, the job that checks it and the job that imports it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pmo.core import access, clock, jobs
from pmo.core.errors import DomainError, NotPermitted
from pmo.core.models import JobState
from portfolio.exchange import sheets
from portfolio.exchange.models import ImportRun
from portfolio.exchange.services.editions import edition_import, sha256
from portfolio.exchange.services.writing import Step

CHECK, APPLY = "exchange.check", "exchange.apply"


@transaction.atomic
def upload_start(content: bytes, *, file_name: str, into: str, actor: Any) -> ImportRun:
    """Keep an uploaded file and ask for its dry run. Raises UnreadableError when it is no edition that is known."""
    preset = sheets.read(content).preset
    run = ImportRun(
        portfolio_code=into,
        preset=preset.key,
        edition_year=preset.year,
        file_name=file_name[:250],
        sha256=sha256(content),
        content=content,
        created_by=actor,
        created_at=clock.now(),
    )
    run.save()
    return _enqueue(run, CHECK, actor)


@transaction.atomic
def upload_check(run: ImportRun, *, actor: Any) -> ImportRun:
    """Ask for another dry run of a stored file. Raises DomainError when it is at work or imported already."""
    run = _lock(run, actor)
    if run.job and (run.job.is_open or _is_applied(run)):
        raise DomainError(_("This file is at work or imported already."))
    return _enqueue(run, CHECK, actor)


@transaction.atomic
def upload_apply(run: ImportRun, *, actor: Any) -> ImportRun:
    """Ask for the import of a checked file. Asked twice, it is done once. Raises DomainError when it cannot be."""
    run = _lock(run, actor)
    if run.job and run.job.kind == APPLY and (run.job.is_open or _is_applied(run)):
        return run
    if (run.job and run.job.is_open) or "rows" not in run.outcome or run.outcome["error_count"]:
        raise DomainError(_("This file is not checked to its end, or has errors. Check it again."))
    return _enqueue(run, APPLY, actor)


def _lock(run: ImportRun, actor: Any) -> ImportRun:
    rows = ImportRun.objects.restrict(actor, "import.run").select_related("job").defer("content")
    return rows.select_for_update(of=("self",)).get(pk=run.pk)


def _is_applied(run: ImportRun) -> bool:
    job = run.job
    return bool(job and job.kind == APPLY and job.state == JobState.DONE and not run.outcome.get("error_count"))


def upload_run(run_id: int, *, actor: Any, dry_run: bool, step: Step) -> dict[str, Any]:
    """Do the job of an upload on its stored bytes, with the rights that `actor` has now; return the figures."""
    if "import.run" not in access.held_actions(actor):
        raise NotPermitted(_("You are no longer permitted to import. Nothing was written."))
    run = ImportRun.objects.restrict(actor, "import.run").get(pk=run_id)
    result = edition_import(
        bytes(run.content),
        into=run.portfolio_code,
        actor=actor,
        file_name=run.file_name,
        year=run.edition_year,
        dry_run=dry_run,
        step=step,
    )
    run.outcome = result.as_record()
    run.save(update_fields=["outcome"])
    return result.as_json()


def _enqueue(run: ImportRun, kind: str, actor: Any) -> ImportRun:
    run.job = jobs.enqueue(kind, {"run": run.pk}, actor=actor)
    run.save(update_fields=["job"])
    return run
