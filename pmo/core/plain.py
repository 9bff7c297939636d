"""The services of a noun with plain edits: create, update and delete, each guarded, audited and with its own verb."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from pmo.core import access, saving
from pmo.core.events import declare_verbs


class Plain:
    """What a declared noun calls when nothing but the row itself changes.

    `verbs` gives the words of the timeline for created, edited and deleted; `parent` names the row it hangs on, which
    is permanent; `check` may refuse a row as it would stand. All raise NotPermitted outside the actor's scope and
    ValidationError for what a person can correct; `update` raises StaleWrite on conflict.
    """

    def __init__(
        self,
        model: type[models.Model],
        *,
        noun: str,
        action: str,
        verbs: tuple[Any, Any, Any],
        parent: str = "node",
        check: Callable[[Any], None] | None = None,
    ) -> None:
        self.model, self.noun, self.action, self.parent, self.check = model, noun, action, parent, check
        declare_verbs(dict(zip((f"{noun}.created", f"{noun}.edited", f"{noun}.deleted"), verbs, strict=True)))

    def create(self, *, actor: Any, reason: str = "", **values: Any) -> Any:
        """Add one row to its parent."""
        access.require(actor, self.action, values[self.parent])
        return saving.create(
            self.model(**values),
            actor=actor,
            action=self.action,
            verb=f"{self.noun}.created",
            reason=reason,
            check=self.check,
        )

    def update(
        self,
        obj: Any,
        values: Mapping[str, Any],
        *,
        actor: Any,
        expected_version: int | None = None,
        reason: str = "",
        verb: str = "edited",
    ) -> Any:
        """Edit one row; it stays with its parent. `verb` names what the edit means, if it is more than an edit."""
        access.require(actor, self.action, obj)
        if self.parent in values and values[self.parent] != getattr(obj, self.parent):
            raise ValidationError({self.parent: _("It stays where it is.")})
        return saving.update(
            obj,
            values,
            actor=actor,
            action=self.action,
            verb=f"{self.noun}.{verb}",
            expected_version=expected_version,
            reason=reason,
            check=self.check,
        )

    def delete(self, obj: Any, *, actor: Any, reason: str = "") -> None:
        """Delete one row that nothing else needs; history keeps it."""
        saving.delete(obj, actor=actor, action=self.action, verb=f"{self.noun}.deleted", reason=reason)
