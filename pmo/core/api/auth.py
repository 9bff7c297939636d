"""Sign-in to the API by the browser's own session; tokens belong to the app that owns people."""

from typing import Any

from rest_framework import authentication


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of a browser, with its CSRF check; without one the answer is 401 and names the token scheme."""

    def authenticate_header(self, request: Any) -> str:
        """Return the scheme that a caller without a session is to use."""
        return 'Bearer realm="Gatehouse"'
