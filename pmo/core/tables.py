"""One table per noun: the same columns, rows and order on the page, in the HTMX fragment and in the export."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import F, OrderBy
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _

PER_PAGE = 50
TABLE_PARAMETERS = frozenset({"sort", "cols", "page"})


def follow(obj: Any, path: str) -> Any:
    """Return the value at a dotted or double-underscored path; None where a step is missing."""
    for step in path.replace("__", ".").split("."):
        try:
            obj = getattr(obj, step, None)
        except models.ObjectDoesNotExist:
            return None
        if obj is None:
            return None
    return obj() if callable(obj) else obj


@dataclass(frozen=True)
class Column:
    """One column. `value` is what is exported; `format` or `template` is how a page shows it.

    `sort` names the field to order by; a column without it is not sortable. `annotate` adds to the queryset
    what the column needs. Columns with `shown=False` wait in the column chooser.
    """

    key: str
    label: Any
    path: str = ""
    value: Callable[[Any], Any] | None = None
    format: Callable[[Any], Any] | None = None
    template: str = ""
    sort: str = ""
    numeric: bool = False
    link: bool = False
    shown: bool = True
    annotate: Callable[[Any], Any] | None = None
    help: Any = ""

    def raw(self, row: Any) -> Any:
        """Return the value of `row` for an export."""
        if self.value is not None:
            return self.value(row)
        field = getattr(row, f"get_{self.path or self.key}_display", None)
        return str(field()) if field else follow(row, self.path or self.key)

    def html(self, row: Any, url: str) -> str:
        """Return the cell of `row` for a page, escaped."""
        if self.template:
            return render_to_string(self.template, {"row": row, "value": self.raw(row), "url": url})
        value = self.raw(row)
        shown = self.format(value) if self.format else ("–" if value in (None, "") else value)
        if isinstance(shown, list | tuple):
            shown = ", ".join(map(str, shown))
        if self.link and url:
            return format_html('<a class="gh-name" href="{}">{}</a>', url, shown)
        return conditional_escape(shown)


@dataclass(frozen=True)
class Heading:
    """A column as the page shows it, with the address that sorts by it."""

    column: Column
    sorted: str | None
    sort_url: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.column, name)


@dataclass(frozen=True)
class Cell:
    """One cell of the page."""

    column: Column
    html: str


@dataclass(frozen=True)
class Row:
    """One row of the page."""

    obj: Any
    url: str
    cells: Sequence[Cell]


class Table:
    """Declared columns bound to a queryset and the parameters of the address.

    Raises BadRequest for a sort key, column or page that does not exist.
    """

    caption: ClassVar[Any] = ""
    columns: ClassVar[Sequence[Column]] = ()
    default_sort: ClassVar[Sequence[str]] = ("pk",)
    select_related: ClassVar[Sequence[str]] = ()
    empty: ClassVar[Any] = ""

    def __init__(
        self,
        queryset: Any,
        parameters: QueryDict,
        *,
        path: str = "",
        url_of: Callable[[Any], str] = lambda _row: "",
        extra: Iterable[Column] = (),
    ) -> None:
        self.parameters, self.path, self.url_of = parameters, path, url_of
        self.all_columns = [*self.columns, *extra]
        self.shown = self._shown()
        self.sort_keys = self._sort_keys()
        self.queryset = self._ordered(queryset)

    def _shown(self) -> list[Column]:
        by_key = {column.key: column for column in self.all_columns}
        keys = [key for value in self.parameters.getlist("cols") for key in value.split(",") if key]
        if not keys:
            return [column for column in self.all_columns if column.shown]
        if unknown := [key for key in keys if key not in by_key]:
            raise BadRequest(_("There is no column “%(name)s”.") % {"name": unknown[0][:60]})
        return [by_key[key] for key in keys]

    def _sort_keys(self) -> list[tuple[Column, bool]]:
        by_key = {column.key: column for column in self.all_columns if column.sort}
        found = []
        for key in filter(None, self.parameters.get("sort", "").split(",")):
            column = by_key.get(key.removeprefix("-"))
            if column is None:
                raise BadRequest(_("One cannot sort by “%(name)s”.") % {"name": key[:60]})
            found.append((column, key.startswith("-")))
        return found

    def _ordered(self, queryset: Any) -> Any:
        if self.select_related:
            queryset = queryset.select_related(*self.select_related)
        needed = [*self.shown, *(column for column, _down in self.sort_keys if column not in self.shown)]
        for column in needed:
            if column.annotate:
                queryset = column.annotate(queryset)
        order: list[str | OrderBy] = [
            F(column.sort).desc(nulls_last=True) if down else F(column.sort).asc(nulls_last=True)
            for column, down in self.sort_keys
        ] or list(self.default_sort)
        return queryset.order_by(*order, "pk")

    def address(self, **changes: str | None) -> str:
        """Return the address of this list with some parameters changed; None removes one."""
        query = self.parameters.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return f"{self.path}?{query.urlencode()}" if query else self.path

    def headings(self) -> list[Heading]:
        """Return the shown columns with their sort addresses."""
        current = {column.key: "desc" if down else "asc" for column, down in self.sort_keys}
        found = []
        for column in self.shown:
            state = current.get(column.key)
            target = f"-{column.key}" if state == "asc" else column.key
            found.append(Heading(column, state, self.address(sort=target, page=None) if column.sort else ""))
        return found

    def page(self) -> Page:
        """Return the asked page of rows."""
        number = self.parameters.get("page", "1")
        paginator = Paginator(self.queryset, PER_PAGE)
        known = number.isdecimal() and len(number) < 10 and 1 <= int(number) <= max(paginator.num_pages, 1)
        if not known:
            raise BadRequest(_("There is no page “%(name)s”.") % {"name": number[:60]})
        return paginator.page(int(number))

    def rows(self, objects: Iterable[Any]) -> list[Row]:
        """Return the rows of a page, rendered."""
        found = []
        for obj in objects:
            url = self.url_of(obj)
            found.append(Row(obj, url, [Cell(column, column.html(obj, url)) for column in self.shown]))
        return found

    def bound(self) -> Mapping[str, Any]:
        """Return what the table's template needs: headings, rows and the page."""
        page = self.page()
        return {
            "table": self,
            "caption": self.caption,
            "columns": self.headings(),
            "rows": self.rows(page.object_list),
            "page": page,
            "count": page.paginator.count,
            "previous_url": self.address(page=str(page.previous_page_number())) if page.has_previous() else "",
            "next_url": self.address(page=str(page.next_page_number())) if page.has_next() else "",
            "choices": self.column_choices(),
        }

    def column_choices(self) -> list[dict[str, Any]]:
        """Return every column with whether it is shown, shown ones first in their order."""
        hidden = [column for column in self.all_columns if column not in self.shown]
        shown = [{"column": column, "shown": True} for column in self.shown]
        return shown + [{"column": column, "shown": False} for column in hidden]
