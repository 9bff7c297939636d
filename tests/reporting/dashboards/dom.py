"""A page as a small tree, so that a test reads tables and figures as a person does."""

import csv
import io
import re
from decimal import Decimal
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta", "use", "line", "rect", "path", "circle", "polyline"}


class Element:
    """One element: its tag, attributes, the element it lies in, and what lies in it."""

    def __init__(self, tag="", attrs=(), parent=None):
        self.tag, self.attrs, self.parent = tag, dict(attrs), parent
        self.inside = []

    @property
    def text(self):
        words = "".join(part if isinstance(part, str) else part.text for part in self.inside)
        return re.sub(r"\s+", " ", words).strip()

    @property
    def classes(self):
        return (self.attrs.get("class") or "").split()

    def all(self, tag="", cls=""):
        """Return every element below, in the order of the page."""
        found = []
        for part in self.inside:
            if isinstance(part, Element):
                if tag in ("", part.tag) and (not cls or cls in part.classes):
                    found.append(part)
                found += part.all(tag, cls)
        return found

    def one(self, key):
        """Return the element of an id; None where there is none."""
        return next((part for part in self.all() if part.attrs.get("id") == key), None)

    def within(self, tag):
        """Return the nearest element of a tag around this one."""
        place = self.parent
        while place is not None and place.tag != tag:
            place = place.parent
        return place


class Tree(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.root = self.place = Element()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        made = Element(tag, attrs, self.place)
        self.place.inside.append(made)
        if tag not in VOID:
            self.place = made

    def handle_startendtag(self, tag, attrs):
        self.place.inside.append(Element(tag, attrs, self.place))

    def handle_endtag(self, tag):
        place = self.place
        while place is not None and place.tag != tag:
            place = place.parent
        if place is not None and place.parent is not None:
            self.place = place.parent

    def handle_data(self, data):
        self.place.inside.append(data)


def page_of(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return Tree(answer.content.decode()).root


class Table:
    """A table by the labels of its heads: body rows and total rows, each a mapping from label to text."""

    def __init__(self, element):
        head = element.all("thead")[0]
        self.labels = [cell.text for cell in head.all("th") + head.all("td")]
        self.rows = [self._row(row) for body in element.all("tbody") for row in body.all("tr")]
        self.totals = [self._row(row) for foot in element.all("tfoot") for row in foot.all("tr")]

    def _row(self, row):
        cells = [part for part in row.inside if isinstance(part, Element) and part.tag in ("th", "td")]
        return dict(zip(self.labels, (cell.text for cell in cells), strict=True))

    def column(self, label):
        return [row[label] for row in self.rows]

    @property
    def total(self):
        return self.totals[0]


def money(text):
    """Return an exact amount as a page writes it; None for a dash or a word."""
    plain = re.sub(r"[£€,\s]", "", text).replace("−", "-").replace("+", "")
    return Decimal(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None


def whole(text):
    """Return the number with which a text begins, 0 for a text without one."""
    found = re.match(r"[\d,]+", text)
    return int(found.group().replace(",", "")) if found else 0


def exported(client, url):
    """Return the rows of the CSV of a list at the address of the list."""
    path, _mark, query = url.partition("?")
    answer = client.get(f"{path}export.csv?{query}")
    assert answer.status_code == 200, (url, answer.status_code)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def added(rows, label):
    return sum((Decimal(row[label]) for row in rows if row[label]), Decimal(0))
