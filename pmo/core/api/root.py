"""The door of the API: what there is, its OpenAPI document, and a page to try it."""

from typing import Any

from csp.decorators import csp_update
from django.http import Http404
from django.urls import get_resolver, reverse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.response import Response

from pmo.core import access
from pmo.core.access import signed_in
from pmo.core.api.views import ApiView


class Index(ApiView):
    """The lists that one may read, by name."""

    schema = None

    def get(self, request: Any) -> Response:
        """Return the address of every list the person may read."""
        held = access.held_actions(request.user)
        cruds = sorted(
            {crud.name: crud for crud in map(_crud_of, _routes(get_resolver().url_patterns)) if crud}.items()
        )
        found = {crud.path: reverse(f"api-{name}-list") for name, crud in cruds if crud.view_action in held}
        return Response({"resources": found, "schema": reverse("api-schema"), "docs": reverse("api-docs")})


def _routes(patterns: Any) -> Any:
    for entry in patterns:
        yield from _routes(entry.url_patterns) if hasattr(entry, "url_patterns") else (entry,)


def _crud_of(entry: Any) -> Any:
    return getattr(entry.callback, "api_crud", None)


class Unknown(ApiView):
    """Every other address of the API: a problem, not a page."""

    schema = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer every method alike."""
        self.http_method_names = [str(request.method).lower()]
        setattr(self, str(request.method).lower(), self.nothing)
        return super().dispatch(request, *args, **kwargs)

    def nothing(self, request: Any, rest: str) -> Response:
        """Raise Http404."""
        raise Http404


index: Any = Index.as_view()
index.access_rule = "api: signed in, shows only what one may read"
unknown: Any = Unknown.as_view()
unknown.access_rule = "api: signed in, finds nothing"
schema: Any = SpectacularAPIView.as_view()
schema.access_rule = "api: signed in, holds no rows"
# The one page that loosens the policy: Swagger's own script writes style attributes.
docs: Any = signed_in("describes the API and holds no rows")(
    csp_update({"style-src-attr": "'unsafe-inline'", "style-src-elem": "'unsafe-inline'"})(
        SpectacularSwaggerSplitView.as_view(url_name="api-schema")
    )
)
docs.login_required = True  # a person who opens it is led to the door, a program gets 401 everywhere else
