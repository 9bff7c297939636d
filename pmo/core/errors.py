"""The few errors services raise; the middleware turns each into the right answer for a person."""

from typing import Any


class DomainError(Exception):
    """A rule of the house forbids the request; the message says why and how to go on."""


class NotPermitted(DomainError):
    """The actor may not do this here. Shown as 404: unknown and forbidden look the same."""


class StaleWrite(DomainError):
    """Somebody saved the row since the actor read it. Nothing was written.

    `current` is the row as it stands now; the typed text stays with the caller.
    """

    def __init__(self, current: Any) -> None:
        super().__init__("The row was changed by somebody else since you opened it.")
        self.current = current
