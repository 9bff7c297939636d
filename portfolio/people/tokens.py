"""What an API token looks like (pure): `ght_` + prefix + `_` + secret, so that scanners know a leaked one."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

SCHEME = "ght"
PREFIX_BYTES = 6  # twelve hexadecimal digits
SECRET_BYTES = 32


@dataclass(frozen=True)
class NewToken:
    """A token as it is made: `text` is shown once, `prefix` and `digest` are kept."""

    text: str
    prefix: str
    digest: str


def make() -> NewToken:
    """Return a new random token."""
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    text = f"{SCHEME}_{prefix}_{secret}"
    return NewToken(text, prefix, digest(text))


def digest(text: str) -> str:
    """Return the SHA-256 of a token; it is random and long, so that no slow hash is needed."""
    return hashlib.sha256(text.encode()).hexdigest()


def prefix_of(text: str) -> str:
    """Return the prefix of a token, empty for what is none."""
    parts = text.split("_", 2)
    whole = len(parts) == 3 and parts[0] == SCHEME and len(parts[1]) == 2 * PREFIX_BYTES and parts[1].isalnum()
    return parts[1] if whole and text.isascii() else ""


def matches(text: str, kept: str) -> bool:
    """Return whether `text` is the token of the digest `kept`."""
    return hmac.compare_digest(digest(text), kept)
