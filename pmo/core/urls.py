"""Index of the kernel's pages."""

from django.urls import path

from pmo.core import views
from pmo.core.api import root

urlpatterns = [
    path("help/", views.help_page, name="help"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("api/v1/", root.index, name="api-root"),
    path("api/v1/schema/", root.schema, name="api-schema"),
    path("api/v1/docs/", root.docs, name="api-docs"),
    path("api/v1/<path:rest>", root.unknown, name="api-unknown"),
]
