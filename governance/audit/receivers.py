"""Writes one audit entry for every object of every event, in the event's own transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver
from structlog.contextvars import get_contextvars

from governance.audit.models import AuditEntry
from pmo.core.events import Event, domain_event


@receiver(domain_event, dispatch_uid="governance.audit")
def write_entries(verb: str, events: Sequence[Event], actor: Any, reason: str, at: datetime, **_: Any) -> None:
    """Write the entries of one emit in bulk; an error here aborts the write that is reported."""
    request_id = str(get_contextvars().get("request_id", ""))[:64]
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=at,
            verb=verb,
            actor_id=actor.pk,
            actor_label=str(actor),
            reason=reason,
            object_type=event.obj._meta.label_lower,
            object_id=event.obj.pk,
            object_label=str(event.obj)[:300],
            node_id=event.node_id,
            changes={name: list(values) for name, values in event.changes.items()},
            request_id=request_id,
        )
        for event in events
    )
