"""Imports of portfolio editions: the dry run, the write, and the upload whose jobs do both.

A file with one problem writes nothing. They raise UnreadableError for a file that is no edition, NotPermitted outside
the actor's scope, DomainError for an upload that is no longer open.
"""

from portfolio.exchange.services.editions import edition_import
from portfolio.exchange.services.uploads import APPLY, CHECK, upload_apply, upload_check, upload_run, upload_start

__all__ = ["APPLY", "CHECK", "edition_import", "upload_apply", "upload_check", "upload_run", "upload_start"]
