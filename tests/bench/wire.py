"""Requests through a whole WSGI handler in this process: the product with all its middleware, the floor with none."""

import gzip
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.middleware.csrf import _get_new_csrf_string
from django.test import RequestFactory, override_settings

FLOOR_MIDDLEWARE = ["tests.bench.floor.here", "django.middleware.common.CommonMiddleware"]
STATIC = re.compile(r'(?:href|src)="/static/([^"#?]+)')
LAZY = ("plotly",)  # loaded when a chart comes into view
SUBSET = re.compile(r"url\(\"?'?(?:\./)?([^\"')]*inter-latin-(?:opsz|wght)-normal[^\"')]*)")


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        """Return the body read as JSON."""
        return json.loads(self.body)


@dataclass
class Site:
    """One person's browser or program before a WSGI handler. Raises RuntimeError for any answer that is an error."""

    handler: WSGIHandler
    cookies: dict = field(default_factory=dict)
    token: str = ""
    host: str = "localhost"

    def get(self, path):
        """Return the answer to a GET, read to its end."""
        return self._send("GET", path, b"", "")

    def post(self, path, data):
        """Return the answer to a form sent as a browser sends it."""
        secret = _get_new_csrf_string()
        body = urlencode(data | {"csrfmiddlewaretoken": secret}).encode()
        return self._send("POST", path, body, "application/x-www-form-urlencoded", {settings.CSRF_COOKIE_NAME: secret})

    def post_json(self, path, data):
        """Return the answer to a JSON body."""
        return self._send("POST", path, json.dumps(data).encode(), "application/json")

    def _send(self, method, path, body, kind, cookies=None):
        jar = "; ".join(f"{name}={value}" for name, value in (self.cookies | (cookies or {})).items())
        extra = {"HTTP_HOST": self.host, "HTTP_COOKIE": jar, "wsgi.input": io.BytesIO(body)}
        if self.token:
            extra["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        route, _mark, query = path.partition("?")
        extra |= {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}
        environ = RequestFactory()._base_environ(PATH_INFO=route, QUERY_STRING=query, REQUEST_METHOD=method, **extra)
        started = []
        response = self.handler(environ, lambda status, headers, *_rest: started.append((status, headers)))
        try:
            content = b"".join(response)
        finally:
            response.close()
        (status, headers), code = started[0], int(started[0][0][:3])
        if code >= 400:
            raise RuntimeError(f"{method} {path}: {status}\n{content[:2000].decode(errors='replace')}")
        return Answer(code, dict(headers), content)


def product(**who):
    """Return the product for a person, by session cookie or token."""
    return Site(WSGIHandler(), **who)


def floor():
    """Return the floor: its own addresses, without the product's middleware."""
    with override_settings(MIDDLEWARE=FLOOR_MIDDLEWARE):
        return Site(WSGIHandler())


def weight(html):
    """Return the bytes of a page with gzip: its HTML, and with it each style sheet, script, font and sprite it names.

    Charts are left out: their bundle comes later and is cached.
    """
    names = {name for name in STATIC.findall(html.decode()) if not any(part in name for part in LAZY)}
    files = [Path(settings.STATIC_ROOT, name) for name in names]
    files += [found for path in files if path.suffix == ".css" for found in _fonts(path)]
    return len(gzip.compress(html, 6)), sum(_packed(path) for path in set(files))


def _fonts(path):
    """Return the fonts of a style sheet that a page in English loads: the Latin subset, upright."""
    return [(path.parent / name).resolve() for name in SUBSET.findall(path.read_text()) if name.endswith(".woff2")]


def _packed(path):
    data = path.read_bytes()
    return len(data) if path.suffix == ".woff2" else len(gzip.compress(data, 6))
