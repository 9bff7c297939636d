"""Read a page as a person sees it: the texts of its table, and which elements it is made of."""

from html.parser import HTMLParser
from typing import Any


class Page(HTMLParser):
    """The parts of a page that contract tests ask for."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.rows: list[list[str]] = []
        self._cell = False
        self._hidden = 0
        self._table = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        self._table += tag == "table"
        if tag == "tr" and self._table:
            self.rows.append([])
        self._cell = self._cell or (tag in ("td", "th") and given.get("class") != "gh-sel")
        if tag in ("td", "th") and self._cell:
            self.rows[-1].append("")
        if tag == "span" and (self._hidden or given.get("class") == "sr"):
            self._hidden += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self._table -= tag == "table"
        if tag in ("td", "th"):
            self._cell = False
        if tag == "span" and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._cell and not self._hidden:
            self.rows[-1][-1] += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of one kind."""
        return [attrs for name, attrs in self.elements if name == tag]

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return the headings and the rows of the page's one table, as texts."""
        head, *rows = ([cell.strip() for cell in row] for row in self.rows)
        return head, rows


def page_of(response: Any) -> Page:
    """Return what a response shows."""
    return Page(response.content.decode())
