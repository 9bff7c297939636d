"""Sign-in to the API by a personal token."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from pmo.core import clock
from portfolio.people import tokens
from portfolio.people.models import ApiToken

SEEN_EVERY = timedelta(hours=1)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer ght_…`. A token is read from nowhere else, and one answer covers every way to be wrong."""

    def authenticate(self, request: Any) -> tuple[Any, ApiToken] | None:
        """Return the person and the token, or None where no token is sent. Raises AuthenticationFailed."""
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != "bearer":
            return None
        token = self._find(words[1]) if len(words) == 2 else None
        if token is None:
            raise AuthenticationFailed(_("This token is not valid, or not any more."))
        return token.user, token

    def authenticate_header(self, request: Any) -> str:
        """Return the scheme named in a 401."""
        return 'Bearer realm="Gatehouse"'

    def _find(self, text: str) -> ApiToken | None:
        prefix = tokens.prefix_of(text)
        rows = ApiToken.objects.unrestricted("nobody is signed in yet").select_related("user")
        token = rows.filter(prefix=prefix, revoked_at=None, user__is_active=True).first() if prefix else None
        if token is None or not tokens.matches(text, token.digest) or token.expires_on < clock.today():
            return None
        if token.last_used_at is None or clock.now() - token.last_used_at > SEEN_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=clock.now())
        return token


class TokenScheme(OpenApiAuthenticationExtension):
    """How the API's document names the token."""

    target_class = "portfolio.people.api.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the bearer scheme."""
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):
    """How the API's document names a browser's session."""

    target_class = "pmo.core.api.auth.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the cookie scheme."""
        return {"type": "apiKey", "in": "cookie", "name": "gatehouse"}
