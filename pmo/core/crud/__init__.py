"""Declared CRUD: a noun says its table, filters, form and services, and gets its pages.

Every page reads through `restrict` and writes through a service; list, HTMX fragment and export share one
FilterSet and one Table.
"""

from pmo.core.crud.declaration import Crud, Parent

__all__ = ["Crud", "Parent"]
