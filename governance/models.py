"""Index of the app's models."""

from governance.audit.models import AuditEntry

__all__ = ["AuditEntry"]
