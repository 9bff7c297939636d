#!/usr/bin/env python3
"""Ask the web process of this container whether it is ready; exit 0 if it is. For health checks."""

import sys
from http.client import HTTPConnection, HTTPException
from os import environ


def is_ready(port: int, host: str) -> bool:
    """Return whether /readyz answers 200 within 4 s to a request for `host`."""
    link = HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        link.request("GET", "/readyz", headers={"Host": host})
        return link.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        link.close()


if __name__ == "__main__":
    name = environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().removeprefix(".")
    sys.exit(0 if is_ready(int(environ.get("PORT", "8000")), name) else 1)
