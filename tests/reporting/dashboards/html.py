"""Reading pages in tests: their words, and the figures that lead somewhere."""

import re
from html import unescape
from html.parser import HTMLParser


def text_of(html):
    plain = re.sub(r"<(script|style|svg).*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"[ \t\r\n]+", " ", unescape(re.sub(r"<[^>]+>", " ", plain)))


class Links(HTMLParser):
    """The drillable figures of a page: text and address."""

    def __init__(self, html):
        super().__init__()
        self.found, self.open = [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a" and "gh-drill" in (values.get("class") or ""):
            self.open = [values["href"], ""]

    def handle_data(self, data):
        if self.open:
            self.open[1] += data

    def handle_endtag(self, tag):
        if tag == "a" and self.open:
            self.found.append(tuple(self.open))
            self.open = None


def count_behind(client, url):
    html = client.get(url).content.decode()
    found = re.search(r"Rows \S+ to \S+ of ([\d,]+)", html)
    return int(found.group(1)) if found else 0
